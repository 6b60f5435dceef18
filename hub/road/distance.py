"""How far and how long it is by road, without a map service. Pure.

As the crow flies times 1.3: within built-up Europe roads are 1.2 to 1.4 times as long (the detour index or circuity).
"""

from __future__ import annotations

import math
from typing import Final

DETOUR: Final = 1.3
_EARTH_KM: Final = 6371.0
_TOWN_KM: Final = 3.0
_TOWN_SPEED, _COUNTRY_SPEED = 28.0, 60.0

Point = tuple[float, float]
"""Latitude and longitude in degrees, WGS 84."""


def km(here: Point, there: Point) -> float:
    """Kilometres by road."""
    (a, b), (c, d) = (map(math.radians, here), map(math.radians, there))
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(half)) * DETOUR


def minutes(way: float) -> float:
    """Minutes of driving for so many kilometres: the first few as in town, the rest as on country roads."""
    town = min(way, _TOWN_KM)
    return town / _TOWN_SPEED * 60 + (way - town) / _COUNTRY_SPEED * 60
