"""Quantities and prices of a document against the order and the contract. They warn: people decide what is paid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from gateway.findings import Finding
from gateway.model import DespatchAdvice, Document, Invoice, Order, OrderAgreement, OrderChange, OrderResponse
from gateway.model.agreement import AgreementLine
from gateway.model.invoice import BillingLine
from gateway.model.item import Price
from gateway.model.order import OrderLine
from gateway.model.party import Quantity
from gateway.model.response import ResponseLine
from gateway.rules.ours.context import Context, KnownOrder
from gateway.rules.ours.references import line_of
from gateway.rules.ours.say import plain, say
from gateway.rules.ours.sums import unit_price

_NO = Decimal(0)
_PRICED = Order | OrderChange | OrderAgreement | OrderResponse | Invoice


def check_quantities(document: Document, context: Context) -> Iterator[Finding]:
    """No more is despatched than was ordered, no more invoiced than was ordered or despatched."""
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    if isinstance(document, DespatchAdvice):
        for place, sent in enumerate(document.lines):
            number = sent.order or (document.orders[0] if document.orders else None)
            if (found := line_of(context, number, sent.order_line)) is not None and sent.delivered is not None:
                yield from _despatched(f"lines[{place}].delivered", sent.delivered, *found, sums)
    elif isinstance(document, Invoice):
        for place, line in enumerate(document.lines):
            found = line_of(context, document.order, line.order_line)
            if found is not None and line.quantity is not None:
                yield from _invoiced(f"lines[{place}].quantity", line.quantity, *found, sums)


def _despatched(
    path: str, quantity: Quantity, known: KnownOrder, line: OrderLine, sums: defaultdict[tuple[str, str], Decimal]
) -> Iterator[Finding]:
    if quantity.unit != line.quantity.unit:
        yield _other_unit(path, quantity, line)
        return
    sums[known.order.number, line.id] += quantity.value
    total = sums[known.order.number, line.id] + (known.delivered or {}).get(line.id, _NO)
    if total > line.quantity.value:
        why = f"{plain(total)} of line {line.id} is despatched, and {plain(line.quantity.value)} was ordered"
        yield say("despatched-too-much", path, why, fatal=False)


def _invoiced(
    path: str, quantity: Quantity, known: KnownOrder, line: OrderLine, sums: defaultdict[tuple[str, str], Decimal]
) -> Iterator[Finding]:
    if quantity.unit != line.quantity.unit:
        yield _other_unit(path, quantity, line)
        return
    sums[known.order.number, line.id] += quantity.value
    total = sums[known.order.number, line.id] + known.invoiced.get(line.id, _NO)
    if total > line.quantity.value:
        why = f"{plain(total)} of line {line.id} is invoiced, and {plain(line.quantity.value)} was ordered"
        yield say("invoiced-too-much", path, why, fatal=False)
    came = known.delivered.get(line.id, _NO) if known.delivered is not None else total
    if total > came:
        why = f"{plain(total)} of line {line.id} is invoiced, and {plain(came)} has been despatched"
        yield say("invoiced-before-despatch", path, why, fatal=False)


def _other_unit(path: str, quantity: Quantity, line: OrderLine) -> Finding:
    why = f"line {line.id} was ordered in {line.quantity.unit}, and this says {quantity.unit}: they cannot be compared"
    return say("other-unit", path, why, fatal=False)


def check_prices(document: Document, context: Context) -> Iterator[Finding]:
    """Prices of an invoice against the order, and all prices against the contract; both figures are told."""
    if not isinstance(document, _PRICED):
        return
    lines: Sequence[OrderLine | AgreementLine | ResponseLine | BillingLine] = document.lines
    for place, line in enumerate(lines):
        price = line.price
        if price is None:
            continue
        path = f"lines[{place}].price"
        if isinstance(document, Invoice):
            yield from _agreed(path, price, line_of(context, document.order, document.lines[place].order_line))
        article = line.item.seller_id or ""
        contract = context.contract_prices.get(article)
        if contract is not None and _dearer(price, line.quantity, contract):
            why = f"{_money(price)} is asked for article {article}, and the contract says {_money(contract)}"
            yield say("contract-price", path, why, fatal=False)


def _agreed(path: str, price: Price, found: tuple[KnownOrder, OrderLine] | None) -> Iterator[Finding]:
    ordered = found[1].price if found is not None else None
    if ordered is not None and unit_price(ordered) != unit_price(price):
        why = f"{_money(price)} is invoiced, and {_money(ordered)} was ordered"
        yield say("invoice-price", path, why, fatal=False)


def _dearer(price: Price, quantity: Quantity | None, contract: Price) -> bool:
    """Above the contract, in the same currency and the same unit, as far as units are said."""
    if price.amount.currency != contract.amount.currency:
        return False
    said = (price.base_quantity or quantity, contract.base_quantity)
    units = {one.unit for one in said if one is not None and one.unit is not None}
    return len(units) < 2 and unit_price(price) > unit_price(contract)


def _money(price: Price) -> str:
    return f"{plain(round(unit_price(price), 4))} {price.amount.currency}"
