"""What a reader asks for: period, department, unit, category, supplier, contract; and what they may see of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

import msgspec
import sqlalchemy as sa

from shop.insight.tables import purchase_sums, purchases
from shop.tables import departments, units

LATEST = "12"
_YEAR = re.compile(r"(20\d\d)(?:-([1-4]))?")
FIELDS = ("period", "department", "unit", "category", "supplier", "contract", "standing")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The choices as they stand in the address; `start` is the first day, `end` the day after the last.

    `within` are the units that the reader may see, None for all; `of_department` those of the chosen department.
    """

    start: date
    end: date
    period: str = LATEST
    department: str = ""
    unit: str = ""
    category: str = ""
    supplier: str = ""
    contract: str = ""
    standing: str = ""
    within: frozenset[str] | None = None
    of_department: frozenset[str] | None = None

    @property
    def months(self) -> tuple[date, ...]:
        """The first day of each month."""
        count = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month
        return tuple(month_after(self.start, place) for place in range(count))

    @property
    def year_before(self) -> Asked:
        """The same choices, twelve months earlier."""
        return msgspec.structs.replace(self, start=month_after(self.start, -12), end=month_after(self.end, -12))

    def address(self, path: str, **other: str) -> str:
        """`path` with these choices, some of them otherwise."""
        chosen = {name: other.get(name, getattr(self, name)) for name in FIELDS} | other
        kept = {name: value for name, value in chosen.items() if value and (name, value) != ("period", LATEST)}
        return f"{path}?{urlencode(kept)}" if kept else path

    def where(self, table: sa.Table = purchase_sums) -> sa.ColumnElement[bool]:
        """The condition on `purchases`, or on what was added up of them by month."""
        day = table.c.placed if table is purchases else table.c.month
        parts: list[sa.ColumnElement[bool]] = [day >= self.start, day < self.end]
        for chosen in (self.within, self.of_department):
            if chosen is not None:
                parts.append(table.c.unit_id.in_(sorted(chosen)))
        words = {"unit_id": self.unit, "category": self.category, "supplier_id": self.supplier}
        words |= {"contract": self.contract, "standing": self.standing}
        parts += [table.c[name] == value for name, value in words.items() if value]
        return sa.and_(*parts, *([table.c.currency == "SEK"] if table is purchases else []))


def month_after(month: date, count: int) -> date:
    """The first day of the month so many months later."""
    year, place = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(year, place + 1, 1)


def span_of(period: str, today: date) -> tuple[date, date]:
    """`12`: the latest twelve months, this one with them; `2026`: a year; `2026-3`: its third quarter."""
    found = _YEAR.fullmatch(period)
    if not found:
        after = month_after(today.replace(day=1), 1)
        return month_after(after, -12), after
    year, quarter = int(found[1]), found[2]
    if not quarter:
        return date(year, 1, 1), date(year + 1, 1, 1)
    first = date(year, int(quarter) * 3 - 2, 1)
    return first, month_after(first, 3)


def read(conn: sa.Connection, given: Mapping[str, str], today: date, within: Iterable[str] | None) -> Asked:
    """The choices of an address; what is not known is left out, so that an old bookmark still shows something."""
    chosen = {name: given.get(name, "").strip()[:100] for name in FIELDS}
    period = chosen.pop("period")
    period = period if _YEAR.fullmatch(period) else LATEST
    start, end = span_of(period, today)
    mine = frozenset(within) if within is not None else None
    of = units_of(conn, chosen["department"]) if chosen["department"] else None
    return Asked(start=start, end=end, period=period, within=mine, of_department=of, **chosen)


def units_of(conn: sa.Connection, department: str) -> frozenset[str]:
    """The units of a department and of those beneath it."""
    first = sa.select(departments.c.id).where(departments.c.id == department)
    below = first.cte("below", recursive=True)
    below = below.union(sa.select(departments.c.id).where(departments.c.parent_id == below.c.id))
    return frozenset(conn.scalars(sa.select(units.c.id).where(units.c.department_id.in_(sa.select(below.c.id)))))


class Choices(msgspec.Struct, frozen=True):
    """What the filters offer: pairs of value and word."""

    departments: tuple[tuple[str, str], ...]
    units: tuple[tuple[str, str], ...]
    unit_departments: Mapping[str, str]
    names: Mapping[str, str]


def choices(conn: sa.Connection, asked: Asked) -> Choices:
    """Departments and units by name, those of the reader."""
    wanted: Any = sa.select(units.c.id, units.c.name, units.c.department_id).order_by(units.c.name)
    if asked.within is not None:
        wanted = wanted.where(units.c.id.in_(sorted(asked.within)))
    found = conn.execute(wanted).all()
    names = {row.id: row.name for row in conn.execute(sa.select(departments.c.id, departments.c.name))}
    of = {row.id: row.department_id or "" for row in found}
    used = {department for department in of.values() if department in names}
    parts = sorted(((one, names[one]) for one in used), key=lambda pair: pair[1])
    return Choices(tuple(parts), tuple((row.id, row.name) for row in found), of, names)
