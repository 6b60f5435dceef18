"""What the supplier wants to be paid for: invoice and credit note, as EN 16931 and Peppol BIS Billing 3 (T10) say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from gateway.model.item import AllowanceCharge, Attachment, Item, Price, TaxCategory
from gateway.model.order import Totals
from gateway.model.party import Amount, Identifier, Location, Party, Period, Quantity, Value


class PrecedingInvoice(Value, frozen=True):
    """An earlier invoice that this document corrects or adds to (BG-3)."""

    id: str
    issued: date | None = None


class BillingDelivery(Value, frozen=True):
    """Where and when the goods came (BG-13); `recipient` is the unit, by its name."""

    delivered: date | None = None
    location: Location | None = None
    recipient: Party | None = None


class Account(Value, frozen=True):
    """Where the money goes (BG-17): `branch` is a BIC, or SE:BANKGIRO or SE:PLUSGIRO where `id` is such a number.

    Svehandel says the bank by `institution` and its name instead.
    """

    id: Identifier | None = None
    name: str | None = None
    branch: str | None = None
    institution: Identifier | None = None
    institution_name: str | None = None


class PaymentCard(Value, frozen=True):
    """The card that paid (BG-18); `number` holds at most its first six and last four digits."""

    number: str
    network: str
    holder: str | None = None


class Mandate(Value, frozen=True):
    """A direct debit (BG-19): its `id`, and the account that is debited."""

    id: str | None = None
    account: str | None = None


class PaymentMeans(Value, frozen=True):
    """How to pay (BG-16): `code` is UNCL4461, `reference` what the payment shall say, `due` where this means has it."""

    code: str
    name: str | None = None
    due: date | None = None
    reference: str | None = None
    card: PaymentCard | None = None
    account: Account | None = None
    mandate: Mandate | None = None


class TaxSubtotal(Value, frozen=True):
    """The tax of one category and rate (BG-23)."""

    taxable: Amount
    amount: Amount
    category: TaxCategory


class TaxTotal(Value, frozen=True):
    """The whole tax in one currency; in the accounting currency it has no subtotals (PEPPOL-EN16931-R054)."""

    amount: Amount
    subtotals: tuple[TaxSubtotal, ...] = ()


class BillingLine(Value, frozen=True):
    """What was invoiced or credited (BG-25): `amount` = quantity x price / base quantity - allowances + charges.

    Only Svehandel lets a line go without a quantity, and says of a line what `order` it is from.
    """

    id: str
    amount: Amount
    item: Item
    quantity: Quantity | None = None
    price: Price | None = None
    note: str | None = None
    accounting_cost: str | None = None
    period: Period | None = None
    order_line: str | None = None
    invoiced_object: Identifier | None = None
    allowances: tuple[AllowanceCharge, ...] = ()
    tax_amount: Amount | None = None
    order: str | None = None


class Billing(Value, frozen=True, kw_only=True):
    """What an invoice and a credit note say alike.

    `specification` is BT-24, `profile` BT-23. Of `buyer_references` BIS 3 has room for one, Svefaktura 1.0 for several.
    `tax_point_code` is UNCL2005; `penalty_percent` the yearly interest on a late payment.
    """

    number: str
    issued: date
    kind: str
    currency: str
    seller: Party
    buyer: Party
    totals: Totals
    lines: tuple[BillingLine, ...]
    tax_totals: tuple[TaxTotal, ...] = ()
    specification: str | None = None
    profile: str | None = None
    note: str | None = None
    tax_point: date | None = None
    tax_point_code: str | None = None
    tax_currency: str | None = None
    accounting_cost: str | None = None
    buyer_references: tuple[str, ...] = ()
    period: Period | None = None
    order: str | None = None
    sales_order: str | None = None
    preceding_invoices: tuple[PrecedingInvoice, ...] = ()
    despatch_advice: str | None = None
    receipt_advice: str | None = None
    originator_document: str | None = None
    contract: str | None = None
    project: str | None = None
    invoiced_object: Identifier | None = None
    attachments: tuple[Attachment, ...] = ()
    payee: Party | None = None
    tax_representative: Party | None = None
    delivery: BillingDelivery | None = None
    delivery_terms: str | None = None
    payment_means: tuple[PaymentMeans, ...] = ()
    payment_terms: str | None = None
    penalty_percent: Decimal | None = None
    allowances: tuple[AllowanceCharge, ...] = ()
    line_count: int | None = None


class Invoice(Billing, frozen=True, kw_only=True, tag="Invoice"):
    """`kind` is UNCL1001: 380 commercial invoice, 389 self-billed. `due` is the day of payment of the whole."""

    due: date | None = None


class CreditNote(Billing, frozen=True, kw_only=True, tag="CreditNote"):
    """`kind` is UNCL1001: 381 credit note, 261 self-billed. A day of payment stands in its payment means."""
