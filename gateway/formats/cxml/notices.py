"""Despatch advice ↔ ShipNoticeRequest, its packing as a tree there and in each item here.

SSCC alone is not valid in the DTD: a Packaging begins with a PackagingCode. A pallet is known there only by what names
it as the one it stands on. Lines are numbered as they stand. What cXML has no place for are Extrinsics.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from gateway.formats.cxml import addresses, packing
from gateway.formats.cxml.lines import described, extrinsics_of, found_in, told
from gateway.formats.cxml.moments import day_and_time, local, moment
from gateway.model.cxml_answers import CxmlCarrier, CxmlPortion, CxmlShipmentId, CxmlShipNotice, CxmlShippedLine
from gateway.model.despatch import Carrier, Consignment, Departure, DespatchAdvice, DespatchLine, Shipment
from gateway.model.item import Item, ItemInstance
from gateway.model.order import OrderDelivery
from gateway.model.party import Identifier, Party, Period, Quantity

_OPERATIONS = {"9": "new", "5": "update", "1": "delete"}
_STATUSES = {told_as: status for status, told_as in _OPERATIONS.items()}
_TRACKING, _COMPANY, _CONSIGNMENT = "trackingNumber", "companyName", "consignment"
_NOBODY = "-"


def sayable(advice: DespatchAdvice) -> DespatchAdvice:
    """The advice as cXML means it: an original unless it says otherwise, with a shipment, its lines numbered."""
    issued, issued_time = local(advice.issued, advice.issued_time)
    only = advice.orders[0] if len(advice.orders) == 1 else None
    told_of = [replace(line, order=line.order or only) for line in advice.lines]
    ordered = [line for order in dict.fromkeys(one.order for one in told_of) for line in told_of if line.order == order]
    numbers = {line.id: str(place) for place, line in enumerate(ordered, 1)}
    lines = tuple(replace(line, id=str(place)) for place, line in enumerate(ordered, 1))
    shipment = advice.shipment or Shipment(id=advice.number)
    period = shipment.estimated
    if period is not None and period.start_date == period.end_date:
        shipment = replace(shipment, estimated=replace(period, start_date=None, start_time=None))
    if shipment.tracking_id is not None and shipment.consignment is None:
        shipment = replace(shipment, consignment=Consignment(id=shipment.tracking_id))
    return replace(
        advice,
        issued=issued,
        issued_time=issued_time,
        lines=lines,
        orders=tuple(dict.fromkeys(line.order for line in lines if line.order)) or advice.orders,
        packing=tuple(packing.renumbered(unit, numbers) for unit in advice.packing),
        shipment=shipment,
        status=advice.status or "9",
    )


def to_wire(advice: DespatchAdvice) -> CxmlShipNotice:
    shipment = advice.shipment or Shipment(id=advice.number)
    departure, period = shipment.departure, shipment.estimated
    facts = addresses.delivery_facts(OrderDelivery(recipient=shipment.recipient))
    if shipment.id != advice.number:
        facts["shipmentId"] = shipment.id
    return CxmlShipNotice(
        shipment=advice.number,
        operation=_OPERATIONS[advice.status or "9"],
        notice=moment(advice.issued, advice.issued_time),
        shipped=moment(departure.date, departure.time) if departure is not None and departure.date else None,
        delivery=moment(period.end_date, period.end_time) if period is not None and period.end_date else None,
        note=advice.note,
        extrinsics=extrinsics_of(facts),
        carriers=tuple(_carrier(shipment)),
        portions=tuple(_portions(advice)),
    )


def from_wire(tree: CxmlShipNotice) -> DespatchAdvice:
    """Raises ValueError where a portion names no order, which nobody could tell from others."""
    issued, issued_time = day_and_time(tree.notice)
    for portion in tree.portions:
        if not portion.order:
            raise ValueError("OrderReference: orderID is missing; without it nobody knows what comes")
    lines = [line for portion in tree.portions for line in portion.lines]
    numbers = [str(place) for place, _ in enumerate(lines, 1)]
    orders = [portion.order for portion in tree.portions for _ in portion.lines]
    return DespatchAdvice(
        number=tree.shipment,
        issued=issued,
        issued_time=issued_time,
        supplier=Party(),
        consignee=Party(),
        note=tree.note,
        orders=tuple(dict.fromkeys(filter(None, orders or (portion.order for portion in tree.portions)))),
        status=_STATUSES[tree.operation or "new"],
        shipment=_shipment(tree),
        lines=tuple(_line(*one) for one in zip(numbers, orders, lines, strict=True)),
        packing=packing.from_wire(list(zip(numbers, (line.packages for line in lines), strict=True))),
    )


def _portions(advice: DespatchAdvice) -> Iterator[CxmlPortion]:
    for order in dict.fromkeys(line.order for line in advice.lines):
        lines = tuple(_item(line, advice) for line in advice.lines if line.order == order)
        yield CxmlPortion(order=order, payload=order, lines=lines)
    if not advice.lines:
        yield from (CxmlPortion(order=order, payload=order) for order in advice.orders)


def _item(line: DespatchLine, advice: DespatchAdvice) -> CxmlShippedLine:
    item = line.item
    facts = {}
    if line.outstanding is not None:
        facts["outstanding"] = f"{line.outstanding.value} {line.outstanding.unit or ''}".strip()
    facts |= {f"outstandingReason{nth}": why for nth, why in enumerate(line.outstanding_reasons, 1)}
    batch = item.instances[0] if item.instances else ItemInstance()
    return CxmlShippedLine(
        number=line.order_line,
        line=line.id,
        quantity=line.delivered.value,
        unit=line.delivered.unit or "",
        seller_id=item.seller_id,
        auxiliary_id=item.seller_id_extension,
        descriptions=(described(item.name, item.description),) if item.name is not None else (),
        packages=tuple(packing.to_wire(advice.packing, line.id)),
        lot=batch.lot,
        expires=moment(batch.lot_expiry, None) if batch.lot_expiry is not None else None,
        note=line.note,
        extrinsics=extrinsics_of(facts),
    )


def _line(number: str, order: str | None, line: CxmlShippedLine) -> DespatchLine:
    facts = found_in(line.extrinsics)
    name, description = told(line.descriptions)
    owed, _, unit = facts.get("outstanding", "").partition(" ")
    batch = ItemInstance(lot=line.lot, lot_expiry=day_and_time(line.expires)[0] if line.expires is not None else None)
    return DespatchLine(
        id=number,
        delivered=Quantity(value=line.quantity, unit=line.unit),
        order_line=line.number,
        order=order,
        note=line.note,
        outstanding=Quantity(value=Decimal(owed), unit=unit or None) if owed else None,
        outstanding_reasons=tuple(why for told_as, why in facts.items() if told_as.startswith("outstandingReason")),
        item=Item(
            name=name,
            description=description,
            seller_id=line.seller_id,
            seller_id_extension=line.auxiliary_id,
            instances=(batch,) if batch != ItemInstance() else (),
        ),
    )


def _carrier(shipment: Shipment) -> Iterator[CxmlCarrier]:
    consignment = shipment.consignment
    if consignment is None:
        return
    carrier = consignment.carrier or Carrier()
    names = [CxmlShipmentId(value=carrier.name, domain=_COMPANY)] if carrier.name else []
    if any(one.scheme is None for one in carrier.ids):
        raise ValueError("shipment.consignment.carrier.ids: cXML wants the list that a carrier's number is from")
    names += [CxmlShipmentId(value=one.value, domain=one.scheme) for one in carrier.ids]
    numbers = []
    if shipment.tracking_id is not None:
        numbers.append(CxmlShipmentId(value=shipment.tracking_id, domain=_TRACKING))
    if consignment.id != shipment.tracking_id:
        numbers.append(CxmlShipmentId(value=consignment.id, domain=_CONSIGNMENT))
    nobody = (CxmlShipmentId(value=_NOBODY, domain=_COMPANY),)
    yield CxmlCarrier(names=tuple(names) or nobody, numbers=tuple(numbers))


def _shipment(tree: CxmlShipNotice) -> Shipment:
    facts = found_in(tree.extrinsics)
    left, left_time = day_and_time(tree.shipped) if tree.shipped is not None else (None, None)
    comes, comes_time = day_and_time(tree.delivery) if tree.delivery is not None else (None, None)
    said: dict[str, Any] = {}
    if tree.carriers:
        first = tree.carriers[0]
        called = [one for one in first.names if one.domain in {_COMPANY, None}]
        company = next((one.value for one in called if one.value != _NOBODY), None)
        others = [one for one in first.names if one not in called]
        ids = tuple(Identifier(value=one.value, scheme=one.domain) for one in others)
        carrier = Carrier(name=company, ids=ids)
        tracking = next((one.value for one in first.numbers if one.domain in {_TRACKING, None}), None)
        own = next((one.value for one in first.numbers if one.domain not in {_TRACKING, None}), None)
        said["tracking_id"] = tracking
        said["consignment"] = Consignment(
            id=own or tracking or _NOBODY, carrier=carrier if carrier != Carrier() else None
        )
    return Shipment(
        id=facts.get("shipmentId", tree.shipment),
        departure=Departure(date=left, time=left_time) if left is not None else None,
        estimated=Period(end_date=comes, end_time=comes_time) if comes is not None else None,
        recipient=addresses.recipient(facts),
        **said,
    )
