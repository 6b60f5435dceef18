"""A day's runs: which van takes which units in which order, and what does not fit and why. Pure.

`plan` is free planning; `follow_weekly` keeps to fixed weekly runs. Both give the same `Planned`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from hub.road.distance import Point
from hub.road.driving import Drive, Left, Load, Van, Why, drive, follow, obstacle
from hub.road.solving import solve

SECONDS: Final = 4.0
"""How long free planning searches at most."""


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """The drives in the order they leave, and the goods that stay."""

    drives: tuple[Drive, ...] = ()
    left: tuple[Left, ...] = ()


class Weekly(msgspec.Struct, frozen=True, kw_only=True):
    """A fixed run: its van, and its units in their order. With `reorder` the order is found anew each time."""

    name: str
    van: Van
    units: tuple[str, ...]
    reorder: bool = False


def plan(
    loads: Iterable[Load], vans: Sequence[Van], hub: Point, *, seconds: float = SECONDS, trips: int = 2, seed: int = 1
) -> Planned:
    """Free planning: as much as possible goes, then as cheaply as possible. A van drives at most `trips` times.

    A unit with more than a van takes is driven to several times. `seconds` bounds the search.
    """
    going, left = _possible(loads, vans, hub)
    if not going:
        return Planned(left=tuple(left))
    drives: list[Drive] = []
    for van, tours in solve(going, vans, hub, seconds, trips, seed):
        for made, refused in _in_turn(van, [[going[place] for place in tour] for tour in tours], hub):
            drives += [made] if made else []
            left += refused
    carried = {id(call.load) for one in drives for call in one.calls}
    spoken = {id(one.load) for one in left}
    rest = [load for load in going if id(load) not in carried | spoken]
    left += [Left(load=load, why=_why_stays(load, vans, drives, trips)) for load in rest]
    return Planned(drives=_in_order(drives), left=tuple(left))


def follow_weekly(loads: Iterable[Load], weekly: Sequence[Weekly], hub: Point) -> Planned:
    """The fixed runs with what there is for their units today. A van's second run waits for its first."""
    waiting = {load.unit_id: load for load in loads}
    drives: list[Drive] = []
    left: list[Left] = []
    last: dict[str, Drive] = {}
    for run in weekly:
        mine = [waiting.pop(unit) for unit in run.units if unit in waiting]
        ready, refused = _possible(mine, [run.van], hub, split=False)
        if run.reorder and len(ready) > 1:
            ready = in_best_order(ready, run.van, hub)
        made, more = follow(run.van, ready, hub, last.get(run.van.id))
        left += [*refused, *more]
        if made:
            last[run.van.id] = _day_so_far(last.get(run.van.id), made)
            drives.append(msgspec.structs.replace(made, name=run.name))
    left += [Left(load=load, why=_before_all(load) or Why.NO_RUN) for load in waiting.values()]
    return Planned(drives=_in_order(drives), left=tuple(left))


def totals(planned: Planned) -> Mapping[str, float]:
    """Runs, stops, parcels, kilometres, hours, how full the vans leave, and the parcels that stay."""
    drives = planned.drives
    room = sum(one.van.parcels for one in drives)
    way = sum(one.km for one in drives)
    return {
        "runs": len(drives),
        "stops": sum(len(one.calls) for one in drives),
        "parcels": sum(one.parcels for one in drives),
        "km": round(way, 1),
        "hours": round(sum(one.ends - one.starts for one in drives) / 3600, 1),
        "fill_percent": round(100 * sum(one.parcels for one in drives) / room, 1) if room else 0.0,
        "left_parcels": sum(one.load.parcels for one in planned.left),
    }


def _in_turn(van: Van, tours: Sequence[Sequence[Load]], hub: Point) -> list[tuple[Drive | None, tuple[Left, ...]]]:
    """A van's drives of one day after each other, each timed anew: what the search rounded away is not trusted."""
    found = []
    before: Drive | None = None
    for tour in tours:
        made, refused = follow(van, tour, hub, before)
        found.append((made, refused))
        before = _day_so_far(before, made) if made else before
    return found


def _day_so_far(before: Drive | None, made: Drive) -> Drive:
    """A van's drives as one: begun with the first, ended with the last, driven on one charge."""
    if before is None:
        return made
    return msgspec.structs.replace(made, starts=before.starts, km=before.km + made.km)


def _possible(
    loads: Iterable[Load], vans: Sequence[Van], hub: Point, split: bool = True
) -> tuple[list[Load], list[Left]]:
    """What could go if it were alone, in pieces that fit a van; and what could not."""
    going: list[Load] = []
    left: list[Left] = []
    for load in loads:
        why = _before_all(load)
        hindered = {van.id: _alone(load, van, hub) for van in vans} if why is None else {}
        able = [van.parcels for van in vans if van.id in hindered and hindered[van.id] is None]
        if why is None and not able:
            why = max((one for one in hindered.values() if one), key=list(Why).index, default=Why.NO_VAN)
        if why is not None:
            left.append(Left(load=load, why=why))
        else:
            going += _pieces(load, max(able)) if split else [load]
    return going, left


def _before_all(load: Load) -> Why | None:
    if load.closed:
        return Why.CLOSED
    return Why.UNPLACED if load.place is None else None


def _alone(load: Load, van: Van, hub: Point) -> Why | None:
    if van.parcels < 1:
        return Why.FULL
    why = obstacle(drive(van, [load], hub))
    return None if why is Why.FULL else why


def _pieces(load: Load, most: int) -> list[Load]:
    full, rest = divmod(load.parcels, most)
    sizes = [most] * full + ([rest] if rest else [])
    return [msgspec.structs.replace(load, parcels=size) for size in sizes]


def in_best_order(loads: list[Load], van: Van, hub: Point) -> list[Load]:
    """The fixed run's units in the order that is shortest today; what does not fit comes last."""
    found = [place for _, tours in solve(loads, [van], hub, 1.0, 1, 1) for tour in tours for place in tour]
    return [loads[place] for place in found] + [load for place, load in enumerate(loads) if place not in set(found)]


def _why_stays(load: Load, vans: Sequence[Van], drives: Sequence[Drive], trips: int) -> Why:
    """Full where every van that could take it is; else it is the day that is too short."""
    mine: dict[str, list[Drive]] = defaultdict(list)
    for one in drives:
        mine[one.van.id].append(one)
    for van in vans:
        fits_cold = van.cold or not load.cold
        free = max((van.parcels - one.parcels for one in mine[van.id]), default=van.parcels)
        if fits_cold and (free >= load.parcels or len(mine[van.id]) < trips):
            return Why.NO_TIME
    return Why.FULL


def _in_order(drives: Iterable[Drive]) -> tuple[Drive, ...]:
    return tuple(sorted(drives, key=lambda one: (one.starts, one.van.name)))


__all__ = [
    "SECONDS",
    "Drive",
    "Left",
    "Load",
    "Planned",
    "Van",
    "Weekly",
    "Why",
    "follow_weekly",
    "in_best_order",
    "plan",
    "totals",
]
