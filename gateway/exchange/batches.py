"""The journal for many messages at a time: arrays instead of rows, so that a statement is the same for any number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.exchange.journal import MessageState, digest
from gateway.exchange.retry import Outcome

_KEEP_ALL = sa.text("""
    UPDATE messages SET raw = kept.raw, sha256 = kept.sha256, journaled_at = :now, transport = kept.transport,
           dialect = kept.dialect, name = kept.name
    FROM unnest(CAST(:id AS uuid[]), CAST(:raw AS bytea[]), CAST(:sha256 AS text[]), CAST(:transport AS text[]),
                CAST(:dialect AS text[]), CAST(:name AS text[])) AS kept (id, raw, sha256, transport, dialect, name)
    WHERE messages.id = kept.id AND messages.raw IS NULL
    RETURNING messages.id
""")


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """The bytes of an outgoing message as they travel, and how."""

    id: UUID
    raw: bytes
    transport: str
    dialect: str
    name: str

    @property
    def sha256(self) -> str:
        return digest(self.raw)


def keep_all(conn: sa.Connection, written: Sequence[Written], now: datetime) -> set[UUID]:
    """Keeps the bytes of many messages; those of them that had none yet. The others' earlier bytes count."""
    columns = {name: [getattr(one, name) for one in written] for name in (*Written.__struct_fields__, "sha256")}
    return set(conn.scalars(_KEEP_ALL, columns | {"now": now})) if written else set()


_ADD_ATTEMPTS = sa.text("""
    INSERT INTO attempts (message_id, n, at, outcome, evidence, next_at)
    SELECT * FROM unnest(CAST(:message_id AS uuid[]), CAST(:n AS int[]), CAST(:at AS timestamptz[]),
                         CAST(:outcome AS text[]), CAST(:evidence AS text[]), CAST(:next_at AS timestamptz[]))
""")
_AFTER_ATTEMPTS = sa.text("""
    UPDATE messages SET attempts = attempts + 1, tries = tries + 1, first_tried_at = coalesce(first_tried_at, done.at),
           state = done.state, next_at = done.next_at, receipt = coalesce(done.receipt, messages.receipt),
           done_at = done.done_at, follow_at = done.follow_at, revision = done.revision
    FROM unnest(CAST(:message_id AS uuid[]), CAST(:at AS timestamptz[]), CAST(:state AS text[]),
                CAST(:next_at AS timestamptz[]), CAST(:receipt AS text[]), CAST(:done_at AS timestamptz[]),
                CAST(:follow_at AS timestamptz[]), CAST(:revision AS text[]))
        AS done (id, at, state, next_at, receipt, done_at, follow_at, revision)
    WHERE messages.id = done.id
""")


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt, number `n` of its message, and what it makes of the message."""

    message_id: UUID
    n: int
    at: datetime
    outcome: Outcome
    evidence: str
    state: MessageState
    next_at: datetime | None = None
    receipt: str | None = None
    done_at: datetime | None = None
    follow_at: datetime | None = None
    revision: str | None = None


def add_attempts(conn: sa.Connection, tried: Sequence[Tried]) -> None:
    """One attempt more for each of these messages, in two statements."""
    if not tried:
        return
    columns = {name: [getattr(one, name) for one in tried] for name in Tried.__struct_fields__}
    columns |= {"outcome": [one.outcome.value for one in tried], "state": [one.state.value for one in tried]}
    first, second = (("state", "receipt", "done_at", "follow_at", "revision"), ("n", "outcome", "evidence"))
    conn.execute(_ADD_ATTEMPTS, {name: values for name, values in columns.items() if name not in first})
    conn.execute(_AFTER_ATTEMPTS, {name: values for name, values in columns.items() if name not in second})
