"""An invoice beside its order and what was received of it, line by line. Pure.

What counts is the sum: what earlier invoices took and credit notes gave back is reckoned in, so parts may be invoiced
in any order, and nothing twice. Amounts are without VAT, in the order's currency; a credit note counts negative.
Sources: EN 16931 BR-CO-10, 13, 14, 15 and 16 for the sums; öresavrundning is BT-114, at most half a krona each way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

import msgspec

from gateway.model import CreditNote, Order
from gateway.model.invoice import Billing, BillingLine
from gateway.model.item import Price
from gateway.model.order import OrderLine, line_amount
from shop.after.tolerance import Tolerance

ZERO, CENT = Decimal(0), Decimal("0.01")
MOST_ROUNDING = Decimal("0.50")


class Differs(StrEnum):
    """What is not as it was ordered and received."""

    NOT_ORDERED = "not_ordered"
    PRICE = "price"
    UNIT = "unit"
    TOO_MANY = "too_many"
    NOT_RECEIVED = "not_received"
    OVER_CREDITED = "over_credited"
    LINE_SUM = "line_sum"
    FREIGHT = "freight"
    CURRENCY = "currency"
    SUMS = "sums"
    VAT = "vat"
    ROUNDING = "rounding"


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that differs: `was` by order and receipt, `said` by the invoice; quantities or kronor by its kind."""

    kind: Differs
    line: str | None = None
    was: Decimal | None = None
    said: Decimal | None = None
    text: str = ""


