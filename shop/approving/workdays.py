"""Working days in Sweden: Monday to Friday, less the public holidays and the eves that offices keep. Pure.

Source: lagen (1989:253) om allmänna helgdagar; Midsummer, Christmas and New Year's eve count as free, as in
semesterlagen (1977:480) 3 §.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache


def working_days(after: date, until: date) -> int:
    """How many working days lie after the one and up to the other, which counts itself."""
    days = (after + timedelta(days=ahead) for ahead in range(1, (until - after).days + 1))
    return sum(1 for day in days if is_working(day))


def is_working(day: date) -> bool:
    return day.isoweekday() < 6 and day not in holidays(day.year)


@cache
def holidays(year: int) -> frozenset[date]:
    """The free days of a year."""
    easter = _easter(year)
    moving = [easter + timedelta(days=days) for days in (-2, 1, 39)]
    fixed = [(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)]
    midsummer_eve = next(date(year, 6, day) for day in range(19, 26) if date(year, 6, day).isoweekday() == 5)
    return frozenset([*moving, midsummer_eve, *(date(year, month, day) for month, day in fixed)])


def _easter(year: int) -> date:
    """Easter Sunday, by the Gregorian computus (Meeus, Jones, Butcher)."""
    century, rest = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = (year % 19 + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * shift + 114, 31)
    return date(year, month, day + 1)
