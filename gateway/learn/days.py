"""Dates as suppliers write them: every pattern that all values of a column fit, the Swedish ones first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

PATTERNS = (
    "%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d/%m-%y", "%d/%m-%Y", "%Y/%m/%d", "%Y.%m.%d",
    "%y-%m-%d", "%y%m%d", "%d.%m.%y", "%d/%m/%y", "%d-%m-%y", "%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%d%m%Y", "%d%m%y",
    "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M", "%Y%m%d %H:%M",
)  # fmt: skip
_SAMPLE = 300


def day(text: str, pattern: str) -> date | None:
    """The day, in the years that an order can be of."""
    try:
        found = datetime.strptime(text, pattern).date()
    except ValueError:
        return None
    return found if 2010 <= found.year <= 2049 else None


def patterns(values: Iterable[str]) -> tuple[str, ...]:
    """The patterns that every value fits, the most usual first; none for no values."""
    some = tuple(dict.fromkeys(values))[:_SAMPLE]
    if not some or any(len(value) > 19 or not value[:1].isdigit() for value in some):
        return ()
    return tuple(pattern for pattern in PATTERNS if all(day(value, pattern) for value in some))


def others(values: Iterable[str], found: tuple[str, ...]) -> tuple[str, ...]:
    """The patterns that read some value as another day than the first one does."""
    some = tuple(values)
    return tuple(pattern for pattern in found[1:] if any(day(value, pattern) != day(value, found[0]) for value in some))
