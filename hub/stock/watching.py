"""The stock is watched: what is measured anew, what is found, kept, and told by e-mail before it happens."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.exchange import alarms, log
from gateway.exchange.alarms import Kind as AlarmKind
from gateway.exchange.log import say as noted
from gateway.exchange.mailing import Undelivered, send
from gateway.exchange.office import Office
from hub.stock import use
from hub.stock.letter import letter
from hub.stock.picture import look
from hub.stock.tables import stock_warnings
from hub.stock.warning import Warning, warnings
from web.figures import LOCAL

EVERY: Final = timedelta(minutes=15)
_SILENT: Final = (
    AlarmKind.LATE_ACKNOWLEDGEMENT, AlarmKind.LATE_RESPONSE, AlarmKind.LATE_DESPATCH, AlarmKind.LANE_BROKEN,
)  # fmt: skip


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """A warning that holds now; `seen_by` has taken it upon them."""

    id: int
    warning: Warning
    raised_at: datetime
    seen_by: str | None


def watch(office: Office, now: datetime) -> None:
    """One round: measure, find, keep, tell. Killed in between, the next one does the rest."""
    with office.engine.begin() as conn:
        use.measure(conn, now)
        settle(conn, now)
    tell(office, now)


def settle(conn: sa.Connection, now: datetime) -> int:
    """Keeps what is found as open warnings and closes the others; how many are new."""
    today = now.astimezone(LOCAL).date()
    found = {one.key: one for one in warnings(look(conn, today), silent_now(conn))}
    t = stock_warnings
    known = {row.key: row.facts for row in conn.execute(sa.select(t.c.key, t.c.facts).where(t.c.over_at.is_(None)))}
    gone = known.keys() - found.keys()
    conn.execute(t.update().where(t.c.over_at.is_(None), t.c.key.in_(gone)).values(over_at=now))
    new = 0
    for key, one in found.items():
        facts: dict[str, Any] = msgspec.to_builtins(one)
        if key not in known:
            row = insert(t).values(key=key, kind=one.kind.value, facts=facts, raised_at=now).on_conflict_do_nothing()
            new += conn.execute(row.returning(t.c.id)).first() is not None
        elif known[key] != facts:
            conn.execute(t.update().where(t.c.over_at.is_(None), t.c.key == key).values(facts=facts))
    return new


def silent_now(conn: sa.Connection) -> list[str]:
    """The suppliers that do not answer or cannot be reached, by the open alarms."""
    found = (one.supplier_id for one in alarms.open_alarms(conn, limit=5_000) if one.kind in _SILENT)
    return sorted(set(found) - {alarms.HOUSE})


def open_now(conn: sa.Connection) -> list[Open]:
    """The warnings that hold, what happens first first."""
    t = stock_warnings
    rows = conn.execute(sa.select(t).where(t.c.over_at.is_(None)))
    found = [
        Open(id=r.id, warning=msgspec.convert(r.facts, Warning), raised_at=r.raised_at, seen_by=r.seen_by) for r in rows
    ]
    return sorted(found, key=lambda one: (one.warning.on, one.id))


def see(conn: sa.Connection, warning_id: int, who: str) -> bool:
    """Somebody takes it upon them; False where it is over or somebody else had."""
    t = stock_warnings
    mine = (t.c.id == warning_id) & t.c.over_at.is_(None) & t.c.seen_by.is_(None)
    return conn.execute(t.update().where(mine).values(seen_by=who)).rowcount == 1


def tell(office: Office, now: datetime) -> int:
    """Writes once to AVROP_ALARM_TO of all that is new; how many warnings that were.

    Killed between the e-mail and its note it is told again, under the same Message-ID.
    """
    observing, t = office.settings.observing, stock_warnings
    untold = t.c.told_at.is_(None) & t.c.over_at.is_(None)
    with office.engine.begin() as conn:
        rows = conn.execute(sa.select(t.c.id, t.c.facts).where(untold).order_by(t.c.id).limit(500)).all()
        names = look(conn, now.astimezone(LOCAL).date()).place_name if rows else str
    if not rows or observing.mail is None or not observing.alarm_to:
        return 0
    mail = letter([msgspec.convert(row.facts, Warning) for row in rows], names)
    _address(mail, observing.alarm_from, observing.alarm_to, now, [row.id for row in rows])
    try:
        send(observing.mail, mail)
    except (Undelivered, smtplib.SMTPRecipientsRefused) as failure:
        log.warn("stock_warnings_not_told", cause=str(failure))
        return 0
    with office.engine.begin() as conn:
        conn.execute(t.update().where(t.c.id.in_([row.id for row in rows])).values(told_at=now))
    noted("stock_warnings_told", count=len(rows))
    return len(rows)


def _address(mail: EmailMessage, sender: str, to: str, now: datetime, ids: Sequence[int]) -> None:
    mail["From"], mail["To"], mail["Date"] = sender, to, format_datetime(now)
    mail["Message-ID"] = f"<avrop-stock-{ids[0]}-{ids[-1]}-{len(ids)}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers to it
