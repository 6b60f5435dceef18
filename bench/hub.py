"""The hub's figures: `avrop bench hub`; with `--simulate-year`, a year beside every supplier driving itself."""

from __future__ import annotations

from typing import Any

from bench.year import simulate_year as year


def hub(simulate_year: bool = False, count: int = 300) -> dict[str, Any]:
    """With `simulate_year`, the comparison over a year of `count` units."""
    if not simulate_year:
        raise SystemExit("what is measured of the hub here is a year: add --simulate-year")
    return year(count)
