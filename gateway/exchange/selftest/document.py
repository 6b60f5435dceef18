"""The marked test order of a self-test: a real order in every respect but its marks and its number. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from gateway.exchange.selftest.scenario import MARK, Scenario, wish
from gateway.findings import Rejected
from gateway.formats import Dialect
from gateway.model import Order
from gateway.model.item import Item, Price, TaxCategory
from gateway.model.order import OrderDelivery, OrderLine, Totals, line_amount
from gateway.model.party import Amount, Contact, Party, Period, Quantity
from gateway.orders.amend import added_up
from gateway.settings import Municipality
from gateway.suppliers.parties import buyer_party, hub_location, invoicee_party, seller_party
from gateway.suppliers.supplier import Supplier

_ORDERING = "urn:fdc:peppol.eu:poacc:bis:ordering:3"
_CROSS_DOCKING = "402"
_QUANTITIES = (Decimal(4), Decimal(2))
_PERSON = "Självtest"
_NOTHING = Decimal(0)
# Signs that older character sets lack, and what people type instead.
_PLAINER = str.maketrans({"–": "-"})


def invented_lines() -> tuple[OrderLine, ...]:
    """Two articles that no supplier has, for whom nobody knows any other."""
    return tuple(
        OrderLine(
            id=str(place),
            quantity=Quantity(value=Decimal(1), unit="C62"),
            item=Item(name=f"Provartikel {place}", seller_id=f"TEST-{place}", tax=TaxCategory(id="S", percent=rate)),
            price=Price(amount=Amount(value=price, currency="SEK")),
        )
        for place, price, rate in ((1, Decimal("10.00"), Decimal(25)), (2, Decimal("25.50"), Decimal(25)))
    )


def marked_order(
    number: str,
    now: datetime,
    municipality: Municipality,
    supplier: Supplier,
    scenario: Scenario,
    goods: Sequence[OrderLine] = (),
) -> Order:
    """The order, marked in its note, its recipient and on every line. `now` is local time.

    `goods` are lines with articles and prices of the supplier's own; two of them are ordered, under new quantities.
    """
    lines = tuple(
        _line(str(place), line, quantity)
        for place, (line, quantity) in enumerate(zip(goods or invented_lines(), _QUANTITIES, strict=False), 1)
    )
    currency = next((line.amount.currency for line in lines if line.amount is not None), "SEK")
    zero = Amount(value=_NOTHING, currency=currency)
    day = now.date() + timedelta(days=max(supplier.lead_days, 1))
    buyer = buyer_party(municipality)
    return added_up(
        Order(
            number=number,
            profile=_ORDERING,
            issued=now.date(),
            issued_time=now.time().replace(microsecond=0, tzinfo=None),
            kind=_CROSS_DOCKING,
            note=wish(scenario),
            currency=currency,
            customer_reference=MARK,
            contract=supplier.contracts[0] if len(supplier.contracts) == 1 else None,
            buyer=buyer,
            seller=seller_party(supplier),
            originator=Party(name=_PERSON, ids=buyer.ids, contact=Contact(name=_PERSON)),
            invoicee=invoicee_party(municipality),
            delivery=OrderDelivery(
                consignee=hub_location(municipality),
                recipient=Party(name=MARK, ids=buyer.ids),
                requested=Period(end_date=day),
            ),
            lines=lines,
            tax_amount=zero,
            totals=Totals(lines=zero, tax_exclusive=zero, tax_inclusive=zero, payable=zero),
        )
    )


def _line(id: str, line: OrderLine, quantity: Decimal) -> OrderLine:
    item = replace(line.item, name=f"{MARK}: {line.item.name}")
    amount = None
    if line.price is not None:
        amount = replace(line.price.amount, value=line_amount(quantity, line.price))
    return OrderLine(
        id=id,
        quantity=replace(line.quantity, value=quantity),
        amount=amount,
        note=MARK,
        item=item,
        price=line.price,
    )


def sayable(order: Order, dialect: Dialect) -> Order:
    """The order as the dialect's character set can write it: the dash of the mark becomes a hyphen where it must."""
    try:
        dialect.write(order)
    except Rejected:
        plain = msgspec.json.encode(order).decode().translate(_PLAINER)
        return msgspec.json.decode(plain, type=Order)
    return order
