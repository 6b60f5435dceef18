"""Orders that a person gives to the supplier by telephone, e-mail or web page: what waits, what was told, what ends."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from gateway.exchange import deadlines, log, tasks
from gateway.exchange.tables import tasks as tasks_table
from gateway.exchange.tasks import Kind, Task
from gateway.orders import book
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import Event, State
from gateway.orders.tables import orders
from gateway.suppliers.supplier import Supplier

ANSWERED = "answered"
_UNHEARD = frozenset({State.BY_HAND, State.PLACED, State.HELD})


class How(StrEnum):
    """In which way a person reached the supplier."""

    TELEPHONE = "telephone"
    MAIL = "mail"
    WEB = "web"
    STORE = "store"


def waiting(conn: sa.Connection, limit: int = 500) -> list[tuple[Task, OrderRow]]:
    """Orders that a person must give to the supplier, or that await what the supplier answered; oldest first."""
    found = tasks_table.join(orders, orders.c.id == tasks_table.c.order_id)
    mine = (tasks_table.c.kind == Kind.BY_HAND.value) & tasks_table.c.closed_at.is_(None) & ~orders.c.test
    wanted = sa.select(tasks_table.c.id, orders.c.number).select_from(found).where(mine)
    rows = conn.execute(wanted.order_by(tasks_table.c.created_at, tasks_table.c.id).limit(limit)).all()
    by_number = {row.number: row for row in book.by_numbers(conn, [row.number for row in rows])}
    pairs = ((tasks.get(conn, row.id), by_number[row.number]) for row in rows)
    return [(task, row) for task, row in pairs if task is not None]


def task_of(conn: sa.Connection, row: OrderRow) -> Task | None:
    """The open task to order it by hand."""
    open_ones = [one for one in tasks.for_order(conn, row.id) if one.kind is Kind.BY_HAND and one.closed_at is None]
    return open_ones[-1] if open_ones else None


def told(
    conn: sa.Connection, row: OrderRow, supplier: Supplier | None, who: object, how: How, now: datetime, note: str = ""
) -> bool:
    """The supplier has the order and has not answered yet; False where it was told before. The task stays open.

    From now on the supplier owes an answer in the agreed time, as for an order that went by itself.
    """
    life = book.lock(conn, row.id)
    if life is None or life.state not in _UNHEARD:
        return False
    task = task_of(conn, row)
    if task is not None:
        tasks.take(conn, task.id, task.taken_by or who, now)
    detail = {"by_hand": True, "how": how.value} | ({"note": note} if note else {})
    book.record(conn, row.id, Event.SENT, who, now, detail)
    if supplier is not None:
        deadlines.start(conn, [(row.id, supplier, now)])
    log.say("told_by_hand", order=row.number, supplier=row.supplier_id, how=how.value)
    return True


def answered(conn: sa.Connection, row: OrderRow, who: object, now: datetime) -> None:
    """Their answer is typed in: there is nothing more to order by hand."""
    for task in tasks.for_order(conn, row.id):
        if task.closed_at is None and task.kind is Kind.BY_HAND:
            tasks.close(conn, task.id, who, ANSWERED, now)


def cannot_be_had(conn: sa.Connection, row: OrderRow, who: object, reason: str, now: datetime) -> bool:
    """Ends an order that the supplier was not told of; False where it has gone on since."""
    life = book.lock(conn, row.id)
    if life is None or life.state not in _UNHEARD:
        return False
    task = task_of(conn, row)
    if task is not None:
        tasks.note(conn, task.id, who, reason, now)
        tasks.close(conn, task.id, who, "cancelled", now)
    book.record(conn, row.id, Event.CANCELLED, who, now, {"reason": reason})
    return True
