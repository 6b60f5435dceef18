"""The lanes' own rows: when there is something to send, who sends it now, and how the last attempts went."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.exchange.tables import lanes

CHANNEL: Final = "avrop_lanes"
"""Where workers hear that a lane has something to send."""


def stir(conn: sa.Connection, supplier_id: str, at: datetime) -> None:
    """There is something to send at `at`, or earlier if the lane says so; workers hear of it when this commits."""
    row = insert(lanes).values(supplier_id=supplier_id, due_at=at)
    sooner = sa.func.least(sa.func.coalesce(lanes.c.due_at, at), at)
    conn.execute(row.on_conflict_do_update(index_elements=["supplier_id"], set_={"due_at": sooner}))
    conn.execute(sa.select(sa.func.pg_notify(CHANNEL, "")))
