"""Fixed weekly runs: a van, a weekday, and units in the order they are driven to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID, uuid4

import msgspec
import sqlalchemy as sa

from gateway.workdays import due_on
from hub.road import fleet
from hub.road.planning import Weekly
from hub.road.tables import weekly_runs, weekly_stops
from hub.tables import facts


class WeeklyRun(msgspec.Struct, frozen=True, kw_only=True):
    """One fixed run; with `reorder` the day's best order is found instead of the kept one."""

    id: UUID
    weekday: int
    name: str
    vehicle_id: str
    reorder: bool = False
    units: tuple[str, ...] = ()


def everyone(conn: sa.Connection) -> list[WeeklyRun]:
    """All fixed runs by weekday and name."""
    return _find(conn, sa.true())


def get(conn: sa.Connection, run_id: UUID) -> WeeklyRun | None:
    """The fixed run, or None."""
    found = _find(conn, weekly_runs.c.id == run_id)
    return found[0] if found else None


def of_day(conn: sa.Connection, day: date, busy: Collection[str] = ()) -> list[Weekly]:
    """A day's runs as the planner takes them, without those of vehicles that are `busy` or out of use.

    Before a public holiday also those of the holiday; on the holiday itself none.
    """
    vans = {van.id: van for van in fleet.vans(conn) if van.id not in busy}
    return [
        Weekly(name=run.name, van=vans[run.vehicle_id], units=run.units, reorder=run.reorder)
        for run in _find(conn, weekly_runs.c.weekday.in_([one.isoweekday() for one in due_on(day)]))
        if run.vehicle_id in vans
    ]


def keep(
    conn: sa.Connection, weekday: int, name: str, vehicle_id: str, reorder: bool = False, run_id: UUID | None = None
) -> UUID:
    """A new fixed run, or new facts about one; its id. Raises IntegrityError where the day has one of that name."""
    values = {"weekday": weekday, "name": name, "vehicle_id": vehicle_id, "reorder": reorder}
    if run_id is not None:
        conn.execute(weekly_runs.update().where(weekly_runs.c.id == run_id).values(**values))
        return run_id
    made = uuid4()
    conn.execute(weekly_runs.insert().values(id=made, **values))
    return made


def order(conn: sa.Connection, run_id: UUID, units: Sequence[str]) -> None:
    """These units, in this order, and no others."""
    conn.execute(weekly_stops.delete().where(weekly_stops.c.run_id == run_id))
    rows = [
        {"run_id": run_id, "unit_id": unit, "position": place}
        for place, unit in enumerate(dict.fromkeys(units), start=1)
    ]
    if rows:
        conn.execute(weekly_stops.insert(), rows)


def remove(conn: sa.Connection, run_id: UUID) -> None:
    """The fixed run is no more; runs that came of it stay."""
    conn.execute(weekly_runs.delete().where(weekly_runs.c.id == run_id))


def moved(units: Sequence[str], unit: str, by: int) -> tuple[str, ...]:
    """The same units with one that many places later, earlier where negative, as far as there is room. Pure."""
    if unit not in units:
        return tuple(units)
    rest = [one for one in units if one != unit]
    place = min(len(rest), max(0, list(units).index(unit) + by))
    return (*rest[:place], unit, *rest[place:])


def _find(conn: sa.Connection, where: sa.ColumnElement[bool]) -> list[WeeklyRun]:
    rows = conn.execute(sa.select(weekly_runs).where(where).order_by(weekly_runs.c.weekday, weekly_runs.c.name)).all()
    mine = sa.select(weekly_stops).where(weekly_stops.c.run_id.in_([row.id for row in rows]))
    units: dict[UUID, list[str]] = {}
    for stop in conn.execute(mine.order_by(weekly_stops.c.position)):
        units.setdefault(stop.run_id, []).append(stop.unit_id)
    return [msgspec.convert(facts(row) | {"units": units.get(row.id, [])}, WeeklyRun) for row in rows]
