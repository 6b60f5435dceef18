"""Deliveries in the database: written, found again for the proof, taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from hub import photos
from hub.handing.door import Fate
from hub.handing.runs import Run, Stop
from hub.handing.tables import deliveries, delivery_parcels, delivery_photos
from hub.tables import facts


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One visit at a door, as it was told. `photos` are ids; `fates` by parcel."""

    id: UUID
    unit_id: str
    unit_name: str
    outcome: str
    van: str
    driver: str
    at: datetime
    taken_at: datetime
    stop_id: UUID | None = None
    reason: str | None = None
    receiver: str | None = None
    signed: str | None = None
    signature: str | None = None
    text: str = ""
    batch: UUID | None = None
    undone_at: datetime | None = None
    fates: dict[UUID, Fate] = {}
    scanned: frozenset[UUID] = frozenset()
    photos: tuple[UUID, ...] = ()

    def with_fate(self, *fates: Fate) -> tuple[UUID, ...]:
        """The parcels that met one of these fates."""
        return tuple(parcel for parcel, fate in self.fates.items() if fate in fates)


def write(
    conn: sa.Connection,
    delivery_id: UUID,
    run: Run,
    stop: Stop,
    fates: Mapping[UUID, Fate],
    scanned: Collection[UUID],
    taken_at: datetime,
    **more: Any,
) -> None:
    """Keeps a visit; `more` are columns of `deliveries`."""
    row = {"id": delivery_id, "stop_id": stop.id, "unit_id": stop.site.unit_id, "unit_name": stop.site.name}
    conn.execute(deliveries.insert().values(row | {"van": run.van, "taken_at": taken_at} | more))
    rows = [
        {"delivery_id": delivery_id, "parcel_id": parcel, "fate": fate.value, "scanned": parcel in scanned}
        for parcel, fate in fates.items()
    ]
    if rows:
        conn.execute(delivery_parcels.insert(), rows)


def keep_photos(
    conn: sa.Connection, delivery_id: UUID, pictures: Sequence[bytes], who: str, now: datetime
) -> tuple[UUID, ...]:
    """The photos of a visit. Raises ValueError for what is not one."""
    kept = tuple(photos.keep(conn, raw, who, now) for raw in pictures)
    for position, photo_id in enumerate(kept, start=1):
        row = {"delivery_id": delivery_id, "photo_id": photo_id, "position": position}
        conn.execute(delivery_photos.insert().values(row))
    return kept


def get(conn: sa.Connection, delivery_id: UUID) -> Delivery | None:
    """The visit, or None."""
    return next(iter(find(conn, deliveries.c.id == delivery_id)), None)


def find(conn: sa.Connection, which: sa.ColumnElement[bool]) -> list[Delivery]:
    """Visits with their parcels and photos, oldest first."""
    rows = conn.execute(sa.select(deliveries).where(which).order_by(deliveries.c.at, deliveries.c.id)).all()
    ids = [row.id for row in rows]
    held = conn.execute(sa.select(delivery_parcels).where(delivery_parcels.c.delivery_id.in_(ids))).all()
    shot = conn.execute(
        sa.select(delivery_photos).where(delivery_photos.c.delivery_id.in_(ids)).order_by(delivery_photos.c.position)
    ).all()
    return [
        msgspec.convert(
            facts(row)
            | {
                "fates": {one.parcel_id: Fate(one.fate) for one in held if one.delivery_id == row.id},
                "scanned": {one.parcel_id for one in held if one.delivery_id == row.id and one.scanned},
                "photos": tuple(one.photo_id for one in shot if one.delivery_id == row.id),
            },
            Delivery,
        )
        for row in rows
    ]


def of_stops(conn: sa.Connection, stop_ids: Collection[UUID]) -> list[Delivery]:
    """What was told at these stops and stands, oldest first."""
    return find(conn, deliveries.c.stop_id.in_(stop_ids) & deliveries.c.undone_at.is_(None))


def set_undone(conn: sa.Connection, delivery_id: UUID, now: datetime) -> None:
    """It did not happen after all; what was told stays, marked."""
    conn.execute(deliveries.update().where(deliveries.c.id == delivery_id).values(undone_at=now))


def receivers(conn: sa.Connection, unit_ids: Collection[str], most: int = 4) -> dict[str, tuple[str, ...]]:
    """Who took goods at these units lately, the last first: most often it is one of them again."""
    last = sa.func.max(deliveries.c.at)
    wanted = (
        sa.select(deliveries.c.unit_id, deliveries.c.receiver)
        .where(deliveries.c.unit_id.in_(unit_ids), deliveries.c.receiver.is_not(None), deliveries.c.undone_at.is_(None))
        .group_by(deliveries.c.unit_id, deliveries.c.receiver)
        .order_by(last.desc())
    )
    found: dict[str, tuple[str, ...]] = {}
    for row in conn.execute(wanted):
        known = found.get(row.unit_id, ())
        found[row.unit_id] = (*known, row.receiver) if len(known) < most else known
    return found
