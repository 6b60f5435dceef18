"""The delivery day at the unit, why that day, and what happens next where it has passed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from gateway.orders.book import EventRow, OrderRow
from gateway.orders.lifecycle import TERMINAL, Event, State
from gateway.workdays import runs_after
from shop.after.handed import Leg, came_back, last_leg
from shop.answers import expected_at_hub, promised_day
from shop.delivery import at_unit
from shop.remarks import Remark
from shop.units import Unit
from web.figures import LOCAL
from web.languages import N_


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """`day` at the unit; `sure` where somebody has promised or scanned; `late` says what happens next."""

    day: date | None
    why: Remark
    sure: bool = False
    done: bool = False
    late: Remark | None = None


class _Reckoned(msgspec.Struct, frozen=True):
    """The day that follows from what is known, why, and whether anybody has said so."""

    day: date | None
    why: Remark
    sure: bool


def due_of(
    row: OrderRow, events: Sequence[EventRow], unit: Unit | None, today: date, lead_days: int | None = None
) -> Due | None:
    """None where nothing will come. `lead_days` are the supplier's usual ones, while nobody has promised a day."""
    delivered = next((event for event in reversed(events) if event.event is Event.DELIVERED), None)
    if delivered is not None:
        return Due(day=_local(delivered), why=_received(delivered), sure=True, done=True)
    if unit is None or row.state in TERMINAL:
        return None
    found = _reckoned(row, events, unit, lead_days)
    wished = _wished(row)
    day = max(found.day, wished) if found.day and wished and found.sure else found.day or wished
    if day is None:
        return None
    if day < today:
        return _late(row, day, found, unit, today)
    late = Remark(N_("That is later than you wished, %(day)s."), {"day": wished}) if wished and day > wished else None
    return Due(day=day, why=found.why, sure=found.sure, late=late)


def _reckoned(row: OrderRow, events: Sequence[EventRow], unit: Unit, lead_days: int | None) -> _Reckoned:
    if (leg := last_leg(events)) is not None:
        return _on_the_van(*leg)
    if (back := came_back(events)) is not None:
        told = Remark(N_("The van came back with it %(hub)s; it goes with the next van to you."), {"hub": _local(back)})
        return _Reckoned(next(runs_after(_local(back), unit.weekdays), None), told, True)
    arrived = next((_local(event) for event in events if event.event is Event.AT_HUB), None)
    expected, promised = expected_at_hub(events), promised_day(events)
    for at_hub, text in (
        (arrived, N_("At the hub since %(hub)s; it goes with the next van to you.")),
        (expected, N_("On its way to the hub, there %(hub)s; then the next van to you.")),
        (promised, N_("The supplier promises the hub %(hub)s; then the next van to you.")),
    ):
        if at_hub is not None:
            return _Reckoned(next(runs_after(at_hub, unit.weekdays), None), Remark(text, {"hub": at_hub}), True)
    wished = _wished(row)
    if wished is not None:
        return _Reckoned(wished, Remark(N_("The day you wished; the supplier has promised nothing yet.")), False)
    usual = at_unit(_placed(row), lead_days, unit.weekdays) if lead_days is not None else None
    return _Reckoned(usual, Remark(N_("Reckoned from the supplier's usual time; nothing is promised yet.")), False)


def _on_the_van(out: EventRow, leg: Leg | None) -> _Reckoned:
    if leg is None:
        return _Reckoned(_local(out), Remark(N_("It is on the van.")), True)
    told = Remark(N_("It is on the van %(van)s and with you about %(at)s."), {"van": leg.van, "at": leg.expected})
    return _Reckoned(leg.day, told, True)


def _late(row: OrderRow, day: date, found: _Reckoned, unit: Unit, today: date) -> Due:
    """The day has passed: the next day on which it can come, and who does what until then."""
    following = next(runs_after(today, unit.weekdays), None)
    if row.state is State.AT_HUB:
        text = N_("It should have been with you %(day)s. It stands at the hub and goes with the next van.")
    elif row.state is State.OUT:
        text = N_("It left the hub %(day)s and is not signed for yet. Ask the hub if it has not come.")
    elif row.state is State.DESPATCHED:
        text = N_("It should have been with you %(day)s. It is sent and has not reached the hub: the hub looks for it.")
    else:
        text = N_("It should have been with you %(day)s. Nothing is sent yet: ask the purchasing office to chase it.")
    return Due(day=following, why=found.why, sure=False, late=Remark(text, {"day": day}))


def _received(delivered: EventRow) -> Remark:
    if delivered.detail.get("receiver"):
        return Remark(N_("Received by %(receiver)s."), {"receiver": delivered.detail["receiver"]})
    return Remark(N_("Received by the unit."))


def _wished(row: OrderRow) -> date | None:
    delivery = row.order.delivery
    return delivery.requested.end_date if delivery and delivery.requested else None


def _local(event: EventRow) -> date:
    return event.at.astimezone(LOCAL).date()


def _placed(row: OrderRow) -> date:
    return row.placed_at.astimezone(LOCAL).date()
