"""Stops that a person moves between a day's planned runs, and goods put on one: where the way grows least."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

import msgspec
import sqlalchemy as sa

from hub.parcel import Parcel
from hub.road import reorder, runs, waves
from hub.road.distance import Point
from hub.road.driving import Load, Why
from hub.road.runs import Plan, Run, Stop
from hub.road.tables import runs as runs_table
from hub.road.tables import stops
from hub.tables import parcels


class Resting(msgspec.Struct, frozen=True, kw_only=True):
    """A unit whose goods are on no run of the day. `why` is the planner's word, empty for what came after the plan.

    What `goes` stands here and can be put on a run.
    """

    unit_id: str
    name: str
    parcels: int
    why: str = ""
    goes: bool = False


def resting(plan: Plan | None, kept: Sequence[Run], loads: Sequence[Load]) -> list[Resting]:
    """What the plan left and what came later, by name; `loads` are goods that stand here and are on no run. Pure."""
    told = {one["unit_id"]: one for one in (plan.left if plan else ())}
    served = {stop.unit_id for run in kept for stop in run.stops}
    here = {load.unit_id for load in loads}
    found = []
    for load in loads:
        unable = _unable(load)
        why = unable or told.get(load.unit_id, {}).get("why", "")
        found.append(Resting(unit_id=load.unit_id, name=load.name, parcels=load.parcels, why=why, goes=not unable))
    found += [msgspec.convert(one, Resting) for unit, one in told.items() if unit not in served and unit not in here]
    return sorted(found, key=lambda one: (one.name, one.unit_id))


def on_no_run(conn: sa.Connection, day: date, today: date, kept: Sequence[Run]) -> dict[str, list[Parcel]]:
    """The boxes of each unit that should go that day and are on none of its runs."""
    planned = {stop.id for run in kept for stop in run.stops}
    waiting = waves.waiting(conn, day, today).items()
    free = {unit: [one for one in mine if one.stop_id not in planned] for unit, mine in waiting}
    return {unit: mine for unit, mine in free.items() if mine}


def _unable(load: Load) -> Why | None:
    """What no person can change by putting it on a run."""
    return Why.CLOSED if load.closed else Why.UNPLACED if load.place is None else None


def others(conn: sa.Connection, run: Run) -> list[Run]:
    """The day's other runs that have not begun."""
    return [one for one in runs.of_day(conn, run.day) if one.id != run.id and one.state == runs.PLANNED]


def give(conn: sa.Connection, run_id: UUID, stop_id: UUID, to: UUID | None, hub: Point) -> bool:
    """One stop with its parcels to another run of the day, or off all of them; a run without stops is no more.

    False where nothing was changed: a run has begun, is of another day or gone, or the stop is.
    """
    both = {one.id: one for one in (_locked(conn, run_id) for run_id in sorted({run_id, to or run_id})) if one}
    source, target = both.get(run_id), both.get(to) if to else None
    stop = next((one for one in source.stops if one.id == stop_id), None) if source else None
    if source is None or stop is None or source is target or (to and (target is None or target.day != source.day)):
        return False
    same = _at(target, stop.unit_id) if target else None
    if same is not None:
        conn.execute(parcels.update().where(parcels.c.stop_id == stop_id).values(stop_id=same.id))
    if target is None or same is not None:
        conn.execute(stops.delete().where(stops.c.id == stop_id))
    else:
        last = {"run_id": target.id, "position": len(target.stops) + 1}
        conn.execute(stops.update().where(stops.c.id == stop_id).values(**last))
    _settle(conn, source.id, hub)
    if target is not None:
        _settle(conn, target.id, hub, None if same else stop_id)
    return True


def add(conn: sa.Connection, run_id: UUID, unit_id: str, today: date, hub: Point) -> bool:
    """What waits for the unit that day and is on no run of it goes with this one; False where there is nothing."""
    run = _locked(conn, run_id)
    if run is None:
        return False
    free = on_no_run(conn, run.day, today, runs.of_day(conn, run.day)).get(unit_id, [])
    if not free or any(_unable(load) for load in waves.loads_of(conn, run.day, {unit_id: free})):
        return False
    same = _at(run, unit_id)
    stop_id = same.id if same else uuid4()
    if same is None:
        facts = {"position": len(run.stops) + 1, "unit_id": unit_id, "arrives_at": run.starts_at, "km": 0}
        conn.execute(stops.insert().values(id=stop_id, run_id=run.id, **facts))
    conn.execute(parcels.update().where(parcels.c.id.in_([one.id for one in free])).values(stop_id=stop_id))
    _settle(conn, run.id, hub, None if same else stop_id)
    return True


def _locked(conn: sa.Connection, run_id: UUID) -> Run | None:
    run = runs.get(conn, run_id, lock=True)
    return run if run and run.state == runs.PLANNED else None


def _at(run: Run, unit_id: str) -> Stop | None:
    return next((one for one in run.stops if one.unit_id == unit_id), None)


def _settle(conn: sa.Connection, run_id: UUID, hub: Point, new: UUID | None = None) -> None:
    """The run's stops in their order with new times, `new` where the way grows least; without stops it is no more."""
    run = runs.get(conn, run_id)
    if run is None or not run.stops:
        conn.execute(runs_table.delete().where(runs_table.c.id == run_id))
        return
    order = [stop.id for stop in run.stops if stop.id != new]
    tried = [[*order[:place], new, *order[place:]] for place in range(len(order) + 1)] if new else [order]
    drives = zip(reorder.drives_in(conn, run, tried, hub), tried, strict=False)
    best = min(drives, key=lambda found: (sum(call.late for call in found[0].calls), found[0].km), default=None)
    if best:
        runs.retime(conn, run, *best)
    else:  # a place that nobody knows any more
        runs.renumber(conn, tried[-1])
