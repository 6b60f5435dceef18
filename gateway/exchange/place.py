"""An order on its way: order book, journal and job in the one transaction of the caller, or none of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.exchange import documents, journal, lane_store, log, tasks
from gateway.exchange.journal import MessageState
from gateway.model import Order
from gateway.orders import book
from gateway.orders.lifecycle import Event, State
from gateway.suppliers.supplier import Supplier


def place(
    conn: sa.Connection,
    order: Order,
    supplier: Supplier,
    unit_id: object,
    placed_by: object,
    now: datetime,
    approved: bool = True,
    test: bool = False,
) -> UUID:
    """Enters the order and starts it on its way: in the supplier's lane, as a task by hand, or not before approval.

    `test`: a self-test's order, which is marked in book and journal and travels as every other.
    """
    if not approved:
        return book.add(conn, order, supplier.id, unit_id, placed_by, now, State.AWAITING_APPROVAL)
    state = State.BY_HAND if supplier.by_hand else State.PLACED
    order_id = book.add(conn, order, supplier.id, unit_id, placed_by, now, state, test=test)
    _start(conn, order_id, order, supplier, now, test)
    return order_id


def approve(
    conn: sa.Connection,
    order_id: UUID,
    supplier: Supplier,
    approver: object,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> State:
    """Approves and starts the order, as it stands; `detail` is told on its timeline.

    Raises ValueError if the approver placed it, or if it does not await approval.
    """
    row = _awaiting(conn, order_id)
    if row.placed_by == str(approver):
        raise ValueError(f"order {row.number} was placed by {row.placed_by}: somebody else must approve it")
    state = book.record(conn, order_id, Event.APPROVED, approver, now, detail)
    if supplier.by_hand:
        state = book.record(conn, order_id, Event.BY_HAND, approver, now)
    _start(conn, order_id, row.order, supplier, now, version=row.version)
    return state


def decline(
    conn: sa.Connection,
    order_id: UUID,
    approver: object,
    reason: str,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> State:
    """Ends an order that awaits approval; the reason, and more in `detail`, is told on its timeline."""
    _awaiting(conn, order_id)
    return book.record(conn, order_id, Event.CANCELLED, approver, now, {"reason": reason, **(detail or {})})


def release(conn: sa.Connection, message_id: UUID, actor: object, now: datetime) -> None:
    """Sends a held message after all, under its old key; its tasks are closed. Raises ValueError if it is not held."""
    seen = journal.get(conn, message_id)
    if seen is not None and seen.order_id is not None:
        book.lock(conn, seen.order_id)  # orders before messages, as whoever records outcomes locks them
    message = journal.get(conn, message_id, lock=True)
    if message is None:
        raise LookupError(f"there is no message {message_id}")
    if message.state is not MessageState.HELD or message.supplier_id is None:
        raise ValueError(f"message {message_id} is {message.state.value}: only a held one can be released")
    journal.change(conn, message_id, state="queued", tries=0, first_tried_at=None, next_at=None, revision=None)
    tasks.close_for_message(conn, message_id, actor, "released", now)
    if message.order_id is not None:
        book.record(conn, message.order_id, Event.RELEASED, actor, now, {"message": str(message_id)})
    lane_store.try_now(conn, message.supplier_id, now)


def _awaiting(conn: sa.Connection, order_id: UUID) -> book.OrderRow:
    row = book.get(conn, order_id)
    if row is None:
        raise LookupError(f"there is no order {order_id}")
    if row.state is not State.AWAITING_APPROVAL:
        raise ValueError(f"order {row.number} is {row.state.value}: it does not await approval")
    return row


def _start(
    conn: sa.Connection,
    order_id: UUID,
    order: Order,
    supplier: Supplier,
    now: datetime,
    test: bool = False,
    version: int = 1,
) -> None:
    if supplier.by_hand:
        summary = f"Order {order.number} from {supplier.name} by hand: sending by {supplier.transport} is not built yet"
        tasks.add(conn, tasks.Kind.BY_HAND, summary, now, order_id=order_id, supplier_id=supplier.id)
        log.say("by_hand", order=order.number, supplier=supplier.id)
        return
    key = journal.message_key(order_id, "Order", 1)
    message_id = journal.add(
        conn,
        "out",
        MessageState.QUEUED,
        now,
        supplier_id=supplier.id,
        document="Order",
        dialect=supplier.dialect,
        transport=supplier.transport,
        order_id=order_id,
        key=key,
        test=test,
    )
    if version > 1:  # lines were taken out while it waited: what travels is not what was placed
        documents.keep(conn, message_id, order)
    lane_store.stir(conn, supplier.id, now)
    log.say("placed", message=message_id, order=order.number, supplier=supplier.id)
