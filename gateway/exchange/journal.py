"""The journal: every message in and out, its raw bytes written once, every attempt and finding. Nothing is deleted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from gateway import telemetry
from gateway.exchange.retry import Outcome
from gateway.exchange.tables import attempts, message_findings, messages
from gateway.findings import Finding, Place

_KEYS = uuid5(NAMESPACE_URL, "urn:avrop:message")


class MessageState(StrEnum):
    """Out: queued, waiting (for its next attempt), sent (taken by them or by who carries it to them), held (for a
    person), closed (a person did it another way), skipped (a person decided that it is not sent).

    In: kept (bytes only), received, processed, rejected (not readable), unmatched, refused (id used twice), duplicate,
    shelved (read, and nothing handles it yet).
    """

    QUEUED = "queued"
    WAITING = "waiting"
    SENT = "sent"
    HELD = "held"
    CLOSED = "closed"
    SKIPPED = "skipped"
    KEPT = "kept"
    RECEIVED = "received"
    PROCESSED = "processed"
    REJECTED = "rejected"
    UNMATCHED = "unmatched"
    REFUSED = "refused"
    DUPLICATE = "duplicate"
    SHELVED = "shelved"


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message without its raw bytes; `raw(conn, id)` has them."""

    id: UUID
    sequence: int
    direction: str
    state: MessageState
    supplier_id: str | None
    document: str | None
    dialect: str | None
    transport: str | None
    order_id: UUID | None
    key: str | None
    remote_id: str | None
    duplicate_of: UUID | None
    name: str
    source: str
    sha256: str | None
    created_at: datetime
    journaled_at: datetime | None
    done_at: datetime | None
    attempts: int
    tries: int
    first_tried_at: datetime | None
    next_at: datetime | None
    receipt: str | None
    follow_at: datetime | None
    resends: UUID | None
    test: bool
    revision: str | None
    trace: str | None
    punchout_id: UUID | None = None


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    n: int
    at: datetime
    outcome: Outcome
    evidence: str
    next_at: datetime | None


_COLUMNS = [column for column in messages.c if column.name != "raw"]


def message_key(order_id: UUID, document: str, version: int) -> str:
    """The key a document travels under: the same for every attempt, also after a crash."""
    return str(uuid5(_KEYS, f"{order_id}:{document}:{version}"))


def digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def storable(text: str) -> str:
    """The text as the database can hold it: without NUL and without the halves of signs that broken names have."""
    return text.replace("\x00", "␀").encode("utf-8", "replace").decode("utf-8")


def add(conn: sa.Connection, direction: str, state: MessageState, now: datetime, **facts: object) -> UUID:
    """A new message, in the trace around here; `facts` are columns of the table."""
    message_id = uuid4()
    row = {"id": message_id, "direction": direction, "state": state.value, "created_at": now}
    row["trace"] = telemetry.traceparent()
    conn.execute(messages.insert().values(row | facts))
    return message_id


def get(conn: sa.Connection, message_id: UUID, *, lock: bool = False) -> Message | None:
    """The message, its row locked until the transaction ends if `lock`."""
    wanted = sa.select(*_COLUMNS).where(messages.c.id == message_id)
    row = conn.execute(wanted.with_for_update() if lock else wanted).first()
    return _message(row) if row is not None else None


def raw(conn: sa.Connection, message_id: UUID) -> bytes | None:
    """Exactly what went or came over the wire, None before that. A duplicate has the bytes of the first."""
    found = conn.execute(sa.select(messages.c.raw, messages.c.duplicate_of).where(messages.c.id == message_id)).one()
    if found.raw is None and found.duplicate_of is not None:
        return raw(conn, found.duplicate_of)
    return bytes(found.raw) if found.raw is not None else None


def change(conn: sa.Connection, message_id: UUID, **facts: object) -> None:
    """Sets columns other than the raw bytes."""
    if facts.keys() & {"raw", "sha256"}:
        raise ValueError("raw bytes are written once, by add or batches.keep_all")
    conn.execute(messages.update().where(messages.c.id == message_id).values(facts))


def locked(conn: sa.Connection, message_ids: Iterable[UUID]) -> dict[UUID, Message]:
    """These messages, their rows locked until the transaction ends."""
    wanted = sa.select(*_COLUMNS).where(messages.c.id == sa.any_(sa.literal(list(message_ids), sa.ARRAY(sa.UUID))))
    rows = conn.execute(wanted.order_by(messages.c.sequence).with_for_update())
    return {row.id: _message(row) for row in rows}


