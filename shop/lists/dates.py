"""On which delivery days a recurring order wants goods, and when it must be placed for that. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Final

from gateway.workdays import is_run, run_of, runs_after
from shop.delivery import at_unit

EVERY: Final = ("day", "week", "fortnight", "month")
_FAR: Final = timedelta(days=400)
_LONGEST_LEAD: Final = 400
MARGIN: Final = 1
"""So many days earlier than the goods need, so that an approver has time to say yes."""


def period_of(every: str, day: date) -> date:
    """What is ordered for once: the day itself, the Monday of its week, or the first of its month."""
    if every == "month":
        return day.replace(day=1)
    return day if every == "day" else day - timedelta(days=day.weekday())


def dates(
    every: str, weekdays: Collection[int], begins: date, ends: date | None = None, start: date | None = None
) -> Iterator[date]:
    """The delivery days from `begins` to `ends`, rising, those before `start` left out; for 400 days at most.

    A rhythm of weeks keeps the weekday of `begins`: the first delivery day of the week from that weekday on, else the
    week's last. A month is served on its first delivery day. `weekdays` are ISO numbers. What falls on a public holiday
    comes on the day that is driven instead.
    """
    first = max(begins, start or begins)
    last = min(ends or date.max, first + _FAR if first < date.max - _FAR else date.max)
    for period in _periods(every, begins, first, last):
        day = _day_in(every, period, weekdays, begins)
        if day is not None and first <= day <= last:
            yield day


def _periods(every: str, begins: date, first: date, last: date) -> Iterator[date]:
    """The periods that touch the days from `first` to `last`; a fortnight counts from the week of `begins`."""
    period = period_of(every, first)
    if every == "fortnight" and (period - period_of(every, begins)).days % 14:
        period += timedelta(days=7)
    while period <= last:
        yield period
        period = _following(every, period)


def _following(every: str, period: date) -> date:
    if every == "month":
        return (period + timedelta(days=31)).replace(day=1)
    return period + timedelta(days={"day": 1, "week": 7, "fortnight": 14}[every])


def _day_in(every: str, period: date, weekdays: Collection[int], begins: date) -> date | None:
    if every == "day":
        return period if is_run(period, weekdays) else None
    if every == "month":
        return next(runs_after(period - timedelta(days=1), weekdays), None)
    later = [number for number in weekdays if number >= begins.isoweekday()]
    number = min(later, default=max(weekdays, default=None))
    day = run_of(period + timedelta(days=number - 1)) if number else None
    return day if day and day >= begins else None


def order_on(day: date, lead_days: int, weekdays: Collection[int]) -> date:
    """The last day on which ordering still brings goods to the unit on `day`, less the margin for an approver."""
    for back in range(1, _LONGEST_LEAD):
        candidate = day - timedelta(days=back)
        there = at_unit(candidate, lead_days, weekdays)
        if there is not None and there <= day:
            return candidate - timedelta(days=MARGIN)
    return day - timedelta(days=lead_days + MARGIN)


def reachable(today: date, lead_days: int, weekdays: Collection[int]) -> date:
    """The first day on which goods that are ordered today can be there."""
    return at_unit(today, lead_days, weekdays) or today + timedelta(days=lead_days + 1)
