"""Working days in Sweden: Monday to Friday, less the public holidays and the eves that offices keep. Pure.

Offices answer on them, suppliers deliver to the hub, and the hub drives; what is due on a public holiday is driven out
on another day of the same week. Source: lagen (1989:253) om allmänna helgdagar; Midsummer, Christmas and New Year's eve
count as free, as in semesterlagen (1977:480) 3 §.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from functools import cache, lru_cache


def run_of(day: date) -> date:
    """When what is due on `day` is driven out: that day; for a public holiday the last working day before it in its
    week, or the first one after it where the week begins with holidays."""
    if day not in holidays(day.year):
        return day
    before = (day - timedelta(days=back) for back in range(1, day.isoweekday()))
    return next(filter(is_working, before), None) or working_day_after(day, 1)


@lru_cache(maxsize=4096)
def due_on(day: date) -> tuple[date, ...]:
    """The days whose goods are driven out on `day`: its own and those of holidays; none on a public holiday."""
    monday = day - timedelta(days=day.weekday())
    week = (monday + timedelta(days=ahead) for ahead in range(7))
    return tuple(one for one in week if run_of(one) == day)


def is_run(day: date, weekdays: Collection[int]) -> bool:
    """Whether goods are driven out on `day` to whom has deliveries on these ISO weekdays."""
    return any(one.isoweekday() in weekdays for one in due_on(day))


def runs_after(day: date, weekdays: Collection[int], within: int = 28) -> Iterator[date]:
    """The days after `day` on which goods are driven out, for `within` days."""
    days = (day + timedelta(days=ahead) for ahead in range(1, within + 1))
    return (one for one in days if is_run(one, weekdays))


def working_day_from(day: date) -> date:
    """The day itself, or the next working day where it is none."""
    return day if is_working(day) else working_day_after(day, 1)


def working_day_after(day: date, count: int) -> date:
    """So many working days later; the day itself for none."""
    while count:
        day += timedelta(days=1)
        count -= is_working(day)
    return day


def working_days(after: date, until: date) -> int:
    """How many working days lie after the one and up to the other, which counts itself."""
    days = (after + timedelta(days=ahead) for ahead in range(1, (until - after).days + 1))
    return sum(1 for day in days if is_working(day))


def is_working(day: date) -> bool:
    """Whether offices are open and suppliers deliver."""
    return day.isoweekday() < 6 and day not in holidays(day.year)


@cache
def holidays(year: int) -> frozenset[date]:
    """The free days of a year, with those on a Saturday or Sunday."""
    easter = _easter(year)
    moving = [easter + timedelta(days=days) for days in (-2, 0, 1, 39, 49)]
    fixed = [(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)]
    midsummer_eve = next(date(year, 6, day) for day in range(19, 26) if date(year, 6, day).isoweekday() == 5)
    all_saints = next(day for ahead in range(7) if (day := date(year, 10, 31) + timedelta(ahead)).isoweekday() == 6)
    on_weekends = (midsummer_eve + timedelta(days=1), all_saints)
    return frozenset([*moving, midsummer_eve, *on_weekends, *(date(year, month, day) for month, day in fixed)])


def _easter(year: int) -> date:
    """Easter Sunday, by the Gregorian computus (Meeus, Jones, Butcher)."""
    century, rest = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = (year % 19 + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * shift + 114, 31)
    return date(year, month, day + 1)
