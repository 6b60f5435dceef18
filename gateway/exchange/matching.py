"""Which order an answer is about, and what it does to it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from gateway.findings import Finding, Place
from gateway.model import CreditNote, DespatchAdvice, Document, Invoice, OrderResponse
from gateway.model.despatch import LogisticUnit
from gateway.orders.advices import TAKEN_BACK, WITHDRAWN
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import Event

NOT_ACCEPTED = "7"
ALL_OFF = Event.CANCELLED_BY_SELLER
_CODES = {"AB": Event.ACKNOWLEDGED, "AP": Event.CONFIRMED, "CA": Event.CHANGED, "RE": Event.REJECTED}


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """The orders a document is about, and a finding for each reference that fits none of the sender's."""

    orders: tuple[OrderRow, ...]
    findings: tuple[Finding, ...]


def references(document: Document) -> tuple[str, ...]:
    """The order numbers that a document names, each once, in its own order."""
    if isinstance(document, OrderResponse):
        named: Sequence[str | None] = [document.order]
    elif isinstance(document, DespatchAdvice):
        named = [*document.orders, *(line.order for line in document.lines)]
    elif isinstance(document, Invoice | CreditNote):
        named = [document.order]
    else:
        named = []
    return tuple(dict.fromkeys(number.strip() for number in named if number and number.strip()))


def match(document: Document, supplier_id: str, found: Sequence[OrderRow], source: str) -> Match:
    """`found` are the orders that bear the numbers of `references`; only those of this supplier count."""
    ours = {row.number: row for row in found}
    numbers = references(document)
    orders = tuple(ours[number] for number in numbers if number in ours and ours[number].supplier_id == supplier_id)
    matched = {row.number for row in orders}
    place = Place(source=source)
    findings = [
        Finding(rule="order-unknown", message=_why(number, supplier_id, ours.get(number)), place=place)
        for number in numbers
        if number not in matched
    ]
    if not numbers:
        kind = type(document).__name__
        findings.append(Finding(rule="order-missing", message=f"this {kind} names no order", place=place))
    return Match(orders=orders, findings=tuple(findings))


def event_of_advice(advice: DespatchAdvice) -> Event:
    """Goods are on their way; or they are not after all, which moves nothing."""
    return Event.NOTE if advice.status == WITHDRAWN else Event.DESPATCHED


def event_of(document: Document) -> Event | None:
    """What the document does to its order; None for a response code that Peppol does not have, or another document.

    A seller who takes an order back says CA with every line not accepted; there is no other word for it.
    """
    if isinstance(document, DespatchAdvice):
        return event_of_advice(document)
    if not isinstance(document, OrderResponse):
        return None
    event = _CODES.get(document.code)
    if event is Event.CHANGED and document.lines and all(line.status == NOT_ACCEPTED for line in document.lines):
        return ALL_OFF
    return event


def detail_of(document: Document) -> dict[str, Any]:
    """What the timeline tells of the document: number, note, and what it says line by line."""
    if isinstance(document, OrderResponse):
        return _without_none(number=document.number, code=document.code, change=document.change, note=document.note) | {
            "lines": [
                _without_none(
                    line=line.order_line,
                    status=line.status,
                    quantity=line.quantity,
                    backorder=line.backorder,
                    promised=line.promised or document.promised,
                    price=line.price,
                    note=line.note,
                )
                for line in document.lines
            ]
        }
    if isinstance(document, DespatchAdvice) and document.status == WITHDRAWN:
        return _without_none(step=TAKEN_BACK, number=document.number, note=document.note)
    if isinstance(document, DespatchAdvice):
        estimated = document.shipment.estimated if document.shipment else None
        return _without_none(number=document.number, note=document.note, estimated=estimated) | {
            "sscc": list(dict.fromkeys(_ssccs(document.packing))),
            "packed": _packed(document),
            "lines": [
                _without_none(line=line.order_line, delivered=line.delivered, outstanding=line.outstanding)
                for line in document.lines
            ],
        }
    return {}


def _packed(advice: DespatchAdvice) -> dict[str, list[str]]:
    """The order lines in each parcel; a pallet names what stands on it too. Empty where the advice does not say."""
    ordered = {line.id: line.order_line for line in advice.lines}
    return {
        unit.id.value: list(dict.fromkeys(ordered[line] for line in _lines_in(unit) if line in ordered))
        for unit in _all_units(advice.packing)
        if unit.id is not None
    }


def _all_units(units: Sequence[LogisticUnit]) -> Iterator[LogisticUnit]:
    for unit in units:
        yield unit
        yield from _all_units(unit.units)


def _lines_in(unit: LogisticUnit) -> Iterator[str]:
    yield from unit.lines
    for inside in unit.units:
        yield from _lines_in(inside)


def _ssccs(units: Sequence[LogisticUnit]) -> Iterator[str]:
    for unit in units:
        if unit.id is not None:
            yield unit.id.value
        yield from _ssccs(unit.units)


def _without_none(**facts: object) -> dict[str, Any]:
    return {name: fact for name, fact in facts.items() if fact is not None}


def _why(number: str, supplier_id: str, row: OrderRow | None) -> str:
    if row is None:
        return f"we have no order {number!r}: ask the supplier which order is meant"
    return f"order {number!r} went to {row.supplier_id}, not to {supplier_id} who answers it"
