"""What the supplier decided, dressed in cXML: confirmation, ship notice, status update. With lxml alone; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from itertools import groupby

import msgspec
from lxml import etree

from gateway.model import DespatchAdvice, Order, OrderResponse
from gateway.model.despatch import DespatchLine
from gateway.model.party import Amount, Period
from gateway.model.response import ResponseLine
from gateway.sandbox.behaviour import draw
from gateway.sandbox.cxml_house import HERE, LANGUAGE, moment
from gateway.sandbox.elements import E

_ACCEPTED, _REFUSED = "5", "7"
_HEADERS = {"AP": "accept", "CA": "detail", "RE": "reject"}


class About(msgspec.Struct, frozen=True):
    """The request that is answered: the order's number, what the request travelled under, the order as it stands."""

    number: str
    payload_id: str
    order: Order


def status_update(about: About, words: str) -> etree._Element:
    """The order is received; what becomes of it is told later."""
    status = E.Status(words, {LANGUAGE: "sv"}, code="200", text="OK")
    return E.StatusUpdateRequest(E.DocumentReference(payloadID=about.payload_id), status)


def confirmation(response: OrderResponse, about: About, now: datetime) -> etree._Element:
    """Yes, no, or line by line. Every second supplier who says yes names the day of each line as well."""
    items = list(_items(response, about.order)) if response.lines else []
    kind = _HEADERS[response.code]
    if response.code == "AP" and response.promised is not None and draw("details", about.number) % 2:
        kind, items = "allDetail", [_whole_line(line.id, about.order, response.promised) for line in about.order.lines]
    if response.lines and all(line.backorder is not None for line in response.lines):
        kind = "backordered"
    head = E.ConfirmationHeader(
        *_comments(response.note), confirmID=response.number, operation="new", type=kind, noticeDate=moment(now)
    )
    return E.ConfirmationRequest(head, _reference(about), *items)


def ship_notice(advice: DespatchAdvice, about: About, now: datetime, pieces: dict[str, int]) -> etree._Element:
    """What leaves, and in which packages. `pieces` says how many EA a box of an article number is opened into."""
    whole = {line.id: line.quantity.value for line in about.order.lines}
    sent = {line.order_line: line.delivered.value for line in advice.lines if line.delivered is not None}
    shipment = advice.shipment
    period = shipment.estimated if shipment is not None else None
    head = E.ShipNoticeHeader(
        shipmentID=advice.number,
        operation="new",
        noticeDate=moment(now),
        shipmentType="actual",
        fulfillmentType="complete" if sent == whole else "partial",
        shipmentDate=moment(now),
        deliveryDate=_at(period.end_date if period is not None else None, now),
    )
    labels = _labels(advice)
    control = E.ShipControl(
        E.CarrierIdentifier("Kurirkompaniet", domain="companyName"),
        E.ShipmentIdentifier(f"KK{draw('waybill', advice.number) % 10**10:010}", domain="trackingNumber"),
    )
    items = (_shipped(line, labels.get(line.id, []), about.order, pieces) for line in advice.lines)
    return E.ShipNoticeRequest(head, control, E.ShipNoticePortion(_reference(about), *items))


def _items(response: OrderResponse, order: Order) -> Iterator[etree._Element]:
    """The lines of a response that point at one line of the order are statuses of one item."""
    ordered = {line.id: line for line in order.lines}
    told = sorted(response.lines, key=lambda line: list(ordered).index(line.order_line))
    for number, lines in groupby(told, key=lambda line: line.order_line):
        unit = ordered[number].quantity.unit or ""
        statuses = [status for line in lines for status in _statuses(line, unit, ordered[number].price)]
        yield _item(number, ordered[number].quantity.value, unit, statuses)


def _statuses(line: ResponseLine, unit: str, agreed: object) -> Iterator[etree._Element]:
    quantity = line.quantity.value if line.quantity is not None else Decimal(0)
    kind = "accept" if line.status == _ACCEPTED else "reject" if line.status == _REFUSED else "detail"
    price = _price(line) if kind == "detail" and line.price is not None and line.price != agreed else []
    if quantity > 0:
        yield _status(kind, quantity, unit, line.promised if kind != "reject" else None, price, line.note)
    if line.backorder is not None:
        yield _status("backordered", line.backorder.value, unit, None, [], "Levereras senare")


def _whole_line(number: str, order: Order, promised: Period) -> etree._Element:
    line = next(one for one in order.lines if one.id == number)
    quantity, unit = line.quantity.value, line.quantity.unit or ""
    return _item(number, quantity, unit, [_status("allDetail", quantity, unit, promised, [], None)])


def _item(number: str, quantity: Decimal, unit: str, statuses: Iterable[etree._Element]) -> etree._Element:
    return E.ConfirmationItem(E.UnitOfMeasure(unit), *statuses, quantity=f"{quantity:f}", lineNumber=number)


def _status(
    kind: str, quantity: Decimal, unit: str, day: Period | None, price: list[etree._Element], note: str | None
) -> etree._Element:
    facts = {"quantity": f"{quantity:f}", "type": kind}
    if day is not None and day.end_date is not None:
        facts["deliveryDate"] = _at(day.end_date, None)
    return E.ConfirmationStatus(E.UnitOfMeasure(unit), *price, *_comments(note), facts)


def _price(line: ResponseLine) -> list[etree._Element]:
    assert line.price is not None
    return [E.UnitPrice(_money(line.price.amount))]


def _shipped(line: DespatchLine, labels: list[str], order: Order, pieces: dict[str, int]) -> etree._Element:
    ordered = next(one for one in order.lines if one.id == line.order_line)
    number, unit = ordered.item.seller_id or "", ordered.quantity.unit or ""
    quantity = line.delivered.value if line.delivered is not None else Decimal(0)
    if number in pieces:
        quantity, unit = quantity * pieces[number], "EA"
    ids = [E.SupplierPartID(number)]
    if ordered.item.seller_id_extension:
        ids.append(E.SupplierPartAuxiliaryID(ordered.item.seller_id_extension))
    packages = [_package(label) for label in labels]
    return E.ShipNoticeItem(
        E.ItemID(*ids), E.UnitOfMeasure(unit), *packages, quantity=f"{quantity:f}", lineNumber=line.order_line or ""
    )


def _package(label: str) -> etree._Element:
    """A serial code alone would be invalid: the kind of package comes first."""
    return E.Packaging(E.PackagingCode("Kolli", {LANGUAGE: "sv"}), E.ShippingContainerSerialCode(label))


def _labels(advice: DespatchAdvice) -> dict[str, list[str]]:
    """The labels of the parcels that a line of the advice lies in."""
    found: dict[str, list[str]] = {}
    for parcel in advice.packing:
        for line in parcel.lines if parcel.id is not None else ():
            found.setdefault(line, []).append(parcel.id.value)  # type: ignore[union-attr]
    return found


def _reference(about: About) -> etree._Element:
    return E.OrderReference(E.DocumentReference(payloadID=about.payload_id), orderID=about.number)


def _comments(words: str | None) -> list[etree._Element]:
    return [E.Comments(words, {LANGUAGE: "sv"})] if words else []


def _money(amount: Amount) -> etree._Element:
    return E.Money(f"{amount.value:f}", currency=amount.currency)


def _at(day: date | None, now: datetime | None) -> str:
    """Noon of a day, as delivery dates are said; `now` where there is none."""
    return moment(datetime.combine(day, time(12), HERE) if day is not None else now or datetime.now(HERE))
