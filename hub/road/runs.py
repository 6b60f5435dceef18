"""Runs and stops as they are kept: a plan is stored, looked up, and taken back while nothing is loaded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import sqlalchemy as sa

from hub.parcel import Parcel
from hub.road.driving import Drive
from hub.road.tables import plans, runs, stops
from hub.tables import facts, parcels
from web.figures import LOCAL

PLANNED, LOADING, OUT, HOME = "planned", "loading", "out", "home"


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """One unit on a run; `km` from the stop before. `state` is open, handed or failed."""

    id: UUID
    run_id: UUID
    position: int
    unit_id: str
    arrives_at: datetime
    km: float
    state: str = "open"
    reason: str | None = None
    done_at: datetime | None = None


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One drive from the hub and back; its stops in their order. `state` is planned, loading, out or home."""

    id: UUID
    day: date
    name: str
    vehicle_id: str
    state: str
    starts_at: datetime
    ends_at: datetime
    km: float
    made_at: datetime
    made_by: str
    driver_id: UUID | None = None
    left_at: datetime | None = None
    home_at: datetime | None = None
    plan_id: UUID | None = None
    stops: tuple[Stop, ...] = ()


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """When and how a day was planned; `left` says of each unit that did not fit: unit_id, name, parcels, why."""

    id: UUID
    day: date
    kind: str
    made_at: datetime
    made_by: str
    left: tuple[dict[str, Any], ...] = ()
    undone_at: datetime | None = None


def get(conn: sa.Connection, run_id: UUID, lock: bool = False) -> Run | None:
    """The run with its stops, or None. `lock` keeps others from changing it meanwhile."""
    wanted = sa.select(runs).where(runs.c.id == run_id)
    found = conn.execute(wanted.with_for_update() if lock else wanted).first()
    return _with_stops(conn, [found])[0] if found else None


def find(conn: sa.Connection, where: sa.ColumnElement[bool]) -> list[Run]:
    """The runs that match, in the order they leave."""
    rows = conn.execute(sa.select(runs).where(where).order_by(runs.c.day, runs.c.starts_at, runs.c.name, runs.c.id))
    return _with_stops(conn, rows.all())


def of_day(conn: sa.Connection, day: date) -> list[Run]:
    """The day's runs in the order they leave."""
    return find(conn, runs.c.day == day)


def plan_of(conn: sa.Connection, day: date) -> Plan | None:
    """The day's plan that holds."""
    wanted = sa.select(plans).where(plans.c.day == day, plans.c.undone_at.is_(None)).order_by(plans.c.made_at.desc())
    row = conn.execute(wanted.limit(1)).first()
    return msgspec.convert(facts(row), Plan, strict=False) if row else None


def by_stop(conn: sa.Connection, stop_ids: Collection[UUID]) -> dict[UUID, list[Parcel]]:
    """The parcels that are planned for, or went to, these stops; every stop has its list."""
    found: dict[UUID, list[Parcel]] = {stop_id: [] for stop_id in stop_ids}
    rows = conn.execute(sa.select(parcels).where(parcels.c.stop_id.in_(stop_ids)).order_by(parcels.c.key))
    for row in rows:
        found[row.stop_id].append(msgspec.convert(facts(row), Parcel))
    return found


def moment(day: date, seconds: int) -> datetime:
    """So many seconds after midnight by the clock on the wall."""
    return (datetime.combine(day, time()) + timedelta(seconds=seconds)).replace(tzinfo=LOCAL)


def seconds_of(at: datetime) -> int:
    """The seconds after midnight that the clock on the wall shows."""
    local = at.astimezone(LOCAL)
    return local.hour * 3600 + local.minute * 60 + local.second


