"""Orders that were placed with suppliers of every kind, and what suppliers then send: for the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from msgspec.structs import replace

from gateway.exchange import journal, place
from gateway.exchange.journal import MessageState
from gateway.exchange.office import Handlers
from gateway.exchange.process import process
from gateway.exchange.receive import receive
from gateway.model import CreditNote, Document, Invoice, Order
from gateway.model.invoice import Billing, BillingLine, TaxSubtotal, TaxTotal
from gateway.model.item import AllowanceCharge, TaxCategory
from gateway.model.order import Totals, line_amount
from gateway.model.party import Address, Amount, Party, Quantity
from gateway.orders import book
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import Event
from gateway.settings import load_settings
from gateway.suppliers.supplier import Supplier, Suppliers
from shop import units
from shop.after.invoices import invoice_came
from shop.document import Terms, Wanted, build_order
from tests.exchange.desk import dialects, office
from tests.shop.conftest import NOW
from tests.shop.test_document import article

ADVANCED, PLAIN, BY_HAND = "kabelboden-fantasivik", "byggladan-sagokoping", "skogsbageriet-tankeby"
NITRILE, SPIRIT = "NH-200", "HS-600"
CENT = Decimal("0.01")


def wanted(quantities: Iterable[str] = ("5", "6"), price: str = "64.90") -> list[Wanted]:
    """Gloves and hand spirit, and more gloves where more numbers are given."""
    made = []
    for place_, quantity in enumerate(quantities):
        one = article(price, seller_id=NITRILE) if place_ == 0 else article("39.00", seller_id=f"HS-{600 + place_}")
        made.append(
            Wanted(
                article=replace(one, name=f"{one.name} {place_ + 1}", gtin=one.gtin if place_ == 0 else None),
                quantity=Decimal(quantity),
            )
        )
    return made


def order_at(
    engine: sa.Engine,
    supplier: Supplier,
    *,
    by: str = "kim",
    unit_id: str = "unit-0001",
    approved: bool = True,
    lines: list[Wanted] | None = None,
    day: date | None = None,
    now: datetime = NOW,
) -> OrderRow:
    """An order of a unit, as the basket places it."""
    with engine.begin() as conn:
        unit = units.get(conn, unit_id)
        assert unit is not None
        terms = Terms(customer_reference="4120 Kim", wanted=day)
        number = book.next_number(conn, now.year)
        order = build_order(
            number, now, load_settings({}).municipality, supplier, unit, "Kim", lines or wanted(), terms
        )
        order_id = place.place(conn, order, supplier, unit.id, by, now, approved=approved)
        row = book.get(conn, order_id)
    assert row is not None
    return row


def sent(engine: sa.Engine, row: OrderRow, *events: tuple[str, dict[str, Any]], by: str = "Kabelboden") -> OrderRow:
    """The order has left, and these things have happened since."""
    with engine.begin() as conn:
        for message in journal.of_order(conn, row.id):
            if message.state in (MessageState.QUEUED, MessageState.WAITING):
                journal.change(conn, message.id, state=MessageState.SENT.value, done_at=NOW)
        book.record(conn, row.id, Event.SENT, "avrop", NOW)
        for event, detail in events:
            book.record(conn, row.id, event, by, NOW, detail)
        found = book.get(conn, row.id)
    assert found is not None
    return found


def hear(engine: sa.Engine, suppliers: Suppliers, supplier: Supplier, said: Document) -> journal.Message:
    """A document of the supplier's, as the worker takes it in: read, matched, and handed to the shop."""
    raw = dialects()[supplier.dialect].write(said)
    desk = office(engine, *suppliers, handlers=Handlers(documents=HANDLERS))
    with engine.begin() as conn:
        kept = receive(conn, raw, f"test:{said.number}", supplier.id, "folder", journal.digest(raw) + said.number, NOW)
        process(conn, kept.message_id, desk, NOW)
        message = journal.get(conn, kept.message_id)
    assert message is not None
    return message


HANDLERS = {"Invoice": invoice_came, "CreditNote": invoice_came}


