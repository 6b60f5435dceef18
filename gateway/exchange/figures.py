"""How the exchange stands, read from the database for all workers at once, in bounded time however much there is.

What waits is counted through partial indexes, up to `MOST`. What has come to rest is PostgreSQL's own estimate:
counting a million rows for a curve is not worth it. Attempts are counted as they come, from the first look on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec
import sqlalchemy as sa

from gateway.exchange import queue
from gateway.exchange.journal import MessageState
from gateway.exchange.tables import alarms, attempts, configurations, deadlines, lanes, messages, tasks, workers
from gateway.exchange.wrongs import SILENCE

MOST: Final = 50_000
"""No count goes beyond it: a backlog of that size is a backlog."""
_FORGOTTEN: Final = timedelta(days=1)
_SECONDS: Final = 2
_IN: Final = frozenset(
    {
        MessageState.KEPT,
        MessageState.RECEIVED,
        MessageState.PROCESSED,
        MessageState.REJECTED,
        MessageState.UNMATCHED,
        MessageState.REFUSED,
        MessageState.DUPLICATE,
        MessageState.SHELVED,
    }
)


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Counts by name; ages in seconds. `accepted` is whether the newest suppliers file was, None before the first."""

    unsent: int
    oldest_unsent: float
    lanes: dict[str, int]
    tasks: dict[str, int]
    alarms: dict[str, int]
    deadlines: dict[tuple[str, str], int]
    workers: dict[str, int]
    heard: dict[str, float]
    inbox: dict[str, int]
    accepted: bool | None
    suppliers: int


def read(conn: sa.Connection, now: datetime) -> Figures:
    """In the caller's transaction, which gives up after two seconds rather than load a database that is in trouble."""
    conn.execute(sa.text(f"SET LOCAL statement_timeout = '{_SECONDS}s'"))
    newest = sa.select(configurations.c.accepted, configurations.c.suppliers)
    config = conn.execute(newest.order_by(configurations.c.seen_at.desc(), configurations.c.id.desc()).limit(1)).first()
    heard = conn.execute(sa.select(workers.c.id, workers.c.seen_at).where(workers.c.seen_at > now - _FORGOTTEN)).all()
    alive = sum(row.seen_at > now - SILENCE for row in heard)
    return Figures(
        unsent=_upto(conn, messages, _UNSENT),
        oldest_unsent=_oldest(conn, now),
        lanes=_lanes(conn, now),
        tasks=_by(conn, tasks.c.kind, tasks.c.closed_at.is_(None)),
        alarms=_by(conn, alarms.c.kind, alarms.c.recovered_at.is_(None)),
        deadlines=_deadlines(conn),
        workers={"alive": alive, "silent": len(heard) - alive},
        heard={row.id: max((now - row.seen_at).total_seconds(), 0.0) for row in heard},
        inbox=_by(conn, sa.cast(queue.jobs.c.status, sa.Text), queue.jobs.c.entrypoint == queue.INBOX),
        accepted=config.accepted if config is not None else None,
        suppliers=config.suppliers if config is not None else 0,
    )


def resting(conn: sa.Connection) -> dict[tuple[str, str], int]:
    """Messages by direction and state, as the last ANALYZE saw them; those that wait are counted, and left out here."""
    waits = {MessageState.QUEUED.value, MessageState.WAITING.value}
    found = {row[0]: round(row[1]) for row in conn.execute(_ESTIMATES)}
    return {("in" if state in _IN else "out", state): count for state, count in found.items() if state not in waits}


class Attempts:
    """Attempts by outcome since the first look. Each look counts up to where the one before it ended: by then a
    transaction that was open has committed, though its rows have lower numbers than others that were there.
    """

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self._counted: int | None = None
        self._known = 0

    def look(self, conn: sa.Connection) -> Mapping[str, int]:
        last: int = conn.execute(sa.select(sa.func.coalesce(sa.func.max(attempts.c.id), 0))).scalar_one()
        if self._counted is None:
            self._counted = last
        else:
            fresh = _by(conn, attempts.c.outcome, attempts.c.id.between(self._counted + 1, self._known))
            for outcome, count in fresh.items():
                self.counts[outcome] = self.counts.get(outcome, 0) + count
            self._counted = max(self._known, self._counted)
        self._known = last
        return self.counts


_UNSENT: Final = sa.text("direction = 'out' AND state IN ('queued', 'waiting')")
# One probe of the index for each lane, instead of a look at every message that waits.
_OLDEST: Final = sa.text("""
    WITH RECURSIVE lane AS (
        (SELECT supplier_id FROM messages WHERE direction = 'out' AND state IN ('queued', 'waiting')
         ORDER BY supplier_id LIMIT 1)
        UNION ALL
        SELECT (SELECT supplier_id FROM messages WHERE direction = 'out' AND state IN ('queued', 'waiting')
                AND messages.supplier_id > lane.supplier_id ORDER BY supplier_id LIMIT 1)
        FROM lane WHERE lane.supplier_id IS NOT NULL)
    SELECT min(first.created_at) FROM lane CROSS JOIN LATERAL (
        SELECT created_at FROM messages WHERE direction = 'out' AND state IN ('queued', 'waiting')
        AND messages.supplier_id = lane.supplier_id ORDER BY sequence LIMIT 1) AS first
""")
_ESTIMATES: Final = sa.text("""
    SELECT unnest(most_common_vals::text::text[]) AS state, unnest(most_common_freqs) * greatest(reltuples, 0) AS count
    FROM pg_stats JOIN pg_class ON pg_class.oid = 'messages'::regclass
    WHERE schemaname = current_schema() AND tablename = 'messages' AND attname = 'state'
""")


def _oldest(conn: sa.Connection, now: datetime) -> float:
    found: datetime | None = conn.execute(_OLDEST).scalar()
    return max((now - found).total_seconds(), 0.0) if found is not None else 0.0


def _lanes(conn: sa.Connection, now: datetime) -> dict[str, int]:
    states = {
        "due": lanes.c.due_at <= now,
        "sending": lanes.c.leased_until.is_not(None),
        "broken": lanes.c.broken_at.is_not(None),
        "paused": lanes.c.paused_by.is_not(None),
    }
    counts = [sa.func.count().filter(where).label(name) for name, where in states.items()]
    return dict(conn.execute(sa.select(*counts).select_from(lanes)).one()._mapping)


def _deadlines(conn: sa.Connection) -> dict[tuple[str, str], int]:
    """By kind and standing: `late`, and `open` without the late ones."""
    is_late = deadlines.c.late_at.is_not(None).label("is_late")
    some = sa.select(deadlines.c.kind, is_late).where(deadlines.c.met_at.is_(None)).limit(MOST).subquery()
    found = conn.execute(sa.select(some.c.kind, some.c.is_late, sa.func.count()).group_by(some.c.kind, some.c.is_late))
    return {(row[0], "late" if row[1] else "open"): row[2] for row in found}


def _by(conn: sa.Connection, column: sa.ColumnElement[str], where: sa.ColumnElement[bool]) -> dict[str, int]:
    some = sa.select(column.label("name")).where(where).limit(MOST).subquery()
    return {row[0]: row[1] for row in conn.execute(sa.select(some.c.name, sa.func.count()).group_by(some.c.name))}


def _upto(conn: sa.Connection, table: sa.Table, where: sa.TextClause) -> int:
    some = sa.select(sa.literal(1)).select_from(table).where(where).limit(MOST).subquery()
    found: int = conn.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()
    return found
