"""What a supplier offers under a contract."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from gateway.model.item import Item, Price
from gateway.model.party import Party, Quantity, Value


class CatalogueLine(Value, frozen=True):
    """One article for sale. `action` is Add, Update or Delete; `content` is what one orderable unit holds."""

    id: str
    item: Item
    action: str | None = None
    orderable: bool = True
    orderable_unit: str | None = None
    content: Quantity | None = None
    minimum: Decimal | None = None
    multiple: Decimal | None = None
    lead_days: int | None = None
    price: Price | None = None
    valid_from: date | None = None
    valid_until: date | None = None


class Catalogue(Value, frozen=True, tag="Catalogue"):
    number: str
    issued: date
    seller: Party
    buyer: Party
    lines: tuple[CatalogueLine, ...]
    version: str | None = None
    action: str | None = None
    contract: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
