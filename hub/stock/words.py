"""The crisis stock in words people use."""

from __future__ import annotations

from decimal import Decimal

from hub.stock.goods import HUB, plain
from hub.stock.warning import Kind
from web.languages import N_

DONE: dict[str, str] = {
    "receipt": N_("Into the stock"),
    "issue": N_("Taken out"),
    "move": N_("Moved"),
    "scrap": N_("Thrown away"),
    "count": N_("Counted"),
}
"""What somebody did, for the history."""

WARNINGS: dict[Kind, tuple[str, str]] = {
    Kind.BELOW: ("bad", N_("Too little")),
    Kind.WILL_BE_BELOW: ("wait", N_("Soon too little")),
    Kind.SILENT: ("bad", N_("Supplier silent")),
    Kind.ROTATE: ("wait", N_("Use first")),
    Kind.EXPIRED: ("bad", N_("Expired")),
    Kind.AGREEMENT_ENDS: ("wait", N_("Agreement ends")),
    Kind.AGREEMENT_SHORT: ("bad", N_("Agreement not kept")),
}
"""A warning's look and word."""

TONES: dict[str, tuple[str, str]] = {
    "bad": ("bad", N_("Too little")),
    "wait": ("wait", N_("Soon too little")),
    "good": ("good", N_("Enough")),
    "plain": ("plain", N_("No minimum")),
}
"""How a place stands."""

AMOUNT = N_("Write a number above 0 with digits, for example 12 or 2,5.")
COUNTED = N_("Write how many there are with digits; 0 where there is nothing.")
DAYS = N_("Write whole days, from 0 to 730.")
DAY = N_("Write a day as year-month-day, for example 2027-03-31.")
EXPIRED = N_("That day has passed. Goods that have expired do not go into the stock.")
PLACE = N_("Choose a place from the list.")
ARTICLE = N_("Choose an article from the list.")
SAME_PLACE = N_("Choose another place than the one they stand in.")
SILENT_DAYS = N_("Write from 1 to 180 days.")
TIMES = N_("Write how many times the usual, above 0 and at most 20.")
SUPPLIER = N_("Choose a supplier from the list.")
QUICK = N_("Write how many days it takes to the hub, from 0 to 90.")
TOO_LITTLE = N_("There is less than that: %(there)s may be used. Count what is there if that is wrong.")
TOO_LATE = N_(
    "It cannot be undone: it was done more than a day ago, or the goods have gone on. Count what is there instead."
)


def about(value: Decimal) -> Decimal:
    """Rounded as one would say it: one decimal below ten, whole above."""
    return plain(value.quantize(Decimal(1) if abs(value) >= 10 else Decimal("0.1")))


def is_hub(place: str) -> bool:
    """Whether the place is the hub, which each language calls otherwise."""
    return place == HUB
