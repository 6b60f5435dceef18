"""What outcomes make of a lane: failures in a row, its breaker, its pace, and when it is due again. Pure.

A `State` is the lane's row during one transaction; the functions here change it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from gateway.exchange.journal import Message
from gateway.exchange.lane_store import State
from gateway.exchange.retry import Outcome, Retry, Stop, decide
from gateway.suppliers.agreement import Lane, Plan


def went(state: State, now: datetime) -> None:
    """Their server answers: what waits for it need not wait longer."""
    state.mended = state.mended or state.failures > 0
    state.failures, state.error, state.broken_at, state.sent_at = 0, "", None, now
    state.next_slot_at = None


def failed(
    state: State, lane: Lane, plan: Plan, message: Message, outcome: Outcome, said: str, now: datetime, chance: float
) -> Retry | Stop:
    """Whether the message is tried again. In a broken lane its own pace counts, and patience from the placing."""
    broken = state.broken_at is not None
    state.failures, state.error = state.failures + 1, said
    since = message.created_at if broken and not message.attempts else now
    first_at = min(message.first_tried_at or now, since)
    failures = state.failures if broken else 0
    decision = decide(outcome, message.tries + 1, first_at, now, chance, plan, failures=failures)
    if state.failures >= lane.breaker:
        state.broken_at = state.broken_at or now
        state.next_slot_at = now + (decision.delay if isinstance(decision, Retry) else plan.first)
    return decision


def keep_pace(state: State, lane: Lane, now: datetime) -> None:
    """After each attempt the agreed rate is waited for, where one is agreed."""
    if lane.per_minute:
        slot = now + timedelta(minutes=1) / lane.per_minute
        state.next_slot_at = max(state.next_slot_at, slot) if state.next_slot_at is not None else slot


def end(
    states: Mapping[str, State], ended: Mapping[str, datetime | None], retries: Mapping[str, Sequence[datetime]]
) -> None:
    """Gives the ended lanes back, and says when each is due: for what was left there, or for what failed."""
    for supplier_id, state in states.items():
        left = ended.get(supplier_id)
        due_at = min([*([left] if left else []), *retries.get(supplier_id, ())], default=None)
        if due_at is not None and state.next_slot_at is not None:
            due_at = state.next_slot_at if state.broken_at else max(due_at, state.next_slot_at)
        state.ended, state.due_at = supplier_id in ended, due_at
