"""Parcels in the database: find them, lock them, move them. Everything runs in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.orders import book
from gateway.orders.tables import orders
from hub import decide
from hub.decide import Move
from hub.parcel import Parcel, State
from hub.tables import facts, parcel_moves, parcels

_STAMPS = {
    State.UNKNOWN: ("received_at", "received_by"),
    State.RECEIVED: ("received_at", "received_by"),
    State.OUT: ("out_at", "out_by"),
    State.DELIVERED: ("delivered_at", "delivered_by"),
}


_HERE = (State.UNKNOWN.value, State.RECEIVED.value)


ENDED = sa.exists().where(orders.c.id == parcels.c.order_id, orders.c.state.in_(("cancelled", "rejected")))
"""Nobody waits for the goods of such an order any more, whatever was announced."""


def find(conn: sa.Connection, where: sa.ColumnElement[bool], lock: bool = False) -> tuple[Parcel, ...]:
    """The parcels that match, in the order of their announcement."""
    wanted = sa.select(parcels).where(where).order_by(parcels.c.id)
    rows = conn.execute(wanted.with_for_update() if lock else wanted)
    found = [msgspec.convert(facts(row), Parcel) for row in rows]
    return tuple(sorted(found, key=_place))


def _place(parcel: Parcel) -> tuple[str, datetime, str, int]:
    announced = parcel.announced_at or datetime.max.replace(tzinfo=UTC)
    return parcel.order_number or "", announced, parcel.advice or "", parcel.position


def concerned(conn: sa.Connection, keys: Collection[str], ids: Collection[UUID] = ()) -> tuple[Parcel, ...]:
    """Every parcel of every order that has one of these, locked: two scans of one order wait for each other."""
    chosen = parcels.c.key.in_(keys) | parcels.c.id.in_(ids)
    found = conn.scalars(sa.select(parcels.c.order_id).where(chosen, parcels.c.order_id.is_not(None)).distinct())
    touched = list(found)
    _lock_orders(conn, touched)
    return find(conn, chosen | parcels.c.order_id.in_(touched), lock=True)


def of_order(conn: sa.Connection, order_id: UUID) -> tuple[Parcel, ...]:
    """An order's parcels, locked."""
    _lock_orders(conn, [order_id])
    return find(conn, parcels.c.order_id == order_id, lock=True)


def _lock_orders(conn: sa.Connection, order_ids: Collection[UUID]) -> None:
    """Orders before parcels, and by number, as the exchange does for an advice: so neither waits for the other."""
    conn.execute(sa.select(orders.c.id).where(orders.c.id.in_(order_ids)).order_by(orders.c.number).with_for_update())


def enter(conn: sa.Connection, parcel: Parcel) -> bool:
    """A new parcel; False where the same one is there already, waiting for whoever is just entering it."""
    entered = insert(parcels).values(**_columns(parcel)).on_conflict_do_nothing().returning(parcels.c.id)
    return conn.execute(entered).first() is not None


def change(conn: sa.Connection, parcel_id: UUID, **values: Any) -> None:
    """New facts about a parcel, not its state."""
    conn.execute(parcels.update().where(parcels.c.id == parcel_id).values(**values))


def carry_out(
    conn: sa.Connection, moves: Sequence[Move], user: str, now: datetime, receiver: str | None = None
) -> UUID:
    """Moves parcels and notes each move; the id of the batch, by which it can be undone."""
    batch = uuid4()
    for after in dict.fromkeys(move.after for move in moves):
        going = [move.parcel_id for move in moves if move.after is after]
        # Coalesced: an unknown parcel that is recognised was received when it was scanned.
        columns = zip(_STAMPS.get(after, ()), (now, user), strict=False)
        stamp: dict[str, Any] = {name: sa.func.coalesce(parcels.c[name], value) for name, value in columns}
        if after is State.DELIVERED:
            stamp["receiver"] = receiver
        conn.execute(parcels.update().where(parcels.c.id.in_(going)).values(state=after.value, **stamp))
    note(conn, batch, moves, user, now)
    return batch


def note(conn: sa.Connection, batch: UUID, moves: Iterable[Move], user: str, now: datetime) -> None:
    """Keeps the moves under the batch's id."""
    rows = [
        {
            "batch": batch,
            "parcel_id": move.parcel_id,
            "before": move.before.value,
            "after": move.after.value,
            "at": now,
            "who": user,
        }
        for move in moves
    ]
    if rows:
        conn.execute(parcel_moves.insert(), rows)


