"""The proof of a delivery, put together from what was told at the door."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from gateway.orders.proof import Goods, Proof
from hub import photos, store
from hub.handing import records
from hub.handing.door import TAKEN, Fate
from hub.handing.tables import delivery_photos
from hub.parcel import Parcel
from hub.tables import parcels


def proof_of(conn: sa.Connection, delivery_id: UUID) -> Proof | None:
    """The proof; None where there is no such delivery, or nothing was handed over."""
    delivery = records.get(conn, delivery_id)
    if delivery is None or not delivery.receiver:
        return None
    taken = store.find(conn, parcels.c.id.in_(delivery.with_fate(*TAKEN)))
    goods = tuple(_goods(parcel, delivery.fates[parcel.id], parcel.id in delivery.scanned) for parcel in taken)
    return Proof(
        id=delivery.id,
        unit_name=delivery.unit_name,
        receiver=delivery.receiver,
        driver=delivery.driver,
        van=delivery.van,
        at=delivery.at,
        taken_at=delivery.taken_at,
        goods=tuple(sorted(goods, key=lambda one: (one.order_number, one.label))),
        signed=delivery.signed,
        signature=delivery.signature,
        text=delivery.text,
        photos=delivery.photos,
        undone_at=delivery.undone_at,
    )


def photo_of(conn: sa.Connection, delivery_id: UUID, photo_id: UUID) -> bytes | None:
    """A photo as JPEG, if it belongs to that delivery."""
    mine = (delivery_photos.c.delivery_id == delivery_id) & (delivery_photos.c.photo_id == photo_id)
    known = conn.execute(sa.select(delivery_photos.c.photo_id).where(mine)).first()
    return photos.jpeg_of(conn, photo_id) if known else None


def _goods(parcel: Parcel, fate: Fate, scanned: bool) -> Goods:
    return Goods(
        parcel_id=parcel.id,
        label=parcel.sscc or parcel.key.rsplit(":", 1)[-1],
        order_number=parcel.order_number or "",
        supplier=parcel.supplier_name or "",
        lines=tuple((content.quantity, content.unit, content.name) for content in parcel.contents),
        fate=fate.value,
        scanned=scanned,
    )
