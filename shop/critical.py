"""The articles that belong to the crisis stock: who marks them, and what the hub is told of them."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

import msgspec
import sqlalchemy as sa

from shop.tables import articles


class Critical(msgspec.Struct, frozen=True, kw_only=True):
    """One marked article; one `unit` holds `content` of `content_unit`."""

    supplier_id: str
    seller_id: str
    gtin: str | None
    name: str
    unit: str
    content: Decimal | None
    content_unit: str | None
    lead_days: int
    substitutes: tuple[str, ...]


_LISTED = articles.c.punchout_id.is_(None) & articles.c.request_id.is_(None)


def critical(conn: sa.Connection) -> list[Critical]:
    """Every article that is marked and can be bought."""
    columns = [articles.c[name] for name in Critical.__struct_fields__]
    wanted = sa.select(*columns).where(articles.c.crisis, articles.c.active, _LISTED)
    rows = conn.execute(wanted.order_by(articles.c.id))
    return [Critical(**{**row._mapping, "substitutes": tuple(row.substitutes)}) for row in rows]


def mark(conn: sa.Connection, supplier_id: str, seller_ids: Collection[str], on: bool) -> list[str]:
    """Marks the supplier's articles, or takes the mark away; the numbers that were found."""
    theirs = (articles.c.supplier_id == supplier_id) & articles.c.seller_id.in_(sorted(seller_ids)) & _LISTED
    changed = articles.update().where(theirs).values(crisis=on).returning(articles.c.seller_id)
    return sorted(conn.scalars(changed))
