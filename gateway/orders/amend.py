"""What the buyer says of an order that was sent: the whole order anew, or that it is taken back. Pure.

Peppol Order Change (T114) and Order Cancellation (T115) of Advanced Ordering 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from msgspec.structs import replace

from gateway.model import Order, OrderCancellation, OrderChange, OrderResponse
from gateway.model.order import Ordering, OrderLine, line_amount
from gateway.model.party import Amount
from gateway.model.response import ResponseLine

ADVANCED = "urn:fdc:peppol.eu:poacc:bis:advanced_ordering:3"
ADDED, DELETED, CHANGED, UNTOUCHED = "1", "2", "3", "4"
NOT_ACCEPTED = "7"
_ORE = Decimal("0.01")
_NO = Decimal(0)


def change_of(standing: Order, wanted: Order, number: str, sequence: int, now: datetime) -> OrderChange:
    """`wanted` as a change of `standing`: whole, every line with what becomes of it, those that go included.

    What T114 has no place for (priority, despatch day, maker's article number) stays as the order said it.
    """
    facts = {name: getattr(wanted, name) for name in Ordering.__struct_fields__}
    facts |= {"number": number, "issued": now.date(), "issued_time": now.time().replace(microsecond=0, tzinfo=None)}
    facts["profile"] = ADVANCED
    if wanted.delivery is not None:
        facts["delivery"] = replace(wanted.delivery, despatch_date=None, despatch_time=None, priority=None)
    lines = tuple(_sayable(line) for line in _lines(standing, wanted))
    return OrderChange(**facts | {"lines": lines, "order": standing.number, "sequence": str(sequence)})


def cancellation_of(order: Order, number: str, reason: str, now: datetime) -> OrderCancellation:
    """The whole order is taken back for `reason`."""
    return OrderCancellation(
        number=number,
        issued=now.date(),
        issued_time=now.time().replace(microsecond=0, tzinfo=None),
        profile=ADVANCED,
        order=order.number,
        reason=reason,
        buyer=order.buyer,
        seller=order.seller,
        contract=order.contract,
        originator=order.originator,
        cancels=order,
    )


def _lines(standing: Order, wanted: Order) -> Iterator[OrderLine]:
    before = {line.id: line for line in standing.lines}
    for line in wanted.lines:
        old = before.pop(line.id, None)
        status = ADDED if old is None else UNTOUCHED if replace(line, status=old.status) == old else CHANGED
        yield replace(line, status=status)
    # Without amount and price: PEPPOL-T114-R008 adds up all amounts, and R024 reckons them from prices.
    yield from (replace(line, status=DELETED, amount=None, price=None, allowances=()) for line in before.values())


def _sayable(line: OrderLine) -> OrderLine:
    return replace(line, item=replace(line.item, manufacturer_id=None))


def with_quantities(order: Order, quantities: Mapping[str, Decimal]) -> Order:
    """The order with other quantities by line id, its amounts added up anew; 0 takes a line away.

    Raises ValueError for a line that the order does not have, a negative quantity, or an order without lines.
    """
    unknown = quantities.keys() - {line.id for line in order.lines}
    if unknown:
        raise ValueError(f"order {order.number} has no line {', '.join(sorted(unknown))}")
    if any(not quantity.is_finite() or quantity < 0 for quantity in quantities.values()):
        raise ValueError("a quantity is a number from 0 up")
    lines = [_requantified(line, quantities.get(line.id, line.quantity.value)) for line in order.lines]
    kept = tuple(line for line in lines if line.quantity.value > 0)
    if not kept:
        raise ValueError("nothing would be left of the order: cancel it instead")
    return added_up(replace(order, lines=kept))


def _requantified(line: OrderLine, quantity: Decimal) -> OrderLine:
    if quantity == line.quantity.value:
        return line
    return _reckoned(replace(line, quantity=replace(line.quantity, value=quantity)))


def _reckoned(line: OrderLine) -> OrderLine:
    """The line with its net amount as quantity and price now say, where it names one."""
    if line.amount is None or line.price is None:
        return line
    extra = sum((one.amount.value * (1 if one.charge else -1) for one in line.allowances), _NO)
    return replace(line, amount=replace(line.amount, value=line_amount(line.quantity.value, line.price) + extra))


def added_up(order: Order) -> Order:
    """The order with tax and totals as its lines now say; an order that names none gets none."""
    totals = order.totals
    if totals is None:
        return order
    net = sum((line.amount.value for line in order.lines if line.amount), _NO)
    base = net - _value(totals.allowances) + _value(totals.charges)
    tax = _tax(order) if order.tax_amount is not None else _NO
    payable = base + tax - _value(totals.prepaid) + _value(totals.rounding)
    if totals.tax_inclusive is None:
        payable -= tax
    after = replace(
        totals,
        lines=replace(totals.lines, value=net),
        payable=replace(totals.payable, value=payable),
        tax_exclusive=_as(totals.tax_exclusive, base),
        tax_inclusive=_as(totals.tax_inclusive, base + tax),
    )
    return replace(order, totals=after, tax_amount=_as(order.tax_amount, tax))


def _tax(order: Order) -> Decimal:
    """Tax on lines and on allowances of the whole order, rounded per rate."""
    by_rate: dict[Decimal, Decimal] = {}
    for line in order.lines:
        rate = (line.item.tax.percent if line.item.tax else None) or _NO
        by_rate[rate] = by_rate.get(rate, _NO) + _value(line.amount)
    for one in order.allowances:
        rate = (one.tax.percent if one.tax else None) or _NO
        by_rate[rate] = by_rate.get(rate, _NO) + one.amount.value * (1 if one.charge else -1)
    return sum(((amount * rate / 100).quantize(_ORE) for rate, amount in by_rate.items()), _NO)


def _value(amount: Amount | None) -> Decimal:
    return amount.value if amount is not None else _NO


def _as(amount: Amount | None, value: Decimal) -> Amount | None:
    return replace(amount, value=value) if amount is not None else None


def offered(order: Order, response: OrderResponse) -> Order:
    """The order as a response of code CA would have it: its quantities and prices; lines not accepted go.

    Several response lines of one order line add up. A line that is only answered for keeps what it had.
    """
    said = {line.id: [one for one in response.lines if one.order_line == line.id] for line in order.lines}
    lines = (_answered(line, said[line.id]) for line in order.lines)
    return added_up(replace(order, lines=tuple(line for line in lines if line.quantity.value > 0)))


def _answered(line: OrderLine, said: Sequence[ResponseLine]) -> OrderLine:
    kept = [one for one in said if one.status != NOT_ACCEPTED]
    if said and not kept:
        return replace(line, quantity=replace(line.quantity, value=_NO))
    price = next((one.price for one in kept if one.price is not None), None)
    if price is not None and line.price is not None and price.amount != line.price.amount:
        dearer = replace(line.price, amount=price.amount, base_quantity=price.base_quantity)
        line = _reckoned(replace(line, price=dearer))
    known = [one.quantity.value for one in kept if one.quantity is not None]
    return _requantified(line, sum(known, _NO)) if known else line
