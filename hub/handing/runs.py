"""Runs as their driver sees them: the stops in their order, each with its site and its parcels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from hub import decide, store
from hub.parcel import Parcel, State
from hub.road import sites as road_sites
from hub.road.runs import HOME, OUT
from hub.road.sites import Site
from hub.road.tables import runs, sites, stops, vehicles
from hub.tables import facts, parcels
from web.tables import users

_OVERNIGHT = timedelta(days=14)
"""A run that never was said to be home is shown so long."""


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """One stop. `state` is open, handed or failed; `parcels` are boxes, also those already handed over."""

    id: UUID
    run_id: UUID
    position: int
    arrives_at: datetime
    km: Decimal
    state: str
    site: Site
    reason: str | None = None
    done_at: datetime | None = None
    parcels: tuple[Parcel, ...] = ()

    @property
    def on_the_van(self) -> tuple[Parcel, ...]:
        """What can be handed over now."""
        return tuple(parcel for parcel in self.parcels if parcel.state is State.OUT)

    @property
    def delivered(self) -> tuple[Parcel, ...]:
        """What the unit has got."""
        return tuple(parcel for parcel in self.parcels if parcel.state is State.DELIVERED)


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One van's day. `state` is planned, loading, out or home; times as planned but `left_at` and `home_at`."""

    id: UUID
    day: date
    name: str
    van: str
    fuel: str
    cold: bool
    state: str
    starts_at: datetime
    ends_at: datetime
    km: Decimal
    driver_id: UUID | None = None
    driver: str | None = None
    left_at: datetime | None = None
    home_at: datetime | None = None
    stops: tuple[Stop, ...] = ()

    @property
    def done(self) -> int:
        """How many stops are behind the van."""
        return sum(stop.state != "open" for stop in self.stops)

    @property
    def next(self) -> Stop | None:
        """Where to drive now."""
        return next((stop for stop in self.stops if stop.state == "open"), None)

    @property
    def left_over(self) -> tuple[Parcel, ...]:
        """What still is on the van."""
        return tuple(parcel for stop in self.stops for parcel in stop.on_the_van)


def around(conn: sa.Connection, today: date) -> list[Run]:
    """Today's runs and those of other days that never came home, by driver's start."""
    unfinished = (runs.c.state == OUT) & (runs.c.day > today - _OVERNIGHT)
    return _find(conn, (runs.c.day == today) | unfinished)


def get(conn: sa.Connection, run_id: UUID, lock: bool = False) -> Run | None:
    """The run with its stops and parcels, or None. Locked where something is about to be changed on it."""
    if lock:
        conn.execute(sa.select(runs.c.id).where(runs.c.id == run_id).with_for_update())
    return next(iter(_find(conn, runs.c.id == run_id)), None)


def of_stop(conn: sa.Connection, stop_id: UUID, lock: bool = False) -> tuple[Run, Stop] | None:
    """A stop with its run, or None."""
    run_id = conn.scalar(sa.select(stops.c.run_id).where(stops.c.id == stop_id))
    run = get(conn, run_id, lock) if run_id else None
    return next(((run, stop) for stop in run.stops if stop.id == stop_id), None) if run else None


def take(conn: sa.Connection, run_id: UUID, driver_id: UUID) -> None:
    """This person drives it from now on."""
    conn.execute(runs.update().where(runs.c.id == run_id, runs.c.state != HOME).values(driver_id=driver_id))


def mark(conn: sa.Connection, stop_id: UUID, state: str, at: datetime | None, reason: str | None = None) -> None:
    """A stop is handed, failed, or open again."""
    conn.execute(stops.update().where(stops.c.id == stop_id).values(state=state, done_at=at, reason=reason))


def _find(conn: sa.Connection, which: sa.ColumnElement[bool]) -> list[Run]:
    columns = (vehicles.c.name.label("van"), vehicles.c.fuel, vehicles.c.cold, users.c.name.label("driver"))
    wanted = sa.select(runs, *columns).join(vehicles).outerjoin(users, runs.c.driver_id == users.c.id).where(which)
    rows = conn.execute(wanted.order_by(runs.c.starts_at, runs.c.name, runs.c.id)).all()
    under = _stops(conn, [row.id for row in rows])
    return [msgspec.convert(facts(row) | {"stops": under.get(row.id, ())}, Run) for row in rows]


def _stops(conn: sa.Connection, run_ids: Sequence[UUID]) -> dict[UUID, tuple[Stop, ...]]:
    rows = conn.execute(sa.select(stops).where(stops.c.run_id.in_(run_ids)).order_by(stops.c.position)).all()
    places = {site.unit_id: site for site in road_sites.find(conn, sites.c.unit_id.in_({row.unit_id for row in rows}))}
    loads = _loads(conn, [row.id for row in rows])
    found: dict[UUID, tuple[Stop, ...]] = {}
    for row in rows:
        known: dict[str, Any] = facts(row) | {"site": places[row.unit_id], "parcels": loads.get(row.id, ())}
        found[row.run_id] = (*found.get(row.run_id, ()), msgspec.convert(known, Stop))
    return found


def _loads(conn: sa.Connection, stop_ids: Iterable[UUID]) -> dict[UUID, tuple[Parcel, ...]]:
    """The boxes of each stop, pallets left out."""
    found: dict[UUID, tuple[Parcel, ...]] = {}
    for parcel in decide.boxes(store.find(conn, parcels.c.stop_id.in_(list(stop_ids)))):
        if parcel.stop_id is not None:
            found[parcel.stop_id] = (*found.get(parcel.stop_id, ()), parcel)
    return found
