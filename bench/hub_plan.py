"""Planning 200 stops freely: how long it takes, and how far it is beside a plan made with a ruler."""

from __future__ import annotations

import math
import time
from random import Random
from typing import Any

from bench.figure import figure
from hub.road.driving import DAY, Drive, Load, Van, clock, follow
from hub.road.invented import HUB, fleet, place
from hub.road.planning import plan, totals

_WINDOWS = ((7 * 3600, 15 * 3600), (8 * 3600, 14 * 3600), (int(6.5 * 3600), 11 * 3600), (0, DAY))


def plan_200_stops(stops: int = 200) -> dict[str, Any]:
    """Seconds, kilometres and how full the vans are. The reference goes around the hub as a clock's hand does."""
    loads, vans = some_loads(stops), some_vans()
    began = time.perf_counter()
    planned = plan(loads, vans, HUB)
    took = time.perf_counter() - began
    found = totals(planned)
    swept = _swept(loads, vans)
    far = sum(one.km for one in swept) / max(1, sum(len(one.calls) for one in swept))
    what = "units in the order of their compass bearing, van by van"
    return {
        "plan_200_stops_s": figure(took, "s"),
        "plan_200_stops_km_per_stop": figure(found["km"] / found["stops"], "km", far, what),
        "plan_200_stops_served": figure(found["stops"], "stops", sum(len(one.calls) for one in swept), what),
        "plan_200_stops_fill": figure(found["fill_percent"], "%"),
    }


def some_vans() -> list[Van]:
    """The invented fleet."""
    same = ("id", "name", "fuel", "parcels", "cold", "range_km", "minutes")
    return [Van(**{key: row[key] for key in same}, starts=clock(row["starts"])) for row in fleet()]


def some_loads(count: int) -> list[Load]:
    """Invented units with one to six parcels each, and hours as the demo has them."""
    chance = Random("loads")
    return [
        Load(
            unit_id=f"unit-{nth:04d}",
            name=f"Enhet {nth}",
            place=place(f"unit-{nth:04d}"),
            parcels=chance.randint(1, 6),
            cold=nth % 5 == 4,
            opens=_WINDOWS[nth % 4][0],
            closes=_WINDOWS[nth % 4][1],
        )
        for nth in range(count)
    ]


def _swept(loads: list[Load], vans: list[Van]) -> list[Drive]:
    rest = sorted(loads, key=_bearing)
    drives: list[Drive] = []
    before: dict[str, Drive] = {}
    for van in [*vans, *vans]:
        last = before.get(van.id)
        made, left = follow(van, rest, HUB, last)
        if made:
            before[van.id] = made
            drives.append(made)
        rest = [one.load for one in left]
    return drives


def _bearing(load: Load) -> float:
    assert load.place is not None
    return math.atan2(load.place[1] - HUB[1], load.place[0] - HUB[0])
