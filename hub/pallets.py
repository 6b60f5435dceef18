"""A pallet opened one level at a time: what stands on it, and on what it stands itself."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec
import sqlalchemy as sa

from hub import decide, store
from hub.parcel import Parcel, State
from hub.tables import parcels

_COME = frozenset({State.RECEIVED, State.OUT, State.DELIVERED})


class On(msgspec.Struct, frozen=True, kw_only=True):
    """One thing on a pallet; `boxes` are how many stand on it in turn (0 for a box), `come` how many of them came."""

    parcel: Parcel
    boxes: int = 0
    come: int = 0


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """One level: `path` leads from the outermost pallet to this one, without it."""

    pallet: Parcel
    path: tuple[Parcel, ...]
    on_it: tuple[On, ...]
    boxes: int
    come: int


def open_pallet(conn: sa.Connection, parcel_id: UUID) -> Level | None:
    """The level that this parcel is; None for an unknown id. A box is a level with nothing on it."""
    order = sa.select(parcels.c.order_id).where(parcels.c.id == parcel_id).scalar_subquery()
    return level(store.find(conn, (parcels.c.order_id == order) | (parcels.c.id == parcel_id)), parcel_id)


def level(rows: Sequence[Parcel], parcel_id: UUID) -> Level | None:
    """The same from all parcels of its order. Pure."""
    pallet = next((row for row in rows if row.id == parcel_id), None)
    if pallet is None:
        return None
    counted = {row.id for row in decide.boxes(rows)}
    on_it = tuple(
        _on(rows, row, counted) for row in rows if row.within == pallet.key and row.order_id == pallet.order_id
    )
    whole = _on(rows, pallet, counted)
    return Level(pallet=pallet, path=_path(rows, pallet), on_it=on_it, boxes=whole.boxes, come=whole.come)


def _on(rows: Sequence[Parcel], parcel: Parcel, counted: set[UUID]) -> On:
    mine = [row for row in decide.standing_on(rows, {parcel.id}) if row.id in counted]
    return On(parcel=parcel, boxes=len(mine), come=sum(row.state in _COME for row in mine))


def _path(rows: Sequence[Parcel], parcel: Parcel) -> tuple[Parcel, ...]:
    """The pallets under it, outermost first; a ring in a supplier's tree ends it."""
    under = {row.key: row for row in rows if row.order_id == parcel.order_id}
    found: list[Parcel] = []
    above = under.get(parcel.within or "")
    while above and above not in found and above.id != parcel.id:
        found.insert(0, above)
        above = under.get(above.within or "")
    return tuple(found)
