"""What was found in the ledgers, added up: by fate, by supplier and text, by supplier, by kind of goods."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from shop.insight.asked import Asked
from shop.insight.settling import BESIDE
from shop.insight.tables import ledger_lines, ledger_sums
from shop.tables import articles

c = ledger_lines.c
ZERO = Decimal(0)
PAGE_SIZE = 20


class Found(msgspec.Struct, frozen=True):
    """Rows added up; `saving` counts differences above 0 only, `difference` all."""

    key: str
    rows: int
    amount: Decimal
    difference: Decimal
    saving: Decimal


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of one supplier and text in a ledger, with what they were matched to."""

    supplier: str
    text: str
    rows: int
    amount: Decimal
    quantity: Decimal | None
    difference: Decimal | None
    saving: Decimal
    fate: str
    own: bool
    supplier_id: str | None
    contract: str | None
    article_id: int | None
    article: str | None
    price: Decimal | None
    unit: str | None
    category: str | None
    sure: str
    ways: tuple[str, ...]
    decided: str
    orders: tuple[str, ...]


_SUMS: Sequence[sa.ColumnElement[Any]] = tuple(
    sa.func.sum(ledger_sums.c[name]) for name in ("rows", "amount", "difference", "saving")
)


def fates(conn: sa.Connection, ledger_id: UUID) -> dict[str, Found]:
    """By fate: shop, beside, none."""
    s = ledger_sums.c
    rows = conn.execute(sa.select(s.fate, *_SUMS).where(s.ledger_id == ledger_id).group_by(s.fate))
    return {row[0]: Found(*row) for row in rows}


def by_seller(conn: sa.Connection, asked: Asked) -> list[Found]:
    """Who was bought of beside the contracts, as the ledgers write it; what would have saved most first."""
    return _by(conn, asked, ledger_sums.c.supplier)


def by_category(conn: sa.Connection, asked: Asked) -> list[Found]:
    """What was bought beside the contracts; empty: nobody knows."""
    return _by(conn, asked, ledger_sums.c.category)


def _by(conn: sa.Connection, asked: Asked, key: sa.ColumnElement[str]) -> list[Found]:
    s = ledger_sums.c
    here = (s.fate == BESIDE) & (s.month >= asked.start) & (s.month < asked.end)
    found = [Found(*row) for row in conn.execute(sa.select(key, *_SUMS).where(here).group_by(key))]
    return sorted(found, key=lambda one: (-one.saving, -one.amount, one.key))


def groups(
    conn: sa.Connection, ledger_id: UUID, fate: str, sure: str, supplier: str, page: int
) -> tuple[list[Group], bool]:
    """Suppliers and texts, those with the largest saving first; a page of them, and whether there are more."""
    here = c.ledger_id == ledger_id
    for column, value in ((c.fate, fate), (c.sure, sure), (c.supplier, supplier)):
        here &= (column == value) if value else sa.true()
    same = (c.supplier, c.text, c.fate, c.own, c.supplier_id, c.contract, c.article_id, c.category, c.sure, c.decided)
    sums = (
        sa.func.count().label("rows"),
        sa.func.sum(c.amount).label("amount"),
        sa.func.sum(c.quantity).label("quantity"),
        sa.func.sum(c.difference).label("difference"),
        sa.func.coalesce(sa.func.sum(sa.func.greatest(c.difference, 0)), 0).label("saving"),
        sa.func.array_agg(sa.func.distinct(c.way)).label("ways"),
        sa.func.array_remove(sa.func.array_agg(sa.func.distinct(c.order_number)), None).label("orders"),
    )
    inner = (
        sa.select(*same, *sums)
        .where(here)
        .group_by(*same)
        .order_by(sa.desc("saving"), sa.desc("amount"), c.supplier, c.text)
    )
    some = inner.limit(PAGE_SIZE + 1).offset((page - 1) * PAGE_SIZE).subquery()
    joined = some.outerjoin(articles, articles.c.id == some.c.article_id)
    more = (articles.c.name.label("article"), articles.c.price, articles.c.unit)
    wanted = (
        sa.select(some, *more)
        .select_from(joined)
        .order_by(some.c.saving.desc(), some.c.amount.desc(), some.c.supplier, some.c.text)
    )
    rows = conn.execute(wanted).all()
    found = [Group(**dict(row._mapping) | {"ways": tuple(row.ways), "orders": tuple(row.orders)}) for row in rows]
    return found[:PAGE_SIZE], len(found) > PAGE_SIZE


def sellers(conn: sa.Connection, ledger_id: UUID, limit: int = 100) -> list[tuple[str, int, Decimal, Decimal]]:
    """Suppliers of a ledger that something is to be decided about: name, rows, kronor, saving."""
    s = ledger_sums.c
    here = (s.ledger_id == ledger_id) & s.fate.in_([BESIDE, "none"])
    sums = (_SUMS[0], _SUMS[1], _SUMS[3])
    rows = conn.execute(
        sa.select(s.supplier, *sums).where(here).group_by(s.supplier).order_by(sums[1].desc()).limit(limit)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]
