"""In what time the supplier must answer, and who is late: rows in the database, no timers, nothing ends with a process.

Calendar time from the moment the order was sent: opening hours are ours, and the agreed time does not stop for them.
The order book has the last word: an order that has gone on is not awaited, whatever came in which way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by, insert

from gateway.exchange.journal import Message
from gateway.exchange.tables import deadlines
from gateway.model import Order, OrderResponse
from gateway.orders.lifecycle import State
from gateway.orders.tables import orders
from gateway.suppliers.supplier import Supplier

BATCH: Final = 5000
"""Rows that are judged in one statement: months of downtime must not become one long lock."""


class Awaited(StrEnum):
    """What a supplier has agreed to send in time; the names of `gateway.suppliers.agreement.Deadlines`."""

    ACKNOWLEDGEMENT = "acknowledgement"
    RESPONSE = "response"
    DESPATCH = "despatch"


class Standing(StrEnum):
    """How a deadline stands: `over` is met, or no longer awaited."""

    OPEN = "open"
    LATE = "late"
    OVER = "over"


_UNHEARD = frozenset({State.PLACED, State.SENT})  # placed: its answer was quicker than our own note of sending
_UNDECIDED = _UNHEARD | {State.ACKNOWLEDGED}
OWED: Final[Mapping[Awaited, frozenset[State]]] = {
    Awaited.ACKNOWLEDGEMENT: _UNHEARD,
    Awaited.RESPONSE: _UNDECIDED,
    Awaited.DESPATCH: _UNDECIDED | {State.CONFIRMED, State.CHANGED},
}
"""Where the supplier owes it. An order with something pending stands where it stood beneath."""
PAUSED: Final[Mapping[Awaited, frozenset[State]]] = {Awaited.DESPATCH: frozenset({State.PROPOSED})}
"""Where it is still awaited and we are the ones who must answer first: nobody is late."""


class Late(msgspec.Struct, frozen=True, kw_only=True):
    """The late ones of a supplier and kind: how many, and number and time of the one that is late the longest."""

    supplier_id: str
    awaited: Awaited
    count: int
    number: str
    since: datetime


def judged(awaited: Awaited, state: State, due_at: datetime, now: datetime) -> Standing:
    """What `judge` does, for one row. Pure; the same two tables decide in the database."""
    if state in OWED[awaited]:
        return Standing.LATE if due_at <= now else Standing.OPEN
    return Standing.OPEN if state in PAUSED.get(awaited, ()) else Standing.OVER


def start(conn: sa.Connection, rows: Iterable[tuple[UUID, Supplier, datetime]]) -> None:
    """Orders, their suppliers, and when each was sent: one statement for all; an order that has its rows keeps them."""
    found = [
        (order_id, awaited.value, supplier.id, sent_at + span)
        for order_id, supplier, sent_at in rows
        for awaited in Awaited
        if (span := getattr(supplier.deadlines, awaited.value)) is not None
    ]
    if found:
        names = ("order_id", "kind", "supplier_id", "due_at")
        given = dict(zip(names, zip(*found, strict=True), strict=True))
        conn.execute(_START, {name: list(values) for name, values in given.items()})


def _started() -> sa.Insert:
    """Arrays instead of a list of rows: the statement is the same for any number, and compiled once."""
    names = ("order_id", "kind", "supplier_id", "due_at")
    arrays = [sa.bindparam(name, type_=ARRAY(deadlines.c[name].type)) for name in names]
    rows = sa.func.unnest(*arrays).table_valued(*names).render_derived()
    return insert(deadlines).from_select(list(names), sa.select(*rows.c)).on_conflict_do_nothing()


_START = _started()


def call_off(conn: sa.Connection, message: Message) -> None:
    """It has not arrived after all: nothing is owed, until it is sent again and `start` is called."""
    if message.document == Order.__name__ and message.order_id is not None:
        open_ones = (deadlines.c.order_id == message.order_id) & deadlines.c.met_at.is_(None)
        conn.execute(deadlines.delete().where(open_ones))


def answered(conn: sa.Connection, order_id: UUID, now: datetime, response: OrderResponse | None = None) -> None:
    """Something of the supplier's was applied to the order: what it owes no more is met, in the same transaction.

    Any response is its first answer. One that owes every line to later (backorder) ends the wait for goods too.
    """
    of_order = (deadlines.c.order_id == order_id) & deadlines.c.met_at.is_(None) & (deadlines.c.order_id == orders.c.id)
    met = _over()
    if response is not None:
        heard = [Awaited.ACKNOWLEDGEMENT] + ([Awaited.DESPATCH] if owes_everything(response) else [])
        met |= deadlines.c.kind.in_(heard)
    conn.execute(deadlines.update().where(of_order, met).values(met_at=now))


def owes_everything(response: OrderResponse) -> bool:
    """Whether the supplier has nothing of it now: every line it does not refuse is on backorder, none of it comes."""
    owed = [line for line in response.lines if line.backorder is not None and line.backorder.value > 0]
    coming = any(line.quantity is not None and line.quantity.value > 0 for line in owed)
    rest = [line for line in response.lines if line not in owed]
    return bool(owed) and not coming and all(line.status == "7" for line in rest)


def judge(conn: sa.Connection, now: datetime, limit: int = BATCH) -> bool:
    """Marks what is over, what is late, and what is late no more, `limit` rows each; True: there may be more.

    A deadline is late no more when we must answer first, or when a clock that had run ahead is right again.
    """
    due, marked = deadlines.c.due_at <= now, deadlines.c.late_at.is_not(None)
    owed = _where(OWED)
    changes = (
        ((due | marked) & _over(), {"met_at": now}),
        (due & ~marked & owed, {"late_at": now}),
        (marked & ~_over() & ~(due & owed), {"late_at": None}),
    )
    counts = [_mark(conn, where, limit, values) for where, values in changes]
    return max(counts) == limit


def _mark(conn: sa.Connection, where: sa.ColumnElement[bool], limit: int, values: Mapping[str, object]) -> int:
    """Rows that an answer holds at this moment are left to it."""
    key = (deadlines.c.order_id, deadlines.c.kind)
    chosen = sa.select(*key).join(orders, orders.c.id == deadlines.c.order_id)
    chosen = chosen.where(deadlines.c.met_at.is_(None), where).order_by(deadlines.c.due_at).limit(limit)
    rows = chosen.with_for_update(of=deadlines, skip_locked=True).cte("chosen").prefix_with("MATERIALIZED")
    return conn.execute(deadlines.update().where(sa.tuple_(*key).in_(sa.select(*rows.c))).values(values)).rowcount


def late(conn: sa.Connection) -> list[Late]:
    """Who is late with what, by the marks of `judge`."""
    since = sa.func.min(deadlines.c.due_at).label("since")
    first = sa.func.array_agg(aggregate_order_by(orders.c.number, deadlines.c.due_at, orders.c.number))
    facts = (deadlines.c.supplier_id, deadlines.c.kind, sa.func.count().label("count"), first[1].label("number"), since)
    marked = deadlines.c.met_at.is_(None) & deadlines.c.late_at.is_not(None)
    wanted = sa.select(*facts).join(orders, orders.c.id == deadlines.c.order_id).where(marked)
    found = conn.execute(wanted.group_by(deadlines.c.supplier_id, deadlines.c.kind))
    return [
        Late(supplier_id=row.supplier_id, awaited=Awaited(row.kind), count=row[2], number=row.number, since=row.since)
        for row in found
    ]


def _over() -> sa.ColumnElement[bool]:
    """Neither owed nor paused; a self-test's order is watched by the test itself."""
    return orders.c.test | ~(_where(OWED) | _where(PAUSED))


def _where(states: Mapping[Awaited, frozenset[State]]) -> sa.ColumnElement[bool]:
    stands = sa.func.coalesce(orders.c.beneath, orders.c.state)
    return sa.or_(
        *((deadlines.c.kind == awaited.value) & stands.in_(sorted(these)) for awaited, these in states.items())
    )
