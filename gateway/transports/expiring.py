"""Days on which something of a connection ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta


def on_day(last: date) -> datetime:
    """The moment after the `last` day on which something is valid, in UTC."""
    return datetime.combine(last + timedelta(days=1), time(), UTC)
