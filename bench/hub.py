"""The hub's figures: `avrop bench hub`."""

from __future__ import annotations

from typing import Any

from bench.hub_plan import plan_200_stops


def hub() -> dict[str, Any]:
    """Planning 200 stops."""
    return plan_200_stops()
