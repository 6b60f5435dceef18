"""What to do after an attempt that did not deliver. Pure: time and chance come as arguments."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=6)
PATIENCE = timedelta(days=3)


class Outcome(StrEnum):
    """How an attempt ended; the words of gateway.transports.contract."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    UNSURE = "unsure"


class Retry(msgspec.Struct, frozen=True):
    """Try again under the same key after `delay`."""

    delay: timedelta


class Stop(msgspec.Struct, frozen=True):
    """Try no more; `reason` is for the person who takes over, empty where there is nothing left to do."""

    reason: str = ""


def decide(
    outcome: Outcome, attempt: int, first_at: datetime, now: datetime, jitter: float, *, first: timedelta = FIRST
) -> Retry | Stop:
    """Twice as long after each attempt, from `first` to six hours, for three days; `jitter` in [0, 1) spreads by ±25 %.

    `attempt` counts from 1; `first_at` is when the first one was made.
    """
    if outcome is Outcome.DELIVERED:
        return Stop()
    if outcome is Outcome.REFUSED:
        return Stop("the receiver refused it; trying again would be answered the same")
    doublings = min(max(attempt, 1) - 1, 30)
    delay = min(first * 2**doublings, LONGEST) * (0.75 + jitter / 2)
    if now + delay - first_at > PATIENCE:
        return Stop(f"not delivered in {PATIENCE.days} days and {attempt} attempts")
    return Retry(delay)
