"""What is on its way: Peppol BIS Despatch Advice 3 (T16), with its packing as a tree."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

from gateway.model.item import Attachment, Dimension, Item
from gateway.model.party import Address, Contact, Identifier, Party, Period, PersonDocument, Quantity, Value


class Carrier(Value, frozen=True):
    """Who drives; `drivers` are the identity documents of the persons announced."""

    id: Identifier | None = None
    name: str | None = None
    drivers: tuple[PersonDocument, ...] = ()


class Consignment(Value, frozen=True):
    id: str
    information: str | None = None
    carrier: Carrier | None = None


class Departure(Value, frozen=True):
    """When and from where the goods left."""

    date: date | None = None
    time: time | None = None
    address: Address | None = None


class Shipment(Value, frozen=True):
    """The shipment as a whole; `recipient` is the unit, where the consignee is a hub."""

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


class Package(Value, frozen=True):
    """A package inside a logistic unit; `type_code` is Recommendation 21."""

    id: str
    type_code: str | None = None


class LogisticUnit(Value, frozen=True):
    """A parcel or pallet: `id` is its SSCC, `lines` the despatch lines packed in it, `units` what stands on it."""

    id: Identifier | None = None
    type_code: str | None = None
    hazardous: bool | None = None
    marks: tuple[str, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    packages: tuple[Package, ...] = ()
    lines: tuple[str, ...] = ()
    units: tuple[LogisticUnit, ...] = ()


class LineDocument(Value, frozen=True):
    id: str
    kind: str | None = None


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
    documents: tuple[LineDocument, ...] = ()
    shipment_id: str | None = None


class DespatchAdvice(Value, frozen=True, tag="DespatchAdvice"):
    """Announces goods. `consignee` is the hub; `packing` the tree of logistic units that the dock will scan."""

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
