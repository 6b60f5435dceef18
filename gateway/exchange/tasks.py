"""What needs a person: each task can be taken, noted and closed, and closing it tells the order book."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.exchange.tables import messages, tasks
from gateway.orders import book
from gateway.orders.lifecycle import Event


class Kind(StrEnum):
    """Why a person is needed."""

    BY_HAND = "by_hand"
    UNMATCHED = "unmatched"
    REJECTED_DOCUMENT = "rejected_document"
    REFUSED = "refused"
    UNDELIVERABLE = "undeliverable"
    OFFER = "offer"
    UNHANDLED = "unhandled"
    HELD = "held"
    FROM_UNIT = "from_unit"


_TOLD = {"OrderChange": Event.CHANGE_ACCEPTED, "OrderCancellation": Event.CANCEL_ACCEPTED}

ORDERED = "ordered"
"""The outcome of a task that ended with the goods ordered by telephone, e-mail or web page."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    kind: Kind
    order_id: UUID | None
    message_id: UUID | None
    supplier_id: str | None
    summary: str
    finding: str
    created_at: datetime
    taken_by: str | None
    taken_at: datetime | None
    note: str
    closed_at: datetime | None
    closed_by: str | None
    outcome: str | None


def add(
    conn: sa.Connection,
    kind: Kind,
    summary: str,
    now: datetime,
    *,
    order_id: UUID | None = None,
    message_id: UUID | None = None,
    supplier_id: str | None = None,
    finding: str = "",
) -> int:
    """A new open task; its id."""
    row = {"kind": kind.value, "summary": summary, "created_at": now, "order_id": order_id, "message_id": message_id}
    made = tasks.insert().values(row | {"supplier_id": supplier_id, "finding": finding}).returning(tasks.c.id)
    task_id: int = conn.execute(made).scalar_one()
    return task_id


def open_tasks(conn: sa.Connection, limit: int = 200, offset: int = 0) -> list[Task]:
    """What is not closed, oldest first."""
    wanted = sa.select(tasks).where(tasks.c.closed_at.is_(None)).order_by(tasks.c.created_at, tasks.c.id)
    return [_task(row) for row in conn.execute(wanted.limit(limit).offset(offset))]


def count_open(conn: sa.Connection) -> int:
    found: int = conn.execute(
        sa.select(sa.func.count()).select_from(tasks).where(tasks.c.closed_at.is_(None))
    ).scalar_one()
    return found


def get(conn: sa.Connection, task_id: int) -> Task | None:
    row = conn.execute(sa.select(tasks).where(tasks.c.id == task_id)).first()
    return _task(row) if row is not None else None


def for_order(conn: sa.Connection, order_id: UUID) -> list[Task]:
    """All tasks about an order, open and closed."""
    return [
        _task(row) for row in conn.execute(sa.select(tasks).where(tasks.c.order_id == order_id).order_by(tasks.c.id))
    ]


def take(conn: sa.Connection, task_id: int, user: object, now: datetime) -> Task:
    """The task is this user's from now on; raises ValueError if it is closed or somebody else's."""
    task = _open(conn, task_id)
    if task.taken_by not in {None, str(user)}:
        raise ValueError(f"task {task_id} was taken by {task.taken_by} at {task.taken_at:%Y-%m-%d %H:%M} UTC")
    if task.taken_by is None:
        _set(conn, task_id, taken_by=str(user), taken_at=now)
        if task.kind is Kind.BY_HAND and task.order_id is not None:
            book.record(conn, task.order_id, Event.TAKEN_BY_HAND, user, now, {"task": task_id})
    return _found(conn, task_id)


def note(conn: sa.Connection, task_id: int, user: object, text: str, now: datetime) -> Task:
    """Adds a line to the task's note and to the order's timeline; an open task only."""
    task = _open(conn, task_id)
    line = f"{now:%Y-%m-%d %H:%M} {user}: {text.strip()}"
    _set(conn, task_id, note=f"{task.note}\n{line}".lstrip())
    if task.order_id is not None:
        book.record(conn, task.order_id, Event.NOTE, user, now, {"task": task_id, "text": text.strip()})
    return _found(conn, task_id)


def close(conn: sa.Connection, task_id: int, user: object, outcome: str, now: datetime) -> Task:
    """The task is done. With the outcome `ordered` the order is confirmed by hand, and its message goes out no more."""
    task = _open(conn, task_id)
    _set(conn, task_id, closed_at=now, closed_by=str(user), outcome=outcome)
    if outcome == ORDERED and task.order_id is not None:
        _by_hand(conn, task, task.order_id, user, now)
    return _found(conn, task_id)


def _by_hand(conn: sa.Connection, task: Task, order_id: UUID, user: object, now: datetime) -> None:
    """A person told the supplier: of the order, or of the change or cancellation that the task is about."""
    about = sa.select(messages.c.document).where(messages.c.id == task.message_id)
    event = _TOLD.get(conn.execute(about).scalar() or "", Event.CLOSED_BY_HAND)
    book.record(conn, order_id, event, user, now, {"task": task.id, "note": task.note, "by_hand": True})
    unsent = (messages.c.order_id == order_id) & messages.c.state.in_(("held", "waiting", "queued"))
    conn.execute(messages.update().where(unsent).values(state="closed", done_at=now))


def close_for_message(conn: sa.Connection, message_id: UUID, user: object, outcome: str, now: datetime) -> None:
    """Closes what is open about a message, for example when it is released."""
    about = (tasks.c.message_id == message_id) & tasks.c.closed_at.is_(None)
    conn.execute(tasks.update().where(about).values(closed_at=now, closed_by=str(user), outcome=outcome))


def _open(conn: sa.Connection, task_id: int) -> Task:
    about = conn.execute(sa.select(tasks.c.order_id).where(tasks.c.id == task_id)).scalar()
    if about is not None:
        book.lock(conn, about)  # before the task, as whoever releases or skips its message locks them
    row = conn.execute(sa.select(tasks).where(tasks.c.id == task_id).with_for_update()).first()
    if row is None:
        raise LookupError(f"there is no task {task_id}")
    task = _task(row)
    if task.closed_at is not None:
        raise ValueError(f"task {task_id} was closed by {task.closed_by} at {task.closed_at:%Y-%m-%d %H:%M} UTC")
    return task


def _found(conn: sa.Connection, task_id: int) -> Task:
    return _task(conn.execute(sa.select(tasks).where(tasks.c.id == task_id)).one())


def _set(conn: sa.Connection, task_id: int, **values: object) -> None:
    conn.execute(tasks.update().where(tasks.c.id == task_id).values(values))


def _task(row: sa.Row[Any]) -> Task:
    return Task(**dict(row._mapping) | {"kind": Kind(row.kind)})
