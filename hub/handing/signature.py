"""A signature drawn with a finger, as an SVG path. Pure.

The box is 600 by 300 units. Only `M x y` and `L x y` with whole numbers are taken: nothing else can reach a page.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

WIDTH, HEIGHT = 600, 300
MOST_SIGNS: Final = 16_000
FEWEST_POINTS: Final = 6
_SHORTEST: Final = 30
"""Units that a pen must have gone: a tap or a dot signs nothing."""
_POINT = re.compile(r"([ML])(\d{1,3}) (\d{1,3})")


def read(text: str) -> str | None:
    """The path, spelled our way; None where nothing was drawn. Raises ValueError for what is no signature."""
    drawn = " ".join(text.split())
    if not drawn:
        return None
    if len(drawn) > MOST_SIGNS:
        raise ValueError(f"a signature has at most {MOST_SIGNS:,} signs, this one has {len(drawn):,}")
    points = [(kind, int(x), int(y)) for kind, x, y in _POINT.findall(drawn)]
    path = "".join(f"{kind}{x} {y}" for kind, x, y in points)
    if path != drawn or not drawn.startswith("M"):
        raise ValueError("a signature is a path of M and L with whole numbers")
    if any(x > WIDTH or y > HEIGHT for _, x, y in points):
        raise ValueError(f"a signature lies within {WIDTH} by {HEIGHT}")
    if len(points) < FEWEST_POINTS or _length(points) < _SHORTEST:
        raise ValueError("that is too short for a signature")
    return path


def _length(points: list[tuple[str, int, int]]) -> int:
    """How far the pen went on the paper, along both axes."""
    steps = pairwise(points)
    return sum(abs(x - a) + abs(y - b) for (_, a, b), (kind, x, y) in steps if kind == "L")
