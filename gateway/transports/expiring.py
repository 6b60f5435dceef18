"""Days on which something of a connection ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

import msgspec

LastDay = Annotated[date | None, msgspec.Meta(description="a day such as 2027-01-31")]
"""A setting that says until when something is valid, where that was agreed."""


def on_day(last: date) -> datetime:
    """The moment after the `last` day on which something is valid, in UTC."""
    return datetime.combine(last + timedelta(days=1), time(), UTC)
