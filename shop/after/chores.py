"""What the worker does for orders now and then: an offer that nobody answers is not forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from gateway.exchange import tasks
from gateway.exchange.chores import Chore
from gateway.exchange.office import Office
from gateway.orders import book
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import Event, State
from gateway.orders.tables import order_events, orders
from shop.after import tolerance

STEP = "offer_waits"
_EVERY: Final = timedelta(minutes=30)


def remind_of_offers(office: Office, now: datetime) -> None:
    """Once per so many days: a line on the order's timeline, and a task where none is open any more."""
    with office.engine.connect() as conn:
        patience = timedelta(days=tolerance.current(conn).offer_days)
        waiting = list(conn.scalars(_waiting(now - patience)))
    for order_id in waiting:
        with office.engine.begin() as conn:
            book.lock(conn, order_id)
            row = book.get(conn, order_id)
            if row is not None and order_id in set(conn.scalars(_waiting(now - patience))):
                _remind(conn, row, now)  # else it is answered by now, or another worker was faster


def _remind(conn: sa.Connection, row: OrderRow, now: datetime) -> None:
    book.record(conn, row.id, Event.NOTE, "avrop", now, {"step": STEP})
    known = [one for one in tasks.for_order(conn, row.id) if one.kind is tasks.Kind.OFFER]
    if not any(one.closed_at is None for one in known):
        seller = row.order.seller.name or row.supplier_id
        summary = f"{seller} still waits for an answer about order {row.number}"
        tasks.add(conn, tasks.Kind.OFFER, summary, now, order_id=row.id, supplier_id=row.supplier_id)


def _waiting(before: datetime) -> sa.Select[Any]:
    """Orders with an offer that nobody has answered or been reminded of since."""
    told = order_events.c.event.in_((Event.PROPOSED.value, Event.CHANGE_COUNTERED.value))
    told |= order_events.c.detail["step"].astext == STEP
    last = sa.select(sa.func.max(order_events.c.at)).where(order_events.c.order_id == orders.c.id, told)
    open_ones = (orders.c.state == State.PROPOSED.value) & ~orders.c.test
    return sa.select(orders.c.id).where(open_ones, last.scalar_subquery() <= before).order_by(orders.c.number)


OFFERS = Chore(name="offers", every=_EVERY, run=remind_of_offers)
