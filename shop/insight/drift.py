"""What the same goods cost over time: an index weighted by what was bought, and the articles that rose most.

For each article p is kronor per base unit and q how much was bought, month by month. p0 is its mean price in the base
months, the first three of the period. index(month) = 100 * sum(q * p) / sum(q * p0), over the articles that were also
bought in the base months.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa

from shop.insight.asked import Asked, month_after
from shop.insight.tables import purchase_prices as m
from shop.insight.tables import purchase_sums as s
from shop.insight.tables import purchases as p

BASE_MONTHS = 3
_CENT = Decimal("0.1")
ZERO = Decimal(0)


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


class Drift(msgspec.Struct, frozen=True):
    """By month; and of the latest months with purchases, all together, by supplier and by (supplier, contract).

    `paid` are the kronor that could be compared in those months.
    """

    months: dict[date, Index]
    whole: Index
    suppliers: dict[str, Index]
    contracts: dict[tuple[str, str], Index]
    paid: dict[Any, Decimal]


def figures(conn: sa.Connection, asked: Asked) -> Drift:
    """All indices in one reading: what was bought joined with what each article cost in the base months."""
    b, base = _joined(asked)
    latest = sorted(conn.scalars(sa.select(s.c.month).where(asked.where()).distinct()))[-BASE_MONTHS:]
    n = _added(b, base)
    late = n.c.month.in_(latest)
    sets = sa.func.grouping_sets(
        sa.tuple_(n.c.month), sa.tuple_(n.c.supplier_id), sa.tuple_(n.c.supplier_id, n.c.contract), sa.tuple_()
    )
    key = (n.c.month, n.c.supplier_id, n.c.contract)
    values = (n.c.net, n.c.paid, n.c.before)
    sums = [*map(sa.func.sum, values), *(sa.func.sum(value).filter(late) for value in values)]
    wanted = sa.select(sa.func.grouping(*key), *key, *sums)
    found = Drift({}, Index(None, None), {}, {}, {})
    whole = found.whole
    for which, month, supplier, contract, *parts in conn.execute(wanted.group_by(sets)):
        everything, paid, before = (one or ZERO for one in (parts[:3] if which == _MONTH else parts[3:]))
        index = _index(paid, before, everything)
        if which == _MONTH:
            found.months[month] = index
        elif which == _SUPPLIER and before:
            found.suppliers[supplier], found.paid[supplier] = index, paid
        elif which == _CONTRACT and before and contract:
            found.contracts[supplier, contract], found.paid[supplier, contract] = index, paid
        elif which == _WHOLE:
            whole = index
    return msgspec.structs.replace(found, whole=whole)


# What GROUPING says of (month, supplier, contract): a one for each that is not in the set.
_MONTH, _SUPPLIER, _CONTRACT, _WHOLE = 0b011, 0b101, 0b100, 0b111
_ARTICLE = ("supplier_id", "seller_id", "base_unit")


def _joined(asked: Asked) -> tuple[Any, Any]:
    """What was bought by article and month, and the mean price of the base months by article."""
    b = _bought(asked).cte("b")
    early = b.c.month < month_after(asked.start, BASE_MONTHS)
    key = [b.c[name] for name in _ARTICLE]
    mean = (sa.func.sum(b.c.net) / sa.func.sum(b.c.quantity)).label("p0")
    base = sa.select(*key, mean).where(early).group_by(*key).having(sa.func.sum(b.c.net) > 0).cte("base")
    return b, base


def _added(b: Any, base: Any) -> Any:
    """By month, supplier and contract: all kronor, those that can be compared, and the same goods at their p0."""
    known = base.c.p0.is_not(None)
    key = (b.c.month, b.c.supplier_id, b.c.contract)
    sums = (
        sa.func.sum(b.c.net).label("net"),
        sa.func.sum(b.c.net).filter(known).label("paid"),
        sa.func.sum(b.c.quantity * base.c.p0).label("before"),
    )
    return sa.select(*key, *sums).select_from(b.outerjoin(base, _same(b, base))).group_by(*key).subquery()


def _same(b: Any, base: Any) -> sa.ColumnElement[bool]:
    return sa.and_(*(b.c[name] == base.c[name] for name in _ARTICLE))


def _bought(asked: Asked) -> sa.Select[Any]:
    """Of all units as it was added up; of some units from the lines themselves."""
    if asked.within is None and asked.of_department is None and not asked.unit:
        names = (*_ARTICLE, "contract", "month", "quantity", "net")
        return sa.select(*(m.c[name] for name in names)).where(asked.where(m))
    base_unit = sa.func.coalesce(p.c.base_unit, "").label("base_unit")
    key = (p.c.supplier_id, p.c.seller_id, base_unit, sa.func.coalesce(p.c.contract, "").label("contract"), p.c.month)
    sums = (sa.func.sum(p.c.base_quantity).label("quantity"), sa.func.sum(p.c.net).label("net"))
    return sa.select(*key, *sums).where(asked.where(p), p.c.seller_id != "", p.c.base_quantity > 0).group_by(*key)


def _index(paid: Decimal, then: Decimal, everything: Decimal) -> Index:
    value = (100 * paid / then).quantize(_CENT) if then else None
    return Index(value, (100 * paid / everything).quantize(_CENT) if everything else None)


def risen(conn: sa.Connection, asked: Asked, most: int = 10) -> list[Risen]:
    """The articles that rose most in per cent, the last month that they were bought against the base months."""
    b, base = _joined(asked)
    key = [b.c[name] for name in _ARTICLE]
    after = b.c.month >= month_after(asked.start, BASE_MONTHS)
    sums = (sa.func.sum(b.c.net).label("net"), sa.func.sum(b.c.quantity).label("quantity"))
    monthly = sa.select(*key, b.c.month, *sums).where(after).group_by(*key, b.c.month).cte("monthly")
    own = [monthly.c[name] for name in _ARTICLE]
    place = sa.func.row_number().over(partition_by=own, order_by=monthly.c.month.desc()).label("place")
    cost = sa.func.sum(monthly.c.net - monthly.c.quantity * base.c.p0).over(partition_by=own).label("cost")
    now = (monthly.c.net / monthly.c.quantity).label("now")
    each = sa.select(*own, base.c.p0, now, monthly.c.month, cost, place)
    each_of = each.select_from(monthly.join(base, _same(monthly, base))).cte("each")
    rise = each_of.c.now / each_of.c.p0
    columns = (*(each_of.c[name] for name in _ARTICLE), each_of.c.p0, each_of.c.now, each_of.c.month, each_of.c.cost)
    wanted = sa.select(*columns).where(each_of.c.place == 1, rise > 1).order_by(rise.desc(), each_of.c.seller_id)
    rows = conn.execute(wanted.limit(most)).all()
    return [_risen(*row) for row in rows]


def _risen(*row: Any) -> Risen:
    supplier_id, seller_id, base_unit, before, now, month, cost = row
    return Risen(supplier_id, seller_id, base_unit, before, now, month, cost.quantize(Decimal("0.01")))


def names(conn: sa.Connection, found: Iterable[Risen]) -> dict[tuple[str, str], str]:
    """What the articles were called when they were last bought; the number where nothing is said."""
    said: dict[tuple[str, str], str] = {}
    for one in found:
        its = (p.c.supplier_id == one.supplier_id) & (p.c.seller_id == one.seller_id)
        name = conn.scalar(sa.select(p.c.name).where(its).order_by(p.c.placed.desc()).limit(1))
        said[one.supplier_id, one.seller_id] = name or one.seller_id
    return said
