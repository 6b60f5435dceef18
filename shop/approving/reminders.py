"""Reminders: who lets an order wait is told after some working days, then their deputy and the next in line too.

At most one e-mail a person and day, with everything that waits for them. The day is taken before the mail goes, and
given back where it could not be handed in: killed in between, nobody is reminded that day rather than twice.
"""

from __future__ import annotations

import smtplib
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.exchange import log
from gateway.exchange.chores import Chore
from gateway.exchange.log import say as tell
from gateway.exchange.mailing import Undelivered, send
from gateway.exchange.office import Office
from gateway.orders import book
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import State
from gateway.orders.tables import orders
from gateway.workdays import is_working, working_days
from shop import units
from shop.approving import delegates, steps
from shop.approving.chain import next_in_line, open_steps
from shop.approving.crew import Crew
from shop.approving.steps import Approval
from shop.approving.tables import approval_reminders
from web import accounts
from web.figures import LOCAL, Figures

EVERY: Final = timedelta(minutes=15)
MOST: Final = 5_000
FROM_HOUR: Final = 7
"""Nobody is written to before seven in the morning."""


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """An order that somebody should be reminded of; `days` are working days, `late`: not theirs at first."""

    row: OrderRow
    days: int
    late: bool = False


def remind(office: Office, now: datetime) -> None:
    """Writes to everybody who is to be reminded today."""
    local, mail = now.astimezone(LOCAL), office.settings.observing.mail
    if mail is None or not is_working(local.date()) or local.hour < FROM_HOUR:
        return
    with office.engine.begin() as conn:
        told = due(conn, local.date())
    for login in sorted(told):
        try:
            _write_to(office, login, told[login], now)
        except Undelivered as failure:
            log.warn("reminder_not_sent", login=login, cause=str(failure))
            return  # the server is away: all others would wait for it too


CHORE: Final = Chore(name="approval reminders", every=EVERY, run=remind)


def due(conn: sa.Connection, today: date) -> dict[str, list[Due]]:
    """By log-in what they should be reminded of."""
    waits = (orders.c.state == State.AWAITING_APPROVAL.value) & ~orders.c.test
    numbers = list(conn.scalars(sa.select(orders.c.number).where(waits).order_by(orders.c.number).limit(MOST)))
    rows, crew = book.by_numbers(conn, numbers), Crew(conn)
    found: dict[str, list[Due]] = defaultdict(list)
    approvals = steps.of_orders(conn, rows, crew)
    for row in rows:
        for login, one in _of_order(conn, row, approvals[row.id], crew, today).items():
            found[login].append(one)
    return dict(found)


def _of_order(conn: sa.Connection, row: OrderRow, approval: Approval, crew: Crew, today: date) -> dict[str, Due]:
    found: dict[str, Due] = {}
    spoken = {name for step in approval.steps for name in (step.decided_by, step.acted_for) if name}
    out = approval.barred | spoken
    for step in open_steps(approval.steps):
        since = (approval.named(step.number).opened_at or row.placed_at).astimezone(LOCAL).date()
        days = working_days(since, today)
        if days < crew.policy.remind_after:
            continue
        people = step.people - out
        for login in people:
            found[login] = Due(row=row, days=days)
        if days >= crew.policy.escalate_after:
            acting = delegates.deputies(conn, sorted(people), units.APPROVER, row.unit_id, today)
            later = {login for one in next_in_line(approval.steps) for login in one.people}
            for login in ({*acting} | later) - out - people:
                found.setdefault(login, Due(row=row, days=days, late=True))
    return found


def _write_to(office: Office, login: str, told: Sequence[Due], now: datetime) -> None:
    day, numbers = now.astimezone(LOCAL).date(), [one.row.number for one in told]
    with office.engine.begin() as conn:
        address = accounts.email_of(conn, login)
        row = insert(approval_reminders).values(login=login, day=day, at=now, orders=numbers)
        claim = row.on_conflict_do_nothing().returning(approval_reminders.c.login)
        mine = address is not None and conn.execute(claim).first() is not None
        names = accounts.names(conn, [login, *(one.row.placed_by for one in told)])
    observing = office.settings.observing
    if not mine or address is None or observing.mail is None:
        return
    try:
        send(observing.mail, letter(login, told, names, observing.alarm_from, address, now))
    except smtplib.SMTPRecipientsRefused:
        log.warn("reminder_address_refused", login=login)
    except Exception:
        with office.engine.begin() as conn:
            columns = approval_reminders.c
            conn.execute(approval_reminders.delete().where(columns.login == login, columns.day == day))
        raise
    else:
        tell("reminded", login=login, orders=len(told))


def letter(login: str, told: Sequence[Due], names: dict[str, str], sender: str, to: str, now: datetime) -> EmailMessage:
    """The e-mail in Swedish and English; its Message-ID is the same for the same person and day."""
    mail, count = EmailMessage(), len(told)
    what = "1 beställning väntar" if count == 1 else f"{count} beställningar väntar"
    mail["From"], mail["To"], mail["Subject"] = sender, to, f"{what} på godkännande / waiting for approval"
    mail["Date"] = format_datetime(now)
    day = now.astimezone(LOCAL).date().isoformat()
    mail["Message-ID"] = f"<avrop-approval-{login}-{day}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers to it
    figures = Figures("sv", now)
    lines = "\n".join(_line(one, names, figures) for one in told)
    name = names.get(login, login)
    mail.set_content(
        f"Hej {name}!\n\n{what} på att du säger ja eller nej, under Godkänn i Avrop:\n\n{lines}\n\n"
        "Är du borta? Utse en ersättare under Ersättare. Du får högst ett sådant brev om dagen.\n\n"
        f"In English: {count} order(s) wait for your approval in Avrop, under Approve. Away? Appoint a deputy.\n",
        cte="quoted-printable",
    )
    return mail


def _line(one: Due, names: dict[str, str], figures: Figures) -> str:
    row = one.row
    total = row.order.totals
    amount = f", {figures.money(total.lines.value)} exkl. moms" if total else ""
    days = "1 arbetsdag" if one.days == 1 else f"{one.days} arbetsdagar"
    late = " Den som skulle godkänna har inte svarat." if one.late else ""
    return f"- {row.number} från {names.get(row.placed_by, row.placed_by)}{amount}: har väntat {days}.{late}"
