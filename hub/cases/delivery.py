"""What a receipt is made of, gathered from the database: the advice as it came, the parcels, what was reported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from gateway.exchange import receipts
from gateway.exchange.office import Office
from gateway.model import Order
from gateway.model.despatch import DespatchLine
from gateway.model.item import Attachment
from gateway.model.party import Identifier, Party
from gateway.orders.book import OrderRow
from gateway.settings import Municipality
from gateway.suppliers.supplier import Supplier
from hub import photos, store
from hub.cases.book import Case
from hub.cases.receipt import Delivery, Deviation, announced_for
from hub.parcel import Parcel, State
from hub.tables import parcels

_MOST_PHOTOS: Final = 3


def delivery_of(
    conn: sa.Connection,
    office: Office,
    row: OrderRow,
    supplier: Supplier,
    advice_number: str,
    number: str,
    cases: Sequence[Case],
    before: datetime | None,
    now: datetime,
) -> Delivery:
    """`number` is the receipt's own; what was told `before` then is not told again."""
    advice = receipts.advice_of(conn, office, row, advice_number) if advice_number else None
    mine = store.find(conn, (parcels.c.order_id == row.id) & (sa.func.coalesce(parcels.c.advice, "") == advice_number))
    standing = tuple(one for one in mine if one.state is not State.VOID)
    told = frozenset(one.id for one in standing if before is not None and _told(one, before))
    fresh = [case for case in cases if case.parcel.id not in told]
    return Delivery(
        order=row.number,
        number=number,
        lines=announced_for(advice, row.number) if advice else _ordered(row.order),
        parcels=standing,
        consignee=_hub(office.settings.municipality),
        supplier=_party(supplier),
        now=now,
        advice=advice,
        told=told,
        deviations=tuple(_deviation(case) for case in fresh),
        prices={line.id: line.price for line in row.order.lines if line.price is not None},
        photos=tuple(_photos(conn, fresh)),
    )


def _told(parcel: Parcel, before: datetime) -> bool:
    """That it came, or that it was missing then and still is."""
    return parcel.state is State.EXPECTED or (parcel.received_at is not None and parcel.received_at <= before)


def _deviation(case: Case) -> Deviation:
    return Deviation(
        parcel_id=case.parcel.id,
        kind=case.kind,
        line=case.line,
        quantity=case.quantity,
        text=case.text,
        wanted=case.claim.wanted if case.claim is not None and case.claim.told_at is None else None,
    )


def _photos(conn: sa.Connection, cases: Sequence[Case]) -> list[Attachment]:
    shown = [photo for case in cases for photo in case.photos][:_MOST_PHOTOS]
    return [
        Attachment(
            id=f"FOTO-{place}",
            kind="Foto",
            content=photos.jpeg_of(conn, photo),
            media_type="image/jpeg",
            filename=f"foto-{place}.jpg",
        )
        for place, photo in enumerate(shown, 1)
    ]


def _ordered(order: Order) -> tuple[DespatchLine, ...]:
    """Goods without an advice are counted against what was ordered."""
    return tuple(
        DespatchLine(id=line.id, delivered=line.quantity, order_line=line.id, order=order.number, item=line.item)
        for line in order.lines
    )


def _hub(house: Municipality) -> Party:
    return Party(
        endpoint=Identifier(value=house.participant.value, scheme=house.participant.scheme),
        ids=(Identifier(value=str(house.hub.gln), scheme="0088"),),
        name=house.hub.name,
        legal_name=house.name,
    )


def _party(supplier: Supplier) -> Party:
    known = supplier.participant
    scheme, value = (known.scheme, known.value) if known else ("0007", str(supplier.org_number))
    return Party(endpoint=Identifier(value=value, scheme=scheme), name=supplier.name, legal_name=supplier.name)
