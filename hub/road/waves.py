"""A wave: what stands here and goes on a day, planned and kept."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID, uuid4

import sqlalchemy as sa

from gateway.workdays import is_run
from hub import decide, lanes, store
from hub.parcel import Parcel, State
from hub.road import driving, fleet, runs, sites, weekly
from hub.road.distance import Point
from hub.road.planning import SECONDS, Load, Planned, follow_weekly, plan
from hub.road.tables import plans, stops
from hub.road.tables import runs as runs_table
from hub.tables import parcels
from web.figures import LOCAL

FREE, WEEKLY = "free", "weekly"
KINDS = (FREE, WEEKLY)
_LOCK = 7_350_022


def waiting(conn: sa.Connection, day: date, today: date, awaited: bool = False) -> dict[str, list[Parcel]]:
    """The boxes of each unit that should go that day: they stand here, and no run has begun with them.

    With `awaited` also those announced for that very day. A parcel without a day goes on its unit's weekdays.
    """
    days = lanes.weekdays(conn)
    chosen = decide.boxes(store.find(conn, _wanted(day, today, awaited)))
    found: dict[str, list[Parcel]] = {}
    for parcel in chosen:
        mine = days.get(parcel.unit_id or "", ())
        if parcel.unit_id and (parcel.delivery_day or not mine or is_run(day, mine)):
            found.setdefault(parcel.unit_id, []).append(parcel)
    return found


def loads_of(conn: sa.Connection, day: date, goods: dict[str, list[Parcel]]) -> list[Load]:
    """The units' goods as the planner takes them."""
    known = {site.unit_id: site for site in sites.find(conn)}
    return [
        load_of(known[unit_id], len(mine), day)
        if unit_id in known
        else Load(unit_id=unit_id, name=mine[0].unit_name or unit_id, place=None, parcels=len(mine))
        for unit_id, mine in sorted(goods.items())
    ]


def make(
    engine: sa.Engine,
    day: date,
    kind: str,
    who: str,
    now: datetime,
    hub: Point,
    *,
    awaited: bool = False,
    seconds: float = SECONDS,
) -> tuple[UUID, Planned]:
    """Plans the day anew: what was planned and not begun is replaced. The plan's id, and what was planned.

    The search runs outside the transaction. Raises ValueError for a kind that is none.
    """
    if kind not in KINDS:
        raise ValueError(f"a day is planned {' or '.join(KINDS)}; found {kind!r}")
    with engine.connect() as conn:
        goods = waiting(conn, day, now.astimezone(LOCAL).date(), awaited)
        loads = loads_of(conn, day, goods)
        busy = _busy(conn, day)
        vans = [van for van in fleet.vans(conn) if van.id not in busy]
        fixed = weekly.of_day(conn, day, busy) if kind == WEEKLY else []
    planned = plan(loads, vans, hub, seconds=seconds) if kind == FREE else follow_weekly(loads, fixed, hub)
    with engine.begin() as conn:
        conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        return _keep(conn, day, kind, who, now, planned, goods), planned


def undo(conn: sa.Connection, day: date, who: str, now: datetime) -> int:
    """Takes the day's plan back; how many runs that were. What is being loaded stays."""
    conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    return runs.discard(conn, day, who, now)


def _keep(
    conn: sa.Connection,
    day: date,
    kind: str,
    who: str,
    now: datetime,
    planned: Planned,
    goods: dict[str, list[Parcel]],
) -> UUID:
    runs.discard(conn, day, who, now)
    plan_id = uuid4()
    left = [
        {"unit_id": one.load.unit_id, "name": one.load.name, "parcels": one.load.parcels, "why": one.why.value}
        for one in planned.left
    ]
    conn.execute(plans.insert().values(id=plan_id, day=day, kind=kind, made_at=now, made_by=who, left=left))
    free = _still_free(conn, [one.id for mine in goods.values() for one in mine], day, now.astimezone(LOCAL).date())
    carried = {unit: [parcel.id for parcel in mine if parcel.id in free] for unit, mine in goods.items()}
    runs.store(conn, day, planned.drives, carried, who, now, plan_id)
    return plan_id


def _still_free(conn: sa.Connection, ids: Collection[UUID], day: date, today: date) -> set[UUID]:
    """Somebody may have begun to load another run while the search ran."""
    return set(conn.scalars(sa.select(parcels.c.id).where(parcels.c.id.in_(ids), _free(day, today))))


def _wanted(day: date, today: date, awaited: bool) -> sa.ColumnElement[bool]:
    due = (parcels.c.delivery_day <= day) | parcels.c.delivery_day.is_(None)
    chosen = (parcels.c.state == State.RECEIVED.value) & due
    if awaited:
        chosen |= (parcels.c.state == State.EXPECTED.value) & (parcels.c.delivery_day == day)
    return chosen & _free(day, today)


def _free(day: date, today: date) -> sa.ColumnElement[bool]:
    """On no run, on one of that day that has not begun, left behind by one that has gone, or on one nobody drove."""
    ahead = (runs_table.c.state == runs.PLANNED) & (runs_table.c.day != day) & (runs_table.c.day >= today)
    held = (
        sa.select(stops.c.id)
        .join(runs_table, runs_table.c.id == stops.c.run_id)
        .where(stops.c.id == parcels.c.stop_id, (runs_table.c.state == runs.LOADING) | ahead)
    )
    return ~held.exists()


def _busy(conn: sa.Connection, day: date) -> set[str]:
    """The vehicles whose run of that day has begun."""
    begun = runs_table.c.state.in_([runs.LOADING, runs.OUT])
    return set(conn.scalars(sa.select(runs_table.c.vehicle_id).where(runs_table.c.day == day, begun)))


def load_of(site: sites.Site, count: int, day: date) -> Load:
    """So many parcels for a unit, on that day."""
    given = {"opens": driving.clock(site.opens)} if site.opens else {}
    given |= {"closes": driving.clock(site.closes)} if site.closes else {}
    return Load(
        unit_id=site.unit_id,
        name=site.name,
        place=site.place,
        parcels=count,
        cold=site.cold,
        minutes=site.minutes,
        closed=site.is_closed(day),
        **given,
    )
