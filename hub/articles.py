"""An article's own barcode at the dock: which awaited parcels hold it, and which orders without an advice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from gateway.orders import book
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import PROGRESS
from gateway.orders.lifecycle import State as OrderState
from gateway.orders.tables import orders
from hub import store
from hub.answer import Holding, Offer
from hub.expecting import ordered
from hub.parcel import Parcel, State
from hub.tables import parcels, unit_lanes

MOST: Final = 24
_HERE_SOON: Final = (State.EXPECTED.value, State.RECEIVED.value)
_RECENT: Final = timedelta(days=90)
"""An order without any parcel is looked through for so long."""
_COMING: Final = tuple(
    state.value
    for state, far in PROGRESS.items()
    if PROGRESS[OrderState.PLACED] <= far <= PROGRESS[OrderState.DESPATCHED]
)


def holding(conn: sa.Connection, gtin: str, now: datetime) -> Holding:
    """Where the article is awaited: the unit with the soonest delivery day first."""
    spelt = tuple(_spellings(gtin))
    held = _any(parcels.c.contents, [[{"gtin": one}] for one in spelt])
    rows = store.find(conn, held & parcels.c.state.in_(_HERE_SOON) & ~store.ENDED)
    offers = [offer for row in rows if row.state is State.EXPECTED for offer in _of_parcel(row, spelt)]
    offers += _of_orders(conn, spelt, now)
    offers.sort(key=lambda offer: (offer.delivery_day or date.max, offer.order_number))
    here = tuple(row for row in rows if row.state is State.RECEIVED)
    return Holding(offers=tuple(offers[:MOST]), here=here[:MOST])


def _spellings(gtin: str) -> Iterator[str]:
    """An article is written with 8, 12, 13 or 14 digits, zeros in front."""
    digits = gtin.lstrip("0")
    yield from (digits.zfill(length) for length in (8, 12, 13, 14) if len(digits) <= length)


def _any(document: sa.ColumnElement[Any], shapes: list[Any]) -> sa.ColumnElement[bool]:
    """Whether the document holds one of the shapes."""
    return sa.or_(*(document.op("@>", is_comparison=True)(sa.cast(shape, JSONB)) for shape in shapes))


def _of_parcel(row: Parcel, spelt: tuple[str, ...]) -> Iterator[Offer]:
    content = next((one for one in row.contents if one.gtin in spelt), None)
    if content:
        yield Offer(
            order_number=row.order_number or "",
            unit_name=row.unit_name or "",
            lane=row.lane or "",
            supplier_name=row.supplier_name or "",
            content=content,
            delivery_day=row.delivery_day,
            parcel=row,
        )


def _of_orders(conn: sa.Connection, spelt: tuple[str, ...], now: datetime) -> list[Offer]:
    """Orders of suppliers who send no despatch advice; one that has had a parcel is looked for by that."""
    lines = _any(orders.c.document, [{"lines": [{"item": {"standard_id": {"value": one}}}]} for one in spelt])
    wanted = sa.select(orders.c.number, unit_lanes.c.lane).outerjoin(
        unit_lanes, unit_lanes.c.unit_id == orders.c.unit_id
    )
    coming = orders.c.state.in_(_COMING) & (orders.c.placed_at > now - _RECENT) & ~orders.c.test
    without = ~sa.exists().where(parcels.c.order_id == orders.c.id, parcels.c.state != State.VOID.value)
    found = {row.number: row.lane for row in conn.execute(wanted.where(coming, without, lines).limit(MOST))}
    return [_of_order(row, found[row.number], spelt) for row in book.by_numbers(conn, found)]


def _of_order(row: OrderRow, lane: str | None, spelt: tuple[str, ...]) -> Offer:
    delivery = row.order.delivery
    unit = delivery.recipient if delivery else None
    return Offer(
        order_number=row.number,
        unit_name=(unit.name if unit else None) or row.unit_id,
        lane=lane or "",
        supplier_name=row.order.seller.name or row.supplier_id,
        content=next(one for one in ordered(row.order) if one.gtin in spelt),
    )
