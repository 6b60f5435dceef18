"""Telling the owners of alarms, once at the beginning and once at the end, until it has worked.

What is to be told stands in the table. A process that dies between the e-mail and its note tells it again under the
same Message-ID (at least once, and the same twice can be dropped). Log and console have every alarm in any case.
"""

from __future__ import annotations

import smtplib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import httpx
import msgspec
import sqlalchemy as sa
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_fixed

from gateway.exchange import log
from gateway.exchange.alarms import Alarm, Kind
from gateway.exchange.letters import Notice, facts, letter
from gateway.exchange.mailing import SECONDS, Undelivered, send
from gateway.exchange.office import Office
from gateway.exchange.single import single
from gateway.exchange.tables import alarms as table

_AT_ONCE: Final = 500
_FIRST, _LONGEST = timedelta(seconds=5), timedelta(minutes=5)
TOGETHER: Final = 5
"""More alarms than this for one address at once come in one e-mail, as after a night without network."""


class Teller:
    """Remembers only when to try again."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._failures, self._not_before = 0, office.clock()

    def tell(self) -> int:
        """Tells what has not been told; how many notices that were. One process at a time does it."""
        now = self._office.clock()
        if now < self._not_before:
            return 0
        with single(self._office.engine, "avrop telling") as mine:
            notices = self._pending() if mine else []
            if not notices:
                return 0
            told = [notice for group in self._posts(notices) for notice in group]
        return len(told)

    def _posts(self, notices: list[Notice]) -> Iterable[Sequence[Notice]]:
        """Each address by itself: an address that is refused keeps nobody else waiting."""
        failed = ""
        for address, group in self._grouped(notices).items():
            for together in _letters(group):
                try:
                    mailed = self._mail(together, address)
                    for notice in together:
                        self._hook(notice, mailed)
                except Undelivered as failure:
                    failed = str(failure)
                    continue
                self._note(together)
                yield together
        self._failures = self._failures + 1 if failed else 0
        if failed:
            pause = min(_FIRST * 2 ** min(self._failures - 1, 10), _LONGEST)
            self._not_before = self._office.clock() + pause
            log.warn("alarms_not_told", cause=failed, again_in=pause)

    def _pending(self) -> list[Notice]:
        with self._office.engine.begin() as conn:
            return pending(conn)

    def _grouped(self, notices: Iterable[Notice]) -> dict[str, list[Notice]]:
        by_address: dict[str, list[Notice]] = defaultdict(list)
        with self._office.engine.begin() as conn:
            for notice in notices:
                by_address[self._address(conn, notice.alarm.owner)].append(notice)
        return by_address

    def _address(self, conn: sa.Connection, owner: str) -> str:
        """The owner's own, the account's, or the one for everybody; empty where there is none."""
        if "@" in owner:
            return owner
        find = self._office.handlers.address_of
        return (find(conn, owner) if find is not None else None) or self._office.settings.observing.alarm_to

    def _mail(self, notices: Sequence[Notice], address: str) -> bool:
        """Whether it went; raises `Undelivered` where it should be tried again."""
        observing = self._office.settings.observing
        if observing.mail is None or not address:
            return False
        try:
            send(observing.mail, letter(notices, observing.alarm_from, address))
        except smtplib.SMTPRecipientsRefused as refused:
            code, _said = next(iter(refused.recipients.values()))
            if code < 500:
                raise Undelivered(f"{observing.mail.host} does not take mail for {address} now ({code})") from None
            log.warn("alarm_address_refused", address=address, code=code)
            return False
        return True

    def _hook(self, notice: Notice, mailed: bool) -> None:
        """After an e-mail a webhook that fails is let be: trying again would send the e-mail again too."""
        url = self._office.settings.observing.webhook
        try:
            if url:
                _post(url, notice)
        except Undelivered as failure:
            if not mailed:
                raise
            log.warn("alarm_webhook_failed", alarm=notice.alarm.id, cause=failure)

    def _note(self, notices: Sequence[Notice]) -> None:
        now = self._office.clock()
        with self._office.engine.begin() as conn:
            for notice in notices:
                noted(conn, notice, now)
                log.say("alarm_told", alarm=notice.alarm.id, what=notice.what, owner=notice.alarm.owner)


def pending(conn: sa.Connection, limit: int = _AT_ONCE) -> list[Notice]:
    """What nobody has been told: beginnings first, then ends, each in their order."""
    begun = sa.select(table).where(table.c.told_at.is_(None)).order_by(table.c.id).limit(limit)
    over = table.c.recovered_at.is_not(None) & table.c.recovery_told_at.is_(None)
    ended = sa.select(table).where(over).order_by(table.c.recovered_at, table.c.id).limit(limit)
    return [Notice(_alarm(row), "raised") for row in conn.execute(begun)] + [
        Notice(_alarm(row), "recovered") for row in conn.execute(ended)
    ]


def noted(conn: sa.Connection, notice: Notice, now: datetime) -> None:
    """It has been told."""
    column = "told_at" if notice.what == "raised" else "recovery_told_at"
    conn.execute(table.update().where(table.c.id == notice.alarm.id).values({column: now}))


def _letters(notices: list[Notice]) -> list[list[Notice]]:
    return [notices] if len(notices) > TOGETHER else [[notice] for notice in notices]


def _alarm(row: sa.Row[tuple[object, ...]]) -> Alarm:
    return Alarm(**dict(row._mapping) | {"kind": Kind(row.kind)})


@retry(stop=stop_after_attempt(3), wait=wait_fixed(0.3), retry=retry_if_exception_type(Undelivered), reraise=True)
def _post(url: str, notice: Notice) -> None:
    headers = {"Content-Type": "application/json", "Idempotency-Key": notice.id}
    try:
        httpx.post(url, content=msgspec.json.encode(facts(notice)), headers=headers, timeout=SECONDS).raise_for_status()
    except httpx.HTTPStatusError as error:
        # The address itself may be a secret: only what was answered is said.
        raise Undelivered(f"the webhook of AVROP_ALARM_WEBHOOK answers {error.response.status_code}") from None
    except httpx.HTTPError as error:
        raise Undelivered(f"the webhook of AVROP_ALARM_WEBHOOK: {type(error).__name__}") from None
