"""When a lane is open. Pure: the time comes as an argument."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from gateway.suppliers.agreement import Window

HERE: Final = ZoneInfo("Europe/Stockholm")
_WEEK = 8  # a window of one weekday that has just closed opens again seven days later


def opens(windows: Sequence[Window], now: datetime) -> datetime:
    """`now` where one of the windows is open or there are none, else the next opening, in the zone of `now`.

    Hours are those of the clock on the wall here, also on the two days on which it is changed.
    """
    if not windows:
        return now
    here = now.astimezone(HERE)
    spans = [_span(window, here, days) for window in windows for days in range(-1, _WEEK)]
    starts = [start for start, end in filter(None, spans) if end > now]
    return max(min(starts), now).astimezone(now.tzinfo)


def _span(window: Window, here: datetime, days: int) -> tuple[datetime, datetime] | None:
    """Opening and closing on the day so many days from here, None where it stays closed."""
    day = here.date() + timedelta(days=days)
    if day.weekday() not in window.days:
        return None
    last = day + timedelta(days=1) if window.end == time(0) else day
    return datetime.combine(day, window.start, HERE), datetime.combine(last, window.end, HERE)
