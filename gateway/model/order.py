"""The order: one supplier, one receiving unit. Field by field what Peppol BIS Ordering 3 (T01) can say, and no more."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

from gateway.model.item import AllowanceCharge, Attachment, Item, Price
from gateway.model.party import Address, Amount, Identifier, Location, Party, Period, Quantity, Value


class OrderDelivery(Value, frozen=True):
    """Where and when. `consignee` is the hub, `recipient` the unit that ordered, `marks` what the label must say."""

    consignee: Location | None = None
    requested: Period | None = None
    recipient: Party | None = None
    despatch_date: date | None = None
    despatch_time: time | None = None
    shipment_id: str | None = None
    priority: str | None = None
    marks: str | None = None


class DeliveryTerms(Value, frozen=True):
    """Incoterms `code`, the place it refers to with its address, and what else was agreed."""

    code: Identifier | None = None
    special: str | None = None
    location: str | None = None
    location_address: Address | None = None


class Totals(Value, frozen=True):
    """Expected totals; every amount in the order's currency."""

    lines: Amount
    payable: Amount
    tax_exclusive: Amount | None = None
    tax_inclusive: Amount | None = None
    allowances: Amount | None = None
    charges: Amount | None = None
    prepaid: Amount | None = None
    rounding: Amount | None = None


class OrderLine(Value, frozen=True):
    """One article and how much of it; `amount` = quantity x price / base quantity - allowances + charges.

    `status` (UNCL1229) is said in changes only: 1 added, 2 deleted, 3 changed, 4 no action, 74 reopened. `detail` is
    the article exactly as the supplier's own shop described it (`BasketLine.detail`); who sends orders otherwise than
    by cXML leaves it out.
    """

    id: str
    quantity: Quantity
    item: Item
    status: str | None = None
    note: str | None = None
    amount: Amount | None = None
    partial_delivery: bool | None = None
    accounting_cost: str | None = None
    delivery_id: Identifier | None = None
    requested: Period | None = None
    delivery_location: Location | None = None
    originator: Party | None = None
    allowances: tuple[AllowanceCharge, ...] = ()
    price: Price | None = None
    quotation_line: str | None = None
    detail: str | None = None


class Ordering(Value, frozen=True, kw_only=True):
    """What an order says, and what a change of it says anew in full."""

    number: str
    issued: date
    currency: str
    buyer: Party
    seller: Party
    lines: tuple[OrderLine, ...]
    profile: str | None = None
    sales_order: str | None = None
    issued_time: time | None = None
    note: str | None = None
    currency_list: str | None = None
    customer_reference: str | None = None
    accounting_cost: str | None = None
    valid_until: date | None = None
    quotation: str | None = None
    originator_document: str | None = None
    attachments: tuple[Attachment, ...] = ()
    contract: str | None = None
    originator: Party | None = None
    invoicee: Party | None = None
    delivery: OrderDelivery | None = None
    terms: DeliveryTerms | None = None
    payment_terms: str | None = None
    allowances: tuple[AllowanceCharge, ...] = ()
    tax_amount: Amount | None = None
    totals: Totals | None = None


class Order(Ordering, frozen=True, kw_only=True, tag="Order"):
    """A call-off. `kind` is UNCL1001 (220 purchase order, 402 cross-docking through a hub).

    What only an order says stands here: a change cannot say it anew, and the order's word stays.
    """

    kind: str | None = None
    rejected_order: str | None = None
    catalogue: str | None = None
    project: str | None = None
    contract_type: str | None = None


class OrderChange(Ordering, frozen=True, kw_only=True, tag="OrderChange"):
    """Peppol Order Change (T114): the order as the buyer wants it now, whole, all lines with their `status`.

    `number` is the change's own, `order` the number of the order it changes, `sequence` counts the changes of it.
    `order_key` is what the order's own message travelled under, for wires that name it (cXML payloadID).
    """

    order: str
    sequence: str
    order_key: str | None = None


class OrderCancellation(Value, frozen=True, tag="OrderCancellation"):
    """Peppol Order Cancellation (T115): the buyer takes back the whole `order`; `reason` says why.

    `order_key` is what the order's own message travelled under, and `cancels` the order as it stands, for wires that
    cancel by repeating it (cXML).
    """

    number: str
    issued: date
    order: str
    reason: str
    buyer: Party
    seller: Party
    profile: str | None = None
    issued_time: time | None = None
    note: str | None = None
    originator_document: str | None = None
    attachments: tuple[Attachment, ...] = ()
    contract: str | None = None
    originator: Party | None = None
    order_key: str | None = None
    cancels: Order | None = None


def line_amount(quantity: Decimal, price: Price) -> Decimal:
    """Net amount of a line in öre, before its allowances (PEPPOL-T01-R024 allows 0.02 of slack)."""
    base = price.base_quantity.value if price.base_quantity else Decimal(1)
    return (quantity * price.amount.value / base).quantize(Decimal("0.01"))
