"""Suppliers whose goods are past their day at the hub, as the watch over alarms asks for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by

from gateway.exchange.alarms import Kind
from gateway.exchange.office import Office
from gateway.exchange.wrongs import Wrongs
from hub import store
from hub.parcel import State
from hub.tables import parcels
from web.figures import LOCAL

GRACE: Final = timedelta(hours=9)
"""The dock may scan what came yesterday until nine in the morning before anybody is told."""


def late_goods(conn: sa.Connection, office: Office, now: datetime) -> Wrongs:
    """By supplier: how many parcels have not come in time, and the oldest of them."""
    day = (now - GRACE).astimezone(LOCAL).date()
    late = (parcels.c.state == State.EXPECTED.value) & (parcels.c.due < day) & parcels.c.supplier_id.is_not(None)
    late &= ~parcels.c.pallet & ~store.ENDED
    number = sa.func.array_agg(aggregate_order_by(parcels.c.order_number, parcels.c.due, parcels.c.order_number))[1]
    wanted = sa.select(parcels.c.supplier_id, sa.func.count(), sa.func.min(parcels.c.due), number).where(late)
    rows = conn.execute(wanted.group_by(parcels.c.supplier_id))
    return {
        (Kind.LATE_GOODS, supplier_id): (
            f"parcels that were announced and have not come: {count}; the oldest was due {due:%Y-%m-%d}, order {number}"
        )
        for supplier_id, count, due, number in rows
    }
