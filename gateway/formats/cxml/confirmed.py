"""The answer to one line of an order ↔ ConfirmationItem: lines of ours are its parts, each with a status."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal

from msgspec.structs import replace

from gateway.formats.cxml.lines import described, extrinsics_of, found_in, told
from gateway.formats.cxml.moments import day_and_time, moment
from gateway.model.cxml_answers import CxmlConfirmed, CxmlConfirmedStatus
from gateway.model.item import Item, Price
from gateway.model.party import Period, Quantity
from gateway.model.response import ResponseLine, SubstitutedItem

STATUSES = {"5": "accept", "3": "detail", "7": "reject", "1": "detail", "42": "accept"}
_MEANT = {"accept": "5", "allDetail": "3", "detail": "3", "reject": "7", "unknown": "3", "backordered": "3"}
_LATER = "backordered"
_ZERO = Decimal(0)


def to_wire(number: str, lines: list[ResponseLine]) -> CxmlConfirmed:
    statuses = tuple(status for line in lines for status in _parts(line))
    unit = statuses[0].unit
    return CxmlConfirmed(
        number=number, quantity=sum((one.quantity for one in statuses), _ZERO), unit=unit, statuses=statuses
    )


def _parts(line: ResponseLine) -> Iterator[CxmlConfirmedStatus]:
    """The part that comes, and the part that comes later. Raises ValueError where nothing says how much."""
    period, later = line.promised or Period(), line.backorder
    if line.quantity is None and later is None:
        raise ValueError(f"lines {line.id}: quantity is missing, and cXML answers by quantities")
    first = period.end_date, period.end_time
    if later is not None:
        first = period.start_date, period.start_time
    if line.quantity is not None and (line.quantity.value or later is None):
        yield _status(STATUSES[line.status], line, line.quantity, *first)
    if later is not None:
        yield _status(_LATER, line, later, period.end_date, period.end_time)


def _status(
    kind: str, line: ResponseLine, quantity: Quantity, day: date | None, at: time | None
) -> CxmlConfirmedStatus:
    part = CxmlConfirmedStatus(
        kind=kind,
        quantity=quantity.value,
        unit=quantity.unit or "",
        delivery=moment(day, at) if day is not None else None,
        price=line.price.amount if line.price is not None else None,
        note=line.note,
    )
    if line.status in {"1", "42"}:
        part = replace(part, extrinsics=extrinsics_of({"lineStatus": line.status}))
    return part if line.substitute is None else _instead(part, line.substitute.item, line.id)


def _instead(part: CxmlConfirmedStatus, other: Item, line: str) -> CxmlConfirmedStatus:
    """Another article comes. Raises ValueError where its number or price is not said: cXML wants both."""
    if other.seller_id is None or part.price is None:
        what = "price" if other.seller_id is not None else "substitute.item.seller_id"
        raise ValueError(f"lines {line}: {what} is missing: cXML names what comes instead with its number and price")
    return replace(
        part,
        price=None,
        other_id=other.seller_id,
        other_auxiliary_id=other.seller_id_extension,
        other_quantity=part.quantity,
        other_descriptions=(described(other.name, other.description),),
        other_price=part.price,
        other_unit=part.unit,
    )


def from_wire(item: CxmlConfirmed) -> Iterator[ResponseLine]:
    """A part that comes later belongs to the part before it, where that is one that comes."""
    waiting: ResponseLine | None = None
    for status in item.statuses:
        if status.kind == _LATER and waiting is not None and _goes_with(waiting, status):
            start = waiting.promised.end_date if waiting.promised is not None else None
            start_time = waiting.promised.end_time if waiting.promised is not None else None
            end, end_time = _when(status.delivery)
            period = Period(start_date=start, start_time=start_time, end_date=end, end_time=end_time)
            later = Quantity(value=status.quantity, unit=status.unit)
            yield replace(waiting, backorder=later, promised=period if period != Period() else None)
            waiting = None
            continue
        if waiting is not None:
            yield waiting
        line = _line(item.number, status)
        waiting = line if status.kind != _LATER else None
        if waiting is None:
            yield line
    if waiting is not None:
        yield waiting


def _goes_with(line: ResponseLine, later: CxmlConfirmedStatus) -> bool:
    """Whether both parts say the same but for when and how much."""
    after = _line(line.order_line, later)
    return (line.status, line.price, line.note, line.substitute) == (
        after.status,
        after.price,
        after.note,
        after.substitute,
    ) and bool(line.quantity and line.quantity.value)


def _line(number: str, status: CxmlConfirmedStatus) -> ResponseLine:
    if status.kind == "requestToPay":
        raise ValueError(f"ConfirmationItem {number}: type requestToPay is not taken: it is no answer to an order")
    day, at = _when(status.delivery or status.shipment)
    period = Period(end_date=day, end_time=at) if day is not None else None
    quantity = Quantity(value=status.quantity, unit=status.unit)
    price = status.price or status.other_price
    other = None
    if status.other_id is not None:
        name, description = told(status.other_descriptions)
        item = Item(
            name=name or status.other_id,
            description=description,
            seller_id=status.other_id,
            seller_id_extension=status.other_auxiliary_id,
        )
        other = SubstitutedItem(line=number, item=item)
    return ResponseLine(
        id="",
        status=found_in(status.extrinsics).get("lineStatus", _MEANT[status.kind]),
        item=Item(),
        order_line=number,
        note=status.note,
        quantity=replace(quantity, value=_ZERO) if status.kind == _LATER else quantity,
        backorder=quantity if status.kind == _LATER else None,
        promised=period,
        price=Price(amount=price) if price is not None else None,
        substitute=other,
    )


def _when(at: datetime | None) -> tuple[date | None, time | None]:
    return day_and_time(at) if at is not None else (None, None)
