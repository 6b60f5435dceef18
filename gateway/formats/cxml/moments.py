"""Our days and times ↔ the moments of cXML, which have an offset; without a time, a day's first moment is said."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Europe/Stockholm")


def moment(day: date, at: time | None) -> datetime:
    """Our day and time with the offset that holds here, unless the time has its own."""
    return datetime.combine(day, at or time(0), at.tzinfo if at is not None and at.tzinfo else HERE)


def day_and_time(at: datetime) -> tuple[date, time | None]:
    """The same back, as it is here."""
    here = at.astimezone(HERE)
    return here.date(), here.time() if here.time() != time(0) else None


def local(day: date, at: time | None) -> tuple[date, time | None]:
    """A day and time as they come back."""
    return day_and_time(moment(day, at))
