"""Acts are kept as long as a phone may still ask for them."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from gateway.exchange.chores import Chore
from gateway.exchange.office import Office
from hub.tables import acts

ANSWERS = timedelta(days=7)
NAMES = timedelta(days=90)


def forget(conn: sa.Connection, now: datetime) -> None:
    """Answers go after a week: who asks later learns that it was taken. Names go after three months."""
    conn.execute(acts.delete().where(acts.c.taken_at < now - NAMES))
    old = (acts.c.taken_at < now - ANSWERS) & acts.c.answer.is_not(None)
    conn.execute(acts.update().where(old).values(answer=sa.null()))


def _forget(office: Office, now: datetime) -> None:
    with office.engine.begin() as conn:
        forget(conn, now)


FORGET_ACTS = Chore(name="old acts", every=timedelta(hours=6), run=_forget)
