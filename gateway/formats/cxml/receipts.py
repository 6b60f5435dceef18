"""Receipt advice ↔ ReceiptRequest.

Lines are numbered as they stand, and a receipt is dated when the goods came.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from gateway.formats.cxml import received
from gateway.formats.cxml.moments import day_and_time, local, moment
from gateway.model.cxml_receipt import CxmlReceipt, CxmlReceivedOrder
from gateway.model.party import Amount, Party
from gateway.model.receipt import ReceiptAdvice

_ZERO = Decimal(0)


def sayable(advice: ReceiptAdvice) -> ReceiptAdvice:
    """The receipt as cXML means it: an original, lines by their orders, of what did not come none was received."""
    came = advice.shipment
    said = (came.delivered_date, came.delivered_time) if came is not None and came.delivered_date is not None else None
    issued, issued_time = local(*(said or (advice.issued, advice.issued_time)))
    lines = [replace(received.counted(line), order=line.order or advice.order) for line in advice.lines]
    ordered = [line for order in dict.fromkeys(one.order for one in lines) for line in lines if line.order == order]
    orders = {line.order for line in ordered}
    only = ordered[0].order if len(orders) == 1 else None
    notice: dict[str, Any] = {}
    if advice.despatch_issued is not None:
        day, at = local(advice.despatch_issued, advice.despatch_issued_time)
        notice = {"despatch_issued": day, "despatch_issued_time": at}
    return replace(
        advice,
        issued=issued,
        issued_time=issued_time,
        order=only,
        lines=tuple(
            replace(line, id=str(place), order=None if only else line.order) for place, line in enumerate(ordered, 1)
        ),
        status=advice.status or "9",
        **notice,
    )


def to_wire(advice: ReceiptAdvice) -> CxmlReceipt:
    """Raises ValueError where cXML wants what the receipt does not say, and for one that takes another back."""
    if advice.status != "9":
        raise ValueError("status: cXML takes back no receipt of goods; send a new one with what differs")
    numbers = iter(range(1, 2 * len(advice.lines) + 1))
    orders = []
    for order in dict.fromkeys(line.order or advice.order for line in advice.lines):
        lines = [line for line in advice.lines if (line.order or advice.order) == order]
        if order is None:
            raise ValueError(f"lines {lines[0].id}: order is missing, and cXML receives by orders")
        items = tuple(item for line in lines for item in received.to_wire(line, advice, numbers))
        orders.append(CxmlReceivedOrder(order=order, items=items))
    return CxmlReceipt(
        number=advice.number,
        operation="new",
        received=moment(advice.issued, advice.issued_time),
        note=advice.note,
        orders=tuple(orders),
        total=_total([item.amount for order in orders for item in order.items]),
    )


def from_wire(tree: CxmlReceipt) -> ReceiptAdvice:
    """Raises ValueError where no order is named, or not the one ship notice that announced it all."""
    issued, issued_time = day_and_time(tree.received)
    names = [order.order or order.referred for order in tree.orders]
    if not all(names):
        raise ValueError("ReceiptOrderInfo: orderID is missing; without it nobody knows what came")
    only = names[0] if len(set(names)) == 1 else None
    items = [item for order in tree.orders for item in order.items]
    notices = {item.notice for item in items}
    if len(notices) != 1 or None in notices:
        raise ValueError("ReceiptItemReference: the shipNoticeID must be there, and the same for all that came")
    lines = [
        line
        for name, order in zip(names, tree.orders, strict=True)
        for line in received.from_wire(order, None if only else name)
    ]
    day, at = day_and_time(items[0].notice_date) if items[0].notice_date is not None else (None, None)
    return ReceiptAdvice(
        number=tree.number,
        issued=issued,
        issued_time=issued_time,
        status="9",
        note=tree.note,
        order=only,
        despatch_advice=items[0].notice or "",
        despatch_issued=day,
        despatch_issued_time=at,
        consignee=Party(),
        supplier=Party(),
        lines=tuple(replace(line, id=str(place)) for place, line in enumerate(lines, 1)),
    )


def _total(amounts: list[Amount]) -> Amount:
    """Raises ValueError where they are in several currencies."""
    currencies = sorted({one.currency for one in amounts})
    if len(currencies) != 1:
        raise ValueError(f"lines: price: one receipt has one currency, not {', '.join(currencies)}")
    return Amount(value=sum((one.value for one in amounts), _ZERO), currency=currencies[0])
