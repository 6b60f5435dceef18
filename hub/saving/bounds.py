"""How much hangs on the assumptions: the same days under other ones. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from hub.saving.assumptions import Chosen
from hub.saving.compare import Comparison, compare
from hub.saving.days import Day
from web.languages import N_

BOUNDS: Final[Mapping[str, tuple[str, Mapping[str, int]]]] = {
    "rounds": (N_("Suppliers on the shortest rounds they could drive"), {"rounds": 100, "carriers": 0}),
    "straight": (N_("Suppliers there and back to each unit"), {"rounds": 0, "carriers": 0}),
    "carriers": (N_("Half of it with carriers who drive others' goods too"), {"rounds": 100, "carriers": 50}),
    "all_carriers": (N_("All of it with such carriers"), {"rounds": 100, "carriers": 100}),
}
"""By name: what it is (a message id), and the assumptions in which it differs."""


def bounds(days: Iterable[Day], chosen: Chosen | None = None) -> dict[str, Comparison]:
    """The comparison under each of `BOUNDS`, everything else as chosen."""
    some = list(days)
    return {
        name: compare(some, {**(chosen or {}), **{key: Decimal(value) for key, value in other.items()}})
        for name, (_, other) in BOUNDS.items()
    }
