"""Swedish holidays, and the day that is driven instead."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.workdays import (
    due_on,
    holidays,
    is_run,
    is_working,
    run_of,
    runs_after,
    working_day_after,
    working_days,
)  # fmt: skip

DAYS = st.dates(date(2024, 1, 1), date(2040, 12, 31))
WEEKDAYS = st.sets(st.integers(1, 7), min_size=1)


def test_the_holidays_of_a_year_are_those_of_the_law() -> None:
    days = "01-01 01-06 04-03 04-05 04-06 05-01 05-14 05-24 06-06 06-19 06-20 10-31 12-24 12-25 12-26 12-31"
    assert sorted(holidays(2026)) == [date.fromisoformat(f"2026-{day}") for day in days.split()]
    assert date(2025, 4, 18) in holidays(2025), "Good Friday"
    assert date(2024, 6, 21) in holidays(2024), "Midsummer Eve"
    assert date(2025, 11, 1) in holidays(2025), "All Saints' Day"


def test_working_days_are_counted_over_weekends_and_christmas() -> None:
    assert not is_working(date(2026, 11, 21)), "Saturday"
    assert working_days(date(2026, 11, 20), date(2026, 11, 20)) == 0
    assert working_days(date(2026, 11, 20), date(2026, 11, 24)) == 2
    assert working_days(date(2026, 12, 23), date(2026, 12, 28)) == 1
    assert working_days(date(2026, 12, 2), date(2026, 12, 1)) == 0


@given(DAYS, st.integers(0, 30))
def test_a_working_day_later_is_as_many_working_days_away(day: date, count: int) -> None:
    later = working_day_after(day, count)
    assert working_days(day, later) == count
    assert is_working(later) or later == day


@pytest.mark.parametrize(
    ("due", "driven"),
    [
        ("2026-12-17", "2026-12-17"),  # no holiday
        ("2026-12-24", "2026-12-23"),
        ("2026-12-25", "2026-12-23"),
        ("2026-04-06", "2026-04-07"),  # Easter Monday: the week begins with it
        ("2026-04-03", "2026-04-02"),
        ("2026-10-31", "2026-10-30"),  # a Saturday
        ("2028-12-25", "2028-12-27"),  # Monday and Tuesday are holidays
    ],
)
def test_the_day_that_is_driven_instead(due: str, driven: str) -> None:
    assert run_of(date.fromisoformat(due)).isoformat() == driven


@given(DAYS, WEEKDAYS)
def test_every_week_has_its_runs_and_none_on_a_holiday(day: date, weekdays: set[int]) -> None:
    monday = day - timedelta(days=day.weekday())
    week = [monday + timedelta(days=ahead) for ahead in range(7)]
    driven = [one for one in week if is_run(one, weekdays)]
    assert driven
    assert not set(driven) & holidays(driven[0].year)
    assert set(driven) == {run_of(one) for one in week if one.isoweekday() in weekdays}
    assert list(runs_after(monday - timedelta(days=1), weekdays, within=7)) == driven


@given(DAYS)
def test_each_day_is_driven_once(day: date) -> None:
    assert day in due_on(run_of(day))
    assert [one for ahead in range(-7, 8) if day in due_on(one := day + timedelta(days=ahead))] == [run_of(day)]
