"""What the same goods cost over time: an index weighted by what was bought, and the articles that rose most.

For each article p is kronor per base unit and q how much was bought, month by month. p0 is its mean price in the base
months, the first three of the period. index(month) = 100 * sum(q * p) / sum(q * p0), over the articles that were also
bought in the base months.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa

from shop.insight.asked import Asked, month_after
from shop.insight.tables import purchases as p

BASE_MONTHS = 3
_CENT = Decimal("0.1")
ZERO = Decimal(0)


class Bought(msgspec.Struct, frozen=True):
    """What was bought of an article in a month: `quantity` base units for `net` kronor."""

    supplier_id: str
    seller_id: str
    base_unit: str
    contract: str
    month: date
    quantity: Decimal
    net: Decimal

    @property
    def article(self) -> tuple[str, str, str]:
        return self.supplier_id, self.seller_id, self.base_unit


class Risen(msgspec.Struct, frozen=True):
    """An article whose price per base unit went from `before` (base months) to `now` (the last month it was bought)."""

    supplier_id: str
    seller_id: str
    base_unit: str
    before: Decimal
    now: Decimal
    month: date
    cost: Decimal
    """What the rise has cost since: kronor."""

    @property
    def per_cent(self) -> Decimal:
        return (100 * (self.now - self.before) / self.before).quantize(_CENT)


class Index(msgspec.Struct, frozen=True):
    """100 in the base months; `compared` is the per cent of the month's kronor that could be compared."""

    value: Decimal | None
    compared: Decimal | None


def bought(conn: sa.Connection, asked: Asked) -> list[Bought]:
    """Every article's months; what has no article number or quantity cannot be compared."""
    keys = (p.c.supplier_id, p.c.seller_id, sa.func.coalesce(p.c.base_unit, ""), sa.func.coalesce(p.c.contract, ""))
    sums = (sa.func.sum(p.c.base_quantity), sa.func.sum(p.c.net))
    wanted = sa.select(*keys, p.c.month, *sums).where(asked.where(p), p.c.seller_id != "", p.c.base_quantity > 0)
    return [Bought(*row) for row in conn.execute(wanted.group_by(*keys, p.c.month))]


def base_prices(rows: Iterable[Bought], start: date) -> dict[tuple[str, str, str], Decimal]:
    """p0 of each article that was bought in the base months."""
    sums: dict[tuple[str, str, str], list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for row in rows:
        if row.month < month_after(start, BASE_MONTHS):
            sums[row.article][0] += row.net
            sums[row.article][1] += row.quantity
    return {article: net / quantity for article, (net, quantity) in sums.items() if net > 0}


def indices(
    rows: Iterable[Bought], base: dict[tuple[str, str, str], Decimal], key: Callable[[Bought], Any]
) -> dict[Any, Index]:
    """The index of each key: by month, by supplier, by contract."""
    paid: dict[Any, Decimal] = defaultdict(Decimal)
    then: dict[Any, Decimal] = defaultdict(Decimal)
    everything: dict[Any, Decimal] = defaultdict(Decimal)
    for row in rows:
        everything[key(row)] += row.net
        if row.article in base:
            paid[key(row)] += row.net
            then[key(row)] += row.quantity * base[row.article]
    return {one: _index(paid[one], then[one], everything[one]) for one in everything}


def _index(paid: Decimal, then: Decimal, everything: Decimal) -> Index:
    value = (100 * paid / then).quantize(_CENT) if then else None
    return Index(value, (100 * paid / everything).quantize(_CENT) if everything else None)


def risen(
    rows: Iterable[Bought], base: dict[tuple[str, str, str], Decimal], start: date, most: int = 10
) -> list[Risen]:
    """The articles that rose most in per cent, the last month against the base months."""
    months: dict[tuple[str, str, str], dict[date, list[Decimal]]] = defaultdict(
        lambda: defaultdict(lambda: [ZERO, ZERO])
    )
    for row in rows:
        if row.article in base and row.month >= month_after(start, BASE_MONTHS):
            months[row.article][row.month][0] += row.net
            months[row.article][row.month][1] += row.quantity
    found = [_risen(article, base[article], of) for article, of in months.items()]
    return sorted((one for one in found if one.now > one.before), key=lambda one: (-one.per_cent, one.seller_id))[:most]


def _risen(article: tuple[str, str, str], before: Decimal, of: dict[date, list[Decimal]]) -> Risen:
    last = max(of)
    net, quantity = of[last]
    cost = sum((net - quantity * before for net, quantity in of.values()), ZERO)
    return Risen(*article, before, net / quantity, last, cost.quantize(Decimal("0.01")))


def names(conn: sa.Connection, found: Iterable[Risen]) -> dict[tuple[str, str], str]:
    """What the articles were called when they were last bought; the number where nothing is said."""
    said: dict[tuple[str, str], str] = {}
    for one in found:
        its = (p.c.supplier_id == one.supplier_id) & (p.c.seller_id == one.seller_id)
        name = conn.scalar(sa.select(p.c.name).where(its).order_by(p.c.placed.desc()).limit(1))
        said[one.supplier_id, one.seller_id] = name or one.seller_id
    return said
