"""Answers and reports in words people use."""

from __future__ import annotations

from hub.answer import Kind, ScanResult
from hub.hints import is_bad
from hub.parcel import Parcel, State
from web.languages import N_

REPORTS: dict[str, str] = {
    "short": N_("Something is missing"),
    "damaged": N_("Damaged"),
    "wrong": N_("Wrong article"),
    "expired": N_("Out of date"),
    "over": N_("Too many"),
    "returned": N_("Comes back"),
    "unannounced": N_("Not announced"),
    "unknown": N_("Unknown parcel"),
}
"""What a parcel can be reported for, as its button says it."""


def tone(answer: ScanResult) -> str:
    """good: go on; wait: look before you go on; bad: this one needs a person."""
    if answer.kind is Kind.RECEIVED and not is_bad(answer.hints):
        return "wait" if answer.hints or len(answer.lanes) > 1 or len(answer.suppliers) > 1 else "good"
    return "wait" if answer.kind in (Kind.AGAIN, Kind.CHOOSE, Kind.ARTICLE) else "bad"


def foreign(identifier: str | None) -> str:
    """What a GS1 code with this application identifier is, where it is nothing that the dock receives."""
    return _FOREIGN.get(identifier or "", N_("It is a GS1 code, but of something else than a parcel."))


_FOREIGN = {
    "8003": N_("It is the code of a crate or a roll cage that is lent (GRAI), not of what is in it."),
    "8004": N_("It is the code of a thing that somebody owns (GIAI), not of a parcel."),
    "414": N_("It is the code of a place that we do not know."),
    "410": N_("It is the code of the place that the goods go to, not of the parcel."),
    "413": N_("It is the code of the place that the goods go to, not of the parcel."),
    "401": N_("It is the number of a whole consignment, not of one parcel."),
    "402": N_("It is the number of a whole shipment, not of one parcel."),
    "10": N_("It is the lot's number. The parcel's own code is another barcode on the label."),
    "15": N_("It is the best before date. The parcel's own code is another barcode on the label."),
    "17": N_("It is the use by date. The parcel's own code is another barcode on the label."),
}
"""By application identifier (GS1 General Specifications 3)."""


def name_of(parcel: Parcel) -> str:
    """What people call the parcel: its SSCC spaced as on the label, else the advice's or the order's number."""
    if parcel.sscc:
        digits = parcel.sscc
        return f"(00) {digits[0]} {digits[1:8]} {digits[8:17]} {digits[17]}"
    last = parcel.key.rsplit(":", 1)[-1]
    return last if parcel.key.startswith("advice:") else parcel.order_number or last


STATES: dict[State, tuple[str, str]] = {
    State.VOID: ("plain", N_("Undone")),
    State.UNKNOWN: ("bad", N_("Unknown")),
    State.EXPECTED: ("info", N_("Awaited")),
    State.MISSING: ("bad", N_("Did not come")),
    State.RECEIVED: ("good", N_("Here")),
    State.OUT: ("wait", N_("On the van")),
    State.DELIVERED: ("good", N_("Handed over")),
}
"""How a parcel's state is shown: the tag's look and its word."""

ORDER_STATES: dict[str, str] = {
    "awaiting_approval": N_("it is not approved yet"),
    "rejected": N_("the supplier has said no to it"),
    "cancelled": N_("it is cancelled"),
}
"""Why goods of an order should not come."""
