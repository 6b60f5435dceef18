"""What the picture of an order's way says beside its eight steps: parts, parcels, what was asked on the side. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from gateway.model import Order
from gateway.model.party import Quantity
from gateway.orders.advices import standing
from gateway.orders.book import EventRow
from gateway.orders.lifecycle import Event
from shop.after.came import step_of
from shop.after.handed import leg_notes, proof_notes
from shop.answers import LineView, expected_at_hub, promised_day
from shop.events import story_of
from shop.remarks import Remark
from web.languages import N_

Notes = Mapping[Event, tuple[Remark, ...]]
_STEPS = ("at_hub", "out", "delivered")
_UNDONE = {"delivered": "out", "out": "at_hub"}
"""Where a parcel stands again when that step was taken back."""
# what stands on the side of the way: the tone of its mark
SIDE: dict[Event, str] = {
    Event.PROPOSED: "wait",
    Event.PROPOSAL_ACCEPTED: "good",
    Event.CHANGE_ASKED: "wait",
    Event.CHANGE_ACCEPTED: "good",
    Event.CHANGE_REFUSED: "bad",
    Event.CHANGE_COUNTERED: "wait",
    Event.CANCEL_ASKED: "wait",
    Event.CANCEL_ACCEPTED: "good",
    Event.CANCEL_REFUSED: "bad",
    Event.CANCELLED_BY_SELLER: "bad",
    Event.CANCELLED: "bad",
    Event.REJECTED: "bad",
    Event.HELD: "bad",
    Event.SHORT: "bad",
    Event.DAMAGED: "bad",
}
_SIDE_NOTES = {
    "rewritten": "info",
    "wish": "wait",
    "office_asked": "info",
    "received_at_unit": "good",
    "receipt_undone": "wait",
    "invoice": "info",
    "offer_waits": "wait",
    "wrong": "bad",
    "not_delivered": "bad",
    "refused": "bad",
    "back": "wait",
    "given_back": "wait",
}


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One thing beside the way: when, who, what, and its tone."""

    at: datetime
    who: str
    remark: Remark
    tone: str


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """One parcel on its own way: `at` and `who` say when and through whom it reached `step`."""

    label: str
    articles: tuple[str, ...]
    step: str
    at: datetime | None = None
    who: str = ""


def notes_of(order: Order, events: Sequence[EventRow], lines: Sequence[LineView]) -> Notes:
    """More to say at each step, by the step's first event."""
    told = {
        Event.CONFIRMED: tuple(_confirmed(order, events, lines)),
        Event.DESPATCHED: tuple(_sent(events)),
        Event.AT_HUB: (*_parts(events, "at_hub"), *_wanting(events)),
        Event.OUT: (*_parts(events, "out"), *leg_notes(events)),
        Event.DELIVERED: (*_parts(events, "delivered"), *_signed(events), *proof_notes(events)),
    }
    return {event: remarks for event, remarks in told.items() if remarks}


def _confirmed(order: Order, events: Sequence[EventRow], lines: Sequence[LineView]) -> Iterator[Remark]:
    """`3 of 5 confirmed, the rest 2 dec`: in pieces where there is one line, else in lines."""
    known = [one for one in lines if one.confirmed is not None]
    if not known:
        return
    whole = [one for one in known if one.confirmed == one.line.quantity.value]
    if len(order.lines) == 1 and not whole:
        line = known[0]
        values: dict[str, Any] = {"some": Quantity(value=line.confirmed or Decimal(0), unit=line.line.quantity.unit)}
        yield Remark(N_("%(some)s of %(all)s confirmed"), values | {"all": line.line.quantity})
    elif len(whole) < len(order.lines):
        values = {"some": Decimal(len(whole)), "all": Decimal(len(order.lines))}
        yield Remark(N_("%(some)s of %(all)s lines as ordered"), values)
    days = promised_days(events)
    if len(days) > 1:
        yield Remark(N_("the rest %(day)s"), {"day": days[-1]})
    elif (day := promised_day(events)) is not None:
        yield Remark(N_("to the hub %(day)s"), {"day": day})


