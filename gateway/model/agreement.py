"""A purchase that the seller registers after it was made, by phone or in a shop: Peppol Order Agreement (T110)."""

from __future__ import annotations

from datetime import date

from gateway.model.order import OrderLine
from gateway.model.party import Party, Value


class OrderAgreement(Value, frozen=True, tag="OrderAgreement"):
    number: str
    issued: date
    currency: str
    seller: Party
    buyer: Party
    lines: tuple[OrderLine, ...]