def store(
    conn: sa.Connection,
    day: date,
    drives: Sequence[Drive],
    carried: Mapping[str, Sequence[UUID]],
    who: str,
    now: datetime,
    plan_id: UUID | None = None,
) -> list[UUID]:
    """Keeps the drives as runs with stops, and plans the parcels for them; the runs' ids.

    `carried` are the parcels of each unit: a unit that is driven to several times gets as many each time as planned.
    """
    waiting = {unit: list(ids) for unit, ids in carried.items()}
    made = []
    for drive in drives:
        run_id = uuid4()
        conn.execute(runs.insert().values(id=run_id, **_run(day, drive), made_at=now, made_by=who, plan_id=plan_id))
        rows = _stops(run_id, day, drive)
        conn.execute(stops.insert(), rows)
        for row, call in zip(rows, drive.calls, strict=True):
            mine, waiting[row["unit_id"]] = _parted(waiting.get(row["unit_id"], []), call.load.parcels)
            conn.execute(parcels.update().where(parcels.c.id.in_(mine)).values(stop_id=row["id"]))
        made.append(run_id)
    return made


def retime(conn: sa.Connection, run: Run, drive: Drive, order: Sequence[UUID]) -> None:
    """The run's stops in a new order with their new times."""
    values = {key: value for key, value in _run(run.day, drive).items() if key in ("starts_at", "ends_at", "km")}
    conn.execute(runs.update().where(runs.c.id == run.id).values(**values))
    for place, (stop_id, call) in enumerate(zip(order, drive.calls, strict=True), start=1):
        changed = {"position": place, "arrives_at": moment(run.day, call.at), "km": round(call.km, 1)}
        conn.execute(stops.update().where(stops.c.id == stop_id).values(**changed))


def renumber(conn: sa.Connection, order: Sequence[UUID]) -> None:
    """Places from 1 in this order."""
    for place, stop_id in enumerate(order, start=1):
        conn.execute(stops.update().where(stops.c.id == stop_id).values(position=place))


def discard(conn: sa.Connection, day: date, who: str, now: datetime) -> int:
    """Takes back what is planned for the day and not begun; how many runs that were. Their parcels are free again."""
    gone = conn.execute(runs.delete().where(runs.c.day == day, runs.c.state == PLANNED)).rowcount
    kept = sa.select(runs.c.plan_id).where(runs.c.plan_id == plans.c.id).exists()
    ended = plans.update().where(plans.c.day == day, plans.c.undone_at.is_(None), ~kept)
    conn.execute(ended.values(undone_at=now, undone_by=who))
    return gone


def _run(day: date, drive: Drive) -> dict[str, Any]:
    named = drive.name or (f"{drive.van.name} ({drive.trip})" if drive.trip > 1 else drive.van.name)
    return {
        "day": day,
        "name": named,
        "vehicle_id": drive.van.id,
        "state": PLANNED,
        "starts_at": moment(day, drive.starts),
        "ends_at": moment(day, drive.ends),
        "km": round(drive.km, 1),
    }


def _stops(run_id: UUID, day: date, drive: Drive) -> list[dict[str, Any]]:
    return [
        {
            "id": uuid4(),
            "run_id": run_id,
            "position": place,
            "unit_id": call.load.unit_id,
            "arrives_at": moment(day, call.at),
            "km": round(call.km, 1),
        }
        for place, call in enumerate(drive.calls, start=1)
    ]


def _parted(ids: list[UUID], count: int) -> tuple[list[UUID], list[UUID]]:
    return ids[:count], ids[count:]


def _with_stops(conn: sa.Connection, rows: Sequence[sa.Row[Any]]) -> list[Run]:
    mine = sa.select(stops).where(stops.c.run_id.in_([row.id for row in rows])).order_by(stops.c.position)
    found: dict[UUID, list[Stop]] = {}
    for row in conn.execute(mine):
        found.setdefault(row.run_id, []).append(msgspec.convert(facts(row), Stop, strict=False))
    return [msgspec.convert(facts(row) | {"stops": found.get(row.id, [])}, Run, strict=False) for row in rows]
