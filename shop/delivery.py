"""Which day goods are at the unit's door. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta

FRIDAY = 5


def at_hub(today: date, lead_days: int) -> date:
    """The day ordered goods reach the hub: `lead_days` calendar days on, moved to Monday from a weekend."""
    day = today + timedelta(days=lead_days)
    while day.isoweekday() > FRIDAY:
        day += timedelta(days=1)
    return day


def at_unit(today: date, lead_days: int, weekdays: Collection[int]) -> date | None:
    """The first run to the unit after the goods are at the hub; None where no run is planned."""
    arrived = at_hub(today, lead_days)
    return next(runs_after(arrived, weekdays), None)


def runs_after(day: date, weekdays: Collection[int], within: int = 28) -> Iterator[date]:
    """The unit's delivery days after `day`, for `within` days."""
    for ahead in range(1, within + 1):
        candidate = day + timedelta(days=ahead)
        if candidate.isoweekday() in weekdays:
            yield candidate
