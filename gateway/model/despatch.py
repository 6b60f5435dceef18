"""What is on its way: Peppol BIS Despatch Advice 3 (T16) and Advanced Despatch Advice (T120), its packing as a tree."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

from gateway.model.item import Attachment, Item
from gateway.model.order import DeliveryTerms
from gateway.model.party import Address, Amount, Contact, Location, Party, Period, Quantity, Value
from gateway.model.transport import Carrier, Consignment, LogisticUnit, Package, TransportMeans

__all__ = [
    "Carrier",
    "Consignment",
    "Departure",
    "DespatchAdvice",
    "DespatchLine",
    "LogisticUnit",
    "Package",
    "Shipment",
]


class Departure(Value, frozen=True):
    """When and from where the goods left."""

    date: date | None = None
    time: time | None = None
    address: Address | None = None


class Shipment(Value, frozen=True):
    """The shipment as a whole; `recipient` is the unit, where the consignee is a hub; `location` is where it goes.

    `transport_mode` is UN/ECE Recommendation 19, `means_code` Recommendation 28, `id_scheme` GSIN.
    """

    id: str
    information: tuple[str, ...] = ()
    gross_weight: Quantity | None = None
    gross_volume: Quantity | None = None
    unit_count: Decimal | None = None
    consignment: Consignment | None = None
    transport_mode: str | None = None
    tracking_id: str | None = None
    estimated: Period | None = None
    recipient: Party | None = None
    departure: Departure | None = None
    id_scheme: str | None = None
    declared_value: Amount | None = None
    means_code: str | None = None
    means: TransportMeans | None = None
    delivered_date: date | None = None
    delivered_time: time | None = None
    location: Location | None = None
    terms: DeliveryTerms | None = None


class DespatchLine(Value, frozen=True):
    """What was sent against one order line; `outstanding` is what still remains and why."""

    id: str
    delivered: Quantity
    order_line: str
    item: Item
    note: str | None = None
    outstanding: Quantity | None = None
    outstanding_reasons: tuple[str, ...] = ()
    sales_order_line: str | None = None
    order: str | None = None
    documents: tuple[Attachment, ...] = ()
    shipment_id: str | None = None
    sales_order: str | None = None


class DespatchAdvice(Value, frozen=True, tag="DespatchAdvice"):
    """Announces goods. `consignee` is the hub; `packing` the tree of logistic units that the dock will scan.

    `status` is 9 for an original, 5 for a replacement, 1 for a withdrawal; `kind` is the type code of T120.
    """

    number: str
    issued: date
    supplier: Party
    consignee: Party
    lines: tuple[DespatchLine, ...]
    profile: str | None = None
    issued_time: time | None = None
    note: str | None = None
    orders: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    delivery_contact: Contact | None = None
    buyer: Party | None = None
    seller: Party | None = None
    originator: Party | None = None
    shipment: Shipment | None = None
    packing: tuple[LogisticUnit, ...] = ()
    status: str | None = None
    kind: str | None = None