def invoice_of(
    order: Order,
    number: str = "F-1",
    quantities: dict[str, str] | None = None,
    *,
    credit: bool = False,
    freight: str = "0",
    rounding: str | None = None,
    **changes: Any,
) -> Billing:
    """An invoice of these quantities by order line (all of them if none are given), whose sums are right."""
    lines = []
    for line in order.lines:
        amount = Decimal((quantities or {}).get(line.id, "0")) if quantities is not None else line.quantity.value
        if amount and line.price:
            lines.append(_line(line, amount))
    return billed(order, number, lines, credit=credit, freight=freight, rounding=rounding, **changes)


def billed(
    order: Order,
    number: str,
    lines: list[BillingLine],
    *,
    credit: bool = False,
    freight: str = "0",
    rounding: str | None = None,
    **changes: Any,
) -> Billing:
    """The document around lines; tax at 25 per cent."""
    net = sum((line.amount.value for line in lines), Decimal(0))
    extra, rate = Decimal(freight), TaxCategory(id="S", percent=Decimal(25))
    charges = (AllowanceCharge(charge=True, amount=_kr(extra), reason="Frakt", tax=rate),) if extra else ()
    tax = ((net + extra) * Decimal("0.25")).quantize(CENT)
    gross = net + extra + tax
    round_ = Decimal(rounding) if rounding is not None else None
    totals = Totals(
        lines=_kr(net),
        tax_exclusive=_kr(net + extra),
        tax_inclusive=_kr(gross),
        charges=_kr(extra) if extra else None,
        rounding=_kr(round_) if round_ is not None else None,
        payable=_kr(gross + (round_ or 0)),
    )
    facts: dict[str, Any] = {
        "number": number,
        "issued": date(2026, 11, 25),
        "kind": "381" if credit else "380",
        "currency": "SEK",
        "specification": "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
        "profile": "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
        "seller": _party(order.seller),
        "buyer": _party(order.buyer),
        "order": order.number,
        "lines": tuple(lines),
        "allowances": charges,
        "totals": totals,
        "tax_totals": (TaxTotal(amount=_kr(tax), subtotals=(_subtotal(net + extra, tax, rate),)),),
    }
    if not credit:
        facts["due"] = date(2026, 12, 25)
    return (CreditNote if credit else Invoice)(**facts | changes)


def _line(line: Any, quantity: Decimal) -> BillingLine:
    return BillingLine(
        id=line.id,
        order_line=line.id,
        quantity=Quantity(value=quantity, unit=line.quantity.unit),
        amount=_kr(line_amount(quantity, line.price)),
        price=line.price,
        item=line.item,
    )


def _party(party: Party) -> Party:
    """As much as an invoice must say."""
    return Party(endpoint=party.endpoint, name=party.name, legal_name=party.legal_name, address=Address(country="SE"))


def _subtotal(net: Decimal, tax: Decimal, rate: TaxCategory) -> TaxSubtotal:
    return TaxSubtotal(taxable=_kr(net), amount=_kr(tax), category=rate)


def _kr(value: Decimal) -> Amount:
    return Amount(value=value, currency="SEK")


def came(engine: sa.Engine, supplier: Supplier, said: Billing, now: datetime = NOW) -> Any:
    """The invoice as its handler gets it; its findings."""
    with engine.begin() as conn:
        message = journal.add(
            conn, "in", MessageState.RECEIVED, now, supplier_id=supplier.id, document=type(said).__name__,
            raw=b"<Invoice/>", sha256=journal.digest(b"<Invoice/>"), transport="folder",
            remote_id=f"{supplier.id}-{said.number}-{now.isoformat()}",
        )  # fmt: skip
        return invoice_came(conn, supplier, message, said, now)


def by_number(engine: sa.Engine, number: str) -> OrderRow:
    with engine.connect() as conn:
        row = book.get(conn, number)
    assert row is not None
    return row


def events_of(engine: sa.Engine, order_id: UUID) -> list[book.EventRow]:
    with engine.connect() as conn:
        return book.timeline(conn, order_id)


Opener = Callable[..., Any]
