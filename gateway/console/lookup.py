"""Finding suppliers by name, and what pages need to name messages: the numbers of their orders."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

import sqlalchemy as sa

from gateway.exchange.allowed import DEAD
from gateway.exchange.journal import MessageState
from gateway.orders.tables import orders
from gateway.suppliers.supplier import Supplier, Suppliers

STATES_OF: dict[str, tuple[MessageState, ...]] = {"dead": tuple(sorted(DEAD))}
"""Words for several states at once."""


def named(suppliers: Suppliers, text: str) -> list[Supplier]:
    """The suppliers whose name, id or organisation number holds the text."""
    wanted = text.strip().casefold()
    digits = wanted.replace("-", "")
    return [
        supplier
        for supplier in suppliers
        if wanted in supplier.name.casefold() or wanted in supplier.id or (digits and digits == supplier.org_number)
    ]


def order_numbers(conn: sa.Connection, order_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The numbers of these orders."""
    wanted: Collection[UUID] = {order_id for order_id in order_ids if order_id is not None}
    rows = conn.execute(sa.select(orders.c.id, orders.c.number).where(orders.c.id.in_(wanted)))
    return {row.id: row.number for row in rows}
