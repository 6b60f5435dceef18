"""The way back: a slip is taken back within two minutes, and a box that was not on its pallet at any time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa

from gateway.orders import book
from hub import decide, reports, store
from hub.decide import Move
from hub.parcel import Parcel, State


def undo(
    conn: sa.Connection, batch: UUID, user: str, now: datetime, pressed: datetime | None = None
) -> tuple[Parcel, ...]:
    """Takes back what one scan or one press did; the parcels as they are now, none where it was too late.

    A parcel that somebody else has scanned too stays received: only this person's word is taken back. `pressed` is
    when somebody asked for it, where that was before `now`: without a network the asking waits.
    """
    moves, at = store.batch_of(conn, batch)
    ids = {move.parcel_id for move in moves}
    standing = store.concerned(conn, (), ids)
    states = {parcel.id: parcel.state for parcel in standing}
    others, origins = store.vouched_for(conn, batch), store.came_from(conn, batch)
    back = decide.undo(moves, states, at, pressed or now, others, origins) if at else ()
    if not back:
        return ()
    store.take_back(conn, batch, back, now)
    after = decide.moved(standing, back)
    gone = [move for move in back if move.before is not move.after]
    _tell(conn, after, gone, user, now)
    reports.withdraw_unknown(conn, [move.parcel_id for move in gone], user, "undone", now)
    return tuple(parcel for parcel in after if parcel.id in ids)


def not_here(conn: sa.Connection, parcel_id: UUID, user: str, now: datetime) -> Parcel | None:
    """A box that was received with its pallet and is not there: awaited again, whoever had said otherwise.

    None where it does not stand here as announced. To receive it is the way back.
    """
    everything = store.concerned(conn, (), [parcel_id])
    parcel = next((one for one in everything if one.id == parcel_id), None)
    if parcel is None or parcel.state is not State.RECEIVED or parcel.announced_at is None:
        return None
    gone = {parcel_id} | {one.id for one in decide.standing_on(everything, {parcel_id})}
    back = [Move(one.id, State.RECEIVED, State.EXPECTED) for one in everything if one.id in gone and _here(one)]
    store.strike(conn, [move.parcel_id for move in back], now)
    store.take_back(conn, uuid4(), back, now)
    after = decide.moved(everything, back)
    _tell(conn, after, back, user, now)
    return next(one for one in after if one.id == parcel_id)


def _here(parcel: Parcel) -> bool:
    return parcel.state is State.RECEIVED


def _tell(conn: sa.Connection, after: tuple[Parcel, ...], back: list[Move], user: str, now: datetime) -> None:
    steps = {move.parcel_id: move.before.value for move in back}
    told = {parcel.order_id: parcel for parcel in after if parcel.id in steps and parcel.order_id}
    for order_id, parcel in told.items():
        assert order_id is not None
        labels = [one.sscc or one.key for one in after if one.order_id == order_id and one.id in steps]
        detail = {"step": "undone", "undone": steps[parcel.id], "parcel": labels[-1], "labels": labels}
        book.record(conn, order_id, "note", user, now, detail)
