"""What is said and shown of runs, stops and what became of parcels."""

from __future__ import annotations

from urllib.parse import quote

from hub.handing.door import CHOICES, Fate, Why
from hub.road.sites import Site
from web.languages import N_

FATES: dict[Fate, tuple[str, str]] = {
    Fate.HANDED: ("good", N_("Handed over")),
    Fate.DAMAGED: ("wait", N_("Taken, but damaged")),
    Fate.REFUSED: ("bad", N_("They do not want it")),
    Fate.BROKEN: ("bad", N_("Damaged, taken back")),
    Fate.MISSING: ("bad", N_("Not on the van")),
    Fate.UNDELIVERED: ("bad", N_("Not handed over")),
}
"""How a parcel's fate is shown: the tag's look and its word."""
CHOOSE = tuple((fate.value, FATES[fate][1]) for fate in CHOICES)

WHYS: dict[str, str] = {
    Why.NOBODY: N_("Nobody is there"),
    Why.CLOSED: N_("I cannot get to the door"),
    Why.REFUSED: N_("They will not take it"),
    Why.OTHER: N_("Something else"),
}

RUN_STATES: dict[str, tuple[str, str]] = {
    "planned": ("plain", N_("Planned")),
    "loading": ("wait", N_("Being loaded")),
    "out": ("info", N_("On the road")),
    "home": ("good", N_("Home again")),
}
STOP_STATES: dict[str, tuple[str, str]] = {
    "open": ("plain", N_("Ahead")),
    "handed": ("good", N_("Handed over")),
    "failed": ("bad", N_("Not handed over")),
}
FUELS = {"electric": N_("electric"), "biogas": N_("biogas"), "hvo": N_("HVO"), "diesel": N_("diesel")}
SIGNED = {"drawn": N_("Signed on the phone"), "typed": N_("Signed by writing the name"), None: N_("Photo as proof")}


def way_to(site: Site) -> str:
    """A `geo:` address (RFC 5870), which opens the phone's own map and tells nobody else where the van goes."""
    if site.latitude is not None and site.longitude is not None:
        point = f"{site.latitude:.6f},{site.longitude:.6f}"
        return f"geo:{point}?q={point}"
    return "geo:0,0?q=" + quote(f"{site.street}, {site.postal_code} {site.city}")
