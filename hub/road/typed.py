"""What people type about sites and vehicles: taken, or refused with what to write. Pure."""

from __future__ import annotations

import re
from datetime import date, time

from web.languages import N_

_CLOCK = re.compile(r"(\d{1,2})(?:[.:](\d{2}))?$")
_LONGEST = 20


class Wrong(ValueError):
    """`args[0]` is a message id that says what to write; the rest of `args` fills it in."""


def whole(text: str, least: int, most: int) -> int:
    """A whole number within bounds."""
    digits = text.replace("\xa0", "").replace(" ", "")
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST else None
    if number is None or not least <= number <= most:
        raise Wrong(N_("Write a whole number from %(least)s to %(most)s."), {"least": least, "most": most})
    return number


def degrees(text: str, most: int) -> float | None:
    """Latitude (most 90) or longitude (most 180) with a comma or a point; None where nothing is written."""
    written = text.strip().replace(",", ".")
    if not written:
        return None
    if not re.fullmatch(r"-?\d{1,3}(?:\.\d{1,12})?", written) or abs(float(written)) > most:
        raise Wrong(N_("Write degrees with decimals, such as 59,8586."))
    return float(written)


def clock(text: str) -> time | None:
    """A time of day, `7`, `7.30` or `07:30`; None where nothing is written."""
    if not text.strip():
        return None
    found = _CLOCK.match(text.strip())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if hour > 23 or minute > 59:
        raise Wrong(N_("Write a time of day, such as 7.30."))
    return time(hour, minute)


def day(text: str) -> date | None:
    """A date as the browser writes it; None where nothing is written."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Wrong(N_("Write a date, such as 2026-12-24.")) from None


def name(text: str) -> str:
    """One line of text that is not empty and shows nothing unprintable."""
    line = one_line(text, 80)
    if not line:
        raise Wrong(N_("Write a name."))
    return line


def one_line(text: str, most: int) -> str:
    """The text on one line, without what cannot be printed."""
    return "".join(one for one in " ".join(text.split()) if one.isprintable())[:most]
