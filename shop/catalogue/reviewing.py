"""What the owner of a contract sees of a diff: its changes, the largest first, and how prices spread."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec
import sqlalchemy as sa

from shop.catalogue.compare import is_big
from shop.catalogue.tables import catalogue_changes, catalogue_lines
from shop.catalogue.terms import Terms
from shop.tables import articles

BOUNDS: Final = tuple(map(Decimal, (-20, -10, -3, 0, 3, 10, 20)))
PAGE: Final = 50


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One changed article; `held` is left as it stands. Prices without VAT, `percent` where units are the same."""

    kind: str
    seller_id: str
    article_id: int | None
    name: str
    unit_before: str | None
    unit: str | None
    price_before: Decimal | None
    price: Decimal | None
    percent: Decimal | None
    fields: tuple[str, ...]
    held: bool
    big: bool


class Bar(msgspec.Struct, frozen=True):
    """Prices that rose by more than `above` and at most `below` per cent; None is without end."""

    above: Decimal | None
    below: Decimal | None
    count: int


def changes(conn: sa.Connection, number: int, terms: Terms, kind: str = "", page: int = 1) -> list[Change]:
    """A page of them: those that need a person first, then the largest price changes."""
    column, line = catalogue_changes.c, catalogue_lines.c
    big = is_big(terms).label("big")
    joined = catalogue_changes.outerjoin(articles, articles.c.id == column.article_id)
    name = sa.func.coalesce(
        sa.select(line.name)
        .where(line.import_number == number, line.seller_id == column.seller_id)
        .limit(1)
        .scalar_subquery(),
        articles.c.name,
        "",
    )
    after = sa.select(line.unit).where(line.import_number == number, line.seller_id == column.seller_id).limit(1)
    wanted = sa.select(
        column.kind,
        column.seller_id,
        column.article_id,
        name.label("name"),
        articles.c.unit.label("unit_before"),
        after.scalar_subquery().label("unit"),
        column.price_before,
        column.price,
        column.percent,
        column.fields,
        column.held,
        big,
    ).select_from(joined)
    wanted = wanted.where(column.import_number == number)
    wanted = wanted.where(column.kind == kind) if kind else wanted
    size = sa.func.coalesce(sa.func.abs(column.percent), 0)
    wanted = wanted.order_by(big.desc(), size.desc(), column.seller_id).limit(PAGE).offset((page - 1) * PAGE)
    return [Change(**{**row._mapping, "fields": tuple(row.fields)}) for row in conn.execute(wanted)]


def spread(conn: sa.Connection, number: int) -> list[Bar]:
    """How many prices changed by how much; empty where none did."""
    column = catalogue_changes.c
    mine = (column.import_number == number) & (column.kind == "price") & column.percent.is_not(None)
    buckets = [Bar(above, below, 0) for above, below in zip((None, *BOUNDS), (*BOUNDS, None), strict=True)]
    place = sa.case(*((column.percent <= bound, at) for at, bound in enumerate(BOUNDS)), else_=len(BOUNDS))
    counted = {row[0]: row[1] for row in conn.execute(sa.select(place, sa.func.count()).where(mine).group_by(place))}
    return [Bar(one.above, one.below, counted.get(at, 0)) for at, one in enumerate(buckets)] if counted else []


def count_big(conn: sa.Connection, number: int, terms: Terms) -> int:
    """How many changes are above the contract's limits."""
    wanted = sa.select(sa.func.count()).select_from(catalogue_changes)
    found: int = conn.execute(wanted.where(catalogue_changes.c.import_number == number, is_big(terms))).scalar_one()
    return found
