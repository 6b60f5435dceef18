"""Whole orders as a buyer means them: every optional part, prices and allowances, and totals that add up."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.model.item import AllowanceCharge
from gateway.model.order import DeliveryTerms, Order, OrderChange, OrderDelivery, Ordering, OrderLine, Totals
from gateway.model.party import Identifier, Location
from tests.formats import valid_parts as part
from tests.formats.valid_items import ORE, allowances, attachments, items, prices
from tests.formats.valid_parts import amount, codes, maybe, money, name, text

_where = {
    "consignee": maybe(part.hubs),
    "requested": part.periods,
    "recipient": maybe(part.recipients),
    "despatch_date": maybe(part.days),
}
_deliveries = st.builds(OrderDelivery, **_where) | st.builds(
    OrderDelivery, shipment_id=name, priority=maybe(codes("uncl4219")), marks=maybe(text), **_where
)
_REFERENCES = (
    "sales_order", "customer_reference", "accounting_cost", "originator_document", "contract", "rejected_order",
    "catalogue", "project",
)  # fmt: skip
_terms = st.builds(DeliveryTerms, code=st.builds(Identifier, value=name), special=maybe(text), location=maybe(name))


def _sum(charges: tuple[AllowanceCharge, ...], charge: bool) -> Decimal:
    return sum((each.amount.value for each in charges if each.charge == charge), Decimal(0))


@st.composite
def lines(draw, number: int, currency: str, quoted: bool) -> OrderLine:
    """With a price comes the amount that follows from it; without one none is expected."""
    quantity, price = draw(part.quantities), draw(maybe(prices(currency)))
    found, value = (), None
    if price is not None:
        base = price.base_quantity.value if price.base_quantity else Decimal(1)
        value = (quantity.value * price.amount.value / base).quantize(ORE, ROUND_HALF_UP)
        found = tuple(draw(st.lists(allowances(currency, value / 3, taxed=False), max_size=2)))
        value += _sum(found, True) - _sum(found, False)
    where = draw(maybe(part.periods))
    place = st.builds(Location, name=maybe(name), address=part.addresses)
    return OrderLine(
        id=str(number),
        quantity=quantity,
        item=draw(items()),
        note=draw(maybe(text)),
        amount=None if value is None else amount(value, currency),
        partial_delivery=draw(maybe(st.booleans())),
        accounting_cost=draw(maybe(name)),
        delivery_id=draw(maybe(part.identifiers(bare=True))) if where else None,
        requested=where,
        delivery_location=draw(maybe(place)) if where else None,
        originator=draw(maybe(part.line_originators)),
        allowances=found,
        price=price,
        quotation_line=draw(maybe(name)) if quoted else None,
    )


@st.composite
def totals(draw, wanted: tuple[OrderLine, ...], found: tuple[AllowanceCharge, ...], currency: str, tax) -> Totals:
    """Each sum from the one before; a deposit is at most what is to be paid."""
    plain = sum((line.amount.value for line in wanted if line.amount), Decimal(0))
    less, more = _sum(found, False), _sum(found, True)
    net = plain - less + more
    taxed = draw(st.booleans())
    gross = net + (tax or 0) if taxed else net
    prepaid = draw(maybe(money(0, int(gross * 100))))
    rounding = draw(maybe(money(0, 99)))
    told = {
        "lines": plain,
        "payable": gross - (prepaid or 0) + (rounding or 0),
        "tax_exclusive": draw(maybe(st.just(net))),
        "tax_inclusive": gross if taxed else None,
        "allowances": less if less else draw(st.sampled_from([None, less])),
        "charges": more if more else draw(st.sampled_from([None, more])),
        "prepaid": prepaid,
        "rounding": rounding,
    }
    return Totals(**{term: amount(value, currency) for term, value in told.items() if value is not None})


@st.composite
def orders(draw) -> Order:
    """Any order that a buyer may mean."""
    currency, quotation = draw(st.just("SEK") | codes("currencies")), draw(maybe(name))
    count = draw(st.integers(1, 4))
    wanted = tuple(draw(lines(number, currency, quotation is not None)) for number in range(1, count + 1))
    plain = sum((line.amount.value for line in wanted if line.amount), Decimal(0))
    found = tuple(draw(st.lists(allowances(currency, plain / 3, taxed=True), max_size=2)))
    tax = draw(maybe(money(0, 10**6)))
    return Order(
        number=draw(name),
        issued=draw(part.days),
        currency=currency,
        buyer=draw(part.buyers),
        seller=draw(part.sellers),
        lines=wanted,
        allowances=found,
        tax_amount=None if tax is None else amount(tax, currency),
        totals=draw(totals(wanted, found, currency, tax))
        if found
        else draw(maybe(totals(wanted, found, currency, tax))),
        quotation=quotation,
        profile=draw(codes("peppol-order-profiles")),
        issued_time=draw(maybe(part.times)),
        kind=draw(maybe(codes("uncl1001-order"))),
        valid_until=draw(maybe(part.days)),
        attachments=draw(st.lists(attachments, max_size=2).map(tuple)),
        originator=draw(maybe(part.originators)),
        invoicee=draw(maybe(part.invoicees)),
        delivery=draw(maybe(_deliveries)),
        terms=draw(maybe(_terms)),
        note=draw(maybe(text)),
        payment_terms=draw(maybe(text)),
        **{term: draw(maybe(name)) for term in _REFERENCES},
    )


@st.composite
def changes(draw) -> OrderChange:
    """An order said anew, each line with what becomes of it, without what a change has no room for."""
    order = draw(orders())
    said = {field: getattr(order, field) for field in Ordering.__struct_fields__ if field not in {"profile", "lines"}}
    if order.delivery is not None:
        said["delivery"] = replace(order.delivery, despatch_date=None, priority=None)
    changed = (_anew(line, draw(codes("uncl1229-change"))) for line in order.lines)
    profile = draw(codes("peppol-advanced-profiles"))
    return OrderChange(**said, lines=tuple(changed), order=draw(name), sequence=draw(name), profile=profile)


def _anew(line: OrderLine, status: str) -> OrderLine:
    return replace(line, status=status, delivery_location=None, item=replace(line.item, manufacturer_id=None))
