"""Where a unit's parcels stand until the van leaves, and which weekdays that is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.workdays import runs_after
from hub.tables import facts, unit_lanes

_PLACES_PER_ROW = 12
_LOCK = 7_350_008


class Lane(msgspec.Struct, frozen=True, kw_only=True):
    """A unit's place on the floor, `B4`; `weekdays` are ISO numbers, empty where no run is planned yet."""

    unit_id: str
    lane: str
    weekdays: tuple[int, ...] = ()


def lane_name(place: int) -> str:
    """The name of the n-th place (from 0): A1 … A12, B1 … Z12, AA1 …"""
    row, column = divmod(place, _PLACES_PER_ROW)
    letters = ""
    while row >= 0:
        letters = chr(ord("A") + row % 26) + letters
        row = row // 26 - 1
    return f"{letters}{column + 1}"


def lane_of(conn: sa.Connection, unit_id: str) -> Lane:
    """The unit's lane; a unit that is new to the hub gets the first free one and keeps it."""
    found = _find(conn, unit_id)
    if found is None:
        plan(conn, unit_id)
        found = _find(conn, unit_id)
        assert found is not None
    return found


def weekdays(conn: sa.Connection) -> dict[str, tuple[int, ...]]:
    """The delivery weekdays of every unit that has a lane."""
    return {
        unit_id: tuple(days) for unit_id, days in conn.execute(sa.select(unit_lanes.c.unit_id, unit_lanes.c.weekdays))
    }


def plan(conn: sa.Connection, unit_id: str, weekdays: Collection[int] = (), lane: str | None = None) -> None:
    """Gives a unit its lane and delivery weekdays; without `lane` it keeps its own or gets the first free one."""
    # Two advices for new units at the same moment must not be given the same place.
    conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    known = _find(conn, unit_id)
    chosen = lane or (known.lane if known else _first_free(conn))
    days = sorted(weekdays) or list(known.weekdays if known else ())
    row = insert(unit_lanes).values(unit_id=unit_id, lane=chosen, weekdays=days)
    conn.execute(row.on_conflict_do_update(index_elements=["unit_id"], set_={"lane": chosen, "weekdays": days}))


def next_delivery(weekdays: Collection[int], today: date, wished: date | None = None) -> date | None:
    """The wished day if it is not past, else the first run after today; None where neither is known."""
    if wished is not None and wished >= today:
        return wished
    return next(runs_after(today, weekdays), None)


def _find(conn: sa.Connection, unit_id: str) -> Lane | None:
    row = conn.execute(sa.select(unit_lanes).where(unit_lanes.c.unit_id == unit_id)).first()
    return msgspec.convert(facts(row), Lane) if row else None


def _first_free(conn: sa.Connection) -> str:
    taken = set(conn.scalars(sa.select(unit_lanes.c.lane)))
    return next(name for place in range(len(taken) + 1) if (name := lane_name(place)) not in taken)


def names(conn: sa.Connection) -> dict[str, str]:
    """The lane of every unit that has one."""
    return {row.unit_id: row.lane for row in conn.execute(sa.select(unit_lanes.c.unit_id, unit_lanes.c.lane))}
