"""What can be wrong, what it asks for, and when somebody must have acted. Pure.

Reason codes: Peppol Logistics code list RejectReasonCode; actions: ReceiptAdviceActionCode (PEPPOL-T128-R004 to R007).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec

from gateway.workdays import working_day_after
from hub.parcel import Parcel

AT_HAND: Final = ("short", "damaged", "wrong", "expired", "over", "returned")
"""What a person at the dock can say of a parcel."""
CLAIMABLE: Final = frozenset({"short", "damaged", "wrong", "expired", "returned"})
"""What a supplier can be asked to make good."""
REJECTED: Final = {"damaged": "1", "expired": "2", "wrong": "3"}
"""Reason codes of goods that are here and not accepted: broken, not of the right quality, wrong items."""
ACTIONS: Final = {"replace": "1", "credit": "2"}
ANSWERS: Final = ("credited", "replaced", "refused", "withdrawn")

_DAYS: Final = {"unknown": 1, "unannounced": 2}
_USUALLY = 3
ANSWER_DAYS: Final = 10
"""Working days in which a supplier is expected to answer a claim."""


class Stage(StrEnum):
    """Where a case stands, made of what is known of it: nobody has it, somebody has, the supplier must answer, done."""

    NEW = "new"
    TAKEN = "taken"
    WITH_SUPPLIER = "with_supplier"
    DONE = "done"


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What we ask of the supplier; `told_at` when it knows, `answer` how that ended."""

    number: str
    wanted: str
    automatic: bool
    made_at: datetime
    made_by: str
    way: str | None = None
    told_at: datetime | None = None
    answer: str | None = None
    answered_at: datetime | None = None


def kinds_for(parcel: Parcel) -> tuple[str, ...]:
    """What can be said of this parcel: one that nobody knows holds no goods to count, one without advice lacked it."""
    if parcel.order_id is None:
        return ("unknown", "damaged", "returned")
    return AT_HAND if parcel.advice else (*AT_HAND, "unannounced")


def stage_of(owner: str | None, closed: bool, claims: Iterable[Claim]) -> Stage:
    if closed:
        return Stage.DONE
    if any(claim.told_at and not claim.answer for claim in claims):
        return Stage.WITH_SUPPLIER
    return Stage.TAKEN if owner else Stage.NEW


def due_of(kind: str, day: date) -> date:
    """When somebody must have acted on a case that is opened on `day`."""
    return working_day_after(day, _DAYS.get(kind, _USUALLY))
