"""What an invoice comes to ↔ InvoiceDetailSummary; `sign` is -1 for a credit.

NetAmount is what is left of GrossAmount after a discount, DueAmount what is left of that after a deposit.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from gateway.formats.cxml.invoiced import category_of, tax_to_wire, times
from gateway.model.cxml_invoice import CxmlInvoice
from gateway.model.invoice import CreditNote, Invoice, TaxSubtotal, TaxTotal
from gateway.model.item import AllowanceCharge
from gateway.model.order import Totals
from gateway.model.party import Amount

_ZERO = Decimal(0)
_FREIGHT, _HANDLING, _DISCOUNT = "FC", "ABL", "95"


def to_wire(document: Invoice | CreditNote, sign: Decimal) -> dict[str, Any]:
    totals = document.totals
    taxes = document.tax_totals[0] if document.tax_totals else TaxTotal(amount=replace(totals.lines, value=_ZERO))
    added = {one.reason_code: times(one.amount, sign) for one in document.allowances if one.charge}
    taken = next((times(one.amount, sign) for one in document.allowances if not one.charge), None)
    net = times(totals.tax_inclusive or totals.payable, sign)
    return {
        "subtotal": times(totals.lines, sign),
        "tax": times(taxes.amount, sign),
        "taxes": tuple(tax_to_wire(one, sign) for one in taxes.subtotals),
        "shipping": added.get(_FREIGHT),
        "handling": added.get(_HANDLING),
        "gross": replace(net, value=net.value + (taken.value if taken is not None else _ZERO)),
        "discount": taken,
        "net": net,
        "deposit": times(totals.prepaid, sign) if totals.prepaid is not None else None,
        "due": times(totals.payable, sign),
    }


def charges(tree: CxmlInvoice, sign: Decimal) -> Iterator[AllowanceCharge]:
    for code, reason, amount in (
        (_FREIGHT, "Frakt", tree.shipping),
        (_HANDLING, "Hantering", tree.handling),
        (_DISCOUNT, "Rabatt", tree.discount),
    ):
        if amount is not None and amount.value:
            charge = code != _DISCOUNT
            yield AllowanceCharge(charge=charge, amount=times(amount, sign), reason_code=code, reason=reason)


def totals(tree: CxmlInvoice, sign: Decimal) -> Totals:
    lines = times(tree.subtotal, sign)
    added = sum((one.value * sign for one in (tree.shipping, tree.handling) if one is not None), _ZERO)
    taken = tree.discount.value * sign if tree.discount is not None else _ZERO

    def amount(value: Decimal) -> Amount | None:
        return replace(lines, value=value) if value else None

    return Totals(
        lines=lines,
        tax_exclusive=replace(lines, value=lines.value + added - taken),
        tax_inclusive=times(tree.net, sign),
        charges=amount(added),
        allowances=amount(taken),
        prepaid=times(tree.deposit, sign) if tree.deposit is not None else None,
        payable=times(tree.due or tree.net, sign),
    )


def taxes(tree: CxmlInvoice, sign: Decimal) -> tuple[TaxTotal, ...]:
    subtotals = tuple(
        TaxSubtotal(
            taxable=times(one.taxable or tree.subtotal, sign),
            amount=times(one.amount, sign),
            category=category_of(one),
        )
        for one in tree.taxes
    )
    return (TaxTotal(amount=times(tree.tax, sign), subtotals=subtotals),)
