"""Small documents that obey all of our rules, for tests that break one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from gateway.model import CreditNote, DespatchAdvice, Invoice, InvoiceResponse, Order, OrderAgreement, OrderResponse
from gateway.model.agreement import AgreementLine
from gateway.model.article import Article
from gateway.model.despatch import DespatchLine
from gateway.model.invoice import BillingLine, TaxTotal
from gateway.model.item import Item, Price
from gateway.model.order import Totals
from gateway.model.party import Identifier, Party, Quantity
from gateway.model.response import ResponseLine
from tests.orders.samples import kronor, sample_order

ORDER: Order = sample_order(lines=2)
BUYER, SELLER = ORDER.buyer, ORDER.seller
TEN = Price(amount=kronor("20.00"))


def pieces(value: object) -> Quantity:
    return Quantity(value=Decimal(str(value)), unit="C62")


def answer(code: str = "CA", number: str = "OS-1", **facts: Any) -> OrderResponse:
    lines = tuple(
        ResponseLine(id=line.id, order_line=line.id, status="5", item=line.item, quantity=line.quantity)
        for line in ORDER.lines
    )
    made = OrderResponse(
        number=number,
        issued=date(2026, 3, 2),
        code=code,
        order=ORDER.number,
        seller=SELLER,
        buyer=BUYER,
        lines=lines if code == "CA" else (),
    )
    return replace(made, **facts)


def advice(*quantities: object) -> DespatchAdvice:
    lines = tuple(
        DespatchLine(id=str(place), delivered=pieces(value), order_line=str(place), item=Item(name="Papper"))
        for place, value in enumerate(quantities, 1)
    )
    return DespatchAdvice(
        number="FS-1", issued=date(2026, 3, 4), supplier=SELLER, consignee=BUYER, lines=lines, orders=(ORDER.number,)
    )


def invoice(*quantities: object, price: Price = TEN, kind: type[Invoice] | type[CreditNote] = Invoice) -> Any:
    lines = tuple(
        BillingLine(
            id=str(place),
            quantity=pieces(value),
            amount=kronor(str(Decimal(str(value)) * price.amount.value)),
            item=Item(name="Papper", seller_id="PA-100"),
            price=price,
            order_line=str(place),
        )
        for place, value in enumerate(quantities, 1)
    )
    net = sum((line.amount.value for line in lines), Decimal(0))
    tax = net / 4
    return kind(
        number="F-1",
        issued=date(2026, 3, 9),
        kind="380",
        currency="SEK",
        seller=SELLER,
        buyer=BUYER,
        order=ORDER.number,
        lines=lines,
        tax_totals=(TaxTotal(amount=kronor(str(tax))),),
        totals=Totals(
            lines=kronor(str(net)),
            tax_exclusive=kronor(str(net)),
            tax_inclusive=kronor(str(net + tax)),
            payable=kronor(str(net + tax)),
        ),
    )


def agreement(order: str = "NA", number: str = "OA-7", recipient: str = "7350001000022") -> OrderAgreement:
    line = AgreementLine(
        id="1", quantity=pieces(2), item=Article(name="Papper", seller_id="PA-100"), price=TEN, amount=kronor("40.00")
    )
    return OrderAgreement(
        number=number,
        issued=date(2026, 3, 2),
        order=order,
        seller=replace(SELLER, name=None),
        buyer=replace(BUYER, name=None),
        currency="SEK",
        lines=(line,),
        recipient=Party(name="Förskolan Gläntan", ids=(Identifier(value=recipient, scheme="0088"),)),
        totals=Totals(
            lines=kronor("40.00"),
            tax_exclusive=kronor("40.00"),
            tax_inclusive=kronor("40.00"),
            payable=kronor("40.00"),
        ),
    )


def verdict(code: str) -> InvoiceResponse:
    return InvoiceResponse(
        number="IR-1",
        issued=date(2026, 3, 9),
        sender=BUYER,
        receiver=SELLER,
        code=code,
        invoice="F-1",
        invoice_kind="380",
    )
