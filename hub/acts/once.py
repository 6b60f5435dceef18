"""One act, one effect: a phone that got no answer sends again, and nothing happens twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from hub.tables import acts


def once(conn: sa.Connection, act: UUID | None, kind: str, who: str, now: datetime, at: datetime | None = None) -> bool:
    """Whether this act is new; it is from now on taken, with everything else in the caller's transaction.

    `act` is the name that the phone gave it, None for a form without JavaScript, which always is new. `at` is when it
    was done by the phone's clock. A second request waits here until the first has committed.
    """
    if act is None:
        return True
    row = insert(acts).values(id=act, kind=kind, who=who, done_at=at or now, taken_at=now)
    return conn.execute(row.on_conflict_do_nothing().returning(acts.c.id)).first() is not None


def keep(conn: sa.Connection, act: UUID | None, answer: dict[str, Any]) -> None:
    """What the act led to, so that the one who asks again hears the same."""
    if act is not None:
        conn.execute(acts.update().where(acts.c.id == act).values(answer=answer))


def answer_of(conn: sa.Connection, act: UUID) -> dict[str, Any] | None:
    """What was kept of an act; None where it is not known or led to nothing."""
    found: dict[str, Any] | None = conn.scalar(sa.select(acts.c.answer).where(acts.c.id == act))
    return found
