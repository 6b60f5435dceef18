"""What happened in a case, line by line; nothing of it is ever changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from hub.cases.tables import case_log, cases

LONGEST = 500


class Line(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime
    who: str
    what: str
    text: str = ""


def write(conn: sa.Connection, case_ids: Sequence[UUID], what: str, who: str, now: datetime, text: str = "") -> None:
    """One line in each of these cases, which have moved now."""
    if not case_ids:
        return
    conn.execute(cases.update().where(cases.c.id.in_(case_ids)).values(moved_at=now))
    line = {"what": what, "who": who, "at": now, "text": one_line(text)}
    conn.execute(case_log.insert(), [line | {"case_id": case_id} for case_id in case_ids])


def read(conn: sa.Connection, case_id: UUID) -> tuple[Line, ...]:
    """Oldest first."""
    rows = conn.execute(sa.select(case_log).where(case_log.c.case_id == case_id).order_by(case_log.c.id))
    return tuple(Line(at=row.at, who=row.who, what=row.what, text=row.text) for row in rows)


def one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:LONGEST]
