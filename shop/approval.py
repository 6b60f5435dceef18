"""Approval: who may approve what, what waits, and the decision."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from gateway import telemetry
from gateway.exchange import place
from gateway.orders import book
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import State
from gateway.orders.tables import orders
from gateway.suppliers.supplier import Suppliers
from shop import units
from web.languages import N_
from web.sessions import Viewer


class NotYours(Exception):
    """The decision is not this person's to make; the message is a message id."""


def waiting(conn: sa.Connection, unit_ids: Iterable[str]) -> list[OrderRow]:
    """Orders of these units that await approval, oldest first."""
    theirs = orders.c.unit_id.in_(sorted(unit_ids)) & (orders.c.state == State.AWAITING_APPROVAL.value)
    numbers = conn.scalars(sa.select(orders.c.number).where(theirs).order_by(orders.c.placed_at, orders.c.number))
    found = {row.number: row for row in book.by_numbers(conn, list(numbers))}
    return sorted(found.values(), key=lambda row: (row.placed_at, row.number))


def may_decide(conn: sa.Connection, row: OrderRow, viewer: Viewer) -> bool:
    """Whether the order waits for somebody like this viewer: an approver of its unit who did not place it."""
    if row.state is not State.AWAITING_APPROVAL or row.placed_by == viewer.login:
        return False
    return row.unit_id in units.ids_of_user(conn, viewer.id, [units.APPROVER])


def approve(conn: sa.Connection, order_id: UUID, viewer: Viewer, suppliers: Suppliers, now: datetime) -> None:
    """Approves and sends. Raises NotYours."""
    row = _decidable(conn, order_id, viewer)
    supplier = suppliers.get(row.supplier_id)
    if supplier is None:
        raise NotYours(N_("The supplier no longer exists. Decline the order, so that it can be placed elsewhere."))
    with telemetry.span("approve", order=row.number, supplier=supplier.id, document="Order"):
        place.approve(conn, order_id, supplier, viewer.login, now)


def decline(conn: sa.Connection, order_id: UUID, viewer: Viewer, reason: str, now: datetime) -> None:
    """Ends the order with a reason. Raises NotYours."""
    _decidable(conn, order_id, viewer)
    place.decline(conn, order_id, viewer.login, reason, now)


def _decidable(conn: sa.Connection, order_id: UUID, viewer: Viewer) -> OrderRow:
    # Locked, so that two approvers who press at the same moment decide one after the other.
    conn.execute(sa.select(orders.c.id).where(orders.c.id == order_id).with_for_update())
    row = book.get(conn, order_id)
    if row is None or not may_decide(conn, row, viewer):
        raise NotYours(
            N_("The order does not wait for your approval: it is decided already, or you placed it yourself.")
        )
    return row
