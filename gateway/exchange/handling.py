"""What a person does with one message: hold it, let it go, try it now, leave it unsent.

Everything happens in the caller's transaction and is told on the order's timeline with who did it. What cannot be done
raises `Rejected` and leaves nothing behind; a message that does not exist raises LookupError.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from gateway.exchange import documents, journal, lane_store, log, place, tasks
from gateway.exchange.allowed import UNSENT, Action, why_not
from gateway.exchange.journal import Message, MessageState
from gateway.exchange.tables import messages
from gateway.findings import Finding, Rejected, reject
from gateway.model import Order, OrderCancellation
from gateway.orders import book
from gateway.orders.lifecycle import PENDING, Event, State, step

_LONGEST = 1000


def hold(conn: sa.Connection, message_id: UUID, actor: object, reason: str, now: datetime) -> None:
    """It goes nowhere until a person releases it; a task keeps it from being forgotten.

    An attempt that is under way when it is held may still arrive: then the message is sent, as is true.
    """
    message, why = found(conn, message_id, Action.HOLD), said(reason)
    journal.change(conn, message_id, state=MessageState.HELD.value, next_at=None)
    finding = Finding(rule="held-by-person", message=f"{actor} holds it: {why}")
    journal.add_findings(conn, message_id, [finding], now)
    about = {"order_id": message.order_id, "message_id": message_id, "supplier_id": message.supplier_id}
    summary = f"{message.document} to {message.supplier_id}: held by {actor}"
    tasks.add(conn, tasks.Kind.HELD, summary, now, **about, finding=str(finding))  # type: ignore[arg-type]
    tell(conn, message, Event.HELD, actor, now, {"why": why, "by_person": True})
    log.say("held_by_person", message=message_id, supplier=message.supplier_id, who=actor)


def release(conn: sa.Connection, message_id: UUID, actor: object, now: datetime) -> None:
    """Sends a held message after all, under its old key; its tasks are closed."""
    found(conn, message_id, Action.RELEASE)
    place.release(conn, message_id, actor, now)


def try_now(conn: sa.Connection, message_id: UUID, actor: object, now: datetime) -> None:
    """It does not wait for the time of its next attempt; what stands before it in its lane still goes first."""
    message = found(conn, message_id, Action.NOW)
    journal.change(conn, message_id, next_at=now)
    tell(conn, message, Event.NOTE, actor, now, {"text": f"{message.document}: tried again at once"})
    lane_store.try_now(conn, message.supplier_id or "", now)


def skip(conn: sa.Connection, message_id: UUID, actor: object, reason: str, now: datetime) -> State | None:
    """A person decides that it is not sent; where its order stands then, None without an order.

    An order that nobody was told of is cancelled, with the changes that wait behind it; a change or cancellation that
    is not sent counts as refused, so that what stood before stands.
    """
    message, why = found(conn, message_id, Action.SKIP), said(reason)
    leave_unsent(conn, message, actor, now)
    if message.order_id is None:
        return None
    detail = {"message": str(message_id), "reason": why, "note": why, "skipped": True, "by_hand": True}
    event = _event_of(conn, message)
    if event is Event.CANCELLED:
        for other in journal.of_order(conn, message.order_id):
            if other.document in documents.CHANGES and other.state in UNSENT | {MessageState.HELD}:
                leave_unsent(conn, other, actor, now)
    if event is Event.NOTE:
        detail["text"] = f"{message.document} is not sent: {why}"
    return book.record(conn, message.order_id, event, actor, now, detail)


def leave_unsent(conn: sa.Connection, message: Message, actor: object, now: datetime) -> None:
    """The message ends without being sent; its tasks are closed. The order is the caller's."""
    journal.change(conn, message.id, state=MessageState.SKIPPED.value, done_at=now, next_at=None)
    tasks.close_for_message(conn, message.id, actor, "skipped", now)
    if message.supplier_id is not None:
        lane_store.stir(conn, message.supplier_id, now)  # what waited behind it may go
    log.say("skipped", message=message.id, supplier=message.supplier_id, who=actor)


def found(conn: sa.Connection, message_id: UUID, action: Action) -> Message:
    """The message, its order and then itself locked; raises `Rejected` if the action is not allowed."""
    message, state = locked(conn, message_id)
    if (against := why_not(action, message, state)) is not None:
        raise Rejected([against])
    return message


def locked(conn: sa.Connection, message_id: UUID) -> tuple[Message, State | None]:
    """The message and where its order stands, locked in the order in which workers lock them: orders first."""
    seen = journal.get(conn, message_id)
    if seen is None:
        raise LookupError(f"there is no message {message_id}")
    life = book.lock(conn, seen.order_id) if seen.order_id is not None else None
    message = journal.get(conn, message_id, lock=True) or seen
    return message, life.state if life is not None else None


def said(reason: str) -> str:
    """The reason as it is kept; raises `Rejected` where there is none."""
    text = journal.storable(reason.strip())[:_LONGEST]
    if not text:
        raise reject("reason-missing", "somebody will ask later why this was done: give a reason")
    return text


def tell(
    conn: sa.Connection, message: Message, event: Event, actor: object, now: datetime, detail: Mapping[str, object]
) -> None:
    """One line more on the order's timeline, where the message has an order."""
    if message.order_id is not None:
        book.record(conn, message.order_id, event, actor, now, {"message": str(message.id), **detail})


def _event_of(conn: sa.Connection, message: Message) -> Event:
    """What it means for the order that this message is not sent."""
    assert message.order_id is not None
    life = book.lock(conn, message.order_id)
    if message.document in documents.CHANGES and life is not None and life.state in PENDING:
        asked_cancel = message.document == OrderCancellation.__name__
        event = Event.CANCEL_REFUSED if asked_cancel else Event.CHANGE_REFUSED
        return event if step(life, event) != life else Event.NOTE
    told = (messages.c.order_id == message.order_id) & (messages.c.direction == "out") & (messages.c.id != message.id)
    others = told & (messages.c.document == Order.__name__) & (messages.c.state != MessageState.SKIPPED.value)
    if message.document != Order.__name__ or conn.execute(sa.select(sa.exists().where(others))).scalar_one():
        return Event.NOTE
    return Event.CANCELLED if life is not None and step(life, Event.CANCELLED) != life else Event.NOTE
