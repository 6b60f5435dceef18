"""A purchase that the seller registers after it was made: it enters the book confirmed, for the unit it names."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from gateway.exchange import journal, log
from gateway.exchange.journal import Message
from gateway.exchange.office import Office
from gateway.findings import Finding, Place
from gateway.model import Order, OrderAgreement
from gateway.orders import book
from gateway.orders.lifecycle import Event, State
from gateway.suppliers.supplier import Supplier


def register(
    conn: sa.Connection, message: Message, supplier: Supplier, agreement: OrderAgreement, office: Office, now: datetime
) -> tuple[Finding, ...]:
    """The order under the seller's number. Fatal findings: nothing was entered, and a person must see it."""
    order = order_of(agreement)
    known = book.get(conn, order.number)
    if known is not None:
        return (_known(known, order, supplier, message),)
    unit_id = office.handlers.unit_of(conn, order) if office.handlers.unit_of is not None else None
    if unit_id is None:
        why = f"agreement {order.number} names no unit of ours: ask {supplier.name} who bought, and enter it for them"
        return (_finding("avrop-unit-unknown", why, message, "originator"),)
    order_id: UUID = book.add(conn, order, supplier.id, unit_id, supplier.name, now, State.CONFIRMED)
    detail = {"message": str(message.id), "agreement": agreement.number}
    book.record(conn, order_id, Event.CONFIRMED, supplier.name, now, detail)
    journal.change(conn, message.id, order_id=order_id)
    log.say("agreement", message=message.id, order=order.number, supplier=supplier.id, unit=unit_id)
    return ()


def order_of(agreement: OrderAgreement) -> Order:
    """The agreement as an order: what both can say, under the agreement's number."""
    shared = set(Order.__struct_fields__) & set(OrderAgreement.__struct_fields__)
    facts = {name: getattr(agreement, name) for name in shared - {"profile", "kind"}}
    return Order(**facts)


def _known(known: book.OrderRow, order: Order, supplier: Supplier, message: Message) -> Finding:
    number = order.number
    if known.supplier_id != supplier.id:
        why = f"{number} is the number of another order of ours: ask {supplier.name} to register it under another one"
        return _finding("avrop-number-taken", why, message, "number")
    if known.order == order:
        why = f"agreement {number} is registered already; nothing was done again"
        return _finding("avrop-repeated", why, message, "number", fatal=False)
    why = f"agreement {number} is registered already and says something else: ask {supplier.name} which one counts"
    return _finding("avrop-number-reused", why, message, "number")


def _finding(rule: str, why: str, message: Message, path: str, fatal: bool = True) -> Finding:
    return Finding(rule=rule, message=why, place=Place(source=message.source, path=path), fatal=fatal)
