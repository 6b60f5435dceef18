"""What a supplier wants to be paid for, as cXML trees it: InvoiceDetailRequest (InvoiceDetail.dtd)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from gateway.model.cxml_order import CxmlAddress, CxmlClassification, CxmlDescription, CxmlExtrinsic
from gateway.model.party import Amount, Value


class CxmlIdReference(Value, frozen=True):
    """A number of a house in the list `domain`: vatID, SE:ORGNR, bankgiro …"""

    domain: str
    identifier: str


class CxmlPartnerContact(CxmlAddress, frozen=True, kw_only=True):
    """`role` is remitTo, billTo, from, soldTo …"""

    role: str


class CxmlPartner(Value, frozen=True):
    """InvoicePartner: who is paid, who pays; `who.id` is how they are known."""

    who: CxmlPartnerContact
    ids: tuple[CxmlIdReference, ...] = ()


class CxmlTax(Value, frozen=True):
    """TaxDetail: the tax of one rate. `exempt` is zeroRated or exempt."""

    category: str
    amount: Amount
    rate: Decimal | None = None
    exempt: str | None = None
    taxable: Amount | None = None
    description: str | None = None


class CxmlInvoiceLine(Value, frozen=True):
    """InvoiceDetailItem: `line` is the number of the order's line."""

    number: str
    quantity: Decimal
    unit: str
    price: Amount
    line: str
    basis: Decimal | None = None
    basis_unit: str | None = None
    basis_factor: Decimal | None = None
    seller_id: str | None = None
    auxiliary_id: str | None = None
    descriptions: tuple[CxmlDescription, ...] = ()
    classifications: tuple[CxmlClassification, ...] = ()
    manufacturer_id: str | None = None
    manufacturer: str | None = None
    subtotal: Amount | None = None
    tax: Amount | None = None
    taxes: tuple[CxmlTax, ...] = ()
    gross: Amount | None = None
    net: Amount | None = None
    note: str | None = None
    extrinsics: tuple[CxmlExtrinsic, ...] = ()


class CxmlBilled(Value, frozen=True, kw_only=True):
    """InvoiceDetailOrderInfo: which order; `order_id` is its number where no payloadID stands beside it."""

    order: str | None = None
    order_id: str | None = None
    payload: str | None = None


class CxmlInvoiceOrder(CxmlBilled, frozen=True, kw_only=True):
    """InvoiceDetailOrder: what is invoiced of one order."""

    lines: tuple[CxmlInvoiceLine, ...] = ()


class CxmlInvoicedOrder(CxmlBilled, frozen=True, kw_only=True):
    """InvoiceDetailHeaderOrder: an order that is invoiced as a whole; `number` is that of its line here."""

    number: str
    subtotal: Amount
    tax: Amount | None = None
    taxes: tuple[CxmlTax, ...] = ()
    note: str | None = None


class CxmlInvoice(Value, frozen=True):
    """`purpose` is standard, debitMemo, creditMemo or one of these for lines; credits have negative amounts.

    `orders` are billed line by line, or `wholes` as a whole: then `whole` is yes. `corrects` is an earlier invoice.
    """

    number: str
    issued: datetime
    subtotal: Amount
    tax: Amount
    net: Amount
    orders: tuple[CxmlInvoiceOrder, ...] = ()
    wholes: tuple[CxmlInvoicedOrder, ...] = ()
    whole: str | None = None
    purpose: str | None = None
    operation: str | None = None
    partners: tuple[CxmlPartner, ...] = ()
    corrects: str | None = None
    corrects_date: datetime | None = None
    corrects_payload: str | None = None
    days: int | None = None
    note: str | None = None
    extrinsics: tuple[CxmlExtrinsic, ...] = ()
    taxes: tuple[CxmlTax, ...] = ()
    handling: Amount | None = None
    shipping: Amount | None = None
    gross: Amount | None = None
    discount: Amount | None = None
    deposit: Amount | None = None
    due: Amount | None = None
