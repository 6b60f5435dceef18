"""What the supplier and the hub have said of each line, against what was ordered. Pure: the book's events in.

Source: UNCL1229 line status in PEPPOL-T76 (3 changed, 5 accepted, 7 not accepted); several answers to one line are
a split delivery.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from gateway.model import Order
from gateway.model.item import Price
from gateway.model.order import OrderLine
from gateway.model.party import Period, Quantity
from gateway.orders.advices import standing
from gateway.orders.book import EventRow
from gateway.orders.lifecycle import Event
from shop.remarks import Remark
from web.languages import N_

NOT_ACCEPTED = "7"
ZERO = Decimal(0)


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One answer to one order line, as `gateway.exchange.matching.detail_of` tells it."""

    line: str
    status: str = ""
    quantity: Quantity | None = None
    backorder: Quantity | None = None
    promised: Period | None = None
    price: Price | None = None
    note: str | None = None
    delivered: Quantity | None = None
    outstanding: Quantity | None = None


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    """An order line and what became of it. Quantities in the ordered unit; None: nobody has said yet."""

    line: OrderLine
    confirmed: Decimal | None = None
    sent: Decimal | None = None
    received: Decimal | None = None
    remarks: tuple[Remark, ...] = ()


_AS_ORDERED = frozenset({Event.CONFIRMED, Event.CHANGE_ACCEPTED, Event.PROPOSAL_ACCEPTED})
_CHANGED = frozenset({Event.CHANGED, Event.PROPOSED, Event.CHANGE_COUNTERED})
_ANSWERS = _AS_ORDERED | _CHANGED | {Event.REJECTED, Event.CANCELLED_BY_SELLER}


def lines_of(order: Order, events: Iterable[EventRow]) -> tuple[LineView, ...]:
    """Every line with what was confirmed, sent and received, and in words where that differs from the order."""
    told = tuple(events)
    answer = next((row for row in reversed(told) if row.event in _ANSWERS), None)
    by_hand = any(row.event is Event.CLOSED_BY_HAND for row in told)
    answers = list(_said(answer)) if answer else []
    return tuple(
        _view(line, answer, [said for said in answers if said.line == line.id], told, by_hand) for line in order.lines
    )


def parcels_of(events: Iterable[EventRow]) -> tuple[str, ...]:
    """The SSCCs that despatch advices have named, each once."""
    named = (sscc for row in standing(events) for sscc in row.detail.get("sscc", ()))
    return tuple(dict.fromkeys(named))


def expected_at_hub(events: Iterable[EventRow]) -> date | None:
    """The day the latest despatch advice gives for the goods."""
    for row in reversed(standing(events)):
        if period := row.detail.get("estimated"):
            found = msgspec.convert(period, Period)
            return found.end_date or found.start_date
    return None


def supplier_notes(events: Iterable[EventRow]) -> tuple[str, ...]:
    """What the supplier wrote about the order as a whole."""
    said = _ANSWERS | {Event.ACKNOWLEDGED, Event.CHANGE_REFUSED, Event.CANCEL_REFUSED, Event.DESPATCHED}
    notes = (row.detail.get("note") for row in events if row.event in said)
    return tuple(dict.fromkeys(note for note in notes if note))


def _said(row: EventRow) -> Iterator[Said]:
    for line in row.detail.get("lines", ()):
        yield msgspec.convert(line, Said, strict=False)


def _view(
    line: OrderLine, answer: EventRow | None, said: list[Said], told: tuple[EventRow, ...], by_hand: bool
) -> LineView:
    confirmed = _confirmed(line, answer, said, by_hand)
    sent = _sent(line, told)
    trouble = list(_hub_trouble(line, told))
    received = None
    if any(row.event is Event.AT_HUB for row in told) and not any(row.event is Event.REJECTED for row in told):
        missing = sum((amount for event, amount in trouble if event is Event.SHORT and amount), ZERO)
        received = max(ZERO, (sent if sent is not None else line.quantity.value) - missing)
    remarks = [*_answer_remarks(line, confirmed, said), *_sent_remarks(line, confirmed, sent)]
    remarks += [_hub_remark(line, event, amount) for event, amount in trouble]
    return LineView(line=line, confirmed=confirmed, sent=sent, received=received, remarks=tuple(remarks))


