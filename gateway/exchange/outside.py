"""A purchase made outside, by telephone, e-mail or in a store, that one of ours registers: an order like any other.

A purchase that the seller registers is `gateway.exchange.agreements`.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.exchange import log
from gateway.exchange.by_hand import How
from gateway.model import Order
from gateway.model.party import Period
from gateway.orders import book
from gateway.orders.lifecycle import Event, State
from gateway.suppliers.supplier import Supplier

_ACCEPTED = "5"


class Purchase(msgspec.Struct, frozen=True, kw_only=True):
    """How it was bought: `bought_by` in words, `reference` theirs, `promised` the day at the hub they named.

    `received_by`: who has the goods already, because they were carried home from a store.
    """

    how: How
    bought_on: date
    bought_by: str
    reference: str = ""
    promised: date | None = None
    received_by: str = ""


def enter(
    conn: sa.Connection,
    order: Order,
    supplier: Supplier,
    unit_id: object,
    placed_by: object,
    who: object,
    purchase: Purchase,
    now: datetime,
) -> UUID:
    """The order in the book, confirmed, as the hub expects it; or delivered, where somebody has the goods.

    `placed_by` bought it, `who` registers it. Nothing is sent to the supplier, who has it already.
    """
    order_id = book.add(conn, order, supplier.id, unit_id, placed_by, now, State.BY_HAND)
    detail = {"by_hand": True, "how": purchase.how.value, "on": purchase.bought_on.isoformat()}
    detail |= {"bought_by": purchase.bought_by, "reference": purchase.reference, "outside": True}
    book.record(conn, order_id, Event.CLOSED_BY_HAND, who, now, detail)
    if purchase.promised is not None:
        day = Period(start_date=purchase.promised, end_date=purchase.promised)
        lines = [{"line": line.id, "status": _ACCEPTED, "promised": day} for line in order.lines]
        said = msgspec.to_builtins({"by_hand": True, "typed_by": str(who), "lines": lines})
        book.record(conn, order_id, Event.CONFIRMED, supplier.name, now, said)
    if purchase.received_by:
        book.record(conn, order_id, Event.DELIVERED, who, now, {"receiver": purchase.received_by, "in_store": True})
    log.say("registered", order=order.number, supplier=supplier.id, how=purchase.how.value)
    return order_id
