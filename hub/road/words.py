"""What stands in the way of goods, runs and scans, in words people use."""

from __future__ import annotations

from typing import Final

from hub.road.driving import Why
from hub.road.loading import Told
from web.languages import N_

WHY: Final[dict[str, tuple[str, str]]] = {
    Why.CLOSED: (
        N_("The unit is closed that day"),
        N_("Plan it for the first day it is open, or change the closed days."),
    ),
    Why.UNPLACED: (N_("Nobody has said where it lies"), N_("Enter its position under Sites.")),
    Why.NO_RUN: (N_("It is on no fixed run of that weekday"), N_("Add it to a fixed run, or plan freely.")),
    Why.NO_VAN: (N_("No vehicle is free"), N_("Take a vehicle into use under Vehicles.")),
    Why.NO_COLD: (N_("It needs a cold van, and none is free"), N_("Take a cold van into use under Vehicles.")),
    Why.TOO_FAR: (
        N_("It is farther than a charge reaches"),
        N_("Send a van without electric range, or charge on the way."),
    ),
    Why.WINDOW: (
        N_("No van comes before it closes for goods"),
        N_("Ask the unit for longer hours, or start a van earlier."),
    ),
    Why.TOO_LONG: (
        N_("It takes longer than a driver's day"),
        N_("Give a van a longer day, or use an outside carrier."),
    ),
    Why.FULL: (N_("Every van that could take it is full"), N_("Take another van, or let it go the next day.")),
    Why.NO_TIME: (N_("There is room, but not time enough"), N_("Take another van, or start a van earlier.")),
}
"""Why goods stay, and what to do about it, by the planner's word."""

LATER: Final = (N_("It came after the plan, or was taken off a run"), N_("Put it on a run, or plan the day anew."))
"""The same for what the planner was not asked about."""

STATES: Final[dict[str, tuple[str, str]]] = {
    "planned": ("info", N_("Planned")),
    "loading": ("wait", N_("Being loaded")),
    "out": ("wait", N_("On the road")),
    "home": ("good", N_("Back")),
}
"""How a run's state is shown: the tag's look and its word."""

STOPS: Final[dict[str, tuple[str, str]]] = {
    "open": ("info", N_("To come")),
    "handed": ("good", N_("Handed over")),
    "failed": ("bad", N_("Not handed over")),
}

FUELS: Final[dict[str, str]] = {
    "electric": N_("Electric"),
    "biogas": N_("Biogas"),
    "hvo": N_("HVO"),
    "diesel": N_("Diesel"),
}

KINDS: Final[dict[str, str]] = {"free": N_("Free planning"), "weekly": N_("Fixed weekly runs")}

TONES: Final[dict[Told, str]] = {
    Told.LOADED: "good",
    Told.EXTRA: "good",
    Told.AGAIN: "wait",
    Told.CHOOSE: "wait",
}
"""good: go on; wait: look first; what is not here is bad."""
