"""Invoice and credit note ↔ InvoiceDetailRequest.

A credit has negative amounts there and its own document here. Who is paid is the partner remitTo (or from), who pays
billTo (or soldTo). cXML says no tax category: it follows from exemptDetail, and is S without one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from gateway.formats.cxml import partners
from gateway.formats.cxml.lines import classification, classified, described, extrinsics_of, found_in, told
from gateway.formats.cxml.moments import day_and_time, moment
from gateway.model.cxml_invoice import CxmlInvoice, CxmlInvoiceLine, CxmlInvoiceOrder, CxmlTax
from gateway.model.invoice import BillingLine, CreditNote, Invoice, PrecedingInvoice, TaxSubtotal, TaxTotal
from gateway.model.item import AllowanceCharge, Item, Price, TaxCategory
from gateway.model.order import Totals
from gateway.model.party import Amount, Party, Quantity

_ZERO, _ONE = Decimal(0), Decimal(1)
_CREDITS = {"creditMemo", "lineLevelCreditMemo"}
_EXEMPT = {"Z": "zeroRated", "E": "exempt"}
_CATEGORIES = {told_as: code for code, told_as in _EXEMPT.items()}
_FREIGHT, _HANDLING = "FC", "ABL"


def sayable(document: Invoice | CreditNote) -> Invoice | CreditNote:
    """Lines in the order of the orders they are from, each naming its own."""
    lines = [replace(line, order=line.order or document.order) for line in document.lines]
    ordered = [line for order in dict.fromkeys(one.order for one in lines) for line in lines if line.order == order]
    orders = {line.order for line in ordered}
    only = orders.pop() if len(orders) == 1 else None
    return replace(
        document, lines=tuple(replace(one, order=None if only else one.order) for one in ordered), order=only
    )


def to_wire(document: Invoice | CreditNote) -> CxmlInvoice:
    credit = isinstance(document, CreditNote)
    sign = -_ONE if credit else _ONE
    totals = document.totals
    due = getattr(document, "due", None)
    facts = {"buyerReference": document.buyer_references[0]} if document.buyer_references else {}
    charges = {one.reason_code: one.amount for one in document.allowances if one.charge}
    taxes = document.tax_totals[0] if document.tax_totals else TaxTotal(amount=replace(totals.lines, value=_ZERO))
    orders = dict.fromkeys(line.order or document.order for line in document.lines)
    roles = {"remitTo": document.seller, "billTo": document.buyer}
    return CxmlInvoice(
        number=document.number,
        purpose="lineLevelCreditMemo" if credit else "standard",
        operation="new",
        issued=moment(document.issued, None),
        partners=tuple(partners.to_wire(role, who) for role, who in roles.items() if who != Party()),
        corrects=document.preceding_invoices[0].id if document.preceding_invoices else None,
        days=(due - document.issued).days if due is not None else None,
        note=document.note,
        extrinsics=extrinsics_of(facts),
        orders=tuple(_of_order(order, document, sign) for order in orders),
        subtotal=_times(totals.lines, sign),
        tax=_times(taxes.amount, sign),
        taxes=tuple(_tax(one, sign) for one in taxes.subtotals),
        shipping=_maybe(charges.get(_FREIGHT), sign),
        handling=_maybe(charges.get(_HANDLING), sign),
        gross=_maybe(totals.tax_inclusive, sign),
        net=_times(totals.tax_inclusive or totals.payable, sign),
        due=_times(totals.payable, sign),
    )


def from_wire(tree: CxmlInvoice) -> Invoice | CreditNote:
    """Raises ValueError where an amount cannot be: two currencies, no line, partners that are missing."""
    credit = tree.purpose in _CREDITS
    sign = -_ONE if credit else _ONE
    facts = found_in(tree.extrinsics)
    issued, _ = day_and_time(tree.issued)
    orders = {one.order for one in tree.orders if one.lines}
    only = orders.pop() if len(orders) == 1 else None
    category = _category(tree.taxes[0]) if len(tree.taxes) == 1 else None
    lines = [(order.order, line) for order in tree.orders for line in order.lines]
    if not lines:
        raise ValueError("InvoiceDetailOrder: holds no InvoiceDetailItem; an invoice of nothing is not taken")
    said: dict[str, Any] = {
        "number": tree.number,
        "issued": issued,
        "kind": "381" if credit else "380",
        "currency": (tree.gross or tree.net).currency,
        "seller": partners.from_wire(tree.partners, ("remitTo", "from", "issuerOfInvoice", "supplierCorporate")),
        "buyer": partners.from_wire(tree.partners, ("billTo", "soldTo", "buyerCorporate")),
        "note": tree.note,
        "order": only,
        "buyer_references": (facts["buyerReference"],) if "buyerReference" in facts else (),
        "preceding_invoices": (PrecedingInvoice(id=tree.corrects),) if tree.corrects is not None else (),
        "allowances": tuple(_charges(tree, sign)),
        "tax_totals": _taxes(tree, sign),
        "totals": _totals(tree, sign),
        "lines": tuple(_line(line, None if only else order, category, sign) for order, line in lines),
    }
    if credit:
        return CreditNote(**said)
    due = issued + timedelta(days=tree.days) if tree.days is not None and 0 <= tree.days < 10_000 else None
    return Invoice(**said, due=due)


def _of_order(order: str | None, document: Invoice | CreditNote, sign: Decimal) -> CxmlInvoiceOrder:
    lines = [line for line in document.lines if (line.order or document.order) == order]
    return CxmlInvoiceOrder(order=order, payload=order, lines=tuple(_item(line, sign) for line in lines))


def _item(line: BillingLine, sign: Decimal) -> CxmlInvoiceLine:
    """Raises ValueError where cXML wants what the line does not say."""
    if line.quantity is None or line.price is None or line.order_line is None:
        raise ValueError(f"lines {line.id}: cXML wants quantity, price and order_line of every line")
    item, basis = line.item, line.price.base_quantity
    return CxmlInvoiceLine(
        number=line.id,
        quantity=line.quantity.value * sign,
        unit=line.quantity.unit or "",
        price=line.price.amount,
        basis=basis.value if basis is not None else None,
        basis_unit=basis.unit if basis is not None else None,
        basis_factor=_ONE if basis is not None else None,
        line=line.order_line,
        seller_id=item.seller_id,
        auxiliary_id=item.seller_id_extension,
        descriptions=(described(item.name, item.description),) if item.name is not None else (),
        classifications=tuple(map(classified, item.classifications)),
        manufacturer_id=item.manufacturer_id,
        manufacturer=item.manufacturer.name if item.manufacturer is not None else None,
        subtotal=_times(line.amount, sign),
        tax=_tax_of(line, sign),
        taxes=(_line_tax(line, sign),) if item.tax is not None else (),
        note=line.note,
    )


def _line(line: CxmlInvoiceLine, order: str | None, category: TaxCategory | None, sign: Decimal) -> BillingLine:
    name, description = told(line.descriptions)
    amount = line.subtotal or line.net or line.gross
    if amount is None:
        amount = replace(line.price, value=line.price.value * line.quantity / (line.basis or _ONE))
    base = Quantity(value=line.basis, unit=line.basis_unit) if line.basis is not None else None
    return BillingLine(
        id=line.number,
        amount=_times(amount, sign),
        quantity=Quantity(value=line.quantity * sign, unit=line.unit),
        price=Price(amount=line.price, base_quantity=base),
        note=line.note,
        order_line=line.line,
        order=order,
        item=Item(
            name=name,
            description=description,
            seller_id=line.seller_id,
            seller_id_extension=line.auxiliary_id,
            classifications=tuple(map(classification, line.classifications)),
            manufacturer_id=line.manufacturer_id,
            manufacturer=Party(name=line.manufacturer) if line.manufacturer is not None else None,
            tax=_category(line.taxes[0]) if line.taxes else category,
        ),
    )


def _charges(tree: CxmlInvoice, sign: Decimal) -> Iterator[AllowanceCharge]:
    for code, reason, amount in ((_FREIGHT, "Frakt", tree.shipping), (_HANDLING, "Hantering", tree.handling)):
        if amount is not None and amount.value:
            yield AllowanceCharge(charge=True, amount=_times(amount, sign), reason_code=code, reason=reason)


def _totals(tree: CxmlInvoice, sign: Decimal) -> Totals:
    extra = sum((one.value for one in (tree.shipping, tree.handling) if one is not None), _ZERO)
    lines = _times(tree.subtotal, sign)
    inclusive = tree.gross or tree.net
    return Totals(
        lines=lines,
        tax_exclusive=replace(lines, value=lines.value + extra * sign),
        tax_inclusive=_times(inclusive, sign),
        charges=replace(lines, value=extra * sign) if extra else None,
        payable=_times(tree.due or tree.net, sign),
    )


def _taxes(tree: CxmlInvoice, sign: Decimal) -> tuple[TaxTotal, ...]:
    subtotals = tuple(
        TaxSubtotal(
            taxable=_times(one.taxable or tree.subtotal, sign), amount=_times(one.amount, sign), category=_category(one)
        )
        for one in tree.taxes
    )
    return (TaxTotal(amount=_times(tree.tax, sign), subtotals=subtotals),)


def _tax(one: TaxSubtotal, sign: Decimal) -> CxmlTax:
    return CxmlTax(
        category="vat",
        rate=one.category.percent,
        exempt=_EXEMPT.get(one.category.id),
        taxable=_times(one.taxable, sign),
        amount=_times(one.amount, sign),
        description=one.category.exemption,
    )


def _line_tax(line: BillingLine, sign: Decimal) -> CxmlTax:
    """The rate of a line; what it makes of the line's amount, to the öre."""
    tax = line.item.tax or TaxCategory(id="S")
    amount = _tax_of(line, sign) or line.amount
    return CxmlTax(
        category="vat", rate=tax.percent, exempt=_EXEMPT.get(tax.id), amount=amount, description=tax.exemption
    )


def _tax_of(line: BillingLine, sign: Decimal) -> Amount | None:
    if line.item.tax is None:
        return None
    value = (line.amount.value * (line.item.tax.percent or _ZERO) / 100).quantize(Decimal("0.01")) * sign
    return replace(line.amount, value=value)


def _category(one: CxmlTax) -> TaxCategory:
    """Raises ValueError for a tax that is none on value added."""
    if one.category.casefold() not in {"vat", "gst", "sales"}:
        raise ValueError(f"Tax: category {one.category} is not taken; vat is")
    code = _CATEGORIES.get(one.exempt or "", "S")
    return TaxCategory(id=code, percent=one.rate, exemption=one.description if code == "E" else None)


def _times(amount: Amount, sign: Decimal) -> Amount:
    return replace(amount, value=amount.value * sign + _ZERO)


def _maybe(amount: Amount | None, sign: Decimal) -> Amount | None:
    return _times(amount, sign) if amount is not None else None
