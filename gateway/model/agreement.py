"""A purchase that the seller registers after it was made, by phone or in a shop: Peppol Order Agreement (T110)."""

from __future__ import annotations

from datetime import date, time

from gateway.model.article import Article
from gateway.model.invoice import TaxTotal
from gateway.model.item import AllowanceCharge, Attachment, Price
from gateway.model.order import DeliveryTerms, Totals
from gateway.model.party import Amount, Contact, Party, Period, Quantity, Value


class AgreementLine(Value, frozen=True):
    """What was bought; `amount` = quantity x price / base quantity. `delivered` comes within `promised`."""

    id: str
    quantity: Quantity
    item: Article
    price: Price
    note: str | None = None
    amount: Amount | None = None
    delivered: Quantity | None = None
    promised: Period | None = None


class OrderAgreement(Value, frozen=True, tag="OrderAgreement"):
    """`order` is how the buyer knows the purchase, or what the seller was told; `delivery_contact` awaits the goods.

    Nobody answers it: the seller sends it when both have agreed.
    """

    number: str
    issued: date
    order: str
    seller: Party
    buyer: Party
    lines: tuple[AgreementLine, ...]
    profile: str | None = None
    sales_order: str | None = None
    issued_time: time | None = None
    note: str | None = None
    currency: str | None = None
    customer_reference: str | None = None
    originator_document: str | None = None
    attachments: tuple[Attachment, ...] = ()
    contract: str | None = None
    delivery_contact: Contact | None = None
    originator: Party | None = None
    invoicee: Party | None = None
    promised: Period | None = None
    recipient: Party | None = None
    terms: DeliveryTerms | None = None
    allowances: tuple[AllowanceCharge, ...] = ()
    tax: TaxTotal | None = None
    totals: Totals | None = None
