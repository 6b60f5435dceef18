"""What every form of the dock and the driver carries besides its own fields: the act's name, and when it was done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import Depends, Form

_OLDEST = timedelta(hours=24)


class Act(msgspec.Struct, frozen=True):
    """`id` is None and `at` too for a form that was sent without JavaScript."""

    id: UUID | None = None
    at: datetime | None = None

    def pressed(self, now: datetime) -> datetime:
        """When the button was pressed: by the phone's clock where that can be true, else `now`."""
        return self.at if self.at is not None and now - _OLDEST <= self.at <= now else now


def act_of(act: Annotated[UUID | None, Form()] = None, at: Annotated[str, Form()] = "") -> Act:
    """Reads the two fields. A time that cannot be read is left out: no scan is turned away for a phone's clock."""
    return Act(act, moment_in(at))


def act_in(act: str, at: str) -> Act:
    """The same two fields as texts, for forms that are read by hand: what cannot be read is left out."""
    return Act(uuid_in(act), moment_in(at))


def uuid_in(text: str) -> UUID | None:
    """The id that a field or an address names; None where it names none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def moment_in(text: str) -> datetime | None:
    """ISO with an offset; anything else is not believed."""
    try:
        read = datetime.fromisoformat(text)
        return read.astimezone(UTC) if read.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


ActForm = Annotated[Act, Depends(act_of)]
