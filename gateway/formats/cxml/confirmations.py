"""Order response ↔ ConfirmationRequest.

A part that comes now and one that comes later are two statuses of one item there, and one line with a backorder here.
Lines are numbered as they stand: cXML gives the parts of an answer no numbers. What it has no place for are Extrinsics.
"""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from msgspec.structs import replace

from gateway.formats.cxml import confirmed
from gateway.formats.cxml.lines import extrinsics_of, found_in
from gateway.formats.cxml.moments import day_and_time, local, moment
from gateway.model.cxml_answers import CxmlConfirmation
from gateway.model.party import Party, Period
from gateway.model.response import OrderResponse, ResponseLine

_KINDS = {"AP": "accept", "CA": "detail", "RE": "reject", "AB": "detail"}
_CODES = {"accept": "AP", "reject": "RE", "allDetail": "CA", "detail": "CA", "except": "CA", "backordered": "CA"}
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
    if any(line.status not in confirmed.STATUSES for line in response.lines):
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
            confirmed.to_wire(number, list(lines))
            for number, lines in groupby(response.lines, lambda one: one.order_line)
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
    lines = [line for item in tree.items for line in confirmed.from_wire(item)]
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
