"""Changes that cost more than their asker may decide: each waits for somebody else's yes, one at a time per order."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

import msgspec
import sqlalchemy as sa

from gateway.model import Order
from gateway.orders import book
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import Event
from gateway.orders.tables import orders
from shop.after.tables import order_wishes
from shop.after.wanted import told

WAITING = "waiting"
STEP = "wish"


class WishRow(msgspec.Struct, frozen=True, kw_only=True):
    """A change that waits; `seen` is the order's version that it was made from."""

    id: UUID
    order_id: UUID
    seen: int
    order: Order
    asked_by: str
    asked_at: datetime
    state: str


def add(conn: sa.Connection, row: OrderRow, wanted: Order, seen: int, actor: str, now: datetime) -> UUID:
    """Keeps the wish until somebody decides."""
    wish_id = uuid4()
    values = {"id": wish_id, "order_id": row.id, "seen": seen, "document": wanted, "asked_by": actor, "asked_at": now}
    conn.execute(order_wishes.insert().values(values | {"state": WAITING}))
    book.record(conn, row.id, Event.NOTE, actor, now, {"step": STEP, "what": WAITING, "text": told(row.order, wanted)})
    return wish_id


def waiting(conn: sa.Connection, order_id: UUID) -> WishRow | None:
    """The order's wish that nobody has decided."""
    mine = (order_wishes.c.order_id == order_id) & (order_wishes.c.state == WAITING)
    row = conn.execute(sa.select(order_wishes).where(mine)).first()
    return _wish(row) if row is not None else None


def waiting_for(conn: sa.Connection, unit_ids: Collection[str]) -> list[tuple[WishRow, OrderRow]]:
    """What waits in these units, oldest first, each with its order."""
    joined = order_wishes.join(orders, orders.c.id == order_wishes.c.order_id)
    wanted = sa.select(order_wishes, orders.c.number).select_from(joined).where(order_wishes.c.state == WAITING)
    rows = list(conn.execute(wanted.where(orders.c.unit_id.in_(sorted(unit_ids))).order_by(order_wishes.c.asked_at)))
    known = {row.id: row for row in book.by_numbers(conn, [row.number for row in rows])}
    return [(_wish(row), known[row.order_id]) for row in rows if row.order_id in known]


def decide(conn: sa.Connection, wish: WishRow, state: str, actor: str, now: datetime, reason: str = "") -> None:
    """Approved, declined, withdrawn or failed; told on the order's timeline."""
    decided = {"state": state, "decided_by": actor, "decided_at": now, "reason": reason}
    conn.execute(order_wishes.update().where(order_wishes.c.id == wish.id).values(decided))
    detail = {"step": STEP, "what": state, "asked_by": wish.asked_by} | ({"reason": reason} if reason else {})
    book.record(conn, wish.order_id, Event.NOTE, actor, now, detail)


def drop(conn: sa.Connection, order_id: UUID, actor: str, now: datetime) -> None:
    """Nobody wants it any more: its order is cancelled, or its asker took it back."""
    found = waiting(conn, order_id)
    if found is not None:
        decide(conn, found, "withdrawn", actor, now)


def _wish(row: sa.Row[tuple[object, ...]]) -> WishRow:
    facts = {name: getattr(row, name) for name in WishRow.__struct_fields__ if name != "order"}
    return WishRow(**facts, order=msgspec.convert(row.document, Order))
