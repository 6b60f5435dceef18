"""What the hub says it received: Peppol Receipt Advice (T128), which answers an advanced despatch advice."""

from __future__ import annotations

from datetime import date, time

from gateway.model.item import Attachment, Item, Price
from gateway.model.order import DeliveryTerms
from gateway.model.party import Identifier, Party, Quantity, Value
from gateway.model.transport import Carrier


class Condition(Value, frozen=True):
    """`code` is UNCL4343: AP as it should be, CA with remarks, RE refused; the last two say why."""

    code: str
    reason_code: str | None = None
    reason: str | None = None


class ReceivedUnit(Value, frozen=True):
    """One handling unit at the dock: `id` is its SSCC, `type_code` Recommendation 21."""

    id: Identifier
    type_code: str
    condition: Condition


class ReceivedConsignment(Value, frozen=True):
    id: str
    condition: Condition
    id_scheme: str | None = None
    carrier: Carrier | None = None


class ReceivedShipment(Value, frozen=True):
    """When the goods came and in what state; `units` says it of every unit of the despatch advice, or of none."""

    id: str
    id_scheme: str | None = None
    information: str | None = None
    consignment: ReceivedConsignment | None = None
    delivered_date: date | None = None
    delivered_time: time | None = None
    terms: DeliveryTerms | None = None
    units: tuple[ReceivedUnit, ...] = ()


class ReceiptLine(Value, frozen=True):
    """`received` was taken in, `short` missing, `oversupply` too much, `rejected` refused with its reason.

    The actions say what is wanted instead: 1 or 2 of the Peppol list of receipt advice actions. `price` is the order's,
    for wires that want to know what came is worth (cXML).
    """

    id: str
    despatch_line: str
    item: Item | None = None
    received: Quantity | None = None
    short: Quantity | None = None
    short_action: str | None = None
    rejected: Quantity | None = None
    reject_code: str | None = None
    reject_reason: str | None = None
    reject_action: str | None = None
    oversupply: Quantity | None = None
    note: str | None = None
    order_line: str | None = None
    sales_order_line: str | None = None
    order: str | None = None
    sales_order: str | None = None
    price: Price | None = None


class ReceiptAdvice(Value, frozen=True, tag="ReceiptAdvice"):
    """`kind` is D, an answer to the despatch advice (then with `response`), or S, to the shipment that came.

    A despatch advice is known by its number and when it was issued; `status` is 9 for an original.
    """

    number: str
    issued: date
    despatch_advice: str
    consignee: Party
    supplier: Party
    lines: tuple[ReceiptLine, ...]
    issued_time: time | None = None
    order: str | None = None
    note: str | None = None
    profile: str | None = None
    kind: str | None = None
    status: str | None = None
    despatch_issued: date | None = None
    despatch_issued_time: time | None = None
    response: str | None = None
    response_reason: str | None = None
    attachments: tuple[Attachment, ...] = ()
    buyer: Party | None = None
    seller: Party | None = None
    shipment: ReceivedShipment | None = None
