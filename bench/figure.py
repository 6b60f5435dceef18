"""How a figure is told, and how a rate is measured."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


def figure(value: float, unit: str, reference: float | None = None, what: str = "") -> dict[str, Any]:
    """`reference` was measured in the same run; `what` says what it is."""
    told: dict[str, Any] = {"value": round(value, 1), "unit": unit}
    if reference is not None:
        told |= {"reference": round(reference, 1), "reference_is": what, "ratio": round(value / reference, 2)}
    return told


def rates(*works: Callable[[], object], seconds: float = 1.0, rounds: int = 3) -> list[float]:
    """Calls a second of each work, the best of rounds that are taken in turn, so that a noisy moment hits all alike."""
    best = [0.0] * len(works)
    for _ in range(rounds):
        for index, work in enumerate(works):
            best[index] = max(best[index], _rate(work, seconds / rounds))
    return best


def _rate(work: Callable[[], object], seconds: float) -> float:
    work()
    calls, began = 0, time.perf_counter()
    while (spent := time.perf_counter() - began) < seconds:
        for _ in range(20):
            work()
        calls += 20
    return calls / spent
