"""What the crisis stock is made of. Pure data.

Goods are what people need ("gloves nitril M"); articles are suppliers' ways of selling them, and so each other's
substitutes. What is kept is counted in the article's unit (boxes); how long it lasts is reckoned in the goods' base
unit (pieces), by the article's content.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

import msgspec

HUB: Final = "hub"
ZERO: Final = Decimal(0)
_UNIT, _SUPPLIER = "unit:", "supplier:"


def plain(value: Decimal) -> Decimal:
    """Without zeros behind the point, which a database keeps."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def at_unit(unit_id: str) -> str:
    """The place that a unit is."""
    return _UNIT + unit_id


def at_supplier(supplier_id: str) -> str:
    """The place where a supplier holds goods for the municipality."""
    return _SUPPLIER + supplier_id


def unit_of(place: str) -> str | None:
    """The unit that a place is, None for another kind of place."""
    return place.removeprefix(_UNIT) if place.startswith(_UNIT) else None


def supplier_of(place: str) -> str | None:
    """The supplier that a place is, None for another kind of place."""
    return place.removeprefix(_SUPPLIER) if place.startswith(_SUPPLIER) else None


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """One supplier's way of selling the goods; `content` is base units in one `unit`."""

    id: int
    goods_id: int
    supplier_id: str
    supplier_name: str
    seller_id: str
    name: str
    unit: str
    content: Decimal
    content_unit: str
    lead_days: int
    gtin: str | None = None
    substitutes: tuple[str, ...] = ()
    marked: bool = True


class Goods(msgspec.Struct, frozen=True, kw_only=True):
    """What must not run out, reckoned in `unit`; `usual` sells what is only estimated to be used."""

    id: int
    name: str
    unit: str
    usual: str | None = None


class Lot(msgspec.Struct, frozen=True, kw_only=True):
    """So much of an article in one place with one best-before day; `quantity` is of the article's unit."""

    id: int
    article: Article
    place: str
    quantity: Decimal
    lot: str = ""
    expires: date | None = None

    @property
    def base(self) -> Decimal:
        """How much it is in base units."""
        return self.quantity * self.article.content

    @property
    def expires_or_last(self) -> date:
        """By which lots are sorted: what keeps comes last."""
        return self.expires or date.max

    def usable(self, day: date) -> bool:
        """Whether it may be used that day: the last day counts."""
        return self.expires is None or day <= self.expires


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """How many days the goods must last at a place; `per_day` is somebody's estimate of the use, in base units."""

    goods_id: int
    place: str
    days: int
    per_day: Decimal | None = None


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """What a supplier has promised to hold of its article, and how many days it takes to the hub."""

    article: Article
    quantity: Decimal
    delivers_in: int
    valid_to: date


def first_out(lots: list[Lot]) -> list[Lot]:
    """First expiry first; what keeps comes last. Equal days: the lot that came first."""
    return sorted(lots, key=lambda lot: (lot.expires_or_last, lot.id))
