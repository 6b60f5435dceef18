"""A short round through some points and home again: nearest first, then crossings taken out (2-opt). Pure.

It stands for what a supplier could drive at best, without time windows and with room for everything: a cautious
measure, for what it makes too short makes our saving smaller.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hub.road.distance import Point, km

_PASSES = 4
Far = Callable[[Point, Point], float]


def round_km(start: Point, points: Sequence[Point], far: Far = km) -> float:
    """Kilometres of a short round from `start` through every point and back; 0 without points."""
    if not points:
        return 0.0
    places = [start, *points]
    way = [[far(here, there) for there in places] for here in places]
    return _length(_mended(_nearest(way), way), way)


def straight_km(start: Point, points: Sequence[Point], far: Far = km) -> float:
    """Kilometres of driving there and back to each point by itself."""
    return sum(2 * far(start, point) for point in points)


def _nearest(way: list[list[float]]) -> list[int]:
    here, found, left = 0, [0], set(range(1, len(way)))
    while left:
        row = way[here]
        here = min(left, key=lambda place: (row[place], place))
        left.remove(here)
        found.append(here)
    return found


def _mended(order: list[int], way: list[list[float]]) -> list[int]:
    """Turns stretches round as long as that makes the round shorter, a few times over."""
    count = len(order)
    for _ in range(_PASSES):
        better = False
        for i in range(1, count - 1):
            before = order[i - 1]
            for j in range(i + 1, count):
                after = order[(j + 1) % count]
                old = way[before][order[i]] + way[order[j]][after]
                if way[before][order[j]] + way[order[i]][after] < old - 1e-9:
                    order[i : j + 1] = order[i : j + 1][::-1]
                    better = True
        if not better:
            break
    return order


def _length(order: list[int], way: list[list[float]]) -> float:
    return sum(way[here][there] for here, there in zip(order, [*order[1:], order[0]], strict=True))
