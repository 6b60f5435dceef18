"""A late parcel is asked for, or given up; either is told on the order's timeline."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from gateway.orders import book
from hub import decide, store
from hub.decide import Move
from hub.late.tables import late_answers
from hub.parcel import State
from hub.tables import parcels

FARTHEST: Final = timedelta(days=180)
_LONGEST: Final = 500


def asked(
    conn: sa.Connection,
    order_id: UUID,
    advice: str,
    user: str,
    now: datetime,
    *,
    text: str = "",
    due: date | None = None,
) -> bool:
    """The supplier was asked, and may have promised a new day; False where nothing of the order is awaited.

    Raises ValueError for a day that is past or more than half a year ahead.
    """
    if due is not None and not now.date() <= due <= now.date() + FARTHEST:
        raise ValueError(f"{due} is not between today and {FARTHEST.days} days ahead")
    rows = [
        row for row in store.of_order(conn, order_id) if row.state is State.EXPECTED and (row.advice or "") == advice
    ]
    if not rows:
        return False
    said = " ".join(text.split())[:_LONGEST]
    before = min((row.due for row in rows if row.due), default=None)
    facts = {"order_id": order_id, "at": now, "who": user, "text": said, "due_before": before, "due": due}
    conn.execute(late_answers.insert().values(facts))
    if due:
        conn.execute(parcels.update().where(parcels.c.id.in_([row.id for row in rows])).values(due=due))
    detail = {"step": "asked", "parcels": len(rows)} | ({"text": said} if said else {})
    book.record(conn, order_id, "note", user, now, detail | ({"due": due.isoformat()} if due else {}))
    return True


def give_up(conn: sa.Connection, parcel_ids: Collection[UUID], user: str, now: datetime) -> UUID | None:
    """They will not come: the order waits for them no more. The batch that undo takes; None where none was awaited.

    One that does come after all is received as any other.
    """
    everything = store.concerned(conn, (), parcel_ids)
    chosen = set(parcel_ids) | {row.id for row in decide.standing_on(everything, set(parcel_ids))}
    gone = [row for row in everything if row.id in chosen and row.state is State.EXPECTED]
    if not gone:
        return None
    moves = tuple(Move(row.id, State.EXPECTED, State.MISSING) for row in gone)
    batch = store.carry_out(conn, moves, user, now)
    for order_id in dict.fromkeys(row.order_id for row in gone if row.order_id):
        labels = [row.sscc or row.key for row in gone if row.order_id == order_id]
        book.record(conn, order_id, "short", user, now, {"step": "missing", "parcel": labels[0], "labels": labels})
    for event in decide.given_up(decide.moved(everything, moves), moves):
        book.record(conn, event.order_id, event.event, user, now, event.detail)
    return batch
