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
from gateway.exchange import deadlines, journal, lane_state, lane_store, log, tasks
from gateway.exchange.batches import Tried, add_attempts
from gateway.exchange.journal import Message, MessageState
from gateway.exchange.lane_store import State
from gateway.exchange.office import Office
from gateway.exchange.retry import Outcome, Retry, Stop
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


def conclude(office: Office, results: Sequence[Result], ended: Mapping[str, datetime | None], worker: str = "") -> None:
    """Records these attempts; `ended` are the lanes whose turn at `worker` is over, with the time when more is due."""
    now = office.clock()
    with office.engine.begin() as conn:
        # Orders before messages, as whoever orders by hand locks them.
        book.lock_all(conn, [one.message.order_id for one in results if one.message.order_id is not None])
        found = journal.locked(conn, [one.message.id for one in results])
        lanes = {one.message.supplier_id for one in results if one.message.supplier_id} | ended.keys()
        states = lane_store.locked(conn, lanes)
        tried = [_tried(office, conn, found[one.message.id], one, states, now) for one in results]
        _keep_connections(conn, results, now)
        add_attempts(conn, tried)
        _tell_orders(conn, found, tried, now)
        _await_answers(conn, results, tried)
        lane_state.end(states, ended, _retries(found, tried))
        lane_store.settle(conn, states.values(), worker)
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
    state, lane = states.get(message.supplier_id or "") or State(supplier_id=""), lane_of(one.supplier)
    tried = Tried(
        message_id=message.id,
        n=message.attempts + 1,
        at=one.at,
        outcome=one.outcome,
        evidence=one.evidence,
        state=message.state,
        next_at=message.next_at,
        done_at=message.done_at,
        follow_at=message.follow_at,
        revision=_revision(one) if _may_be_asked(one) else message.revision,
    )
    if one.outcome is Outcome.DELIVERED:
        lane_state.went(state, now)
        tried = replace(tried, state=MessageState.SENT, receipt=one.evidence, done_at=one.at, next_at=None)
        asked = now + FIRST_QUESTION
        tried = replace(tried, revision=None, follow_at=None) if one.final else replace(tried, follow_at=asked)
    else:
        # A failure of our own says nothing about the supplier: it is reckoned on a lane that nobody sees.
        of_lane = State(supplier_id="") if one.ours else state
        given = (plan_of(office, lane), message, one.outcome, one.evidence, now, office.chance())
        tried = _failed(conn, message, lane_state.failed(of_lane, lane, *given), one, tried, now)
    lane_state.keep_pace(state, lane, now)
    return tried


def _failed(
    conn: sa.Connection, message: Message, decision: Retry | Stop, one: Result, tried: Tried, now: datetime
) -> Tried:
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


def _keep_connections(conn: sa.Connection, results: Sequence[Result], now: datetime) -> None:
    """How suppliers were reached whose messages are asked after later."""
    rows = {_revision(one): one.supplier for one in results if _may_be_asked(one)}
    for revision, supplier in rows.items():
        if supplier is not None:
            facts = {"digest": revision, "supplier_id": supplier.id, "settings": connection_of(supplier), "at": now}
            conn.execute(insert(revisions).values(facts).on_conflict_do_nothing())


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


def _retries(found: Mapping[UUID, Message], tried: Sequence[Tried]) -> dict[str, list[datetime]]:
    """When what has failed is tried again, by lane."""
    times: dict[str, list[datetime]] = {}
    for one in tried:
        if one.state is MessageState.WAITING and one.next_at is not None:
            times.setdefault(found[one.message_id].supplier_id or "", []).append(one.next_at)
    return times


def _say(one: Result, step: Tried) -> None:
    cause = None if one.outcome is Outcome.DELIVERED else one.evidence
    tell = log.say if cause is None else log.warn
    facts = {"message": step.message_id, "supplier": one.message.supplier_id, "attempt": step.n}
    trace = telemetry.id_of(one.message.trace)
    tell(one.outcome.value, **facts, order=one.number, next_at=step.next_at, cause=cause, trace=trace)
