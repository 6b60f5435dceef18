"""Lengths of time as people write them: 30s, 15m, 2h, 3d, 1w, and 1h30m."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

UNITS: Final = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
PATTERN: Final = r"([0-9]{1,6}[smhdw] ?)*[0-9]{1,6}[smhdw]"
_DURATION = re.compile(PATTERN)
_PART = re.compile(r"(\d+)([smhdw])")
_NEARLY = re.compile(r"(\d+)\s*([a-zåäö]*)\.?", re.IGNORECASE)
# First letters of the units in Swedish: timme, vecka.
_ALSO = {"t": "h", "v": "w", "": "s"}


def duration(text: str) -> timedelta:
    """Raises ValueError that shows how it is written, and what was probably meant."""
    if _DURATION.fullmatch(text):
        return sum((int(count) * UNITS[unit] for count, unit in _PART.findall(text)), timedelta())
    raise ValueError(f"{text!r} is not a length of time, such as 30s, 15m, 2h, 3d or 1w{_meant(text)}")


def spelled(length: timedelta) -> str:
    """`length` as one would write it: 90 minutes are 1h30m."""
    rest, parts = length, []
    for unit, one in reversed(UNITS.items()):
        count, rest = divmod(rest, one)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def _meant(text: str) -> str:
    found = _NEARLY.fullmatch(text)
    if found is None:
        return ""
    first = found[2][:1].lower()
    unit = _ALSO.get(first, first)
    return f"; did you mean {found[1]}{unit}?" if unit in UNITS else ""
