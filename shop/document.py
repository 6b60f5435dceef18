"""From a basket to the canonical order. Pure: the sums are exact, so that the written T01 obeys the official rules.

PEPPOL-T01-R008, R011, R016 and R017 demand equality between lines, totals and tax; R024 ties each line to its price.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from gateway.identifiers import Gtin
from gateway.model import Order
from gateway.model.item import Item, Price, TaxCategory
from gateway.model.order import OrderDelivery, OrderLine, Totals, line_amount
from gateway.model.party import Amount, Contact, Party, Period, Quantity
from gateway.settings import Municipality
from gateway.suppliers.parties import buyer_party, hub_location, identifier, invoicee_party, seller_party
from gateway.suppliers.supplier import Supplier
from shop.amounts import price_at
from shop.articles import Article
from shop.measures import plain, price_decimals
from shop.units import Unit

ORDERING = "urn:fdc:peppol.eu:poacc:bis:ordering:3"
CROSS_DOCKING = "402"
ORE = Decimal("0.01")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """An article and how many units of it."""

    article: Article
    quantity: Decimal


class Sums(msgspec.Struct, frozen=True):
    """Money without VAT, and the VAT on it."""

    net: Decimal
    tax: Decimal


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What the buyer wrote on the basket; `wanted` is the day the goods should be at the unit."""

    customer_reference: str
    accounting_cost: str = ""
    wanted: date | None = None
    note: str = ""


def price_of(wanted: Wanted) -> Price:
    """What one unit costs when so many are ordered, or as many as its supplier's shop gave the price for."""
    article = wanted.article
    amount = Amount(value=price_decimals(price_at(article, wanted.quantity)), currency=article.currency)
    return Price(amount=amount, base_quantity=_base(article) if article.base != 1 else None)


def _base(article: Article) -> Quantity:
    return Quantity(value=article.base, unit=article.unit)


def net_of(wanted: Wanted) -> Decimal:
    """The net amount of a line, rounded to öre."""
    return line_amount(wanted.quantity, price_of(wanted))


def sums(wanted: Iterable[Wanted]) -> Sums:
    """Lines added up; VAT is computed on the sum of each rate and rounded once per rate."""
    by_rate: dict[Decimal, Decimal] = defaultdict(Decimal)
    for line in wanted:
        by_rate[line.article.vat] += net_of(line)
    tax = sum(((net * rate / 100).quantize(ORE, ROUND_HALF_UP) for rate, net in by_rate.items()), Decimal(0))
    return Sums(sum(by_rate.values(), Decimal(0)), tax)


def build_order(
    number: str,
    now: datetime,
    municipality: Municipality,
    supplier: Supplier,
    unit: Unit,
    orderer: str,
    wanted: Iterable[Wanted],
    terms: Terms,
) -> Order:
    """One supplier's order for one unit, delivered to the hub. `now` is local time; all articles share a currency."""
    lines = tuple(wanted)
    currencies = {line.article.currency for line in lines}
    if len(currencies) != 1:
        raise ValueError(
            f"an order has one currency (PEPPOL-T01-R003); found {', '.join(sorted(currencies)) or 'none'}"
        )
    currency = currencies.pop()
    contracts = {line.article.contract for line in lines}
    total = sums(lines)
    return Order(
        number=number,
        profile=ORDERING,
        issued=now.date(),
        issued_time=now.time().replace(microsecond=0, tzinfo=None),
        kind=CROSS_DOCKING,
        note=terms.note or None,
        currency=currency,
        customer_reference=terms.customer_reference,
        accounting_cost=terms.accounting_cost or None,
        contract=contracts.pop() if len(contracts) == 1 else None,
        buyer=buyer_party(municipality),
        seller=seller_party(supplier),
        originator=Party(name=unit.name, ids=unit.party.ids, contact=Contact(name=orderer)),
        invoicee=invoicee_party(municipality),
        delivery=_delivery(municipality, unit, terms),
        lines=tuple(_said_to(supplier, order_line(place, line)) for place, line in enumerate(lines, start=1)),
        tax_amount=Amount(value=total.tax, currency=currency),
        totals=_totals(total, currency),
    )


def _said_to(supplier: Supplier, line: OrderLine) -> OrderLine:
    """Only cXML has a place for what a supplier's shop needs beside its article number; to others it is a note."""
    extension = line.item.seller_id_extension
    if extension is None or supplier.transport == "cxml":
        return line
    item = msgspec.structs.replace(line.item, seller_id_extension=None)
    return msgspec.structs.replace(line, item=item, note=f"Val i er butik: {extension}")


def _delivery(municipality: Municipality, unit: Unit, terms: Terms) -> OrderDelivery:
    # No label marks: UBL 2.1 wants a shipment id before them, which nobody has yet. The recipient says the same.
    period = Period(end_date=terms.wanted) if terms.wanted else None
    return OrderDelivery(consignee=hub_location(municipality), recipient=unit.party, requested=period)


def order_line(place: int, wanted: Wanted) -> OrderLine:
    """A line of an order; `place` counts from 1."""
    article = wanted.article
    standard = identifier(Gtin(article.gtin), "0160") if article.gtin else None
    category = TaxCategory(id="S" if article.vat else "Z", percent=plain(article.vat))
    return OrderLine(
        id=str(place),
        quantity=Quantity(value=wanted.quantity, unit=article.unit),
        amount=Amount(value=net_of(wanted), currency=article.currency),
        price=price_of(wanted),
        item=Item(
            name=article.name,
            seller_id=article.seller_id,
            seller_id_extension=article.seller_extension,
            standard_id=standard,
            tax=category,
        ),
        detail=article.detail,
    )


def _totals(total: Sums, currency: str) -> Totals:
    net = Amount(value=total.net, currency=currency)
    gross = Amount(value=total.net + total.tax, currency=currency)
    return Totals(lines=net, tax_exclusive=net, tax_inclusive=gross, payable=gross)
