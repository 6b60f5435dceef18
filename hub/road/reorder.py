"""A planned run in another order: the same stops, new times; and what its order runs into."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa

from hub import decide
from hub.road import fleet, runs, sites, waves, weekly
from hub.road.distance import Point
from hub.road.driving import RELOADING, Drive, Load, Why, drive, obstacle
from hub.road.runs import Run


def drive_of(conn: sa.Connection, run: Run, hub: Point) -> Drive | None:
    """The run as the planner sees it; None where a stop has no place any more or the vehicle is gone."""
    return next(iter(drives_in(conn, run, [[stop.id for stop in run.stops]], hub)), None)


def drives_in(conn: sa.Connection, run: Run, orders: Iterable[Sequence[UUID]], hub: Point) -> list[Drive]:
    """The run in each of these orders of its stops; none where a stop has no place any more or the vehicle is gone."""
    vehicle = fleet.get(conn, run.vehicle_id)
    loads = _loads(conn, run)
    if vehicle is None or not loads or any(load.place is None for load in loads.values()):
        return []
    after = _after(conn, run)
    return [drive(vehicle.van, [loads[stop_id] for stop_id in order], hub, after) for order in orders]


def obstacle_of(conn: sa.Connection, run: Run, hub: Point) -> tuple[Why, str] | None:
    """What the run in its present order runs into, and the name of the unit where that is one."""
    made = drive_of(conn, run, hub)
    why = obstacle(made) if made else Why.UNPLACED if run.stops else None
    if why is None:
        return None
    late = next((call.load.name for call in made.calls if call.late), "") if made else ""
    return why, late if why is Why.WINDOW else ""


def move(conn: sa.Connection, run: Run, stop_id: UUID, by: int, hub: Point) -> bool:
    """One stop so many places later, earlier where negative; False where the run has begun or has no such stop."""
    names = [str(stop.id) for stop in run.stops]
    if run.state != runs.PLANNED or str(stop_id) not in names:
        return False
    order = [UUID(one) for one in weekly.moved(names, str(stop_id), by)]
    changed = drives_in(conn, run, [order], hub)
    if not changed:
        return False
    runs.retime(conn, run, changed[0], order)
    return True


def _loads(conn: sa.Connection, run: Run) -> dict[UUID, Load]:
    known = {site.unit_id: site for site in sites.find(conn)}
    mine = runs.by_stop(conn, [stop.id for stop in run.stops])
    return {
        stop.id: waves.load_of(known[stop.unit_id], len(decide.boxes(mine[stop.id])), run.day) for stop in run.stops
    }


def _after(conn: sa.Connection, run: Run) -> int | None:
    """When the vehicle is back from its run before, loaded anew."""
    before = [one for one in runs.of_day(conn, run.day) if one.vehicle_id == run.vehicle_id and one.id != run.id]
    ended = [one.ends_at for one in before if one.starts_at < run.starts_at]
    return runs.seconds_of(max(ended)) + RELOADING if ended else None
