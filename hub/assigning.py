"""A person finds out which order an unknown parcel belongs to."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.orders import book
from hub import decide, reports, store
from hub.decide import Move
from hub.expecting import parcel_of_order
from hub.parcel import Parcel, State
from hub.tables import parcels


def assign(conn: sa.Connection, parcel_id: UUID, order_number: str, user: str, now: datetime) -> Parcel | None:
    """An unknown parcel belongs to this order after all, and is received on it; None where there is no such order."""
    order = book.get(conn, order_number.strip().upper())
    if order is None or order.test:
        return None
    others = store.of_order(conn, order.id)
    (stray,) = store.find(conn, (parcels.c.id == parcel_id) & (parcels.c.order_id.is_(None)), lock=True) or (None,)
    if stray is None or stray.state is not State.UNKNOWN:
        return None
    belongs = parcel_of_order(conn, order, now)
    own = {"id", "key", "sscc", "state", "received_at", "received_by", "contents", "position"}
    facts = {name: value for name, value in msgspec.structs.asdict(belongs).items() if name not in own}
    last = max((parcel.position for parcel in others), default=0)
    store.change(conn, stray.id, **facts, position=last + 1)
    moves = (Move(stray.id, State.UNKNOWN, State.RECEIVED),)
    arrived = store.find(conn, parcels.c.id == stray.id)[0]
    store.carry_out(conn, moves, arrived.received_by or user, now)
    after = decide.moved(store.of_order(conn, order.id), moves)
    store.tell_orders(conn, after, moves, user, now)
    reports.withdraw_unknown(conn, [stray.id], user, "assigned", now)
    return next(parcel for parcel in after if parcel.id == stray.id)
