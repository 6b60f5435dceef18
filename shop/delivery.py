"""Which day goods are at the unit's door. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from gateway.workdays import runs_after, working_day_from


def at_hub(today: date, lead_days: int) -> date:
    """The day ordered goods reach the hub: `lead_days` calendar days on, or the next working day."""
    return working_day_from(today + timedelta(days=lead_days))


def at_unit(today: date, lead_days: int, weekdays: Collection[int]) -> date | None:
    """The first run to the unit after the goods are at the hub; None where no run is planned."""
    return next(runs_after(at_hub(today, lead_days), weekdays), None)
