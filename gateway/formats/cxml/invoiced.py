"""A line of an invoice ↔ InvoiceDetailItem, or InvoiceDetailOrderSummary where the order is billed as a whole.

`sign` is -1 for a credit, whose amounts and quantities are negative there.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from gateway.formats.cxml.lines import classification, classified, described, told
from gateway.model.cxml_invoice import CxmlInvoicedOrder, CxmlInvoiceLine, CxmlTax
from gateway.model.invoice import BillingLine, TaxSubtotal
from gateway.model.item import Item, Price, TaxCategory
from gateway.model.party import Amount, Party, Quantity

_ZERO, _ONE = Decimal(0), Decimal(1)
_EXEMPT = {"Z": "zeroRated", "E": "exempt"}
_CATEGORIES = {told_as: code for code, told_as in _EXEMPT.items()}


def is_whole(line: BillingLine) -> bool:
    """Whether the line bills an order as a whole: it says no quantity, no price and no line of the order."""
    return line.quantity is None and line.price is None and line.order_line is None


def whole_to_wire(line: BillingLine, order: str, sign: Decimal) -> CxmlInvoicedOrder:
    return CxmlInvoicedOrder(
        order=order,
        payload=order,
        number=line.id,
        subtotal=times(line.amount, sign),
        tax=_tax_of(line, sign),
        taxes=(_line_tax(line, sign),) if line.item.tax is not None else (),
        note=line.note,
    )


def whole_from_wire(
    one: CxmlInvoicedOrder, order: str | None, category: TaxCategory | None, sign: Decimal
) -> BillingLine:
    tax = category_of(one.taxes[0]) if one.taxes else category
    return BillingLine(id=one.number, amount=times(one.subtotal, sign), note=one.note, order=order, item=Item(tax=tax))


def to_wire(line: BillingLine, sign: Decimal) -> CxmlInvoiceLine:
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
        subtotal=times(line.amount, sign),
        tax=_tax_of(line, sign),
        taxes=(_line_tax(line, sign),) if item.tax is not None else (),
        note=line.note,
    )


def from_wire(line: CxmlInvoiceLine, order: str | None, category: TaxCategory | None, sign: Decimal) -> BillingLine:
    name, description = told(line.descriptions)
    amount = line.subtotal or line.net or line.gross
    if amount is None:
        amount = replace(line.price, value=line.price.value * line.quantity / (line.basis or _ONE))
    base = Quantity(value=line.basis, unit=line.basis_unit) if line.basis is not None else None
    return BillingLine(
        id=line.number,
        amount=times(amount, sign),
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
            tax=category_of(line.taxes[0]) if line.taxes else category,
        ),
    )


def tax_to_wire(one: TaxSubtotal, sign: Decimal) -> CxmlTax:
    return CxmlTax(
        category="vat",
        rate=one.category.percent,
        exempt=_EXEMPT.get(one.category.id),
        taxable=times(one.taxable, sign),
        amount=times(one.amount, sign),
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


def category_of(one: CxmlTax) -> TaxCategory:
    """Raises ValueError for a tax that is none on value added."""
    if one.category.casefold() not in {"vat", "gst", "sales"}:
        raise ValueError(f"Tax: category {one.category} is not taken; vat is")
    code = _CATEGORIES.get(one.exempt or "", "S")
    return TaxCategory(id=code, percent=one.rate, exemption=one.description if code == "E" else None)


def times(amount: Amount, sign: Decimal) -> Amount:
    return replace(amount, value=amount.value * sign + _ZERO)
