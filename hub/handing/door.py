"""What a driver says of a visit, checked: every parcel's fate, and whether there is proof. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

from hub.handing import signature
from web.languages import N_

LONGEST_NAME, LONGEST_TEXT, MOST_PHOTOS = 200, 500, 3
_OLDEST = timedelta(days=2)
_FAST_CLOCK = timedelta(minutes=5)


class Fate(StrEnum):
    """What became of a parcel at the door. `damaged` was taken all the same, `broken` was not.

    `missing` was not on the van; `undelivered` is every parcel of a stop where nobody took anything.
    """

    HANDED = "handed"
    DAMAGED = "damaged"
    REFUSED = "refused"
    BROKEN = "broken"
    MISSING = "missing"
    UNDELIVERED = "undelivered"


TAKEN = frozenset({Fate.HANDED, Fate.DAMAGED})
CHOICES = (Fate.HANDED, Fate.DAMAGED, Fate.REFUSED, Fate.BROKEN, Fate.MISSING)
"""What a driver can choose for one parcel."""


class Why(StrEnum):
    """Why nothing could be handed over at a stop."""

    NOBODY = "nobody"
    CLOSED = "closed"
    REFUSED = "refused"
    OTHER = "other"


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What the form said. `fates` by parcel as written, `scanned` which labels were read at the door."""

    fates: Mapping[str, str] = {}
    scanned: Collection[str] = ()
    receiver: str = ""
    signature: str = ""
    typed: str = ""
    text: str = ""
    photos: tuple[bytes, ...] = ()


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be carried out: a fate for each parcel, and the proof. `signed` is drawn, typed or None."""

    fates: dict[UUID, Fate]
    scanned: frozenset[UUID]
    receiver: str | None
    signed: str | None
    signature: str | None
    text: str
    photos: tuple[bytes, ...]

    @property
    def taken(self) -> tuple[UUID, ...]:
        """The parcels that now are the unit's."""
        return tuple(parcel for parcel, fate in self.fates.items() if fate in TAKEN)


Problem = tuple[str, str]
"""The field that is wrong, and a message id."""

NO_NAME = N_("Write the name of the one who takes the parcels.")
NO_PROOF = N_("Let the receiver sign, or take a photo of where the goods stand.")
BAD_SIGNATURE = N_("The signature could not be read. Let them sign once more, or take a photo.")
UNKNOWN_FATE = N_("Choose what became of each parcel.")
NO_PARCELS = N_("There is nothing left to hand over at this stop.")
MANY_PHOTOS = N_("Send at most three photos.")


def judge(parcels: Sequence[UUID], said: Said) -> tuple[Visit | None, tuple[Problem, ...]]:
    """The visit, or everything that is wrong with what was said. `parcels` are those on the van for this stop.

    A parcel that the form does not mention is handed over. Proof is a name, and a signature or a photo.
    """
    if not parcels:
        return None, (("stop", NO_PARCELS),)
    fates, problems = _fates(parcels, said)
    receiver, text = _line(said.receiver, LONGEST_NAME), _line(said.text, LONGEST_TEXT)
    signed, path, wrong = _signed(said)
    if any(fate in TAKEN for fate in fates.values()):
        problems += [("receiver", NO_NAME)] if not receiver else []
        problems += [("signature", wrong)] if wrong else []
        problems += [("signature", NO_PROOF)] if not (signed or said.photos or wrong) else []
    if len(said.photos) > MOST_PHOTOS:
        problems.append(("photo", MANY_PHOTOS))
    if problems:
        return None, tuple(problems)
    scanned = frozenset(parcel for parcel in parcels if str(parcel) in said.scanned)
    visit = Visit(
        fates=fates,
        scanned=scanned,
        receiver=receiver or None,
        signed=signed,
        signature=path,
        text=text,
        photos=said.photos,
    )
    return visit, ()


def _fates(parcels: Sequence[UUID], said: Said) -> tuple[dict[UUID, Fate], list[Problem]]:
    known = {choice.value: choice for choice in CHOICES}
    written = {parcel: said.fates.get(str(parcel), Fate.HANDED.value) for parcel in parcels}
    wrong = any(fate not in known for fate in written.values())
    fates = {parcel: known.get(fate, Fate.HANDED) for parcel, fate in written.items()}
    return fates, [("parcels", UNKNOWN_FATE)] if wrong else []


def _signed(said: Said) -> tuple[str | None, str | None, str | None]:
    """How it is signed, the drawn path, and what is wrong with it. A drawn signature goes before a typed one."""
    try:
        path = signature.read(said.signature)
    except ValueError:
        return None, None, BAD_SIGNATURE
    if path:
        return "drawn", path, None
    return ("typed" if _line(said.typed, LONGEST_NAME) else None), None, None


def moment(at: datetime | None, now: datetime, left_at: datetime | None) -> datetime:
    """When it was done: the phone's word, as long as it lies between the van's leaving and now."""
    if at is None or at.tzinfo is None or not now - _OLDEST <= at <= now + _FAST_CLOCK:
        return now
    return min(max(at, left_at or at), now)


def _line(text: str, most: int) -> str:
    return " ".join(text.split())[:most]