def add_attempt(
    conn: sa.Connection, message: Message, outcome: Outcome, evidence: str, now: datetime, next_at: datetime | None
) -> None:
    """One attempt more, and its number on the message."""
    row = {"message_id": message.id, "n": message.attempts + 1, "at": now, "outcome": outcome.value}
    conn.execute(attempts.insert().values(row | {"evidence": evidence, "next_at": next_at}))
    first = message.first_tried_at or now
    change(conn, message.id, attempts=message.attempts + 1, tries=message.tries + 1, first_tried_at=first)


def add_findings(conn: sa.Connection, message_id: UUID, findings: Iterable[Finding], now: datetime) -> None:
    rows = [
        {"message_id": message_id, "at": now, "rule": finding.rule, "message": storable(finding.message)}
        | {"fatal": finding.fatal, "source": storable(finding.place.source), "path": storable(finding.place.path)}
        | {"line": finding.place.line, "column": finding.place.column}
        for finding in findings
    ]
    if rows:
        conn.execute(message_findings.insert(), rows)


def attempts_of(conn: sa.Connection, message_id: UUID) -> list[Attempt]:
    found = conn.execute(sa.select(attempts).where(attempts.c.message_id == message_id).order_by(attempts.c.n))
    return [
        Attempt(n=row.n, at=row.at, outcome=Outcome(row.outcome), evidence=row.evidence, next_at=row.next_at)
        for row in found
    ]


def findings_of(conn: sa.Connection, message_id: UUID) -> list[Finding]:
    about = message_findings.c.message_id == message_id
    found = conn.execute(sa.select(message_findings).where(about).order_by(message_findings.c.id)).mappings()
    return [_finding(row) for row in found]


def first_findings(conn: sa.Connection, message_ids: Iterable[UUID | None]) -> dict[UUID, Finding]:
    """Of each message the first fatal finding, or its first one; nothing for a message without any."""
    wanted = {message_id for message_id in message_ids if message_id is not None}
    order = (message_findings.c.message_id, message_findings.c.fatal.desc(), message_findings.c.id)
    rows = sa.select(message_findings).ext(distinct_on(message_findings.c.message_id)).order_by(*order)
    found = conn.execute(rows.where(message_findings.c.message_id.in_(wanted))).mappings()
    return {row["message_id"]: _finding(row) for row in found}


def of_order(conn: sa.Connection, order_id: UUID) -> list[Message]:
    """All messages about an order, oldest first."""
    return _listed(conn, sa.select(*_COLUMNS).where(messages.c.order_id == order_id).order_by(messages.c.sequence))


def trace_of_order(conn: sa.Connection, order_id: UUID) -> str | None:
    """The traceparent that the order was placed under, so that its answers join it; asked only while traces are on."""
    if not telemetry.is_on():
        return None
    placed = (messages.c.order_id == order_id) & (messages.c.direction == "out") & messages.c.trace.is_not(None)
    first = sa.select(messages.c.trace).where(placed).order_by(messages.c.sequence).limit(1)
    found: str | None = conn.execute(first).scalar()
    return found


def recent(
    conn: sa.Connection, *, supplier_id: str | None = None, state: str | None = None, limit: int = 50, offset: int = 0
) -> list[Message]:
    """The newest messages, of a supplier or in a state if these are named."""
    wanted = sa.select(*_COLUMNS).order_by(messages.c.sequence.desc()).limit(limit).offset(offset)
    if supplier_id is not None:
        wanted = wanted.where(messages.c.supplier_id == supplier_id)
    return _listed(conn, wanted.where(messages.c.state == state) if state is not None else wanted)


def _listed(conn: sa.Connection, wanted: sa.Select[Any]) -> list[Message]:
    return [_message(row) for row in conn.execute(wanted)]


def _finding(row: sa.RowMapping) -> Finding:
    place = Place(source=row["source"], line=row["line"], column=row["column"], path=row["path"])
    return Finding(rule=row["rule"], message=row["message"], fatal=row["fatal"], place=place)


def message_of(facts: Mapping[str, Any]) -> Message:
    """A message from the columns of its row."""
    return Message(**{**facts, "state": MessageState(facts["state"])})


def _message(row: sa.Row[Any]) -> Message:
    return message_of(dict(row._mapping))
