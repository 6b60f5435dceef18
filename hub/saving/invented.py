"""An invented municipality's goods: what its units order of which suppliers, and when that comes to the hub. Pure.

Few suppliers bring much and most bring little (Zipf's law with an exponent of 1.2); units differ in size; school
holidays and Christmas are quiet. A year of 300 units is about 75,000 orders of two parcels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Any

import msgspec

from hub.road.driving import DAY, Load, clock

_A_WEEK = 5.0
"""Orders of a unit of size 1 in a usual week."""
_MORE = 0.5
"""Chance that an order has yet another parcel."""
_STEEP, _FLAT_TOP = 1.2, 8
_LEAD_DAYS = (1, 1, 2, 2, 3, 5)
_QUIET = {1: 0.5, 52: 0.4, 53: 0.4} | dict.fromkeys(range(27, 33), 0.55)
"""How much of a usual week's orders is made in these ISO weeks."""


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit as a load without parcels, its ISO weekdays, and its size beside the mean of 1."""

    load: Load
    weekdays: tuple[int, ...]
    size: float = 1.0


class Goods(msgspec.Struct, frozen=True, kw_only=True):
    """One order's parcels, on the day on which they come to the hub."""

    supplier_id: str
    unit_id: str
    parcels: int
    comes: date


def size_of(unit_id: str) -> float:
    """From a small day centre to a school with a kitchen; the same for one id every time, about 1 in the mean."""
    return min(4.0, Random(f"size {unit_id}").lognormvariate(-0.18, 0.6))  # noqa: S311 - invented


def goods(units: Sequence[Unit], suppliers: Sequence[str], first: date, weeks: int, seed: int = 1) -> Iterator[Goods]:
    """What is ordered in so many weeks from `first`, a Monday, in the order of ordering."""
    chance = Random(seed)  # noqa: S311 - invented
    weights = list(accumulate((place + _FLAT_TOP) ** -_STEEP for place in range(len(suppliers))))
    for day in range(weeks * 7):
        ordered = first + timedelta(days=day)
        if ordered.isoweekday() > 5:
            continue
        busy = _A_WEEK / 5 * _QUIET.get(ordered.isocalendar().week, 1.0)
        for unit in units:
            for _ in range(_poisson(chance, busy * unit.size)):
                (supplier,) = chance.choices(suppliers, cum_weights=weights)
                comes = _workdays_on(ordered, chance.choice(_LEAD_DAYS))
                yield Goods(supplier_id=supplier, unit_id=unit.load.unit_id, parcels=_parcels(chance), comes=comes)


def load_of(facts: Mapping[str, Any], unit_id: str, name: str) -> Load:
    """A load without parcels from the columns of `sites`."""
    place = (facts["latitude"], facts["longitude"]) if facts["latitude"] is not None else None
    opens, closes = facts["opens"], facts["closes"]
    return Load(
        unit_id=unit_id,
        name=name,
        place=place,
        parcels=0,
        cold=facts["cold"],
        opens=clock(opens) if opens else 0,
        closes=clock(closes) if closes else DAY,
    )


def _poisson(chance: Random, mean: float) -> int:
    """How often something happens that happens `mean` times in the mean: gaps between are exponential."""
    found, gone = 0, chance.expovariate(1)
    while gone < mean:
        found += 1
        gone += chance.expovariate(1)
    return found


def _parcels(chance: Random) -> int:
    found = 1
    while found < 30 and chance.random() < _MORE:
        found += 1
    return found


def _workdays_on(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.isoweekday() < 6
    return day
