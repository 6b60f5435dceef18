"""The hub's figures: `avrop bench hub`; with `--simulate-year`, a year beside every supplier driving itself."""

from __future__ import annotations

from typing import Any

from bench.dock import dock
from bench.hub_plan import plan_200_stops
from bench.year import simulate_year as year


def hub(simulate_year: bool = False, count: int = 300) -> dict[str, Any]:
    """A morning at the dock, and planning 200 stops; with `simulate_year`, a year of `count` units instead."""
    return year(count) if simulate_year else dock() | plan_200_stops()
