"""Goods go out: onto the van, and over to the unit with the name of the one who took them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.orders import book
from hub import decide, store
from hub.handing.legs import legs_of
from hub.parcel import Parcel, State
from hub.tables import parcels


class Departure(msgspec.Struct, frozen=True, kw_only=True):
    """What moved, and what was chosen but stayed because it was not one step behind. `batch` is what undo takes."""

    moved: tuple[Parcel, ...] = ()
    stayed: tuple[Parcel, ...] = ()
    batch: UUID | None = None


def send_out(
    conn: sa.Connection,
    unit_ids: Collection[str] = (),
    user: str = "",
    now: datetime | None = None,
    parcel_ids: Collection[UUID] = (),
    *,
    seen: bool = False,
) -> Departure:
    """Puts on the van everything received for these units, and these parcels. `now` must be given.

    `seen`: each of `parcel_ids` was scanned, so that one that nobody had received was there all the same.
    """
    assert now is not None
    here = parcels.c.unit_id.in_([str(unit) for unit in unit_ids]) & (parcels.c.state == State.RECEIVED.value)
    chosen = {parcel.id for parcel in store.find(conn, here)} if unit_ids else set()
    return _go(conn, chosen | set(parcel_ids), State.OUT, user, now, seen=seen)


def deliver(
    conn: sa.Connection,
    parcel_ids: Collection[UUID],
    user: str,
    receiver: str,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
    *,
    seen: bool = False,
) -> Departure:
    """Hands parcels over at the unit; raises ValueError without the receiver's name, which is the proof.

    `detail` is what else their orders hear: with `proof`, its number, also which parcels it is of (`handed`).
    `seen`: each was scanned at the door, so that steps before it that have not been told yet are made up for.
    """
    name = " ".join(receiver.split())
    if not name:
        raise ValueError("a delivery needs the name of the one who received it")
    told = {"receiver": name, **(detail or {})}
    return _go(conn, set(parcel_ids), State.DELIVERED, user, now, receiver=name, told=told, seen=seen)


def _go(
    conn: sa.Connection,
    chosen: set[UUID],
    to: State,
    user: str,
    now: datetime,
    *,
    receiver: str | None = None,
    told: Mapping[str, Any] | None = None,
    seen: bool = False,
) -> Departure:
    everything = store.concerned(conn, (), chosen)
    moves = decide.advance(everything, chosen, to, seen=seen)
    going = {move.parcel_id for move in moves}
    stayed = tuple(parcel for parcel in everything if parcel.id in chosen - going)
    if not moves:
        return Departure(stayed=stayed)
    batch = store.carry_out(conn, moves, user, now, receiver)
    after = decide.moved(everything, moves)
    moved = tuple(parcel for parcel in after if parcel.id in going)
    legs = legs_of(conn, moved) if to is State.OUT else {}
    for event in decide.order_events(after, moves):
        detail = event.detail | legs.get(event.order_id, {}) | dict(told or {})
        if "proof" in detail:
            mine = [parcel for parcel in decide.boxes(moved) if parcel.order_id == event.order_id]
            detail["handed"] = [parcel.sscc or parcel.key for parcel in mine]
        book.record(conn, event.order_id, event.event, user, now, detail)
    return Departure(moved=moved, stayed=stayed, batch=batch)
