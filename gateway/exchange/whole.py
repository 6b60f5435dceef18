"""The whole story of one message: what it says, what was said of it, what became of it, and what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.exchange import differences, documents, journal, typed, verdicts
from gateway.exchange.answered import LineAnswer, compare
from gateway.exchange.journal import Attempt, Message, MessageState
from gateway.exchange.tables import messages
from gateway.findings import Finding, Rejected
from gateway.formats import Dialect
from gateway.formats.bare import bare
from gateway.model import DespatchAdvice, Document, OrderResponse
from gateway.orders import book
from gateway.orders.book import EventRow, OrderRow

_ANSWERS = ("OrderResponse", "DespatchAdvice")


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """`document` is what we meant or understood; `unread` says why a message that came in could not be read.

    `related` are the order's other messages, `repeats` what this one repeats or corrects, `repeated` what repeats it;
    `changed` is the difference from what it corrects. `timeline` is the order's.
    """

    message: Message
    raw: bytes | None
    document: Document | None
    unread: tuple[Finding, ...]
    findings: list[Finding]
    verdicts: list[verdicts.Stored]
    attempts: list[Attempt]
    row: OrderRow | None
    related: list[Message]
    repeats: Message | None
    repeated: list[Message]
    changed: tuple[differences.Change, ...]
    timeline: list[EventRow]

    @property
    def follow_at(self) -> datetime | None:
        """When whoever took it is asked what became of it; None where the receipt is final."""
        return self.message.follow_at


def story(conn: sa.Connection, message_id: UUID, dialects: Mapping[str, Dialect]) -> Story:
    """Everything; raises LookupError for an unknown message."""
    message = journal.get(conn, message_id)
    if message is None:
        raise LookupError(f"there is no message {message_id}")
    row = book.get(conn, message.order_id) if message.order_id is not None else None
    raw = journal.raw(conn, message_id)
    document, unread = understood(conn, message, row, raw, dialects)
    repeats = journal.get(conn, message.resends) if message.resends is not None else None
    related = journal.of_order(conn, message.order_id) if message.order_id is not None else []
    return Story(
        message=message,
        raw=raw,
        document=document,
        unread=unread,
        findings=journal.findings_of(conn, message_id),
        verdicts=verdicts.of_message(conn, message_id),
        attempts=journal.attempts_of(conn, message_id),
        row=row,
        related=[other for other in related if other.id != message_id],
        repeats=repeats,
        repeated=_repeated(conn, message_id),
        changed=_changed(conn, repeats, row, document),
        timeline=book.timeline(conn, row.id) if row is not None else [],
    )


def understood(
    conn: sa.Connection, message: Message, row: OrderRow | None, raw: bytes | None, dialects: Mapping[str, Dialect]
) -> tuple[Document | None, tuple[Finding, ...]]:
    """What goes out is what is kept; what came in is read again, as its sender's dialect does."""
    if message.direction == "out":
        return documents.of_message(conn, message, row), ()
    if message.transport == typed.TRANSPORT:
        return msgspec.json.decode(raw or b"", type=OrderResponse | DespatchAdvice), ()
    return read_again(raw or b"", message.name or message.source, dialects.get(message.dialect or ""))


def read_again(raw: bytes, source: str, dialect: Dialect | None) -> tuple[Document | None, tuple[Finding, ...]]:
    """The document in these bytes as a dialect reads them, or why there is none; never raises."""
    if dialect is None or not raw:
        return None, ()
    try:
        return dialect.read(bare(raw), source).document, ()
    except Rejected as rejected:
        return None, rejected.findings


def answers(
    conn: sa.Connection, row: OrderRow, related: Sequence[Message], dialects: Mapping[str, Dialect]
) -> list[LineAnswer]:
    """What was ordered beside what was answered, out of the order's messages that were understood."""
    came = [
        understood(conn, message, row, journal.raw(conn, message.id), dialects)[0]
        for message in sorted(related, key=lambda one: one.sequence)
        if message.direction == "in" and message.state is MessageState.PROCESSED and message.document in _ANSWERS
    ]
    return compare(row.order, [document for document in came if document is not None])


def raw_difference(conn: sa.Connection, story: Story) -> list[str]:
    """The bytes of what it corrects beside its own, as a unified diff; empty where one of them was never written."""
    before = journal.raw(conn, story.repeats.id) if story.repeats is not None else None
    return differences.text_difference(before, story.raw) if before and story.raw else []


def _repeated(conn: sa.Connection, message_id: UUID) -> list[Message]:
    mine = sa.select(messages.c.id).where(messages.c.resends == message_id).order_by(messages.c.sequence)
    found = (journal.get(conn, other) for other in conn.scalars(mine).all())
    return [message for message in found if message is not None]


def _changed(
    conn: sa.Connection, repeats: Message | None, row: OrderRow | None, document: Document | None
) -> tuple[differences.Change, ...]:
    before = documents.of_message(conn, repeats, row) if repeats is not None else None
    if before is None or document is None:
        return ()
    return differences.changes(before, document)
