"""What lies around a scanned parcel: its orders' states and which of its units take no goods."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.orders.lifecycle import State as OrderState
from gateway.orders.tables import orders
from hub import lanes
from hub.hints import Closed, Hint, hints
from hub.labels import Label
from hub.parcel import Parcel
from hub.road.tables import sites
from hub.tables import unit_lanes
from web.figures import LOCAL


def look_around(
    conn: sa.Connection, label: Label, rows: Sequence[Parcel], now: datetime
) -> tuple[tuple[Hint, ...], dict[UUID, OrderState]]:
    """What to know about the parcel, and how its orders stand; one question to the database."""
    states: dict[UUID, OrderState] = {}
    closed: dict[str, Closed] = {}
    ids = {row.order_id for row in rows if row.order_id}
    for found in conn.execute(_AROUND, {"ids": list(ids)}) if ids else ():
        states[found.id] = OrderState(found.state)
        if found.closed_from:
            closed[found.unit_id] = _closed(found)
    return hints(label, rows, states, closed, now.astimezone(LOCAL).date()), states


def closed_units(conn: sa.Connection, unit_ids: Sequence[str]) -> dict[str, Closed]:
    """Those of the units that are closed for some time, by id."""
    wanted = _SITES.where(sites.c.closed_from.is_not(None), sites.c.unit_id.in_(unit_ids))
    return {row.unit_id: _closed(row) for row in conn.execute(wanted)}


def _closed(row: Any) -> Closed:
    opens = lanes.next_delivery(row.weekdays or (), row.closed_to) if row.closed_to else None
    return Closed(name=row.name, first=row.closed_from, last=row.closed_to, opens=opens)


_FACTS = (sites.c.unit_id, sites.c.name, sites.c.closed_from, sites.c.closed_to, unit_lanes.c.weekdays)
_WITH_DAYS = unit_lanes.c.unit_id == sites.c.unit_id
_SITES = sa.select(*_FACTS).select_from(sites.outerjoin(unit_lanes, _WITH_DAYS))
_CLOSED = (sites.c.unit_id == orders.c.unit_id) & sites.c.closed_from.is_not(None)
_AROUND = (
    sa.select(orders.c.id, orders.c.state, *_FACTS)
    .select_from(orders.outerjoin(sites, _CLOSED).outerjoin(unit_lanes, _WITH_DAYS))
    .where(orders.c.id == sa.func.any(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))))
)
