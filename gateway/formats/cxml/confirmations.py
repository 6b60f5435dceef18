"""Order response ↔ ConfirmationRequest.

A part that comes now and one that comes later are two statuses of one item there, and one line with a backorder here.
Lines are numbered as they stand: cXML gives the parts of an answer no numbers. What it has no place for are Extrinsics.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from itertools import groupby
from typing import Any

from msgspec.structs import replace

from gateway.formats.cxml.lines import described, extrinsics_of, found_in, told
from gateway.formats.cxml.moments import day_and_time, local, moment
from gateway.model.cxml_answers import CxmlConfirmation, CxmlConfirmed, CxmlConfirmedStatus
from gateway.model.item import Item, Price
from gateway.model.party import Party, Period, Quantity
from gateway.model.response import OrderResponse, ResponseLine, SubstitutedItem

_KINDS = {"AP": "accept", "CA": "detail", "RE": "reject", "AB": "detail"}
_CODES = {"accept": "AP", "reject": "RE", "allDetail": "CA", "detail": "CA", "except": "CA", "backordered": "CA"}
_STATUSES = {"5": "accept", "3": "detail", "7": "reject", "1": "detail", "42": "accept"}
_MEANT = {"accept": "5", "allDetail": "3", "detail": "3", "reject": "7", "unknown": "3", "backordered": "3"}
_LATER = "backordered"
_ZERO = Decimal(0)
_TEXTS = {"sales_order": "salesOrder", "customer_reference": "customerReference", "change": "orderChange"}


def sayable(response: OrderResponse) -> OrderResponse:
    """The answer as cXML means it: times of here, lines in the order of the order's and numbered so."""
    issued, issued_time = local(response.issued, response.issued_time)
    order: dict[str, list[ResponseLine]] = {}
    for line in response.lines:
        order.setdefault(line.order_line, []).append(line)
    lines = [line for some in order.values() for line in some]
    plain = tuple(replace(_dated(line), id=str(place)) for place, line in enumerate(lines, 1))
    return replace(response, issued=issued, issued_time=issued_time, lines=plain)


def to_wire(response: OrderResponse) -> CxmlConfirmation:
    facts = {told_as: getattr(response, name) for name, told_as in _TEXTS.items() if getattr(response, name)}
    facts |= {"responseCode": response.code} if response.code == "AB" else {}
    facts |= {"currency": response.currency} if response.currency else {}
    for name in ("start_date", "end_date"):
        day = getattr(response.promised, name, None)
        facts |= {f"promised_{name}": day.isoformat()} if day is not None else {}
    if any(line.status not in _STATUSES for line in response.lines):
        raise ValueError("lines: a status is not known to cXML")
    return CxmlConfirmation(
        kind=_KINDS[response.code],
        confirmation=response.number or None,
        operation="new",
        notice=moment(response.issued, response.issued_time),
        note=response.note,
        extrinsics=extrinsics_of(facts),
        order=response.order,
        order_payload=response.order,
        items=tuple(
            _item(number, list(lines)) for number, lines in groupby(response.lines, lambda one: one.order_line)
        ),
    )


def from_wire(tree: CxmlConfirmation) -> OrderResponse:
    """Raises ValueError for what is no answer to an order, and where no order is named."""
    if tree.kind not in _CODES:
        raise ValueError(f"ConfirmationHeader: type {tree.kind} is not taken: it is no answer to an order")
    if not tree.order:
        raise ValueError("OrderReference: orderID is missing; without it nobody knows which order is answered")
    facts = found_in(tree.extrinsics)
    issued, issued_time = day_and_time(tree.notice)
    lines = [line for item in tree.items for line in _lines(item)]
    days = {name: facts.get(f"promised_{name}") for name in ("start_date", "end_date")}
    said: dict[str, Any] = {name: date.fromisoformat(day) for name, day in days.items() if day}
    period = Period(**said)
    return OrderResponse(
        number=tree.confirmation or "",
        issued=issued,
        issued_time=issued_time,
        code=facts.get("responseCode", _CODES[tree.kind]),
        order=tree.order,
        seller=Party(),
        buyer=Party(),
        note=tree.note,
        currency=facts.get("currency"),
        promised=period if period != Period() else None,
        lines=tuple(replace(line, id=str(place)) for place, line in enumerate(lines, 1)),
        **{name: facts.get(told_as) for name, told_as in _TEXTS.items()},
    )


def enveloped(response: OrderResponse, around: Any) -> OrderResponse:
    """An answer without a number of its own is known by its payloadID."""
    return response if response.number else replace(response, number=around.payload_id)


def _dated(line: ResponseLine) -> ResponseLine:
    """One day is said once: from the day to the day is on the day. What comes instead has a name, or its number."""
    if line.substitute is not None and line.substitute.item.name is None:
        named = replace(line.substitute.item, name=line.substitute.item.seller_id)
        line = replace(line, substitute=replace(line.substitute, item=named))
    period = line.promised
    if period is None or line.backorder is not None or period.start_date != period.end_date:
        return line
    return replace(line, promised=replace(period, start_date=None, start_time=None))


def _item(number: str, lines: list[ResponseLine]) -> CxmlConfirmed:
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
        yield _status(_STATUSES[line.status], line, line.quantity, *first)
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


def _lines(item: CxmlConfirmed) -> Iterator[ResponseLine]:
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
