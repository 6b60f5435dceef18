"""The stock's book: what happened to a lot, and what is left of it whatever order it was told in. Pure.

An entry counts from the time it was done, not from when it reached us: a phone without network tells it later. A count
says what was there, so it makes everything before it history. At the same moment a count is the last word, and of two
counts the lower.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from hub.stock.goods import ZERO, Lot, first_out


class Kind(StrEnum):
    """What somebody did."""

    RECEIPT = "receipt"
    ISSUE = "issue"
    MOVE = "move"
    SCRAP = "scrap"
    COUNT = "count"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """`quantity` is how much more or less; of a count, how much was there."""

    lot_id: int
    kind: Kind
    quantity: Decimal
    at: datetime


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A lot's story added up: `came + moved + adjusted = used + scrapped + left`; `adjusted` is what counts found."""

    came: Decimal = ZERO
    moved: Decimal = ZERO
    used: Decimal = ZERO
    scrapped: Decimal = ZERO
    adjusted: Decimal = ZERO
    left: Decimal = ZERO


class Take(msgspec.Struct, frozen=True):
    """So much from one lot."""

    lot: Lot
    quantity: Decimal


def replay(entries: Iterable[Entry]) -> Sheet:
    """What is left of one lot after these, in whatever order they are given."""
    sheet = Sheet()
    for entry in sorted(entries, key=lambda one: (one.at, one.kind is Kind.COUNT, -one.quantity)):
        sheet = _after(sheet, entry)
    return sheet


def _after(sheet: Sheet, entry: Entry) -> Sheet:
    much, left = entry.quantity, sheet.left + entry.quantity
    match entry.kind:
        case Kind.RECEIPT:
            return msgspec.structs.replace(sheet, came=sheet.came + much, left=left)
        case Kind.MOVE:
            return msgspec.structs.replace(sheet, moved=sheet.moved + much, left=left)
        case Kind.ISSUE:
            return msgspec.structs.replace(sheet, used=sheet.used - much, left=left)
        case Kind.SCRAP:
            return msgspec.structs.replace(sheet, scrapped=sheet.scrapped - much, left=left)
        case Kind.COUNT:
            return msgspec.structs.replace(sheet, adjusted=sheet.adjusted + much - sheet.left, left=much)


def pick(lots: Iterable[Lot], quantity: Decimal, today: date) -> tuple[Take, ...]:
    """From which lots so much is taken: first expiry first, nothing that has expired; () where there is too little."""
    wanted, takes = quantity, []
    for lot in first_out([lot for lot in lots if lot.usable(today) and lot.quantity > 0]):
        part = min(wanted, lot.quantity)
        if part > 0:
            takes.append(Take(lot, part))
            wanted -= part
    return tuple(takes) if wanted == 0 else ()
