"""Days of invented goods, driven out by the hub's own planner. Pure.

Each day is planned freely by `hub.road.planning.plan`, by all its rules, but with a search that is cut short: a year
has 250 days. That gives a little longer runs than the hub would drive, so the saving is told too small rather than too
large; `bench.year` says how much, on sample days that are searched for as long as the hub does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import msgspec

from hub import lanes
from hub.road.distance import Point, km
from hub.road.planning import Drive, Load, Van, plan
from hub.saving.days import Day, Drop, Run, count
from hub.saving.invented import Goods, Unit

SHORT: Final = 0.05
"""Seconds of search for a day."""
_TENTH = Decimal("0.1")
_Waiting = dict[str, list[Goods]]
"""By unit."""


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """One day: its facts, the loads that wanted to go, the drives, and the parcels that had to wait."""

    day: Day
    loads: tuple[Load, ...]
    drives: tuple[Drive, ...]
    waited: int = 0


def play(
    goods: Iterable[Goods],
    units: Sequence[Unit],
    vans: Sequence[Van],
    hub: Point,
    entry_km: Decimal,
    seconds: float = SHORT,
) -> Iterator[Played]:
    """Every day from the first goods until the last are out.

    Goods that come today go on the unit's next day; what then does not fit, on the one after it.
    """
    known = {unit.load.unit_id: unit for unit in units}
    due: dict[date, _Waiting] = {}
    arrivals: dict[date, set[str]] = {}
    for one in goods:
        arrivals.setdefault(one.comes, set()).add(one.supplier_id)
        _put(due, known[one.unit_id], one, one.comes)
    day = min(arrivals, default=None)
    while day is not None and (due or day <= max(arrivals)):
        waiting = due.pop(day, {})
        loads = tuple(_load(known[unit], some) for unit, some in waiting.items())
        drives = plan(loads, vans, hub, seconds=seconds).drives if loads else ()
        handed, waited = _shared(waiting, drives)
        for one in waited:
            _put(due, known[one.unit_id], one, day)
        facts = _counted(day, drives, handed, arrivals.get(day, set()), known, hub, entry_km)
        yield Played(day=facts, loads=loads, drives=drives, waited=sum(one.parcels for one in waited))
        day += timedelta(days=1)


def _put(due: dict[date, _Waiting], unit: Unit, one: Goods, after: date) -> None:
    going = lanes.next_delivery(unit.weekdays, after)
    if going is None:
        raise ValueError(f"{unit.load.unit_id} has no delivery day")
    due.setdefault(going, {}).setdefault(one.unit_id, []).append(one)


def _load(unit: Unit, some: Iterable[Goods]) -> Load:
    return msgspec.structs.replace(unit.load, parcels=sum(one.parcels for one in some))


def _shared(waiting: _Waiting, drives: Iterable[Drive]) -> tuple[list[Goods], list[Goods]]:
    """The goods that were on the drives, and those that wait."""
    carried: dict[str, int] = {}
    for drive in drives:
        for call in drive.calls:
            carried[call.load.unit_id] = carried.get(call.load.unit_id, 0) + call.load.parcels
    handed: list[Goods] = []
    waits: list[Goods] = []
    for unit, some in waiting.items():
        room = carried.get(unit, 0)
        for one in some:
            taken = min(one.parcels, room)
            room -= taken
            handed += [msgspec.structs.replace(one, parcels=taken)] if taken else []
            waits += [msgspec.structs.replace(one, parcels=one.parcels - taken)] if taken < one.parcels else []
    return handed, waits


def _counted(
    day: date,
    drives: Iterable[Drive],
    handed: Iterable[Goods],
    arrivals: set[str],
    known: Mapping[str, Unit],
    hub: Point,
    entry_km: Decimal,
) -> Day:
    places = {unit_id: unit.load.place or hub for unit_id, unit in known.items()}
    drops = [Drop(one.supplier_id, one.unit_id, one.parcels) for one in handed]
    return count(day, drops, [_run(drive) for drive in drives], arrivals, places, hub, entry_km, km)


def _run(drive: Drive) -> Run:
    return Run(
        fuel=drive.van.fuel,
        km=Decimal(drive.km).quantize(_TENTH),
        parcels=drive.van.parcels,
        loaded=drive.parcels,
        stops=len(drive.calls),
    )
