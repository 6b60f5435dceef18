"""What became of attempts: they, their messages, orders, tasks and lanes in one transaction for many of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy.dialects.postgresql import insert

from gateway import telemetry
from gateway.exchange import deadlines, journal, lane_store, log, tasks
from gateway.exchange.journal import Message, MessageState, Tried
from gateway.exchange.lane_store import State
from gateway.exchange.office import Office
from gateway.exchange.retry import Outcome, Retry, Stop, decide
from gateway.exchange.send import UNSENT, Result, hold_in
from gateway.exchange.tables import revisions
from gateway.findings import Finding
from gateway.model import Order
from gateway.orders import book
from gateway.orders.lifecycle import Event
from gateway.suppliers.agreement import Lane, Plan
from gateway.suppliers.revisions import connection_of, digest
from gateway.suppliers.supplier import Supplier

FIRST_QUESTION: Final = timedelta(seconds=10)
"""After which somebody who took a message to carry it on is asked what became of it."""


def conclude(office: Office, results: Sequence[Result], ended: Mapping[str, datetime | None]) -> None:
    """Records these attempts; `ended` are the lanes whose turn is over, with the time when more is due."""
    now = office.clock()
    with office.engine.begin() as conn:
        # Orders before messages, as whoever orders by hand locks them.
        book.lock_all(conn, [one.message.order_id for one in results if one.message.order_id is not None])
        found = journal.locked(conn, [one.message.id for one in results])
        lanes = {one.message.supplier_id for one in results if one.message.supplier_id} | ended.keys()
        states = lane_store.locked(conn, lanes)
        tried = [_tried(office, conn, found[one.message.id], one, states, now) for one in results]
        keep_connections(conn, results, now)
        journal.add_attempts(conn, tried)
        _tell_orders(conn, found, tried, now)
        _await_answers(conn, results, tried)
        _end(states, found, tried, ended)
        lane_store.settle(conn, states.values())
        lane_store.wake(conn, [one.supplier_id for one in states.values() if one.mended], now)
    for one, step in zip(results, tried, strict=True):
        _say(one, step)


def lane_of(supplier: Supplier | None) -> Lane:
    """The lane of a supplier; the usual one where nobody is known by that name."""
    return supplier.lane if supplier is not None else Lane()


def plan_of(office: Office, lane: Lane) -> Plan:
    """The lane's own retry plan; the program's first pause where the file says nothing."""
    return lane.retry if lane.retry.says_first else replace(lane.retry, first=office.first_delay)


def _tried(
    office: Office, conn: sa.Connection, message: Message, one: Result, states: Mapping[str, State], now: datetime
) -> Tried:
    """What an attempt makes of its message, and of its lane's state, which is changed."""
    state = states.get(message.supplier_id or "") or State(supplier_id="")
    lane = lane_of(one.supplier)
    if lane.per_minute:
        state.next_slot_at = now + timedelta(minutes=1) / lane.per_minute
    tried = Tried(
        message_id=message.id,
        n=message.attempts + 1,
        at=one.at,
        outcome=one.outcome,
        evidence=one.evidence,
        state=message.state,
        next_at=message.next_at,
        done_at=message.done_at,
        revision=_revision(one) if _may_be_asked(one) else message.revision,
    )
    if one.outcome is Outcome.DELIVERED:
        _mend(state, lane, now)
        follow_at = None if one.final else now + FIRST_QUESTION
        tried = replace(tried, state=MessageState.SENT, receipt=one.evidence, done_at=one.at)
        return replace(tried, next_at=None, follow_at=follow_at, revision=None if one.final else tried.revision)
    decision = _decided(office, message, one, state, lane, now)
    if message.state not in UNSENT:
        return tried
    if isinstance(decision, Retry):
        return replace(tried, state=MessageState.WAITING, next_at=now + decision.delay)
    kind = tasks.Kind.REFUSED if one.outcome is Outcome.REFUSED else tasks.Kind.UNDELIVERABLE
    finding = Finding(rule=f"transport-{one.outcome.value}", message=one.evidence)
    hold_in(conn, message, kind, decision.reason, [finding], now)
    return replace(tried, state=MessageState.HELD, next_at=None)