class Matched(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the invoice and the order line it is for; quantities are in the ordered unit, before this invoice."""

    line: BillingLine
    quantity: Decimal
    ordered: OrderLine | None = None
    received: Decimal = ZERO
    taken: Decimal = ZERO
    differences: tuple[Difference, ...] = ()


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """The whole invoice against its order."""

    lines: tuple[Matched, ...]
    differences: tuple[Difference, ...] = ()

    @property
    def all_differences(self) -> tuple[Difference, ...]:
        """Those of the lines and then those of the whole."""
        return tuple(one for line in self.lines for one in line.differences) + self.differences

    @property
    def too_early(self) -> bool:
        """Whether something is invoiced that nobody has received."""
        return any(one.kind is Differs.NOT_RECEIVED for one in self.all_differences)

    @property
    def waits(self) -> bool:
        """Whether nothing is wrong but that the goods have not come."""
        found = self.all_differences
        return bool(found) and all(one.kind is Differs.NOT_RECEIVED for one in found)

    @property
    def agrees(self) -> bool:
        return not self.all_differences


def match(
    order: Order,
    received: Mapping[str, Decimal],
    others: Sequence[Billing],
    invoice: Billing,
    tolerance: Tolerance,
) -> Match:
    """`received` is by order line; `others` are the order's invoices that came before, and all its credit notes."""
    taken = taken_by(order, [one for one in others if one.number != invoice.number])
    lines = []
    for line in invoice.lines:
        found = ordered_line(order, line)
        one = _matched(line, found, received, taken, invoice, tolerance)
        lines.append(one)
        if found is not None:
            taken[found.id] = taken.get(found.id, ZERO) + one.quantity
    return Match(lines=tuple(lines), differences=tuple(_whole(order, others, invoice, tolerance)))


def sign(billing: Billing) -> int:
    """A credit note says what it gives back as positive quantities."""
    return -1 if isinstance(billing, CreditNote) else 1


def taken_by(order: Order, billings: Iterable[Billing]) -> dict[str, Decimal]:
    """How much of each order line these invoices and credit notes leave invoiced."""
    taken: dict[str, Decimal] = {}
    for billing in billings:
        for line in billing.lines:
            found = ordered_line(order, line)
            if found is not None:
                taken[found.id] = taken.get(found.id, ZERO) + sign(billing) * _quantity(line, found)
    return taken


def ordered_line(order: Order, line: BillingLine) -> OrderLine | None:
    """The order line that an invoice line is for: the one it names, unless its article is another; else by article."""
    named = [one for one in order.lines if one.id == line.order_line]
    if named and not _is_other(named[0], line):
        return named[0]
    same = [one for one in order.lines if _is_same(one, line)]
    return same[0] if len(same) == 1 else None


def _is_same(ordered: OrderLine, line: BillingLine) -> bool:
    mine, theirs = ordered.item, line.item
    if mine.seller_id and mine.seller_id == theirs.seller_id:
        return True
    return bool(mine.standard_id and theirs.standard_id and mine.standard_id.value == theirs.standard_id.value)


def _is_other(ordered: OrderLine, line: BillingLine) -> bool:
    """Both say which article, and do not agree by either of their numbers."""
    return bool(ordered.item.seller_id and line.item.seller_id) and not _is_same(ordered, line)


def _quantity(line: BillingLine, ordered: OrderLine | None) -> Decimal:
    """How many; a line without a quantity (Svehandel) is for as many as its amount pays for."""
    if line.quantity is not None:
        return line.quantity.value
    if ordered is None or ordered.price is None or not ordered.price.amount.value:
        return Decimal(1)
    return (line.amount.value / _each(ordered.price)).quantize(Decimal("0.001"))


def _each(price: Price) -> Decimal:
    base = price.base_quantity.value if price.base_quantity and price.base_quantity.value else Decimal(1)
    return price.amount.value / base


def _matched(
    line: BillingLine,
    ordered: OrderLine | None,
    received: Mapping[str, Decimal],
    taken: Mapping[str, Decimal],
    invoice: Billing,
    tolerance: Tolerance,
) -> Matched:
    quantity = sign(invoice) * _quantity(line, ordered)
    sums = tuple(_line_sum(line, tolerance))
    if ordered is None:
        amount = sign(invoice) * line.amount.value
        alien = Difference(kind=Differs.NOT_ORDERED, line=line.id, said=amount, text=line.item.name or "")
        return Matched(line=line, quantity=quantity, differences=(alien, *sums))
    came, before = received.get(ordered.id, ZERO), taken.get(ordered.id, ZERO)
    found = (*_quantities(line, ordered, came, before, quantity), *_prices(line, ordered, quantity, tolerance), *sums)
    return Matched(line=line, quantity=quantity, ordered=ordered, received=came, taken=before, differences=found)


def _quantities(
    line: BillingLine, ordered: OrderLine, came: Decimal, before: Decimal, quantity: Decimal
) -> Iterator[Difference]:
    unit = line.quantity.unit if line.quantity else None
    if unit and ordered.quantity.unit and unit != ordered.quantity.unit:
        yield Difference(kind=Differs.UNIT, line=line.id, text=unit)
        return
    total = before + quantity
    if total < 0:
        yield Difference(kind=Differs.OVER_CREDITED, line=line.id, was=before, said=-quantity)
    elif quantity > 0 and total > ordered.quantity.value:
        yield Difference(kind=Differs.TOO_MANY, line=line.id, was=ordered.quantity.value, said=total)
    elif quantity > 0 and total > came:
        yield Difference(kind=Differs.NOT_RECEIVED, line=line.id, was=came, said=total)


def _prices(line: BillingLine, ordered: OrderLine, quantity: Decimal, tolerance: Tolerance) -> Iterator[Difference]:
    """By what the line costs: an allowance of the line makes it cheaper, whatever its price says."""
    if ordered.price is None:
        return
    due = line_amount(abs(quantity), ordered.price)
    amount = abs(line.amount.value)
    if not tolerance.allows(amount - due, due):
        yield Difference(kind=Differs.PRICE, line=line.id, was=due, said=amount)


def _line_sum(line: BillingLine, tolerance: Tolerance) -> Iterator[Difference]:
    if line.price is None or line.quantity is None:
        return
    extra = sum((one.amount.value * (1 if one.charge else -1) for one in line.allowances), ZERO)
    due = line_amount(line.quantity.value, line.price) + extra
    if abs(due - line.amount.value) > CENT * 2:
        yield Difference(kind=Differs.LINE_SUM, line=line.id, was=due, said=line.amount.value)


def _whole(order: Order, others: Sequence[Billing], invoice: Billing, tolerance: Tolerance) -> Iterator[Difference]:
    if invoice.currency != order.currency:
        yield Difference(kind=Differs.CURRENCY, text=invoice.currency)
    freight = sum((_extra(one) * sign(one) for one in others), ZERO) if sign(invoice) > 0 else ZERO
    ordered = sum((one.amount.value * (1 if one.charge else -1) for one in order.allowances), ZERO)
    asked = _extra(invoice)
    if sign(invoice) > 0 and freight + asked > ordered + tolerance.freight:
        yield Difference(kind=Differs.FREIGHT, was=ordered, said=freight + asked)
    yield from _sums(invoice)


def _extra(billing: Billing) -> Decimal:
    """Charges less allowances of the whole document: freight, mostly."""
    return sum((one.amount.value * (1 if one.charge else -1) for one in billing.allowances), ZERO)


def _sums(invoice: Billing) -> Iterator[Difference]:
    totals = invoice.totals
    lines = sum((line.amount.value for line in invoice.lines), ZERO)
    if totals.lines.value != lines:
        yield Difference(kind=Differs.SUMS, was=lines, said=totals.lines.value)
    base = lines + _extra(invoice)
    tax = sum((one.amount.value for one in invoice.tax_totals if one.amount.currency == invoice.currency), ZERO)
    reckoned = _vat(invoice)
    if reckoned is not None and abs(reckoned - tax) > CENT * max(1, len(invoice.lines)):
        yield Difference(kind=Differs.VAT, was=reckoned, said=tax)
    rounding = totals.rounding.value if totals.rounding else ZERO
    prepaid = totals.prepaid.value if totals.prepaid else ZERO
    if abs(rounding) > MOST_ROUNDING:
        yield Difference(kind=Differs.ROUNDING, was=MOST_ROUNDING, said=rounding)
    if base + tax - prepaid + rounding != totals.payable.value:
        yield Difference(kind=Differs.SUMS, was=base + tax - prepaid + rounding, said=totals.payable.value)


def _vat(invoice: Billing) -> Decimal | None:
    """The tax that its own subtotals should come to; None where it names no rates."""
    rates = [
        one for total in invoice.tax_totals if total.amount.currency == invoice.currency for one in total.subtotals
    ]
    if not rates:
        return None
    due = ((one.taxable.value * (one.category.percent or ZERO) / 100).quantize(CENT) for one in rates)
    return sum(due, ZERO)
