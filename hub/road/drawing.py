"""A schematic of runs: north is up, distances are true, roads are not drawn. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from hub.road.distance import Point

WIDTH, HEIGHT = 420, 280
_MARGIN = 20
_LOOKS = 6


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """A stop in the picture, in its units; `label` is its number."""

    x: float
    y: float
    label: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One run: from the hub over its spots and back. `look` counts from 1 and comes again after six."""

    points: str
    look: int
    spots: tuple[Spot, ...]


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """`hub` is where it lies in the picture; `km` is the length of the scale's bar, `bar` its length in the picture."""

    hub: Spot
    lines: tuple[Line, ...]
    km: int
    bar: float
    width: int = WIDTH
    height: int = HEIGHT


def picture(hub: Point, routes: Sequence[Sequence[Point | None]]) -> Picture:
    """The runs as lines around the hub. None is a stop that may not be shown: its number is left out."""
    shown = [point for route in routes for point in route if point is not None]
    metric = [_east_north(hub, point) for point in (hub, *shown)]
    west, east = min(x for x, _ in metric), max(x for x, _ in metric)
    south, north = min(y for _, y in metric), max(y for _, y in metric)
    scale = min((WIDTH - 2 * _MARGIN) / max(east - west, 1), (HEIGHT - 2 * _MARGIN) / max(north - south, 1))
    left, top = (WIDTH - (east - west) * scale) / 2, (HEIGHT - (north - south) * scale) / 2

    def at(point: Point, label: str) -> Spot:
        x, y = _east_north(hub, point)
        return Spot(x=round(left + (x - west) * scale, 1), y=round(top + (north - y) * scale, 1), label=label)

    middle = at(hub, "")
    lines = []
    for nth, route in enumerate(routes):
        spots = tuple(at(point, str(place)) for place, point in enumerate(route, start=1) if point is not None)
        points = " ".join(f"{spot.x},{spot.y}" for spot in (middle, *spots, middle))
        lines.append(Line(points=points, look=nth % _LOOKS + 1, spots=spots))
    bar = _round_length(90 / scale)
    return Picture(hub=middle, lines=tuple(lines), km=bar, bar=round(bar * scale, 1))


def _east_north(hub: Point, point: Point) -> tuple[float, float]:
    """Kilometres from the hub."""
    return (point[1] - hub[1]) * 111.2 * math.cos(math.radians(hub[0])), (point[0] - hub[0]) * 111.2


def _round_length(most: float) -> int:
    return max([length for length in (1, 2, 5, 10, 20, 50, 100) if length <= most], default=1)
