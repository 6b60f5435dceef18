"""When a lane is open, on any day of the year."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from gateway.exchange.hours import opens
from gateway.suppliers.agreement import Window

HERE = ZoneInfo("Europe/Stockholm")
OFFICE = (Window(days=frozenset(range(5)), start=time(7), end=time(17)),)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


@given(MOMENTS)
def test_it_opens_within_three_days_and_in_office_hours(now: datetime) -> None:
    opening = opens(OFFICE, now)
    assert now <= opening <= now + timedelta(days=3)
    here = opening.astimezone(HERE)
    assert here.weekday() < 5
    assert time(7) <= here.time() < time(17)
    assert opens(OFFICE, opening) == opening


def test_open_now_closed_at_the_end_and_over_the_weekend() -> None:
    assert opens((), at("2026-11-28 03:00")) == at("2026-11-28 03:00")
    assert opens(OFFICE, at("2026-11-27 16:59")) == at("2026-11-27 16:59")
    assert opens(OFFICE, at("2026-11-27 17:00")) == at("2026-11-30 07:00")
    assert opens(OFFICE, at("2026-11-25 05:00")) == at("2026-11-25 07:00")


def test_until_midnight_means_the_end_of_the_day() -> None:
    late = (Window(days=frozenset({2}), start=time(22), end=time(0)),)
    assert opens(late, at("2026-11-25 23:59")) == at("2026-11-25 23:59")
    assert opens(late, at("2026-11-26 00:00")) == at("2026-12-02 22:00")


def test_hours_are_those_of_the_wall_when_the_clock_is_changed() -> None:
    every_day = (Window(days=frozenset(range(7)), start=time(7), end=time(17)),)
    assert opens(every_day, at("2026-10-24 18:00")).astimezone(UTC) == datetime(2026, 10, 25, 6, tzinfo=UTC)
    assert opens(every_day, at("2026-03-28 18:00")).astimezone(UTC) == datetime(2026, 3, 29, 5, tzinfo=UTC)
