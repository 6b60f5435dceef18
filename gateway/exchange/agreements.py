"""A purchase that the seller registers after it was made: it enters the book confirmed, for the unit it names."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from msgspec.structs import replace

from gateway.exchange import deadlines, journal, log
from gateway.exchange.journal import Message
from gateway.exchange.office import Office
from gateway.findings import Finding, Place
from gateway.model import Order, OrderAgreement
from gateway.model.agreement import AgreementLine
from gateway.model.article import Article
from gateway.model.item import Item
from gateway.model.order import OrderDelivery, OrderLine, line_amount
from gateway.orders import book
from gateway.orders.lifecycle import Event, State
from gateway.suppliers.supplier import Supplier


def register(
    conn: sa.Connection, message: Message, supplier: Supplier, agreement: OrderAgreement, office: Office, now: datetime
) -> tuple[Finding, ...]:
    """The order under the seller's number. Fatal findings: nothing was entered, and a person must see it."""
    asked = book.get(conn, agreement.order)
    if asked is not None and asked.supplier_id == supplier.id:
        return _agreed(conn, message, supplier, agreement, asked, now)
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
    """The agreement as an order under its own number: what both can say. Its bytes have the rest."""
    own = set(Order.__struct_fields__) & set(OrderAgreement.__struct_fields__) - {"profile", "currency", "lines"}
    facts = {name: getattr(agreement, name) for name in own}
    return Order(
        **facts,
        currency=agreement.currency or agreement.lines[0].price.amount.currency,
        lines=tuple(_line(line) for line in agreement.lines),
        delivery=OrderDelivery(recipient=agreement.recipient, requested=agreement.promised),
        tax_amount=agreement.tax.amount if agreement.tax else None,
    )


def _line(line: AgreementLine) -> OrderLine:
    shared = set(Item.__struct_fields__) & set(Article.__struct_fields__) - {"dimensions"}
    item = Item(
        **{name: getattr(line.item, name) for name in shared}, description="\n".join(line.item.descriptions) or None
    )
    amount = line.amount or replace(line.price.amount, value=line_amount(line.quantity.value, line.price))
    return OrderLine(id=line.id, quantity=line.quantity, item=item, price=line.price, amount=amount, note=line.note)


def _agreed(
    conn: sa.Connection,
    message: Message,
    supplier: Supplier,
    agreement: OrderAgreement,
    asked: book.OrderRow,
    now: datetime,
) -> tuple[Finding, ...]:
    """The purchase is an order that we know, which they thereby confirm; once is enough."""
    journal.change(conn, message.id, order_id=asked.id)
    told = book.timeline(conn, asked.id)
    if any(event.detail.get("agreement") == agreement.number for event in told):
        why = f"agreement {agreement.number} came before; nothing was done again"
        return (_finding("avrop-repeated", why, message, "number", fatal=False),)
    detail = {"message": str(message.id), "agreement": agreement.number}
    book.record(conn, asked.id, Event.CONFIRMED, supplier.name, now, detail)
    deadlines.answered(conn, asked.id, now)
    return ()


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
