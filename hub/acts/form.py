"""What every form of the dock and the driver carries besides its own fields: the act's name, and when it was done."""

from __future__ import annotations

from datetime import datetime, timedelta
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
    return Act(act, _aware(at))


def _aware(text: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo is not None else None


ActForm = Annotated[Act, Depends(act_of)]
