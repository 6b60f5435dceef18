"""Loading suppliers.yaml: with places and checks, beside PyYAML's own reading of the same text without either."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import yaml

from bench.figure import figure
from gateway.suppliers.invent import DIALECTS, invent
from gateway.suppliers.load import load
from gateway.transports import TRANSPORTS


def suppliers() -> dict[str, Any]:
    """Milliseconds to load 1,200 and 5,000 suppliers; the reference is `yaml.load` with the C loader."""
    return {f"load_{n}_ms": _measured(invent(n)) for n in (1200, 5000)}


def _measured(text: str) -> Any:
    ours = _best(lambda: load(text, "suppliers.yaml", TRANSPORTS, DIALECTS, {}))
    plain = _best(lambda: yaml.load(text, Loader=yaml.CSafeLoader))
    return figure(ours * 1000, "ms", plain * 1000, "PyYAML reading the text without places or checks")


def _best(work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return min(seconds)