def promised_days(events: Sequence[EventRow]) -> list[date]:
    """Every day that the latest answer promises something for, the first first."""
    answered = [row for row in events if row.event in (Event.CONFIRMED, Event.CHANGED, Event.PROPOSED)]
    found = set()
    for line in answered[-1].detail.get("lines", ()) if answered else ():
        period = line.get("promised") or {}
        text = period.get("end_date") or period.get("start_date")
        if text and line.get("status") != "7":
            found.add(date.fromisoformat(text))
    return sorted(found)


def _sent(events: Sequence[EventRow]) -> Iterator[Remark]:
    parcels = {label for row in standing(events) for label in row.detail.get("sscc", ())}
    if parcels:
        yield Remark(N_("parcels: %(count)s"), {"count": Decimal(len(parcels))})
    day = expected_at_hub(events)
    if day is not None:
        yield Remark(N_("at the hub %(day)s"), {"day": day})


def _parts(events: Sequence[EventRow], step: str) -> Iterator[Remark]:
    """The last count that the hub told of this step, while a part is missing or where there were several."""
    told = [row for row in events if step_of(row) == step and "of" in row.detail]
    if told and int(told[-1].detail["of"]) > 1:
        values = {"parcels": Decimal(told[-1].detail["parcels"]), "of": Decimal(told[-1].detail["of"])}
        yield Remark(N_("%(parcels)s of %(of)s parcels"), values)


def _wanting(events: Sequence[EventRow]) -> Iterator[Remark]:
    if any(row.event is Event.SHORT for row in events):
        yield Remark(N_("something was missing"))
    if any(row.event is Event.DAMAGED for row in events):
        yield Remark(N_("something was damaged"))


def _signed(events: Sequence[EventRow]) -> Iterator[Remark]:
    receiver = next((row.detail.get("receiver") for row in reversed(events) if row.event is Event.DELIVERED), None)
    if receiver:
        yield Remark(N_("signed by %(receiver)s"), {"receiver": str(receiver)})


def sides_of(events: Sequence[EventRow]) -> tuple[Side, ...]:
    """What was asked, offered, marked and invoiced beside the way, oldest first."""
    return tuple(
        Side(at=row.at, who=row.actor, remark=story_of(row), tone=tone)
        for row in events
        if (tone := SIDE.get(row.event) or (_SIDE_NOTES.get(step_of(row)) if row.event is Event.NOTE else None))
    )


def branches_of(order: Order, events: Sequence[EventRow]) -> tuple[Branch, ...]:
    """Every announced parcel, what is in it, and how far it has come."""
    names = {line.id: line.item.name or "" for line in order.lines}
    found: dict[str, Branch] = {}
    for row in standing(events):
        packed = row.detail.get("packed") or {}
        for label in row.detail.get("sscc", ()):
            inside = tuple(names[line] for line in packed.get(label, ()) if line in names)
            found.setdefault(label, Branch(label=label, articles=inside, step="despatched", at=row.at))
    for row in events:
        _move(found, row)
    return tuple(found.values())


def _move(found: dict[str, Branch], row: EventRow) -> None:
    """What the hub told of parcels; one that nobody announced begins its way here."""
    step = step_of(row)
    if step in ("back", "undone"):
        _move_back(found, row, step)
    if step not in _STEPS:
        return
    for label in row.detail.get("labels", ()):
        before = found.get(label) or Branch(label=label, articles=(), step="despatched")
        ahead = before.step in _STEPS and _STEPS.index(before.step) >= _STEPS.index(step)
        if not ahead:
            found[label] = msgspec.structs.replace(before, step=step, at=row.at, who=row.actor)


def _move_back(found: dict[str, Branch], row: EventRow, step: str) -> None:
    """A step was taken back, or the van came home with what nobody took."""
    to = "at_hub" if step == "back" else _UNDONE.get(str(row.detail.get("undone")), "despatched")
    when, who = (row.at, row.actor) if step == "back" else (None, "")
    for label in row.detail.get("labels") or (row.detail.get("parcel"),):
        if label in found:
            found[label] = msgspec.structs.replace(found[label], step=to, at=when, who=who)
