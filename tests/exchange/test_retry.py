"""The retry decision, over every history."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.exchange.retry import Outcome, Retry, Stop, decide
from gateway.suppliers.agreement import Plan
from tests.orders.samples import NOW

FAILED = st.sampled_from([Outcome.NOT_SENT, Outcome.UNSURE])
JITTER = st.floats(0, 1, exclude_max=True)


@given(FAILED, st.integers(1, 10_000), st.timedeltas(timedelta(0), timedelta(days=10)), JITTER)
def test_it_waits_between_a_second_share_and_hours_and_never_past_three_days(
    outcome: Outcome, attempt: int, ago: timedelta, jitter: float
) -> None:
    decision = decide(outcome, attempt, NOW - ago, NOW, jitter)
    if isinstance(decision, Retry):
        assert timedelta(seconds=45) <= decision.delay <= Plan().longest * 1.25
        assert ago + decision.delay <= Plan().patience
    else:
        assert "3 days" in decision.reason
        assert ago + Plan().longest * 1.25 > Plan().patience


@given(FAILED, st.integers(1, 50), JITTER)
def test_later_attempts_wait_at_least_as_long(outcome: Outcome, attempt: int, jitter: float) -> None:
    one, next_one = (decide(outcome, place, NOW, NOW, jitter) for place in (attempt, attempt + 1))
    assert isinstance(one, Retry)
    assert isinstance(next_one, Retry)
    assert next_one.delay >= one.delay


def test_the_first_delays_are_a_minute_and_then_twice_as_long() -> None:
    delays = [decide(Outcome.NOT_SENT, attempt, NOW, NOW, 0.5) for attempt in (1, 2, 3)]
    assert delays == [Retry(timedelta(minutes=minutes)) for minutes in (1, 2, 4)]


def test_a_refusal_and_a_delivery_end_it() -> None:
    assert decide(Outcome.DELIVERED, 1, NOW, NOW, 0) == Stop()
    refused = decide(Outcome.REFUSED, 1, NOW, NOW, 0)
    assert isinstance(refused, Stop)
    assert "refused" in refused.reason


def test_every_attempt_adds_up_to_three_days() -> None:
    at, attempt = NOW, 1
    while isinstance(decision := decide(Outcome.UNSURE, attempt, NOW, at, 0.5), Retry):
        at, attempt = at + decision.delay, attempt + 1
    assert timedelta(days=2, hours=12) < at - NOW <= Plan().patience
    assert 15 < attempt < 30
