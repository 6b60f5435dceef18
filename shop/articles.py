"""Articles: one supplier's way of selling one thing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.model.item import Price
from gateway.model.party import Amount, Quantity
from shop.measures import base_price
from shop.tables import articles, basket_lines, baskets


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """`price` is for `base` of `unit` without VAT; one unit holds `content` of `content_unit`; `vat` is per cent.

    What was brought back from a supplier's own shop names its visit, `punchout_id`: it is bought once, in the quantity
    chosen there, and `may` says what can be done with it there (edit, inspect or ""). `tiers` are prices from a
    quantity on, rising: {"from": "10", "price": "39.50"}. What was made for somebody's request names it, `request_id`.
    """

    id: int
    supplier_id: str
    seller_id: str
    gtin: str | None
    name: str
    description: str
    unit: str
    content: Decimal | None
    content_unit: str | None
    price: Decimal
    currency: str
    vat: Decimal
    contract: str | None
    category: str
    lead_days: int
    active: bool
    punchout_id: UUID | None = None
    seller_extension: str | None = None
    detail: str | None = None
    request_id: UUID | None = None
    unspsc: str | None = None
    brand: str | None = None
    manufacturer_id: str | None = None
    keywords: str = ""
    minimum: Decimal | None = None
    multiple: Decimal | None = None
    tiers: tuple[dict[str, str], ...] = ()
    labels: tuple[str, ...] = ()
    allergens: tuple[str, ...] = ()
    hazards: tuple[str, ...] = ()
    image: str | None = None
    sheet: str | None = None
    stock: Decimal | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    substitutes: tuple[str, ...] = ()
    crisis: bool = False
    base: Decimal = Decimal(1)
    may: str = ""

    @property
    def base_price(self) -> Decimal | None:
        """Price per `content_unit`."""
        return base_price(self.price / self.base, self.content) if self.content_unit else None


COLUMNS = tuple(articles.c[name] for name in Article.__struct_fields__ if name in articles.c)


def get(conn: sa.Connection, article_id: int) -> Article | None:
    """The article, or None."""
    row = conn.execute(sa.select(*COLUMNS).where(articles.c.id == article_id)).first()
    return Article(**row._mapping) if row else None


def many(conn: sa.Connection, ids: Collection[int]) -> list[Article]:
    """Those of these articles that there are."""
    rows = conn.execute(sa.select(*COLUMNS).where(articles.c.id.in_(sorted(ids))))
    return [Article(**row._mapping) for row in rows]


def contract_prices(conn: sa.Connection, supplier_id: str, seller_ids: Collection[str]) -> dict[str, Price]:
    """What a contract says that the supplier's articles cost, each for one of its unit; the others are left out."""
    theirs = (articles.c.supplier_id == supplier_id) & articles.c.seller_id.in_(sorted(seller_ids))
    found = conn.execute(sa.select(*COLUMNS).where(theirs, articles.c.contract.is_not(None), articles.c.active))
    return {row.seller_id: _price(row.price, row.currency, row.unit) for row in found}


def _price(price: Decimal, currency: str, unit: str) -> Price:
    return Price(amount=Amount(value=price, currency=currency), base_quantity=Quantity(value=Decimal(1), unit=unit))


def usual(conn: sa.Connection, unit_id: str, limit: int = 6) -> list[Article]:
    """What a unit has ordered most often and can still order."""
    wanted = (
        sa.select(*COLUMNS)
        .join(basket_lines, basket_lines.c.article_id == articles.c.id)
        .join(baskets, baskets.c.id == basket_lines.c.basket_id)
        .where(baskets.c.unit_id == unit_id, baskets.c.placed_at.is_not(None), articles.c.active)
        .where(basket_lines.c.removed_at.is_(None))
        .group_by(articles.c.id)
        .order_by(sa.func.count().desc(), sa.func.max(baskets.c.placed_at).desc(), articles.c.id)
        .limit(limit)
    )
    return [Article(**row._mapping) for row in conn.execute(wanted)]