def _may_be_asked(one: Result) -> bool:
    """Whether only the place where it went can tell what became of it, whatever the suppliers file says by then."""
    return one.supplier is not None and (one.outcome is Outcome.UNSURE or not one.final)


def _revision(one: Result) -> str | None:
    return digest(one.supplier.id, connection_of(one.supplier)) if one.supplier is not None else None


def keep_connections(conn: sa.Connection, results: Sequence[Result], now: datetime) -> None:
    """How suppliers were reached whose messages are asked after later."""
    rows = {_revision(one): one.supplier for one in results if _may_be_asked(one)}
    for revision, supplier in rows.items():
        if supplier is not None:
            facts = {"digest": revision, "supplier_id": supplier.id, "settings": connection_of(supplier), "at": now}
            conn.execute(insert(revisions).values(facts).on_conflict_do_nothing())


def _mend(state: State, lane: Lane, now: datetime) -> None:
    """Their server answers again: what waits for it need not wait longer."""
    state.mended = state.mended or state.failures > 0
    state.failures, state.error, state.broken_at, state.sent_at = 0, "", None, now
    if not lane.per_minute:
        state.next_slot_at = None


def _decided(office: Office, message: Message, one: Result, state: State, lane: Lane, now: datetime) -> Retry | Stop:
    """Whether to try again; in a lane that is broken its own pace counts, and patience from when it was placed."""
    plan, broken = plan_of(office, lane), state.broken_at is not None
    state.failures, state.error = state.failures + 1, one.evidence
    first_at = min(message.first_tried_at or now, message.created_at if broken and not message.attempts else now)
    given = (one.outcome, message.tries + 1, first_at, now, office.chance(), plan)
    decision = decide(*given, failures=state.failures if broken else 0)
    if state.failures >= lane.breaker:
        state.broken_at = state.broken_at or now
        state.next_slot_at = now + (decision.delay if isinstance(decision, Retry) else plan.first)
    return decision


def _tell_orders(conn: sa.Connection, found: Mapping[UUID, Message], tried: Sequence[Tried], now: datetime) -> None:
    told: list[tuple[UUID, dict[str, Any]]] = []
    for one in tried:
        message = found[one.message_id]
        if one.outcome is Outcome.DELIVERED and message.order_id is not None:
            detail = {"message": str(message.id), "receipt": one.receipt, "attempts": one.n}
            told.append((message.order_id, detail | {"document": message.document}))
    if told:
        book.record_all(conn, Event.SENT, "avrop", now, told)


def _await_answers(conn: sa.Connection, results: Sequence[Result], tried: Sequence[Tried]) -> None:
    """From now on the supplier's agreed time runs; a change or a repeated order does not begin it anew."""
    sent = [
        (one.message.order_id, one.supplier, step.at)
        for one, step in zip(results, tried, strict=True)
        if step.outcome is Outcome.DELIVERED and one.message.document == Order.__name__
    ]
    deadlines.start(conn, [(order_id, supplier, at) for order_id, supplier, at in sent if order_id and supplier])


def _end(
    states: Mapping[str, State],
    found: Mapping[UUID, Message],
    tried: Sequence[Tried],
    ended: Mapping[str, datetime | None],
) -> None:
    """Gives lanes back, and says when they are due again: for what was left, or for what failed."""
    times: dict[str, list[datetime]] = {supplier_id: [at] if at else [] for supplier_id, at in ended.items()}
    for one in tried:
        if one.state is MessageState.WAITING and one.next_at is not None:
            times.setdefault(found[one.message_id].supplier_id or "", []).append(one.next_at)
    for supplier_id, state in states.items():
        state.ended = supplier_id in ended
        due_at = min(times.get(supplier_id, ()), default=None)
        if due_at is not None and state.next_slot_at is not None:
            due_at = state.next_slot_at if state.broken_at else max(due_at, state.next_slot_at)
        state.due_at = due_at


def _say(one: Result, step: Tried) -> None:
    cause = None if one.outcome is Outcome.DELIVERED else one.evidence
    tell = log.say if cause is None else log.warn
    facts = {"message": step.message_id, "supplier": one.message.supplier_id, "attempt": step.n}
    trace = telemetry.id_of(one.message.trace)
    tell(one.outcome.value, **facts, order=one.number, next_at=step.next_at, cause=cause, trace=trace)
