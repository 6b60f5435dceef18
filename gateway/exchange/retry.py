"""What to do after an attempt that did not deliver. Pure: time and chance come as arguments."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from gateway.suppliers.agreement import Plan


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


_USUAL = Plan()


def decide(
    outcome: Outcome,
    attempt: int,
    first_at: datetime,
    now: datetime,
    jitter: float,
    plan: Plan = _USUAL,
    failures: int = 0,
) -> Retry | Stop:
    """Twice as long after each attempt, as the plan says; `jitter` in [0, 1) spreads by ±25 %.

    `attempt` counts from 1; `first_at` is when the first one was made; `failures` are those of the lane in a row, which
    count where they are more.
    """
    if outcome is Outcome.DELIVERED:
        return Stop()
    if outcome is Outcome.REFUSED:
        return Stop("the receiver refused it; trying again would be answered the same")
    delay = pause(max(attempt, failures), jitter, plan)
    if now + delay - first_at > plan.patience:
        return Stop(f"not delivered in {_shown(plan.patience)} and {attempt} attempts")
    return Retry(delay)


def pause(attempt: int, jitter: float, plan: Plan = _USUAL) -> timedelta:
    """How long to wait after attempt number `attempt`."""
    usual: timedelta = min(plan.first * 2 ** min(max(attempt, 1) - 1, 20), plan.longest)
    return usual * (0.75 + jitter / 2)


def _shown(time: timedelta) -> str:
    return f"{time.days} days" if time >= timedelta(days=2) else f"{time.total_seconds() / 3600:g} hours"
