"""Who drives where in which order, by PyVRP: iterated local search over optional visits with prizes. Pure.

What it minimises is money, in units of about 1.4 öre: a driver's second costs 8 (400 kr an hour), a step of ten metres
by its fuel (3 kr an electric kilometre to 6 kr a diesel one), a van that is taken out 300 kr. A visit's prize is
more than any way to it can cost, so that nothing stays for cheapness' sake.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pyvrp import Model, PenaltyParams, Route, SolveParams
from pyvrp.stop import MaxRuntime, MultipleCriteria, NoImprovement

from hub.road.distance import Point, km
from hub.road.driving import DAY, RELOADING, Load, Van, last_start, seconds

Tours = tuple[Van, list[list[int]]]
"""A van with its drives, each a list of places in the given loads."""

_STEP_KM: Final = 0.01
_SECOND: Final = 8
_STEP: Final = {"electric": 2, "biogas": 3, "hvo": 4, "diesel": 5}
_VAN: Final = 21_600
_PRIZE, _PRIZE_PER_PARCEL = 600_000, 2_000
_MAX_PENALTY: Final = 1_000_000


def solve(loads: Sequence[Load], vans: Sequence[Van], hub: Point, limit: float, trips: int, seed: int) -> list[Tours]:
    """The best found within `limit` seconds, or until long nothing better came; the same for the same `seed`.

    Every load has a place. Each van goes at most `trips` times, with time to load between.
    """
    model = _model(loads, vans, hub, trips)
    patience = NoImprovement(300 + 15 * len(loads))
    params = SolveParams(penalty=PenaltyParams(max_penalty=_MAX_PENALTY))
    found = model.solve(
        MultipleCriteria([patience, MaxRuntime(limit)]), seed=seed, collect_stats=False, display=False, params=params
    )
    return [(vans[route.vehicle_type()], _tours(route)) for route in found.best.routes()]


def _model(loads: Sequence[Load], vans: Sequence[Van], hub: Point, trips: int) -> Model:
    model = Model()
    places = [hub, *(load.place or hub for load in loads)]
    locations = [model.add_location(x=place[1], y=place[0]) for place in places]
    depot = model.add_depot(locations[0], service_duration=RELOADING)
    for load, location in zip(loads, locations[1:], strict=True):
        model.add_client(
            location,
            delivery=[load.parcels, load.parcels if load.cold else 0],
            service_duration=load.minutes * 60,
            tw_early=load.opens,
            tw_late=last_start(load),
            prize=_PRIZE + _PRIZE_PER_PARCEL * load.parcels,
            required=False,
        )
    for van in vans:
        model.add_vehicle_type(
            capacity=[van.parcels, van.parcels if van.cold else 0],
            start_depot=depot,
            end_depot=depot,
            fixed_cost=_VAN,
            # The first load stands ready: loading it is before the driver's day from hub to hub.
            tw_early=max(0, van.starts - RELOADING),
            tw_late=DAY,
            shift_duration=van.minutes * 60 + RELOADING,
            unit_distance_cost=_STEP.get(van.fuel, _STEP["diesel"]),
            unit_duration_cost=_SECOND,
            reload_depots=[depot] if trips > 1 else [],
            max_reloads=trips - 1,
            **({"max_distance": int(van.range_km / _STEP_KM)} if van.range_km is not None else {}),
        )
    for here, one in zip(places, locations, strict=True):
        for there, other in zip(places, locations, strict=True):
            if one is not other:
                way = km(here, there)
                model.add_edge(one, other, distance=int(way / _STEP_KM) + 1, duration=seconds(way))
    return model


def _tours(route: Route) -> list[list[int]]:
    tours: dict[int, list[int]] = {}
    for step in route.schedule():
        if step.is_client():
            tours.setdefault(step.trip, []).append(step.idx)
    return [tours[trip] for trip in sorted(tours)]
