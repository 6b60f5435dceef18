"""The last leg as the hub tells it: the van and its time, what could not be handed over, and the proof. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from gateway.orders.book import EventRow
from gateway.orders.lifecycle import Event
from shop.after.came import step_of
from shop.remarks import Remark
from web.figures import LOCAL
from web.languages import N_

_WHY = {
    "nobody": N_("Nobody took the goods at the door; they are still on the van"),
    "closed": N_("The van could not get to the door; the goods are still on it"),
    "refused": N_("The unit would not take the goods; they are still on the van"),
    "other": N_("The goods could not be handed over; they are still on the van"),
}
_DOOR = {
    "refused": N_("The unit would not take a parcel"),
    "back": N_("The van brought the goods back to the hub"),
    "given_back": N_("The unit gave something back with the van"),
}


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery of an order that can be proved: its number, when, who received, and which parcels."""

    id: UUID
    at: datetime
    receiver: str
    labels: tuple[str, ...]
    photos: int = 0


class Leg(msgspec.Struct, frozen=True, kw_only=True):
    """On which van an order is, and about when it is at the unit."""

    van: str
    expected: datetime

    @property
    def day(self) -> date:
        """The day here."""
        return self.expected.astimezone(LOCAL).date()


def told_at_door(detail: Mapping[str, Any]) -> Remark | None:
    """What a note of the driver's says, None for a note of somebody else's."""
    step = str(detail.get("step"))
    message = _WHY.get(str(detail.get("reason"))) if step == "not_delivered" else _DOOR.get(step)
    if message is None:
        return None
    text = str(detail.get("text") or "")
    return Remark(N_("%(what)s: “%(text)s”"), {"what": Remark(message), "text": text}) if text else Remark(message)


def leg_of(detail: Mapping[str, Any]) -> Leg | None:
    """The leg that an event of the van tells of, where it does."""
    try:
        return Leg(van=str(detail["van"]), expected=datetime.fromisoformat(detail["expected"]))
    except (KeyError, TypeError, ValueError):
        return None


def last_leg(events: Sequence[EventRow]) -> tuple[EventRow, Leg | None] | None:
    """The van that the whole order is on; None when it has not left, or came back since."""
    found = None
    for row in events:
        if row.event is Event.OUT:
            found = row
        elif step_of(row) == "back":
            found = None
    return (found, leg_of(found.detail)) if found else None


def came_back(events: Sequence[EventRow]) -> EventRow | None:
    """Where the last that the van did was to bring goods back: that event."""
    moved = [row for row in events if step_of(row) in ("out", "delivered", "back")]
    return moved[-1] if moved and step_of(moved[-1]) == "back" else None


def proofs_of(events: Sequence[EventRow]) -> tuple[Handed, ...]:
    """The deliveries with a proof that were not taken back, oldest first."""
    found: list[Handed] = []
    for row in events:
        if step_of(row) == "delivered" and row.detail.get("proof"):
            found.append(_handed(row))
        elif step_of(row) == "undone" and row.detail.get("undone") == "delivered":
            found = [one for one in found if row.detail.get("parcel") not in one.labels]
    return tuple(found)


def leg_notes(events: Sequence[EventRow]) -> tuple[Remark, ...]:
    """At the step of the van: which one, and when it comes."""
    leg = last_leg(events)
    if leg is None or leg[1] is None:
        return ()
    return (Remark(N_("%(van)s, about %(at)s"), {"van": leg[1].van, "at": leg[1].expected}),)


def proof_notes(events: Sequence[EventRow]) -> tuple[Remark, ...]:
    """At the last step: how much of it is proved by a photo."""
    photos = sum(one.photos for one in proofs_of(events))
    return (Remark(N_("photos: %(count)s"), {"count": Decimal(photos)}),) if photos else ()


def _handed(row: EventRow) -> Handed:
    return Handed(
        id=UUID(str(row.detail["proof"])),
        at=row.at,
        receiver=str(row.detail.get("receiver", "")),
        labels=tuple(row.detail.get("handed", ())),
        photos=int(row.detail.get("photos", 0)),
    )
