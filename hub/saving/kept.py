"""Days and assumptions in the database. Days older than two weeks are settled: counted once and kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from hub.road.distance import Point, km
from hub.road.tables import runs
from hub.saving import rows
from hub.saving.assumptions import ASSUMPTIONS, Chosen, value
from hub.saving.days import Day, count
from hub.saving.tables import saving_assumptions, saving_days
from hub.tables import facts

_LOCK: Final = 7_350_041
SETTLED: Final = timedelta(days=14)
"""What is handed over later than that after its run, or received so long before, moves no figure any more."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """An assumption as somebody has set it; `value` None is the default again."""

    name: str
    value: Decimal | None
    at: datetime
    who: str
    batch: UUID


def changes(conn: sa.Connection) -> dict[str, Change]:
    """The last change of each assumption that was ever changed."""
    table = saving_assumptions
    last = sa.select(table).where(table.c.id.in_(sa.select(sa.func.max(table.c.id)).group_by(table.c.name)))
    return {row.name: msgspec.convert(facts(row), Change) for row in conn.execute(last)}


def chosen(found: Mapping[str, Change]) -> Chosen:
    """The values that differ from their defaults."""
    return {name: change.value for name, change in found.items() if change.value is not None}


def change(conn: sa.Connection, wanted: Mapping[str, Decimal | None], who: str, now: datetime) -> UUID | None:
    """Sets what differs from what is in force, None to the default; the batch for undo, None where nothing differs.

    What was set before stays in the log.
    """
    conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    standing = chosen(changes(conn))
    new = {name: None if one == ASSUMPTIONS[name].value else one for name, one in wanted.items()}
    return _log(conn, {name: one for name, one in new.items() if one != standing.get(name)}, who, now)


def undo(conn: sa.Connection, batch: str, who: str, now: datetime) -> bool:
    """Sets what that batch changed to what it was before; False where the batch is unknown or something came since."""
    conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    table = saving_assumptions
    try:
        mine = list(conn.execute(sa.select(table).where(table.c.batch == UUID(batch))))
    except ValueError:
        return False
    last = {name: one.batch for name, one in changes(conn).items()}
    if not mine or any(last[row.name] != row.batch for row in mine):
        return False
    _log(conn, {row.name: _before(conn, row) for row in mine}, who, now)
    return True


def _before(conn: sa.Connection, row: sa.Row[Any]) -> Decimal | None:
    table = saving_assumptions
    earlier = sa.select(table.c.value).where(table.c.name == row.name, table.c.id < row.id)
    found: Decimal | None = conn.scalar(earlier.order_by(table.c.id.desc()).limit(1))
    return found


def _log(conn: sa.Connection, values: Mapping[str, Decimal | None], who: str, now: datetime) -> UUID | None:
    batch = uuid4()
    told = [{"batch": batch, "name": name, "value": one, "at": now, "who": who} for name, one in values.items()]
    if told:
        conn.execute(saving_assumptions.insert(), told)
    return batch if told else None


def first_day(conn: sa.Connection) -> date | None:
    """The first day there is anything to say of; None before the first run."""
    kept = conn.scalar(sa.select(sa.func.min(saving_days.c.day)))
    driven = conn.scalar(sa.select(sa.func.min(runs.c.day)).where(runs.c.left_at.is_not(None)))
    return min((day for day in (kept, driven) if day), default=None)


def days(conn: sa.Connection, first: date, last: date, values: Chosen, hub: Point, now: datetime) -> list[Day]:
    """Every day from `first` to `last`, counted where it is not kept; what is settled meanwhile is kept from now on."""
    entry_km = value(values, "entry_km")
    found = _kept(conn, first, last, entry_km)
    missing = [day for day in _between(first, last) if day not in found]
    if missing:
        counted = _counted(conn, missing[0], missing[-1], entry_km, hub)
        found |= {day: counted[day] for day in missing}
        keep(conn, [found[day] for day in missing if day < now.date() - SETTLED], entry_km, now)
    return [found[day] for day in sorted(found)]


def keep(conn: sa.Connection, some: Iterable[Day], entry_km: Decimal | None, now: datetime) -> None:
    """Keeps days; a kept one is replaced, unless it was told."""
    given: list[dict[str, Any]] = [
        {"day": one.day, "entry_km": entry_km, "facts": msgspec.to_builtins(one), "counted_at": now} for one in some
    ]
    if given:
        row = insert(saving_days)
        new = {name: row.excluded[name] for name in ("entry_km", "facts", "counted_at")}
        told = saving_days.c.entry_km.is_not(None)
        conn.execute(row.on_conflict_do_update(index_elements=["day"], set_=new, where=told), given)


def _kept(conn: sa.Connection, first: date, last: date, entry_km: Decimal) -> dict[date, Day]:
    same = saving_days.c.entry_km.is_(None) | (saving_days.c.entry_km == entry_km)
    wanted = sa.select(saving_days.c.day, saving_days.c.facts).where(saving_days.c.day.between(first, last), same)
    return {day: msgspec.convert(told, Day, strict=False) for day, told in conn.execute(wanted)}


def _counted(conn: sa.Connection, first: date, last: date, entry_km: Decimal, hub: Point) -> dict[date, Day]:
    """All days of the span from what was received, driven and handed over."""
    places = rows.places(conn)
    drops, driven = rows.drops(conn, first, last), rows.driven(conn, first, last)
    arrived, beside = rows.arrivals(conn, first, last), rows.left_out(conn, first, last)
    return {
        day: count(
            day,
            drops.get(day, ()),
            driven.get(day, ()),
            arrived.get(day, ()),
            places,
            hub,
            entry_km,
            km,
            beside.get(day, 0),
        )
        for day in _between(first, last)
    }


def _between(first: date, last: date) -> Sequence[date]:
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
