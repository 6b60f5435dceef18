"""Reads uploaded ledgers and matches their rows: a chore that commits as it goes and bears to be killed.

Whoever works on a ledger holds a claim that ends by itself; each batch renews it and says how far it has come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from gateway.exchange.chores import Chore
from gateway.exchange.office import Office
from gateway.suppliers.supplier import Suppliers
from shop.insight import ledgers, rows, settling
from shop.insight.ledgers import DONE, FAILED, MATCHING, MOST_ROWS, READING, WAITING, Ledger, key_of
from shop.insight.rows import Spent
from shop.insight.signs import Unread
from shop.insight.tables import ledger_lines, ledger_sums
from shop.insight.tables import ledgers as table
from web.languages import N_

BATCH = 20_000
_LEASE = timedelta(minutes=5)
_SHOWN = 50
_FULL = N_("The file has more than a million rows; the rest was not read.")
_COLUMNS = (
    "ledger_id",
    "place",
    "day",
    "supplier",
    "org_number",
    "text",
    "quantity",
    "amount",
    "centre",
    "account",
    "key",
)


class Lost(Exception):
    """Somebody else holds the claim, or the ledger was removed: stop."""


@dataclass(frozen=True)
class Claim:
    """Who works on a ledger; `say` keeps the claim and tells how far the work has come. Raises Lost."""

    engine: sa.Engine
    ledger: Ledger
    mark: UUID

    def say(self, **facts: Any) -> None:
        with self.engine.begin() as conn:
            self.said(conn, **facts)

    def said(self, conn: sa.Connection, **facts: Any) -> None:
        mine = (table.c.id == self.ledger.id) & (table.c.claim == self.mark)
        until = sa.func.now() + _LEASE
        if conn.execute(table.update().where(mine).values(claimed_until=until, **facts)).rowcount != 1:
            raise Lost


def work(engine: sa.Engine, suppliers: Suppliers, now: datetime) -> int:
    """Reads and matches what waits; how many ledgers were done."""
    done = 0
    while claim := _claimed(engine):
        try:
            _read(claim)
            settling.match(claim, suppliers)
            claim.say(state=DONE, finished_at=now, claim=None)
            done += 1
        except Lost:
            return done
        except Exception:
            claim.say(state=FAILED, claim=None)
            raise
    return done


def _chore(office: Office, now: datetime) -> None:
    work(office.engine, office.suppliers, now)


CHORE = Chore(name="ledgers", every=timedelta(seconds=2), run=_chore)


def _claimed(engine: sa.Engine) -> Claim | None:
    """A ledger that waits, or whose worker has been silent too long."""
    mark = uuid4()
    silent = sa.func.coalesce(table.c.claimed_until < sa.func.now(), sa.true())
    waits = (table.c.state == WAITING) | (table.c.state.in_([READING, MATCHING]) & silent)
    with engine.begin() as conn:
        first = (
            sa.select(table.c.id).where(waits).order_by(table.c.uploaded_at).limit(1).with_for_update(skip_locked=True)
        )
        found = conn.execute(first).scalar()
        if found is None:
            return None
        facts = {"state": READING, "claim": mark, "claimed_until": sa.func.now() + _LEASE}
        fresh = {"read": 0, "rows": 0, "matched": 0, "skipped": 0, "findings": []}
        conn.execute(table.update().where(table.c.id == found).values(facts | fresh))
        for lines in (ledger_lines, ledger_sums):
            conn.execute(lines.delete().where(lines.c.ledger_id == found))
        ledger = ledgers.get(conn, found)
    assert ledger is not None
    return Claim(engine, ledger, mark)


class _Counted:
    """Pieces of the file, counted as they are read."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.pieces, self.bytes = pieces, 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            self.bytes += len(piece)
            yield piece


def _read(claim: Claim) -> None:
    ledger = claim.ledger
    pieces = _Counted(ledgers.pieces(claim.engine, ledger.id))
    found = rows.read(pieces, ledger.kind, ledger.mapping)
    unread: list[Unread] = []
    count = skipped = 0
    while batch := list(islice(found, BATCH)):
        good = [one for one in batch if isinstance(one, Spent)][: MOST_ROWS - count]
        wrong = [one for one in batch if isinstance(one, Unread)]
        unread = (unread + wrong)[:_SHOWN]
        count, skipped = count + len(good), skipped + len(wrong)
        full = count >= MOST_ROWS
        if full:
            unread = [Unread(good[-1].place if good else 0, _FULL), *unread]
        with claim.engine.begin() as conn:
            _copy(conn, ledger.id, good)
            claim.said(conn, read=pieces.bytes, rows=count, skipped=skipped, findings=unread)
        if full:
            break
    claim.say(state=MATCHING, read=ledger.size)


def _copy(conn: sa.Connection, ledger_id: UUID, good: Iterable[Spent]) -> None:
    driver: Any = conn.connection.driver_connection
    names = ", ".join(_COLUMNS)
    keys: dict[tuple[str, str], str] = {}
    with driver.cursor() as cursor, cursor.copy(f"COPY ledger_lines ({names}) FROM STDIN") as copy:
        for one in good:
            pair = (one.supplier, one.text)
            key = keys.get(pair) or keys.setdefault(pair, key_of(*pair))
            row = (ledger_id, one.place, one.day, one.supplier, one.org_number, one.text, one.quantity, one.amount)
            copy.write_row((*row, one.centre, one.account, key))
