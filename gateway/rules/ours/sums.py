"""Sums inside one document: lines within 0.02 (PEPPOL-T01-R024, PEPPOL-EN16931-R120), totals to the öre."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from gateway.findings import Finding
from gateway.model import CreditNote, Document, Invoice, Order, OrderAgreement, OrderChange
from gateway.model.agreement import AgreementLine
from gateway.model.invoice import BillingLine
from gateway.model.item import AllowanceCharge, Price
from gateway.model.order import OrderLine, Totals
from gateway.model.party import Amount
from gateway.rules.ours.say import plain, say

SLACK = Decimal("0.02")
_NO = Decimal(0)
_ONE = Decimal(1)

Line = OrderLine | AgreementLine | BillingLine


def check_sums(document: Document) -> Iterator[Finding]:
    """Line amounts, and totals against lines, allowances and tax, where the document says them."""
    if not isinstance(document, Order | OrderChange | OrderAgreement | Invoice | CreditNote):
        return
    lines: Sequence[Line] = document.lines
    for place, line in enumerate(lines):
        yield from _line(f"lines[{place}]", line)
    totals: Totals | None = getattr(document, "totals", None)
    if totals is not None:
        # The rule on the sum of the lines is a warning for changes, whose deleted lines may count or not.
        must = not isinstance(document, OrderChange)
        yield from _lines_total(lines, totals, must)
        yield from _totals(totals, getattr(document, "allowances", ()), _tax(document))


def unit_price(price: Price) -> Decimal:
    """What one unit costs; a base quantity of nothing counts as one."""
    base = price.base_quantity.value if price.base_quantity else _ONE
    return price.amount.value / (base or _ONE)


def _line(path: str, line: Line) -> Iterator[Finding]:
    if line.amount is None or line.price is None or line.quantity is None:
        return
    due = line.quantity.value * unit_price(line.price) + _extra(getattr(line, "allowances", ()))
    if abs(line.amount.value - due) > SLACK:
        why = f"{plain(line.quantity.value)} at the price of {plain(unit_price(line.price))}"
        why += f" with allowances and charges is {plain(round(due, 4))}, and the line says {plain(line.amount.value)}"
        yield say("line-sum", f"{path}.amount", why)


def _lines_total(lines: Sequence[Line], totals: Totals, must: bool) -> Iterator[Finding]:
    amounts = [line.amount.value for line in lines if line.amount is not None]
    if amounts and sum(amounts) != totals.lines.value:
        why = f"the lines add up to {plain(sum(amounts, _NO))}, and the total says {plain(totals.lines.value)}"
        yield say("total-lines", "totals.lines", why, fatal=must)


def _totals(totals: Totals, allowances: Iterable[AllowanceCharge], tax: Decimal | None) -> Iterator[Finding]:
    every = tuple(allowances)
    for name, charge in (("allowances", False), ("charges", True)):
        due = sum((one.amount.value for one in every if one.charge is charge), _NO)
        said = _of(getattr(totals, name))
        if due != said:
            why = f"they add up to {plain(due)}, and the total says {plain(said)}"
            yield say(f"total-{name}", f"totals.{name}", why)
    base = totals.lines.value - _of(totals.allowances) + _of(totals.charges)
    yield from _equal("tax-exclusive", totals.tax_exclusive, base)
    exclusive = totals.tax_exclusive.value if totals.tax_exclusive else base
    if tax is not None:
        yield from _equal("tax-inclusive", totals.tax_inclusive, exclusive + tax)
    if totals.tax_inclusive is not None:
        due = totals.tax_inclusive.value - _of(totals.prepaid) + _of(totals.rounding)
        yield from _equal("payable", totals.payable, due)


def _equal(name: str, said: Amount | None, due: Decimal) -> Iterator[Finding]:
    if said is not None and said.value != due:
        why = f"it should be {plain(due)} by the other totals, and it says {plain(said.value)}"
        yield say(f"total-{name}", f"totals.{name.replace('-', '_')}", why)


def _tax(document: Document) -> Decimal | None:
    if isinstance(document, Invoice | CreditNote):
        own = [one for one in document.tax_totals if one.amount.currency == document.currency]
        return own[0].amount.value if own else None
    if isinstance(document, OrderAgreement):
        return document.tax.amount.value if document.tax else None
    tax = getattr(document, "tax_amount", None)
    return tax.value if isinstance(tax, Amount) else None


def _extra(allowances: Iterable[AllowanceCharge]) -> Decimal:
    return sum((one.amount.value * (1 if one.charge else -1) for one in allowances), _NO)


def _of(amount: Amount | None) -> Decimal:
    return amount.value if amount is not None else _NO
