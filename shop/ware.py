"""A kind of invented goods, and what VAT is paid on it."""

from __future__ import annotations

from decimal import Decimal

import msgspec

FOOD_VAT, CATERING_VAT, VAT, BOOK_VAT = Decimal(6), Decimal(12), Decimal(25), Decimal(6)


class Goods(msgspec.Struct, frozen=True):
    """A product: `unit` is ordered and holds `content` of `content_unit`; prices in whole kronor, from and to."""

    name: str
    variants: tuple[str, ...]
    unit: str
    content: int | str
    content_unit: str
    low: int
    high: int
    vat: Decimal = VAT
    text: str = ""
    unspsc: str = ""
    minimum: int | None = None
