"""What a supplier answers, as cXML trees it: ConfirmationRequest and ShipNoticeRequest (Fulfill.dtd)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from gateway.model.cxml_order import CxmlContact, CxmlDescription, CxmlExtrinsic
from gateway.model.party import Amount, Value


class CxmlConfirmedStatus(Value, frozen=True):
    """ConfirmationStatus: what becomes of `quantity` of a line. `other_id` is the article that comes instead."""

    kind: str
    quantity: Decimal
    unit: str
    delivery: datetime | None = None
    shipment: datetime | None = None
    other_id: str | None = None
    other_auxiliary_id: str | None = None
    other_quantity: Decimal | None = None
    other_descriptions: tuple[CxmlDescription, ...] = ()
    other_price: Amount | None = None
    other_unit: str | None = None
    price: Amount | None = None
    note: str | None = None
    extrinsics: tuple[CxmlExtrinsic, ...] = ()


class CxmlConfirmed(Value, frozen=True):
    """ConfirmationItem: the answer to one line of the order, in one or more parts."""

    number: str
    quantity: Decimal
    unit: str
    statuses: tuple[CxmlConfirmedStatus, ...]


class CxmlConfirmation(Value, frozen=True):
    """`kind` is the header's type: accept and reject speak for the whole order, the others by lines."""

    kind: str
    notice: datetime
    confirmation: str | None = None
    operation: str | None = None
    replaces: str | None = None
    note: str | None = None
    extrinsics: tuple[CxmlExtrinsic, ...] = ()
    order: str | None = None
    order_payload: str | None = None
    items: tuple[CxmlConfirmed, ...] = ()


class CxmlPackage(Value, frozen=True):
    """Packaging: a parcel or pallet and how it is known."""

    code: str | None = None
    level: str | None = None
    kind: str | None = None
    sscc: str | None = None
    inside: str | None = None


class CxmlShippedLine(Value, frozen=True):
    """ShipNoticeItem: so much of a line of the order comes, in these packages."""

    number: str
    quantity: Decimal
    unit: str
    line: str | None = None
    seller_id: str | None = None
    auxiliary_id: str | None = None
    descriptions: tuple[CxmlDescription, ...] = ()
    packages: tuple[CxmlPackage, ...] = ()
    lot: str | None = None
    expires: datetime | None = None
    ordered: Decimal | None = None
    ordered_unit: str | None = None
    note: str | None = None
    extrinsics: tuple[CxmlExtrinsic, ...] = ()


class CxmlPortion(Value, frozen=True):
    """ShipNoticePortion: what comes of one order."""

    order: str | None = None
    payload: str | None = None
    lines: tuple[CxmlShippedLine, ...] = ()


class CxmlShipmentId(Value, frozen=True):
    """How the carrier calls it: a tracking number, a bill of lading."""

    value: str
    domain: str | None = None
    url: str | None = None


class CxmlCarrier(Value, frozen=True):
    """ShipControl: who drives, under which numbers."""

    names: tuple[CxmlShipmentId, ...]
    numbers: tuple[CxmlShipmentId, ...]


class CxmlShipNotice(Value, frozen=True):
    """`operation` is new, update or delete; the last two name the `replaces` payload of the one before."""

    shipment: str
    notice: datetime
    operation: str | None = None
    shipped: datetime | None = None
    delivery: datetime | None = None
    replaces: str | None = None
    contacts: tuple[CxmlContact, ...] = ()
    note: str | None = None
    extrinsics: tuple[CxmlExtrinsic, ...] = ()
    carriers: tuple[CxmlCarrier, ...] = ()
    portions: tuple[CxmlPortion, ...] = ()