def _confirmed(line: OrderLine, answer: EventRow | None, said: list[Said], by_hand: bool) -> Decimal | None:
    if answer is None:
        return line.quantity.value if by_hand else None
    if answer.event is Event.REJECTED:
        return ZERO
    if not said:
        # AP carries no lines: everything as ordered. A CA that leaves a line out says nothing of it.
        return line.quantity.value if answer.event in _AS_ORDERED else None
    return sum((_accepted(line, one) for one in said), ZERO)


def _accepted(line: OrderLine, said: Said) -> Decimal:
    if said.status == NOT_ACCEPTED:
        return ZERO
    return said.quantity.value if said.quantity else line.quantity.value


def _sent(line: OrderLine, told: Iterable[EventRow]) -> Decimal | None:
    advices = [said for row in standing(told) for said in _said(row) if said.line == line.id]
    known = [said.delivered.value for said in advices if said.delivered]
    return sum(known, ZERO) if known else None


def _answer_remarks(line: OrderLine, confirmed: Decimal | None, said: list[Said]) -> Iterator[Remark]:
    if confirmed is None:
        return
    ordered = line.quantity
    kept = [one for one in said if one.status != NOT_ACCEPTED]
    if confirmed == 0:
        yield Remark(N_("The supplier cannot deliver it."))
    elif confirmed != ordered.value:
        values = {"confirmed": Quantity(value=confirmed, unit=ordered.unit), "ordered": ordered}
        yield Remark(N_("%(confirmed)s of %(ordered)s confirmed."), values)
    if len({_day(one) for one in kept}) > 1:
        for one in kept:
            amount = Quantity(value=_accepted(line, one), unit=ordered.unit)
            yield from _comes(amount, _day(one))
    backorder = sum((one.backorder.value for one in said if one.backorder), ZERO)
    if backorder:
        yield Remark(N_("%(rest)s to follow later."), {"rest": Quantity(value=backorder, unit=ordered.unit)})
    for one in kept:
        if one.price and line.price and one.price.amount != line.price.amount:
            yield Remark(
                N_("The price is %(new)s instead of %(old)s."), {"new": one.price.amount, "old": line.price.amount}
            )
    for note in dict.fromkeys(one.note for one in said if one.note):
        yield Remark(N_("The supplier writes: “%(note)s”"), {"note": note})


def _comes(amount: Quantity, day: date | None) -> Iterator[Remark]:
    if day:
        yield Remark(N_("%(amount)s comes to the hub %(day)s."), {"amount": amount, "day": day})


def _day(said: Said) -> date | None:
    return (said.promised.end_date or said.promised.start_date) if said.promised else None


def promised_day(events: Iterable[EventRow]) -> date | None:
    """The last day that the latest answer promises; None where it names none."""
    answer = next((row for row in reversed(tuple(events)) if row.event in _AS_ORDERED | _CHANGED), None)
    days = [day for said in (_said(answer) if answer else ()) if said.status != NOT_ACCEPTED and (day := _day(said))]
    return max(days, default=None)


def _sent_remarks(line: OrderLine, confirmed: Decimal | None, sent: Decimal | None) -> Iterator[Remark]:
    due = confirmed if confirmed is not None else line.quantity.value
    if sent is not None and sent != due:
        values = {
            "sent": Quantity(value=sent, unit=line.quantity.unit),
            "due": Quantity(value=due, unit=line.quantity.unit),
        }
        yield Remark(N_("%(sent)s of %(due)s has been sent."), values)


def _hub_trouble(line: OrderLine, told: Iterable[EventRow]) -> Iterator[tuple[Event, Decimal | None]]:
    for row in told:
        detail: dict[str, Any] = row.detail
        if row.event in (Event.SHORT, Event.DAMAGED) and detail.get("line") == line.id:
            yield row.event, Decimal(detail["quantity"]) if detail.get("quantity") else None


def _hub_remark(line: OrderLine, event: Event, amount: Decimal | None) -> Remark:
    if amount is None:
        return Remark(
            N_("Something was missing at the hub.") if event is Event.SHORT else N_("It was damaged at the hub.")
        )
    values = {"amount": Quantity(value=amount, unit=line.quantity.unit)}
    short, damaged = N_("%(amount)s was missing at the hub."), N_("%(amount)s was damaged at the hub.")
    return Remark(short if event is Event.SHORT else damaged, values)
