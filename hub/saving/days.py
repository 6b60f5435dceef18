"""What was driven on a day, and what would have been: counted from rows. Pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from random import Random

import msgspec

from hub.road.distance import DETOUR, Point
from hub.saving.rounds import Far, round_km, straight_km

_KM_PER_DEGREE = 111.2
_TENTH = Decimal("0.1")


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run that left: kilometres, what the vehicle takes, what was loaded, and the doors it came to."""

    fuel: str
    km: Decimal
    parcels: int
    loaded: int
    stops: int


class Drop(msgspec.Struct, frozen=True):
    """Goods of one supplier that our run handed over at one unit."""

    supplier_id: str
    unit_id: str
    parcels: int


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """A day's facts. All but `left_out` are of the same goods on both sides.

    `doors` counts suppliers at units, had they driven themselves; `stops` our stops; `arrivals` suppliers at the hub.
    `round_km` is suppliers' shortest driving, one round each; `straight_km` there and back to each unit; `hub_km` their
    driving to the hub and back, had they nothing else on the way. `left_out` counts parcels that were handed over
    without a planned run, or at a unit that nobody has placed.
    """

    day: date
    parcels: int = 0
    doors: int = 0
    arrivals: int = 0
    stops: int = 0
    runs: int = 0
    room: int = 0
    loaded: int = 0
    km: dict[str, Decimal] = {}
    round_km: Decimal = Decimal(0)
    straight_km: Decimal = Decimal(0)
    hub_km: Decimal = Decimal(0)
    left_out: int = 0


def entry(supplier_id: str, hub: Point, away: float) -> Point:
    """Where a supplier's round begins: so many road kilometres from the hub, in a direction of its own."""
    turn = Random(f"entry {supplier_id}").uniform(0, 2 * math.pi)  # noqa: S311 - an assumption, the same every time
    degrees = away / DETOUR / _KM_PER_DEGREE
    east = degrees * math.sin(turn) / math.cos(math.radians(hub[0]))
    return hub[0] + degrees * math.cos(turn), hub[1] + east


def count(
    day: date,
    drops: Iterable[Drop],
    runs: Iterable[Run],
    arrivals: Collection[str],
    places: Mapping[str, Point],
    hub: Point,
    entry_km: Decimal,
    far: Far,
    left_out: int = 0,
) -> Day:
    """The day of these goods and runs. `arrivals` names the suppliers who came to the hub that day."""
    units: dict[str, list[str]] = {}
    parcels = 0
    for drop in drops:
        units.setdefault(drop.supplier_id, []).append(drop.unit_id)
        parcels += drop.parcels
    out = list(runs)
    alone = [_alone(one, {places[unit] for unit in mine}, hub, entry_km, far) for one, mine in units.items()]
    return Day(
        day=day,
        parcels=parcels,
        doors=sum(len(set(mine)) for mine in units.values()),
        arrivals=len(arrivals),
        stops=sum(run.stops for run in out),
        runs=len(out),
        room=sum(run.parcels for run in out),
        loaded=sum(run.loaded for run in out),
        km=_by_fuel(out),
        round_km=_tenths(sum(one[0] for one in alone)),
        straight_km=_tenths(sum(one[1] for one in alone)),
        hub_km=2 * entry_km * len(arrivals),
        left_out=left_out,
    )


def _alone(supplier_id: str, points: Collection[Point], hub: Point, entry_km: Decimal, far: Far) -> tuple[float, float]:
    start, ordered = entry(supplier_id, hub, float(entry_km)), sorted(points)
    return round_km(start, ordered, far), straight_km(start, ordered, far)


def _by_fuel(runs: Iterable[Run]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for run in runs:
        found[run.fuel] = found.get(run.fuel, Decimal(0)) + run.km
    return found


def _tenths(way: float) -> Decimal:
    return Decimal(way).quantize(_TENTH)