def recognise(conn: sa.Connection, parcel_ids: Collection[UUID]) -> None:
    """Scanned as unknown and announced since: whoever scanned them has received them, and may take that back."""
    conn.execute(parcels.update().where(parcels.c.id.in_(parcel_ids)).values(state=State.RECEIVED.value))
    said = parcel_moves.c.parcel_id.in_(parcel_ids) & (parcel_moves.c.after == State.UNKNOWN.value)
    said &= parcel_moves.c.undone_at.is_(None)
    known = {"before": State.EXPECTED.value, "after": State.RECEIVED.value}
    conn.execute(parcel_moves.update().where(said).values(known))


def seen_by(conn: sa.Connection, parcel_ids: Collection[UUID], user: str) -> set[UUID]:
    """Those of the parcels that this person has received or vouched for, and not taken back."""
    mine = (parcel_moves.c.who == user) & parcel_moves.c.after.in_(_HERE)
    mine &= parcel_moves.c.parcel_id.in_(parcel_ids) & parcel_moves.c.undone_at.is_(None)
    return set(conn.scalars(sa.select(parcel_moves.c.parcel_id).where(mine)))


def vouched_for(conn: sa.Connection, batch: UUID) -> set[UUID]:
    """The batch's parcels that somebody else has seen as far as it moved them."""
    mine, other = parcel_moves.alias(), parcel_moves.alias()
    same = (other.c.parcel_id == mine.c.parcel_id) & (other.c.after == mine.c.after) & (other.c.who != mine.c.who)
    found = sa.select(mine.c.parcel_id).join(other, same).where(mine.c.batch == batch, other.c.undone_at.is_(None))
    return set(conn.scalars(found.distinct()))


def came_from(conn: sa.Connection, batch: UUID) -> dict[UUID, State]:
    """Where the parcels that the batch only vouched for stood before the first move to where they are."""
    mine, other = parcel_moves.alias(), parcel_moves.alias()
    same = (other.c.parcel_id == mine.c.parcel_id) & (other.c.after == mine.c.after) & (other.c.before != other.c.after)
    found = sa.select(mine.c.parcel_id, other.c.before).join(other, same)
    found = found.where(mine.c.batch == batch, mine.c.before == mine.c.after).order_by(other.c.id)
    return {parcel_id: State(before) for parcel_id, before in conn.execute(found)}


def strike(conn: sa.Connection, parcel_ids: Collection[UUID], now: datetime) -> None:
    """Nobody's word that these were received stands any more."""
    said = parcel_moves.c.parcel_id.in_(parcel_ids) & (parcel_moves.c.after == State.RECEIVED.value)
    conn.execute(parcel_moves.update().where(said, parcel_moves.c.undone_at.is_(None)).values(undone_at=now))


def take_back(conn: sa.Connection, batch: UUID, moves: Iterable[Move], now: datetime) -> None:
    """Parcels stand where they stood before the batch; the batch is kept, marked as undone."""
    for move in moves:
        if move.before is move.after:
            continue
        empty: dict[str, Any] = {name: None for state in _undone(move) for name in _STAMPS.get(state, ())}
        if move.before is State.DELIVERED:
            empty["receiver"] = None
        change(conn, move.parcel_id, state=move.after.value, **empty)
    conn.execute(parcel_moves.update().where(parcel_moves.c.batch == batch).values(undone_at=now))


def _undone(move: Move) -> list[State]:
    """The states that a move back leaves; from unknown to received nothing is stamped anew."""
    if move.after is State.UNKNOWN:
        return []
    way = list(_STAMPS)
    reached = way.index(move.after) + 1 if move.after in way else 0
    return way[reached:]


def batch_of(conn: sa.Connection, batch: UUID) -> tuple[tuple[Move, ...], datetime | None]:
    """The moves of a batch that is not undone, and when they were made."""
    wanted = sa.select(parcel_moves).where(parcel_moves.c.batch == batch, parcel_moves.c.undone_at.is_(None))
    rows = list(conn.execute(wanted.order_by(parcel_moves.c.id)))
    moves = tuple(Move(row.parcel_id, State(row.before), State(row.after)) for row in rows)
    return moves, rows[0].at if rows else None


def tell_orders(
    conn: sa.Connection,
    after: Sequence[Parcel],
    moves: Sequence[Move],
    user: str,
    now: datetime,
    **detail: Any,
) -> None:
    """The order book hears of the moves. `after` holds every parcel of the orders concerned, as they are now."""
    for event in decide.order_events(after, moves):
        book.record(conn, event.order_id, event.event, user, now, event.detail | detail)


def _columns(parcel: Parcel) -> dict[str, Any]:
    row = msgspec.structs.asdict(parcel)
    return row | {"state": parcel.state.value}
