"""One van's drive over units in a given order: when it is where, and what stands in its way. Pure.

Times are seconds since local midnight, lengths of time seconds unless the name says minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import time
from enum import StrEnum
from itertools import pairwise
from typing import Final

import msgspec

from hub.road.distance import Point, km, minutes

DAY: Final = 24 * 3600
RELOADING: Final = 30 * 60
"""From back at the hub until gone again with the next load."""


class Why(StrEnum):
    """Why a unit's goods do not go; the later ones were nearer to going."""

    CLOSED = "closed"
    UNPLACED = "unplaced"
    NO_RUN = "no_run"
    NO_VAN = "no_van"
    NO_COLD = "no_cold"
    TOO_FAR = "too_far"
    WINDOW = "window"
    TOO_LONG = "too_long"
    FULL = "full"
    NO_TIME = "no_time"


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What one unit gets. `opens` and `closes` bound its being handed over; `minutes` are needed at the door."""

    unit_id: str
    name: str
    place: Point | None
    parcels: int
    cold: bool = False
    opens: int = 0
    closes: int = DAY
    minutes: int = 6
    closed: bool = False


class Van(msgspec.Struct, frozen=True, kw_only=True):
    """`parcels` it takes, `range_km` on one charge (None: no question), `minutes` from hub to hub in a driver's day."""

    id: str
    name: str
    parcels: int
    starts: int
    minutes: int
    fuel: str = "electric"
    cold: bool = False
    range_km: int | None = None


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One stop: begins `at`, after `km` from the stop before; `late` is how long after it had to begin."""

    load: Load
    at: int
    km: float
    waits: int = 0
    late: int = 0


class Drive(msgspec.Struct, frozen=True, kw_only=True):
    """From the hub and back. A van's second drive of a day has `trip` 2; a fixed run has a `name`."""

    van: Van
    calls: tuple[Call, ...]
    starts: int
    ends: int
    km: float
    trip: int = 1
    name: str = ""

    @property
    def parcels(self) -> int:
        """How many it carries when it leaves."""
        return sum(call.load.parcels for call in self.calls)


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """A unit's goods that stay, and why."""

    load: Load
    why: Why


def clock(at: time) -> int:
    """A time of day as seconds since midnight."""
    return at.hour * 3600 + at.minute * 60 + at.second


def seconds(way: float) -> int:
    """How long so many kilometres take, rounded up."""
    return int(minutes(way) * 60) + 1


def drive(van: Van, loads: Sequence[Load], hub: Point, after: int | None = None, trip: int = 1) -> Drive:
    """The timetable of that order; every load has a place. It leaves as late as costs nothing, to wait nowhere."""
    earliest = van.starts if after is None else after
    ways = _ways(loads, hub)
    first = _forward(loads, ways, earliest)
    leaves = max(earliest, min(_latest(loads, ways), earliest + sum(call.waits for call in first)))
    calls = _forward(loads, ways, leaves)
    last = calls[-1].at + calls[-1].load.minutes * 60 + seconds(ways[-1])
    return Drive(van=van, calls=calls, starts=leaves, ends=last, km=sum(ways), trip=trip)


def obstacle(planned: Drive, before_km: float = 0, begun: int | None = None) -> Why | None:
    """What makes a drive impossible, None where it can be driven.

    `before_km` were driven on the same charge, and the driver's day has `begun` with an earlier drive.
    """
    van, calls = planned.van, planned.calls
    if any(call.load.cold for call in calls) and not van.cold:
        return Why.NO_COLD
    if van.range_km is not None and before_km + planned.km > van.range_km:
        return Why.TOO_FAR
    if any(call.late for call in calls):
        return Why.WINDOW
    if planned.ends - (planned.starts if begun is None else begun) > van.minutes * 60 or planned.ends > DAY:
        return Why.TOO_LONG
    return Why.FULL if planned.parcels > van.parcels else None


def follow(
    van: Van, loads: Iterable[Load], hub: Point, before: Drive | None = None
) -> tuple[Drive | None, tuple[Left, ...]]:
    """The drive in just that order, without the units that would make it impossible."""
    taken: list[Load] = []
    made: Drive | None = None
    left: list[Left] = []
    after, begun = (before.ends + RELOADING, before.starts) if before else (None, None)
    for load in loads:
        tried = drive(van, [*taken, load], hub, after, before.trip + 1 if before else 1)
        why = obstacle(tried, before.km if before else 0, begun)
        if why is None:
            taken, made = [*taken, load], tried
        else:
            left.append(Left(load=load, why=why))
    return made, tuple(left)


def _ways(loads: Sequence[Load], hub: Point) -> list[float]:
    places = [hub, *(load.place or hub for load in loads), hub]
    return [km(here, there) for here, there in pairwise(places)]


def last_start(load: Load) -> int:
    """When handing over must have begun for the unit to close on time."""
    return max(load.opens, load.closes - load.minutes * 60)


def _forward(loads: Sequence[Load], ways: Sequence[float], leaves: int) -> tuple[Call, ...]:
    calls, clock = [], leaves
    for load, way in zip(loads, ways, strict=False):
        arrives = clock + seconds(way)
        at = max(arrives, load.opens)
        late = max(0, at - last_start(load))
        calls.append(Call(load=load, at=at, km=way, waits=at - arrives, late=late))
        clock = at + load.minutes * 60
    return tuple(calls)


def _latest(loads: Sequence[Load], ways: Sequence[float]) -> int:
    """The latest leaving with which nobody is kept waiting past its time."""
    limit = DAY
    for load, way in reversed(list(zip(loads, ways, strict=False))):
        limit = min(last_start(load), limit - load.minutes * 60) - seconds(way)
    return limit
