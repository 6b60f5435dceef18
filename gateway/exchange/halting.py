"""What a person does with a whole lane: stop it, let it run, make it try now. The dispatcher obeys the lane's row."""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.exchange import lane_store, log
from gateway.exchange.journal import MessageState
from gateway.exchange.tables import lanes, messages
from gateway.findings import reject


class LaneRow(msgspec.Struct, frozen=True, kw_only=True):
    """A lane as its row has it; a supplier to whom nothing ever went has none, and its lane is this with defaults."""

    supplier_id: str
    due_at: datetime | None = None
    leased_by: str | None = None
    leased_until: datetime | None = None
    failures: int = 0
    broken_at: datetime | None = None
    error: str = ""
    next_slot_at: datetime | None = None
    sent_at: datetime | None = None
    came_at: datetime | None = None
    paused_by: str | None = None
    paused_at: datetime | None = None


_COLUMNS = [lanes.c[name] for name in LaneRow.__struct_fields__]


def lane_of(conn: sa.Connection, supplier_id: str) -> LaneRow:
    row = conn.execute(sa.select(*_COLUMNS).where(lanes.c.supplier_id == supplier_id)).mappings().first()
    return LaneRow(**row) if row is not None else LaneRow(supplier_id=supplier_id)


def all_lanes(conn: sa.Connection) -> dict[str, LaneRow]:
    """Every lane that has a row, by supplier."""
    return {row["supplier_id"]: LaneRow(**row) for row in conn.execute(sa.select(*_COLUMNS)).mappings()}


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What waits to be sent to a supplier: how many, and since when the oldest."""

    count: int = 0
    oldest: datetime | None = None


NOTHING = Waiting()


def all_waiting(conn: sa.Connection, supplier_id: str | None = None) -> dict[str, Waiting]:
    """By supplier, or of the one that is named; a supplier for whom nothing waits is left out."""
    unsent = messages.c.state.in_([MessageState.QUEUED.value, MessageState.WAITING.value])
    counted = sa.select(messages.c.supplier_id, sa.func.count(), sa.func.min(messages.c.created_at))
    counted = counted.where(messages.c.direction == "out", unsent).group_by(messages.c.supplier_id)
    if supplier_id is not None:
        counted = counted.where(messages.c.supplier_id == supplier_id)
    return {who: Waiting(count=count, oldest=oldest) for who, count, oldest in conn.execute(counted)}


def pause(conn: sa.Connection, supplier_id: str, actor: object, now: datetime) -> None:
    """Nothing more is sent to this supplier until somebody resumes it; an attempt under way ends as it ends."""
    lane = lane_of(conn, supplier_id)
    if lane.paused_by:
        why = f"the lane of {supplier_id} stays as it is: {lane.paused_by} paused it {lane.paused_at:%Y-%m-%d %H:%M}"
        raise reject("lane-paused", why)
    row = insert(lanes).values(supplier_id=supplier_id, paused_by=str(actor), paused_at=now)
    facts = {"paused_by": str(actor), "paused_at": now}
    conn.execute(row.on_conflict_do_update(index_elements=["supplier_id"], set_=facts))
    log.say("lane_paused", supplier=supplier_id, who=actor)


def resume(conn: sa.Connection, supplier_id: str, actor: object, now: datetime) -> None:
    """It sends again, what waits in its order."""
    if not lane_of(conn, supplier_id).paused_by:
        raise reject("lane-runs", f"the lane of {supplier_id} stays as it is: nobody paused it")
    conn.execute(lanes.update().where(lanes.c.supplier_id == supplier_id).values(paused_by=None, paused_at=None))
    lane_store.stir(conn, supplier_id, now)
    log.say("lane_resumed", supplier=supplier_id, who=actor)


def wake(conn: sa.Connection, supplier_id: str, actor: object, now: datetime) -> int:
    """Everything that waits for a later attempt is due now; how many wait. Raises `Rejected` while it is paused.

    A broken lane makes one probe, as always: when it arrives, the others follow.
    """
    lane = lane_of(conn, supplier_id)
    if lane.paused_by:
        why = f"the lane of {supplier_id} stays as it is: it is paused by {lane.paused_by}; resume it first"
        raise reject("lane-paused", why)
    waiting = all_waiting(conn, supplier_id).get(supplier_id, NOTHING).count
    lane_store.wake(conn, [supplier_id], now)
    lane_store.try_now(conn, supplier_id, now)
    log.say("lane_woken", supplier=supplier_id, who=actor, messages=waiting)
    return waiting
