"""A line of a receipt advice ↔ one or two ReceiptItems: what was kept, and what was sent back.

The second names the first by the Extrinsic `partOf`. cXML wants every item worth something: quantity x the order's
price, whichever way the goods went. What was short, too much or wrong are Extrinsics.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from gateway.formats.cxml.lines import (
    BASIS,
    described,
    extrinsics_of,
    for_one,
    found_in,
    price_of,
    quantity_in,
    quantity_said,
    told,
)
from gateway.formats.cxml.moments import moment
from gateway.model.cxml_receipt import CxmlReceived, CxmlReceivedOrder
from gateway.model.item import Item
from gateway.model.party import Amount, Quantity
from gateway.model.receipt import ReceiptAdvice, ReceiptLine

_ZERO = Decimal(0)
_RECEIVED, _RETURNED, _PART_OF = "received", "returned", "partOf"
_QUANTITIES = {"short": "short", "oversupply": "oversupply"}
_TEXTS = {"short_action": "shortAction", "sales_order_line": "salesOrderLine", "sales_order": "salesOrder"}
_REJECTED = {"reject_code": "rejectCode", "reject_reason": "rejectReason", "reject_action": "rejectAction"}


def counted(line: ReceiptLine) -> ReceiptLine:
    """A line of which nothing came at all says so by a number."""
    missing = line.short or line.oversupply
    if line.received is not None or line.rejected is not None or missing is None:
        return line
    return replace(line, received=replace(missing, value=_ZERO))


def to_wire(line: ReceiptLine, advice: ReceiptAdvice, numbers: Iterator[int]) -> Iterator[CxmlReceived]:
    facts = {told_as: getattr(line, name) for name, told_as in _TEXTS.items() if getattr(line, name) is not None}
    for name, told_as in _QUANTITIES.items():
        if getattr(line, name) is not None:
            facts[told_as] = quantity_said(getattr(line, name))
    why = {told_as: getattr(line, name) for name, told_as in _REJECTED.items() if getattr(line, name) is not None}
    rate, basis = for_one(line.price, line.id)
    if basis is not None:
        facts[BASIS] = quantity_said(basis)
    if rate is None or line.order_line is None:
        what = "price" if rate is None else "order_line"
        raise ValueError(f"lines {line.id}: {what} is missing, and cXML wants it of all that came")
    if line.received is None and line.rejected is None:
        raise ValueError(f"lines {line.id}: received is missing: cXML wants to know how much came")
    if line.received is not None:
        number = str(next(numbers))
        first = _item(_RECEIVED, line.received, rate, line, advice)
        yield replace(first, number=number, note=line.note, extrinsics=extrinsics_of(facts))
        facts = {_PART_OF: number}
    if line.rejected is not None:
        note = line.note if line.received is None else None
        second = _item(_RETURNED, line.rejected, rate, line, advice)
        yield replace(second, number=str(next(numbers)), note=note, extrinsics=extrinsics_of(facts | why))


def _item(kind: str, quantity: Quantity, rate: Amount, line: ReceiptLine, advice: ReceiptAdvice) -> CxmlReceived:
    item = line.item or Item()
    day, at = advice.despatch_issued, advice.despatch_issued_time
    return CxmlReceived(
        number="",
        quantity=quantity.value,
        kind=kind,
        line=line.order_line or "",
        seller_id=item.seller_id,
        auxiliary_id=item.seller_id_extension,
        description=described(item.name, item.description) if item.name is not None else None,
        notice=advice.despatch_advice,
        notice_date=moment(day, at) if day is not None else None,
        notice_line=line.despatch_line or None,
        rate=rate,
        unit=quantity.unit or "",
        amount=Amount(value=quantity.value * rate.value, currency=rate.currency),
    )


def from_wire(order: CxmlReceivedOrder, name: str | None) -> list[ReceiptLine]:
    """The lines of one order; what was sent back of a line joins what was kept of it."""
    found: dict[str, ReceiptLine] = {}
    for place, item in enumerate(order.items):
        facts = found_in(item.extrinsics)
        quantity = Quantity(value=item.quantity, unit=item.unit)
        kept = found.get(facts.get(_PART_OF, ""))
        why = {name: facts.get(told_as) for name, told_as in _REJECTED.items()}
        if kept is not None and item.kind == _RETURNED:
            found[facts[_PART_OF]] = replace(kept, rejected=quantity, **why)
            continue
        key = item.number if item.number not in found else f"{item.number}#{place}"
        found[key] = replace(_line(item, facts), order=name)
        if item.kind == _RETURNED:
            found[key] = replace(found[key], received=None, rejected=quantity, **why)
    return list(found.values())


def _line(item: CxmlReceived, facts: dict[str, str]) -> ReceiptLine:
    name, description = told([item.description] if item.description is not None else [])
    article = Item(name=name, description=description, seller_id=item.seller_id, seller_id_extension=item.auxiliary_id)
    counts = {name: quantity_in(facts[told_as]) for name, told_as in _QUANTITIES.items() if told_as in facts}
    texts: dict[str, Any] = {name: facts.get(told_as) for name, told_as in _TEXTS.items()}
    return ReceiptLine(
        id="",
        despatch_line=item.notice_line or "",
        order_line=item.line,
        item=article if article != Item() else None,
        received=Quantity(value=item.quantity, unit=item.unit),
        note=item.note,
        price=price_of(item.rate, facts),
        **texts | counts,
    )
