"""A person's units in the municipality's tree of departments, and those they ordered for last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from shop import units
from shop.lists.tables import chosen_units
from shop.tables import departments, unit_members
from shop.tables import units as units_table
from shop.units import Unit

MOST = 2000
RECENT = 5


class Department(msgspec.Struct, frozen=True, kw_only=True):
    """A department as the table has it."""

    id: str
    name: str
    parent_id: str | None


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """A department with the units right under it; `count` are all below it, at any depth."""

    name: str
    units: tuple[Unit, ...]
    branches: tuple[Branch, ...]

    @property
    def count(self) -> int:
        return len(self.units) + sum(branch.count for branch in self.branches)


def all_departments(conn: sa.Connection) -> list[Department]:
    """Every department, by name."""
    return [Department(**row._mapping) for row in conn.execute(sa.select(departments).order_by(departments.c.name))]


def tree(found: Sequence[Unit], known: Sequence[Department]) -> Branch:
    """The units under their departments; those without one at the top. Departments without units are left out.

    A department whose chain above it ends nowhere, because somebody made a circle, stands at the top too.
    """
    under: dict[str | None, list[Unit]] = defaultdict(list)
    ids = {one.id for one in known}
    for unit in found:
        under[unit.department_id if unit.department_id in ids else None].append(unit)
    below: dict[str | None, list[Department]] = defaultdict(list)
    for one in known:
        below[_parent(one, {other.id: other for other in known})].append(one)
    return _branch("", None, under, below)


def _parent(one: Department, known: Mapping[str, Department]) -> str | None:
    seen, above = {one.id}, one.parent_id
    while above is not None and above in known:
        if above in seen:
            return None
        seen.add(above)
        above = known[above].parent_id
    return one.parent_id if one.parent_id in known else None


def _branch(
    name: str,
    id: str | None,
    under: Mapping[str | None, Sequence[Unit]],
    below: Mapping[str | None, Sequence[Department]],
) -> Branch:
    made = (_branch(one.name, one.id, under, below) for one in below.get(id, ()))
    return Branch(name=name, units=tuple(under.get(id, ())), branches=tuple(one for one in made if one.count))


def matching(found: Sequence[Unit], known: Sequence[Department], words: str) -> list[Unit]:
    """The units whose name, street or departments hold every word."""
    by_id = {one.id: one for one in known}

    def text(unit: Unit) -> str:
        names, above = [unit.name, unit.street, unit.city], unit.department_id
        while above in by_id and by_id[above].name not in names:
            names.append(by_id[above].name)
            above = by_id[above].parent_id
        return " ".join(names).casefold()

    return [unit for unit in found if all(word in text(unit) for word in words.casefold().split())]


def all_of_user(conn: sa.Connection, user_id: UUID) -> list[Unit]:
    """Every unit that a person orders for, by name."""
    return units.of_user(conn, user_id, units.BUYER, limit=MOST)


def remember(conn: sa.Connection, user_id: UUID, unit_id: str, now: datetime) -> None:
    """The person orders for it now."""
    row = insert(chosen_units).values(user_id=user_id, unit_id=unit_id, at=now)
    conn.execute(row.on_conflict_do_update(index_elements=["user_id", "unit_id"], set_={"at": now}))


def recent(conn: sa.Connection, user_id: UUID) -> list[Unit]:
    """Those the person ordered for last, the latest first, if they still may."""
    member = (unit_members.c.unit_id == chosen_units.c.unit_id) & (unit_members.c.user_id == user_id)
    wanted = (
        sa.select(units_table.c.id)
        .join(chosen_units, chosen_units.c.unit_id == units_table.c.id)
        .join(unit_members, member & (unit_members.c.role == units.BUYER))
        .where(chosen_units.c.user_id == user_id)
        .order_by(chosen_units.c.at.desc(), units_table.c.id)
        .limit(RECENT)
    )
    return [unit for id in conn.scalars(wanted) if (unit := units.get(conn, id)) is not None]
