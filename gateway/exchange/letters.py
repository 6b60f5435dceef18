"""An alarm in words for its owner: as an e-mail in Swedish and English, and as JSON for a program. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import msgspec

from gateway.exchange.alarms import HOUSE, Alarm
from gateway.wording import explain

_HERE: Final = ZoneInfo("Europe/Stockholm")
_LISTED: Final = 200
"""More in one e-mail are counted, not listed: the console has them all."""


class Notice(msgspec.Struct, frozen=True):
    """That an alarm began, or that it is over. `id` is the same each time it is told, so that a twin can be dropped."""

    alarm: Alarm
    what: Literal["raised", "recovered"]

    @property
    def id(self) -> str:
        return f"avrop-alarm-{self.alarm.id}-{self.what}"

    @property
    def at(self) -> datetime:
        return (self.alarm.recovered_at if self.what == "recovered" else None) or self.alarm.raised_at


def letter(notices: Sequence[Notice], sender: str, to: str) -> EmailMessage:
    """One e-mail for all of these; its Message-ID is the same whenever the same ones are told."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, _one_line(_subject(notices))
    mail["Date"] = format_datetime(max(notice.at for notice in notices))
    mail["Message-ID"] = f"<{_id(notices)}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers to it
    body = "\n\n".join(_told(notice) for notice in notices[:_LISTED])
    more = len(notices) - _LISTED
    mail.set_content(
        body + (f"\n\n… och {more} till / and {more} more" if more > 0 else "") + "\n", cte="quoted-printable"
    )
    return mail


def facts(notice: Notice) -> dict[str, Any]:
    """What a webhook is sent; times are ISO 8601 with offset."""
    alarm = notice.alarm
    return {
        "id": notice.id,
        "alarm": alarm.id,
        "what": notice.what,
        "kind": alarm.kind.value,
        "supplier": alarm.supplier_id or None,
        "owner": alarm.owner,
        "cause": alarm.cause,
        "raised_at": alarm.raised_at,
        "recovered_at": alarm.recovered_at,
        "recovery": alarm.recovery or None,
    }


def _id(notices: Sequence[Notice]) -> str:
    if len(notices) == 1:
        return notices[0].id
    return f"avrop-alarms-{hashlib.sha256(' '.join(notice.id for notice in notices).encode()).hexdigest()[:16]}"


def _subject(notices: Sequence[Notice]) -> str:
    if len(notices) > 1:
        begun = sum(notice.what == "raised" for notice in notices)
        return f"Avrop: {begun} larm, {len(notices) - begun} avslutade"
    alarm = notices[0].alarm
    about = "Avrop" if alarm.supplier_id == HOUSE else alarm.supplier_id
    return f"{'Larm' if notices[0].what == 'raised' else 'Larm slut'}: {about}: {explain(alarm.finding, 'sv').what}"


def _told(notice: Notice) -> str:
    alarm = notice.alarm
    swedish, english = explain(alarm.finding, "sv"), explain(alarm.finding, "en")
    about = [f"Leverantör / Supplier: {alarm.supplier_id}"] if alarm.supplier_id != HOUSE else []
    about += [f"Ansvarig / Owner: {alarm.owner}", f"Sedan / Since: {_moment(alarm.raised_at)}"]
    if notice.what == "recovered":
        ended = f"Slut / Over: {_moment(notice.at)} ({alarm.recovery})"
        return "\n".join([f"LARM SLUT / ALARM OVER {alarm.id}", swedish.what, english.what, *about, ended])
    do = [f"Gör så här: {swedish.todo}", f"What to do: {english.todo}"]
    return "\n".join([f"LARM / ALARM {alarm.id}", swedish.what, english.what, *about, *do])


def _moment(at: datetime) -> str:
    return f"{at.astimezone(_HERE):%Y-%m-%d %H:%M}"


def _one_line(text: str) -> str:
    """A subject is one line of moderate length, whatever a server said."""
    return " ".join(text.split())[:180]
