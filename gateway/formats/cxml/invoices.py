"""Invoice and credit note ↔ InvoiceDetailRequest.

A credit has negative amounts there and its own document here; a debit memo is an invoice of kind 383. Who is paid is
the partner remitTo (or from), who pays billTo (or soldTo). cXML says no tax category: it follows from exemptDetail, and
is S without one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from gateway.formats.cxml import invoice_sums, invoiced, partners
from gateway.formats.cxml.invoiced import category_of
from gateway.formats.cxml.lines import extrinsics_of, found_in
from gateway.formats.cxml.moments import day_and_time, moment
from gateway.model.cxml_invoice import CxmlInvoice, CxmlInvoiceLine, CxmlInvoiceOrder
from gateway.model.invoice import BillingLine, CreditNote, Invoice, PrecedingInvoice
from gateway.model.party import Party

_ONE = Decimal(1)
_CREDITS, _DEBITS = {"creditMemo", "lineLevelCreditMemo"}, {"debitMemo", "lineLevelDebitMemo"}
_INVOICE, _CREDIT, _DEBIT = "380", "381", "383"


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
    """Raises ValueError where a line is of no order, and where some lines bill an order as a whole and others not."""
    sign = -_ONE if isinstance(document, CreditNote) else _ONE
    wholes = [invoiced.is_whole(line) for line in document.lines]
    facts = {"buyerReference": document.buyer_references[0]} if document.buyer_references else {}
    earlier = document.preceding_invoices[0] if document.preceding_invoices else None
    due = getattr(document, "due", None)
    roles = {"remitTo": document.seller, "billTo": document.buyer}
    of_orders: dict[str, Any] = _wholes(document, sign) if all(wholes) else _orders(document, sign)
    return CxmlInvoice(
        number=document.number,
        purpose=_purpose(document, all(wholes)),
        operation="new",
        issued=moment(document.issued, None),
        whole="yes" if all(wholes) else None,
        partners=tuple(partners.to_wire(role, who) for role, who in roles.items() if who != Party()),
        corrects=earlier.id if earlier is not None else None,
        corrects_date=moment(earlier.issued, None) if earlier is not None and earlier.issued is not None else None,
        days=(due - document.issued).days if due is not None else None,
        note=document.note,
        extrinsics=extrinsics_of(facts),
        **of_orders,
        **invoice_sums.to_wire(document, sign),
    )


def from_wire(tree: CxmlInvoice) -> Invoice | CreditNote:
    """Raises ValueError where it bills nothing, no order that it names, or orders both by lines and as a whole."""
    credit = tree.purpose in _CREDITS
    sign = -_ONE if credit else _ONE
    facts = found_in(tree.extrinsics)
    issued, _ = day_and_time(tree.issued)
    lines = _lines(tree, sign)
    orders = {line.order for line in lines}
    only = orders.pop() if len(orders) == 1 else None
    said: dict[str, Any] = {
        "number": tree.number,
        "issued": issued,
        "kind": _CREDIT if credit else _DEBIT if tree.purpose in _DEBITS else _INVOICE,
        "currency": tree.net.currency,
        "seller": partners.from_wire(tree.partners, ("remitTo", "from", "issuerOfInvoice", "supplierCorporate")),
        "buyer": partners.from_wire(tree.partners, ("billTo", "soldTo", "buyerCorporate")),
        "note": tree.note,
        "order": only,
        "buyer_references": (facts["buyerReference"],) if "buyerReference" in facts else (),
        "preceding_invoices": tuple(_earlier(tree)),
        "allowances": tuple(invoice_sums.charges(tree, sign)),
        "tax_totals": invoice_sums.taxes(tree, sign),
        "totals": invoice_sums.totals(tree, sign),
        "lines": tuple(replace(line, order=None if only else line.order) for line in lines),
    }
    if credit:
        return CreditNote(**said)
    due = issued + timedelta(days=tree.days) if tree.days is not None and 0 <= tree.days < 10_000 else None
    return Invoice(**said, due=due)


def _purpose(document: Invoice | CreditNote, whole: bool) -> str:
    if isinstance(document, CreditNote):
        return "creditMemo" if whole else "lineLevelCreditMemo"
    if document.kind == _DEBIT:
        return "debitMemo" if whole else "lineLevelDebitMemo"
    return "standard"


def _orders(document: Invoice | CreditNote, sign: Decimal) -> dict[str, Any]:
    found: dict[str, list[CxmlInvoiceLine]] = {}
    for line in document.lines:
        order = _order_of(line, document)
        found.setdefault(order, []).append(invoiced.to_wire(line, sign))
    return {
        "orders": tuple(CxmlInvoiceOrder(order=name, payload=name, lines=tuple(some)) for name, some in found.items())
    }


def _wholes(document: Invoice | CreditNote, sign: Decimal) -> dict[str, Any]:
    return {"wholes": tuple(invoiced.whole_to_wire(line, _order_of(line, document), sign) for line in document.lines)}


def _order_of(line: BillingLine, document: Invoice | CreditNote) -> str:
    order = line.order or document.order
    if order is None:
        raise ValueError(f"lines {line.id}: order is missing, and cXML bills by orders")
    return order


def _lines(tree: CxmlInvoice, sign: Decimal) -> list[BillingLine]:
    category = category_of(tree.taxes[0]) if len(tree.taxes) == 1 else None
    lines = [
        invoiced.from_wire(line, order.order or order.order_id, category, sign)
        for order in tree.orders
        for line in order.lines
    ]
    wholes = [invoiced.whole_from_wire(one, one.order or one.order_id, category, sign) for one in tree.wholes]
    if not lines and not wholes:
        raise ValueError("InvoiceDetailOrder: holds no InvoiceDetailItem; an invoice of nothing is not taken")
    if lines and wholes:
        raise ValueError("InvoiceDetailHeaderOrder: an invoice bills orders by their lines or as a whole, not both")
    if not all(line.order for line in [*lines, *wholes]):
        raise ValueError("InvoiceDetailOrderInfo: orderID is missing; without it nobody knows what is billed")
    return [*lines, *wholes]


def _earlier(tree: CxmlInvoice) -> Iterator[PrecedingInvoice]:
    """By its number; by the payloadID that it came under where that is all that is said."""
    number = tree.corrects or tree.corrects_payload
    if number is not None:
        day = day_and_time(tree.corrects_date)[0] if tree.corrects_date is not None and tree.corrects else None
        yield PrecedingInvoice(id=number, issued=day)
