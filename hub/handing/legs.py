"""The last leg of an order, as its timeline tells it: which van, and about when it is at the unit's door."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hub.parcel import Parcel
from hub.road.tables import runs, stops, vehicles


def legs_of(conn: sa.Connection, parcels: Sequence[Parcel]) -> dict[UUID, dict[str, Any]]:
    """By order: `van`, `run` and `expected` (ISO, as planned) of the stop that its parcels are planned for.

    An order whose parcels go with several vans tells of the one that comes last: then everything is there.
    """
    wanted = {parcel.stop_id for parcel in parcels if parcel.stop_id}
    if not wanted:
        return {}
    columns = (stops.c.id, stops.c.arrives_at, runs.c.name, vehicles.c.name.label("van"))
    rows = conn.execute(sa.select(*columns).join_from(stops, runs).join(vehicles).where(stops.c.id.in_(wanted)))
    known = {row.id: row for row in rows}
    found: dict[UUID, dict[str, Any]] = {}
    for parcel in sorted(
        (one for one in parcels if one.stop_id in known), key=lambda one: known[one.stop_id].arrives_at
    ):
        if parcel.order_id:
            row = known[parcel.stop_id]
            found[parcel.order_id] = {"van": row.van, "run": row.name, "expected": row.arrives_at.isoformat()}
    return found
