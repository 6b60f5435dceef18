"""Finding messages and orders for the console's pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.exchange.journal import Message, MessageState
from gateway.exchange.tables import messages
from gateway.orders.tables import orders
from gateway.suppliers.supplier import Supplier, Suppliers

PAGE = 50
_WITHOUT_RAW = [column for column in messages.c if column.name != "raw"]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody looks for. `order` is the beginning of an order number; `supplier` a part of a name or an id."""

    order: str = ""
    supplier: str = ""
    state: str = ""
    page: int = 1


def find_messages(conn: sa.Connection, wanted: Wanted, suppliers: Suppliers) -> tuple[list[Message], int]:
    """One page of the newest messages that match, and how many match in all."""
    where: list[sa.ColumnElement[bool]] = []
    if wanted.order:
        numbered = sa.select(orders.c.id).where(orders.c.number.startswith(wanted.order, autoescape=True))
        where.append(messages.c.order_id.in_(numbered))
    if wanted.supplier:
        ids = {supplier.id for supplier in named(suppliers, wanted.supplier)} | {wanted.supplier}
        where.append(messages.c.supplier_id.in_(ids))
    if wanted.state:
        where.append(messages.c.state == wanted.state)
    count: int = conn.execute(sa.select(sa.func.count()).select_from(messages).where(*where)).scalar_one()
    newest = sa.select(*_WITHOUT_RAW).where(*where).order_by(messages.c.sequence.desc())
    rows = conn.execute(newest.limit(PAGE).offset((wanted.page - 1) * PAGE)).mappings()
    return [Message(**{**row, "state": MessageState(row["state"])}) for row in rows], count


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
