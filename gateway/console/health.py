"""How each supplier is: what stands against it, counted in the database for all at once, and one word for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from gateway.exchange.journal import MessageState
from gateway.exchange.tables import alarms, channels, lanes, messages, tasks
from gateway.exchange.tasks import Kind
from gateway.orders.lifecycle import State
from gateway.orders.tables import orders
from gateway.suppliers.supplier import Supplier

FAILURES = 3
"""Polls in a row that may fail before a person must look: one is the network's, three are somebody's."""

SILENT = timedelta(hours=24)
"""How long an order may stand without any answer before its supplier is shown as waiting."""

_ORDER = {"bad": 0, "paused": 1, "wait": 2, "hand": 3, "off": 4, "ok": 5}
_UNSENT = (MessageState.QUEUED.value, MessageState.WAITING.value)


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """`troubles` are open tasks other than ordering by hand; `unanswered` orders older than `SILENT`.

    `waiting` messages are unsent, the oldest since `oldest`; `sent_at` and `came_at` are the last out and in.
    """

    troubles: int = 0
    by_hand: int = 0
    alarms: int = 0
    waiting: int = 0
    retrying: int = 0
    oldest: datetime | None = None
    unanswered: int = 0
    failures: int = 0
    error: str = ""
    polled_at: datetime | None = None
    sent_at: datetime | None = None
    came_at: datetime | None = None
    broken_at: datetime | None = None
    lane_error: str = ""
    paused_by: str | None = None


def judge(supplier: Supplier, facts: Facts) -> str:
    """bad, paused, wait, hand, off or ok; the worst that is true."""
    if facts.troubles or facts.alarms or facts.failures >= FAILURES or facts.broken_at is not None:
        return "bad"
    if facts.paused_by:
        return "paused"
    if facts.retrying or facts.unanswered or facts.failures:
        return "wait"
    if not supplier.active:
        return "off"
    return "hand" if supplier.by_hand else "ok"


def severity(health: str) -> int:
    """Worst first."""
    return _ORDER[health]


def facts_of_all(conn: sa.Connection, now: datetime) -> dict[str, Facts]:
    """What stands against each supplier, in seven questions however many there are; who has nothing is left out."""
    found: dict[str, dict[str, Any]] = {}
    hand = tasks.c.kind == Kind.BY_HAND.value
    _count(conn, found, "troubles", tasks, tasks.c.closed_at.is_(None) & ~hand)
    _count(conn, found, "by_hand", tasks, tasks.c.closed_at.is_(None) & hand)
    _count(conn, found, "alarms", alarms, alarms.c.recovered_at.is_(None) & (alarms.c.supplier_id != ""))
    silent = (orders.c.state == State.SENT.value) & (orders.c.placed_at < now - SILENT) & ~orders.c.test
    _count(conn, found, "unanswered", orders, silent)
    _waiting(conn, found)
    for row in conn.execute(sa.select(channels)):
        channel = {"failures": row.failures, "error": row.error, "polled_at": row.polled_at}
        found.setdefault(row.supplier_id, {}).update(channel)
    for row in conn.execute(sa.select(lanes)):
        lane = {"sent_at": row.sent_at, "came_at": row.came_at, "broken_at": row.broken_at, "paused_by": row.paused_by}
        found.setdefault(row.supplier_id, {}).update(lane | {"lane_error": row.error})
    return {supplier_id: Facts(**facts) for supplier_id, facts in found.items()}


def _waiting(conn: sa.Connection, found: dict[str, dict[str, Any]]) -> None:
    """Unsent messages; there are few of them however many were ever sent, and an index of their own."""
    tried = sa.func.count().filter(messages.c.state == MessageState.WAITING.value)
    counted = sa.select(messages.c.supplier_id, sa.func.count(), tried, sa.func.min(messages.c.created_at))
    unsent = (messages.c.direction == "out") & messages.c.state.in_(_UNSENT) & messages.c.supplier_id.is_not(None)
    for who, count, retrying, oldest in conn.execute(counted.where(unsent).group_by(messages.c.supplier_id)):
        found.setdefault(who, {}).update(waiting=count, retrying=retrying, oldest=oldest)


def _count(
    conn: sa.Connection, found: dict[str, dict[str, Any]], name: str, table: sa.Table, where: sa.ColumnElement[bool]
) -> None:
    supplier_id = table.c.supplier_id
    counted = sa.select(supplier_id, sa.func.count()).where(where, supplier_id.is_not(None)).group_by(supplier_id)
    for who, count in conn.execute(counted):
        found.setdefault(who, {})[name] = count
