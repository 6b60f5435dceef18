"""Opening hours of a lane: `mon-fri 07:00-18:00, sat 08:00-12:00`, in English or Swedish, in Swedish time."""

from __future__ import annotations

import re
from datetime import time
from itertools import combinations
from typing import Final

from gateway.mapping.located import did_you_mean
from gateway.suppliers.agreement import Window

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAGAR: Final = ("mån", "tis", "ons", "tor", "fre", "lör", "sön")
_NUMBER = {name: number for names in (DAYS, DAGAR) for number, name in enumerate(names)}
_NAME = "|".join("".join(f"[{letter.upper()}{letter}]" for letter in name) for name in _NUMBER)
_CLOCK = "(?:[01]?[0-9]|2[0-4])[:.][0-5][0-9]"
PATTERN: Final = rf"(?:{_NAME})(?:-(?:{_NAME}))?\s+{_CLOCK}\s*[-\u2013]\s*{_CLOCK}"
"""One day or span of days with its hours, for who checks without reading."""
_SHAPE = re.compile(r"(\S+)\s+(\S+?)\s*[-\u2013]\s*(\S+)")
_TIME = re.compile(_CLOCK)


class Misread(ValueError):
    """Words that are no opening hours; `at` is how many characters of the text stand before them."""

    def __init__(self, message: str, at: int) -> None:
        self.at = at
        super().__init__(message)


def windows(text: str) -> tuple[Window, ...]:
    """The windows of a comma-separated text, in its order. Raises `Misread` for the first that is wrong."""
    found: list[tuple[Window, str, int]] = []
    at = 0
    for part in text.split(","):
        said = part.strip()
        start = at + len(part) - len(part.lstrip())
        found.append((_window(said, start), said, start))
        at += len(part) + 1
    for (one, said, _), (other, again, start) in combinations(found, 2):
        if _overlap(one, other):
            raise Misread(f"{again!r} overlaps with {said!r}; write each hour once", start)
    return tuple(window for window, _, _ in found)


def _window(said: str, at: int) -> Window:
    shape = _SHAPE.fullmatch(said)
    if shape is None:
        raise Misread(f"{said!r} is not a day with hours, such as mon-fri 07:00-18:00", at)
    days, start, end = _days(shape[1], at), _time(shape[2], at + shape.start(2)), _time(shape[3], at + shape.start(3))
    if start >= end:
        message = f"{said!r} ends before it begins; hours over midnight are two windows: 22:00-24:00 and 00:00-06:00"
        raise Misread(message, at + shape.start(2))
    return Window(days=days, start=_clock(start), end=_clock(end))


def _days(text: str, at: int) -> frozenset[int]:
    """The days from the first to the last one, over the weekend where the last one comes earlier in the week."""
    names = text.lower().split("-")
    for name in names:
        if name not in _NUMBER or len(names) > 2:
            known = DAGAR if set(text) & set("åäö") else DAYS
            raise Misread(f"{name!r} is not a day of the week{did_you_mean(name, known)}", at)
    first, last = _NUMBER[names[0]], _NUMBER[names[-1]]
    return frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))


def _time(text: str, at: int) -> int:
    """Minutes since midnight; 00:00 to 24:00."""
    if not _TIME.fullmatch(text):
        raise Misread(f"{text!r} is not a time of the day, such as 07:00", at)
    hours, minutes = map(int, text.replace(".", ":").split(":"))
    if hours * 60 + minutes > 24 * 60:
        raise Misread(f"{text!r} is not a time of the day, such as 07:00", at)
    return hours * 60 + minutes


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def _overlap(one: Window, other: Window) -> bool:
    def end(window: Window) -> tuple[bool, time]:
        return window.end == time(0), window.end

    return bool(one.days & other.days) and (False, one.start) < end(other) and (False, other.start) < end(one)
