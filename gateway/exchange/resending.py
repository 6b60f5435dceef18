"""Once more: a message that was sent or is dead goes again, and a document that could not be read is read again.

**Under the same key** (the usual way) the other side recognises what it has and keeps one: right when nobody knows
whether it arrived, or when they lost it. **As a new document** it is another message under its own key, linked to the
first: right when they refuse the first because they saw it before, and sure to be taken as a second one by who has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from gateway.exchange import documents, handling, journal, lane_store, log, queue, tasks
from gateway.exchange.allowed import UNSENT, Action
from gateway.exchange.journal import Message, MessageState
from gateway.exchange.tables import messages
from gateway.findings import Place, reject
from gateway.model import Document, Order
from gateway.orders import book
from gateway.orders.lifecycle import Event

_SENT_BEFORE = {"tries": 0, "first_tried_at": None, "next_at": None, "follow_at": None, "done_at": None}


def resend(conn: sa.Connection, message_id: UUID, actor: object, now: datetime, *, as_new: bool = False) -> UUID:
    """The message that goes (or is read) again: the same one, or a new one linked to it. Raises `Rejected`."""
    message = handling.found(conn, message_id, Action.RESEND)
    if message.direction == "in":
        _read_again(conn, message, actor, now)
        return message_id
    standing(conn, message)
    if as_new:
        return _anew(conn, message, actor, now)
    if message.state is MessageState.HELD:
        handling.release(conn, message_id, actor, now)
        return message_id
    journal.change(conn, message_id, state=MessageState.QUEUED.value, **_SENT_BEFORE)
    handling.tell(conn, message, Event.RELEASED, actor, now, {"again": True})
    lane_store.try_now(conn, message.supplier_id or "", now)
    log.say("resent", message=message_id, supplier=message.supplier_id, who=actor)
    return message_id


def follow_up(
    conn: sa.Connection,
    message: Message,
    document: Document,
    actor: object,
    now: datetime,
    detail: Mapping[str, object],
) -> UUID:
    """A new message with `document`, linked to `message`, on its way; a first one that was not sent stays unsent."""
    key = _next_key(conn, message)
    how = {"supplier_id": message.supplier_id, "dialect": message.dialect, "transport": message.transport}
    about = {"document": type(document).__name__, "order_id": message.order_id, "test": message.test}
    new = journal.add(conn, "out", MessageState.QUEUED, now, **how, **about, key=key, resends=message.id)
    documents.keep(conn, new, document)
    if message.state in UNSENT | {MessageState.HELD}:
        handling.leave_unsent(conn, message, actor, now)
    if message.order_id is not None:
        told = {"message": str(new), "resends": str(message.id), **detail}
        book.record(conn, message.order_id, Event.RELEASED, actor, now, told)
    lane_store.try_now(conn, message.supplier_id or "", now)
    log.say("resent_as_new", message=new, resends=message.id, supplier=message.supplier_id, who=actor)
    return new


def _anew(conn: sa.Connection, message: Message, actor: object, now: datetime) -> UUID:
    row = book.get(conn, message.order_id) if message.order_id is not None else None
    document = documents.of_message(conn, message, row)
    if document is None:
        why = f"message {message.id} stays as it is: its document is not in the book, so it cannot be written anew"
        raise reject("resend-no-document", why, Place(source=message.name))
    if message.document == Order.__name__ and message.order_id is not None and changed_since(conn, message):
        why = f"message {message.id} stays as it is: a change of the order came after it; send the change again"
        raise reject("resend-changed-since", why, Place(source=message.name))
    return follow_up(conn, message, document, actor, now, {"as_new": True})


def standing(conn: sa.Connection, message: Message) -> None:
    """Raises `Rejected` where another message has taken this one's place: both would be carried out."""
    mine = (messages.c.resends == message.id) & (messages.c.state != MessageState.SKIPPED.value)
    later = conn.execute(sa.select(messages.c.id).where(mine).order_by(messages.c.sequence.desc())).scalar()
    if later is not None:
        why = f"message {message.id} stays as it is: message {later} has taken its place; send that one again"
        raise reject("message-replaced", why, Place(source=message.name))


def changed_since(conn: sa.Connection, message: Message) -> bool:
    """Whether a change or cancellation of the order has gone after this message, or waits to."""
    later = (messages.c.order_id == message.order_id) & (messages.c.sequence > message.sequence)
    sent = messages.c.document.in_(documents.CHANGES) & (messages.c.state != MessageState.SKIPPED.value)
    return bool(conn.execute(sa.select(sa.exists().where(later, sent))).scalar_one())


def _next_key(conn: sa.Connection, message: Message) -> str:
    """The same for the same resend, whoever asks twice: made of the first message and how often it was repeated."""
    count = sa.select(sa.func.count()).select_from(messages).where(messages.c.resends == message.id)
    nth: int = conn.execute(count).scalar_one()
    return journal.message_key(message.id, f"{message.document}:resend", nth + 1)


def _read_again(conn: sa.Connection, message: Message, actor: object, now: datetime) -> None:
    """As if it had just come; what was found before stays in the journal."""
    journal.change(conn, message.id, state=MessageState.RECEIVED.value, done_at=None)
    tasks.close_for_message(conn, message.id, actor, "read again", now)
    note = {"text": "the document is read again"}
    handling.tell(conn, message, Event.NOTE, actor, now, note)
    queue.enqueue(conn, queue.INBOX, message.id)
    log.say("read_again", message=message.id, supplier=message.supplier_id, who=actor)
