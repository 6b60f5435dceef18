"""An order that nobody outside has seen yet: it says something else from now on, or is withdrawn, and nobody is asked.

It waits for approval, stands in its lane, is held, or waits for somebody who orders by hand. Everything happens in the
caller's transaction; what has left, or may have, raises `Rejected` and stays as it is.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa

from gateway.exchange import documents, handling, journal, log, resending, tasks
from gateway.exchange.allowed import UNSENT
from gateway.exchange.journal import Message, MessageState
from gateway.exchange.retry import Outcome
from gateway.exchange.tables import lanes
from gateway.findings import Place, Rejected, reject
from gateway.model import Order
from gateway.orders import book, versions
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import Event, State


class Where(StrEnum):
    """`here`: nobody outside has it; `leaving`: a worker has its lane in hand now; `gone`: they have it, or may."""

    HERE = "here"
    LEAVING = "leaving"
    GONE = "gone"


_HERE = frozenset({State.AWAITING_APPROVAL, State.PLACED, State.HELD, State.BY_HAND})
_WAITS = frozenset({MessageState.QUEUED, MessageState.WAITING, MessageState.HELD})
_ARRIVED = frozenset({Outcome.DELIVERED, Outcome.UNSURE})
REWRITTEN = "rewritten"


def where(conn: sa.Connection, row: OrderRow, now: datetime, *, lock: bool = False) -> Where:
    """Where the order is. With `lock` its lane stands still until the transaction ends: the answer stays true."""
    if row.state not in _HERE:
        return Where.GONE
    if row.state is State.AWAITING_APPROVAL:
        return Where.HERE
    message = _message(conn, row.id)
    if message is None:
        return Where.GONE if _begun(conn, row.id) else Where.HERE
    ended = {attempt.outcome for attempt in journal.attempts_of(conn, message.id)}
    if message.state not in _WAITS or ended & _ARRIVED:
        return Where.GONE
    return Where.LEAVING if _leased(conn, message, now, lock) and message.state in UNSENT else Where.HERE


def rewrite(conn: sa.Connection, order_id: UUID, wanted: Order, actor: object, now: datetime, text: str) -> None:
    """The order says `wanted` from now on; `text` tells its timeline what is different."""
    row = _here(conn, order_id, now)
    if wanted == row.order:
        raise _no(row, "no-change", "nothing is different from what stands")
    version = versions.correct(conn, order_id, wanted, now)
    message = _message(conn, order_id)
    detail = {"step": REWRITTEN, "version": version, "text": text}
    if message is None or message.journaled_at is None:
        if message is not None:
            documents.replace(conn, message.id, wanted)
    else:
        resending.follow_up(conn, message, wanted, actor, now, {"step": REWRITTEN})
    book.record(conn, order_id, Event.NOTE, actor, now, detail)
    log.say(REWRITTEN, order=row.number, supplier=row.supplier_id, who=actor, version=version)


def withdraw(conn: sa.Connection, order_id: UUID, reason: str, actor: object, now: datetime) -> State:
    """The order is cancelled and never leaves; the supplier hears nothing of it."""
    why = handling.said(reason)
    _here(conn, order_id, now)
    message = _message(conn, order_id)
    if message is not None:
        handling.leave_unsent(conn, message, actor, now)
    for task in tasks.for_order(conn, order_id):
        if task.closed_at is None:
            tasks.close(conn, task.id, actor, "withdrawn", now)
    return book.record(conn, order_id, Event.CANCELLED, actor, now, {"reason": why, "withdrawn": True})


def _here(conn: sa.Connection, order_id: UUID, now: datetime) -> OrderRow:
    book.lock(conn, order_id)
    row = book.get(conn, order_id)
    if row is None:
        raise LookupError(f"there is no order {order_id}")
    found = where(conn, row, now, lock=True)
    if found is Where.LEAVING:
        raise _no(row, "leaving-now", "it is on its way out at this very moment: look again in a minute")
    if found is Where.GONE:
        raise _no(row, "has-left", f"it is {row.state.value}: the supplier has it, or may have, and must be asked")
    return row


def _message(conn: sa.Connection, order_id: UUID) -> Message | None:
    """The message that the order travels by: the last one that was not replaced."""
    sent = [one for one in journal.of_order(conn, order_id) if one.document == Order.__name__]
    standing = [one for one in sent if one.direction == "out" and one.state is not MessageState.SKIPPED]
    return standing[-1] if standing else None


def _begun(conn: sa.Connection, order_id: UUID) -> bool:
    """Whether somebody is ordering it by hand already."""
    return any(task.taken_by and task.closed_at is None for task in tasks.for_order(conn, order_id))


def _leased(conn: sa.Connection, message: Message, now: datetime, lock: bool) -> bool:
    wanted = sa.select(lanes.c.leased_until).where(lanes.c.supplier_id == message.supplier_id)
    until = conn.execute(wanted.with_for_update() if lock else wanted).scalar()
    return until is not None and until > now


def _no(row: OrderRow, rule: str, why: str) -> Rejected:
    return reject(rule, f"order {row.number} stays as it is: {why}", Place(source=row.number))
