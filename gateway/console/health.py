"""How each supplier is: what stands against it, counted in the database, and one word for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from gateway.exchange.journal import MessageState
from gateway.exchange.tables import channels, messages, tasks
from gateway.exchange.tasks import Kind
from gateway.orders.lifecycle import State
from gateway.orders.tables import orders
from gateway.suppliers.supplier import Supplier

FAILURES = 3
"""Polls in a row that may fail before a person must look: one is the network's, three are somebody's."""

SILENT = timedelta(hours=24)
"""How long an order may stand without any answer before its supplier is shown as waiting."""

_ORDER = {"bad": 0, "wait": 1, "hand": 2, "off": 3, "ok": 4}


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """`troubles` are open tasks other than ordering by hand; `unanswered` orders older than `SILENT`."""

    troubles: int = 0
    by_hand: int = 0
    retrying: int = 0
    unanswered: int = 0
    failures: int = 0
    error: str = ""
    polled_at: datetime | None = None


def judge(supplier: Supplier, facts: Facts) -> str:
    """bad, wait, hand, off or ok; the worst that is true."""
    if facts.troubles or facts.failures >= FAILURES:
        return "bad"
    if facts.retrying or facts.unanswered or facts.failures:
        return "wait"
    if not supplier.active:
        return "off"
    return "hand" if supplier.by_hand else "ok"


def severity(health: str) -> int:
    """Worst first."""
    return _ORDER[health]


def facts_of_all(conn: sa.Connection, now: datetime) -> dict[str, Facts]:
    """What stands against each supplier; those with nothing are left out."""
    found: dict[str, dict[str, Any]] = {}
    hand = tasks.c.kind == Kind.BY_HAND.value
    _count(conn, found, "troubles", tasks, tasks.c.closed_at.is_(None) & ~hand)
    _count(conn, found, "by_hand", tasks, tasks.c.closed_at.is_(None) & hand)
    _count(conn, found, "retrying", messages, messages.c.state == MessageState.WAITING.value)
    silent = (orders.c.state == State.SENT.value) & (orders.c.placed_at < now - SILENT) & ~orders.c.test
    _count(conn, found, "unanswered", orders, silent)
    for row in conn.execute(sa.select(channels)):
        channel = {"failures": row.failures, "error": row.error, "polled_at": row.polled_at}
        found.setdefault(row.supplier_id, {}).update(channel)
    return {supplier_id: Facts(**facts) for supplier_id, facts in found.items()}


def _count(
    conn: sa.Connection, found: dict[str, dict[str, Any]], name: str, table: sa.Table, where: sa.ColumnElement[bool]
) -> None:
    supplier_id = table.c.supplier_id
    counted = sa.select(supplier_id, sa.func.count()).where(where, supplier_id.is_not(None)).group_by(supplier_id)
    for who, count in conn.execute(counted):
        found.setdefault(who, {})[name] = count
