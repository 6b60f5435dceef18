"""The basket that comes back from a supplier's own shop: Peppol Punch Out (T77)."""

from __future__ import annotations

from datetime import date

from gateway.model.item import Item, Price
from gateway.model.party import Party, Quantity, Value


class BasketLine(Value, frozen=True):
    id: str
    item: Item
    quantity: Quantity
    price: Price | None = None


class PunchOutBasket(Value, frozen=True, tag="PunchOutBasket"):
    number: str
    issued: date
    seller: Party
    buyer: Party
    lines: tuple[BasketLine, ...]
