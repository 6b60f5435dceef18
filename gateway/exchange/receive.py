"""What comes in: the raw bytes are kept and committed before anybody understands or acknowledges them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway import telemetry
from gateway.exchange import journal, log, queue, tasks
from gateway.exchange.journal import Message, MessageState
from gateway.exchange.tables import messages
from gateway.findings import Finding, Place, Rejected
from gateway.formats import sbdh


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """What the sender is told. `message_id` is the first one's where it is a duplicate; with findings it is refused."""

    message_id: UUID
    duplicate: bool = False
    findings: tuple[Finding, ...] = ()


def receive(
    conn: sa.Connection,
    raw: bytes,
    source: str,
    supplier_id: str | None,
    transport: str,
    remote_id: str,
    now: datetime,
    name: str = "",
) -> Accepted:
    """Keeps and identifies in one transaction, for channels where `remote_id` is known without reading the content.

    A file that is fetched again because it could not be moved away leaves no second row.
    """
    first = first_of(conn, transport, journal.storable(remote_id))
    if first is not None and first.sha256 == journal.digest(raw):
        return Accepted(message_id=first.id, duplicate=True)
    with telemetry.span("receive", transport=transport, supplier=supplier_id, bytes=len(raw)):
        return identify(conn, keep(conn, raw, source, supplier_id, transport, now, name), remote_id, now)


def keep(
    conn: sa.Connection, raw: bytes, source: str, supplier_id: str | None, transport: str, now: datetime, name: str = ""
) -> UUID:
    """Only the bytes, not understood at all. Commit, then `identify` or `set_aside`."""
    facts = {"supplier_id": supplier_id, "transport": transport}
    facts |= {"source": journal.storable(source), "name": journal.storable(name)}
    sha256 = journal.digest(raw)
    return journal.add(conn, "in", MessageState.KEPT, now, **facts, raw=raw, sha256=sha256, journaled_at=now)


def identify(conn: sa.Connection, message_id: UUID, remote_id: str, now: datetime) -> Accepted:
    """Gives kept bytes the sender's id for them. New: a job reads them. Known with equal bytes: the first answer again.

    Known with other bytes: refused, and a person is told, because one of the two would be lost.
    """
    message, remote_id = journal.get(conn, message_id, lock=True), journal.storable(remote_id)
    if message is None:
        raise LookupError(f"there is no message {message_id}")
    if message.state is not MessageState.KEPT:
        return Accepted(message_id=message.duplicate_of or message_id, duplicate=True)
    _one_at_a_time(conn, message.transport or "", remote_id)
    first = first_of(conn, message.transport or "", remote_id)
    if first is None:
        journal.change(conn, message_id, remote_id=remote_id, state=MessageState.RECEIVED.value)
        queue.enqueue(conn, queue.INBOX, message_id)
        log.say("received", message=message_id, supplier=message.supplier_id, source=message.source, remote=remote_id)
        return Accepted(message_id=message_id)
    same = first.sha256 == message.sha256
    state = MessageState.DUPLICATE if same else MessageState.REFUSED
    journal.change(conn, message_id, remote_id=remote_id, duplicate_of=first.id, state=state.value, done_at=now)
    if same:
        log.say("duplicate", message=message_id, first=first.id, remote=remote_id)
        return Accepted(message_id=first.id, duplicate=True)
    return Accepted(message_id=message_id, findings=_refuse(conn, message, first, remote_id, now))


def instance_of(raw: bytes) -> str | None:
    """The id that the envelope gives the message, None where there is no envelope that can be read."""
    try:
        return sbdh.unwrap(raw)[0].instance
    except Rejected:
        return None


def set_aside(
    conn: sa.Connection,
    message_id: UUID,
    state: MessageState,
    kind: tasks.Kind,
    findings: Sequence[Finding],
    now: datetime,
    *,
    order_id: UUID | None = None,
    supplier_id: str | None = None,
) -> None:
    """Nobody but a person can do more with it: findings with their places, and a task; the bytes stay."""
    journal.change(conn, message_id, state=state.value, done_at=now)
    journal.add_findings(conn, message_id, findings, now)
    cause = journal.storable("; ".join(str(finding) for finding in findings))
    message = journal.get(conn, message_id)
    supplier = supplier_id or (message.supplier_id if message is not None else None)
    source = message.source if message is not None else ""
    summary = f"{(message.document if message else None) or 'A document'} from {supplier or source}: {state.value}"
    facts = {"order_id": order_id, "message_id": message_id, "supplier_id": supplier}
    tasks.add(conn, kind, summary, now, **facts, finding=cause)  # type: ignore[arg-type]
    log.warn(state.value, message=message_id, supplier=supplier, source=source, cause=cause)


def _refuse(
    conn: sa.Connection, message: Message, first: Message, remote_id: str, now: datetime
) -> tuple[Finding, ...]:
    why = f"the id {remote_id!r} was used before, by message {first.id}, with other content: send it under a new id"
    finding = Finding(rule="id-used-twice", message=why, place=Place(source=message.source))
    set_aside(conn, message.id, MessageState.REFUSED, tasks.Kind.REJECTED_DOCUMENT, [finding], now)
    return (finding,)


def first_of(conn: sa.Connection, transport: str, remote_id: str) -> Message | None:
    """The message that came first under this id."""
    known = (messages.c.transport == transport) & (messages.c.remote_id == remote_id)
    first = sa.select(messages.c.id).where(known, messages.c.direction == "in", messages.c.duplicate_of.is_(None))
    found = conn.execute(first).scalar()
    return journal.get(conn, found) if found is not None else None


def _one_at_a_time(conn: sa.Connection, transport: str, remote_id: str) -> None:
    """Two deliveries of one id at the same moment: the second waits until the first is committed, then sees it."""
    lock = sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"{transport} {remote_id}", 0)))
    conn.execute(lock)
