"""Sums of purchases by this and that, from `purchase_sums`: kronor without VAT."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa

from shop.insight.asked import Asked
from shop.insight.facts import OFF, ON, UNKNOWN
from shop.insight.tables import purchase_sums as s

ZERO = Decimal(0)
_NOTHING: Mapping[str, Decimal] = {}


class Split(msgspec.Struct, frozen=True):
    """Kronor on contract, off contract, and where it cannot be told."""

    on: Decimal = ZERO
    off: Decimal = ZERO
    unknown: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.on + self.off + self.unknown

    @property
    def loyalty(self) -> Decimal | None:
        """On contract as per cent of what can be told; None where nothing can."""
        told = self.on + self.off
        return (100 * self.on / told).quantize(Decimal("0.1")) if told > 0 else None

    def __add__(self, other: Split) -> Split:
        return Split(self.on + other.on, self.off + other.off, self.unknown + other.unknown)


def splits(conn: sa.Connection, asked: Asked) -> dict[str, dict[Any, Split]]:
    """By month, unit and category, each with its split; one reading of the table for all of them."""
    return {
        name: {key: Split(**parts) for key, parts in found.items()}
        for name, found in _sets(conn, asked, ("month", "unit_id", "category"), by_standing=True).items()
    }


def totals(conn: sa.Connection, asked: Asked) -> dict[str, dict[Any, Decimal]]:
    """By month, unit, category, supplier and (supplier, contract): kronor."""
    wanted = ("month", "unit_id", "category", "supplier_id", "contract")
    found = _sets(conn, asked, wanted, by_standing=False)
    return {name: {key: parts[""] for key, parts in sums.items()} for name, sums in found.items()}


def _sets(
    conn: sa.Connection, asked: Asked, names: Iterable[str], *, by_standing: bool
) -> dict[str, dict[Any, dict[str, Decimal]]]:
    keys = [[s.c.supplier_id, s.c.contract] if name == "contract" else [s.c[name]] for name in names]
    more = [s.c.standing] if by_standing else []
    sets = sa.func.grouping_sets(*(sa.tuple_(*key, *more) for key in keys))
    columns = list(dict.fromkeys(column for key in keys for column in key))
    which = sa.func.grouping(*columns).label("which")
    wanted = sa.select(which, *columns, *more, sa.func.sum(s.c.net).label("net")).where(asked.where()).group_by(sets)
    found: dict[str, dict[Any, dict[str, Decimal]]] = {name: defaultdict(dict) for name in names}
    by_bits = {_bits(key, columns): (name, key) for name, key in zip(names, keys, strict=True)}
    for row in conn.execute(wanted):
        name, key = by_bits[row.which]
        values = tuple(row._mapping[column] for column in key)
        found[name][values if len(values) > 1 else values[0]][row.standing if by_standing else ""] = row.net
    return found


def _bits(key: list[Any], columns: list[Any]) -> int:
    """GROUPING's number of a grouping set: a one for each column that is not in it, the first column leftmost."""
    return sum(1 << (len(columns) - 1 - place) for place, column in enumerate(columns) if column not in key)


def by_department(found: Mapping[str, Split], department_of: Mapping[str, str]) -> dict[str, Split]:
    """Units' splits added up by department; empty: units without one."""
    parts: dict[str, Split] = defaultdict(Split)
    for unit, split in found.items():
        parts[department_of.get(unit, "")] += split
    return dict(parts)


def added(found: Mapping[str, Decimal], department_of: Mapping[str, str]) -> dict[str, Decimal]:
    """Units' kronor added up by department."""
    parts: dict[str, Decimal] = defaultdict(Decimal)
    for unit, net in found.items():
        parts[department_of.get(unit, "")] += net
    return dict(parts)


def whole(found: Iterable[Split]) -> Split:
    """All of them together."""
    return sum(found, Split())


assert {ON, OFF, UNKNOWN} == set(Split.__struct_fields__)
