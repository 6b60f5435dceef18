"""Looking at one test order until something is known of it, or the time is out."""

from __future__ import annotations

import time
from collections.abc import Callable

import sqlalchemy as sa

from gateway.exchange import journal
from gateway.exchange.journal import Message, MessageState
from gateway.exchange.selftest import record as records
from gateway.exchange.selftest.answers import Came, came
from gateway.exchange.selftest.hands import turn
from gateway.exchange.selftest.record import Record, Step
from gateway.exchange.selftest.say import Cause, causes, silence
from gateway.exchange.selftest.tools import Told, Tools
from gateway.findings import Finding
from gateway.model import Order
from gateway.orders import book, versions
from gateway.orders.book import OrderRow
from gateway.suppliers.supplier import Supplier

Look = Callable[[sa.Connection], Step | None]


class Ended(Exception):
    """Somebody ended the record while it ran."""


class Watch:
    """What a record's steps see of its order. Everything stands in book and journal, as any worker leaves it there."""

    def __init__(self, tools: Tools, supplier: Supplier, found: Record) -> None:
        self.tools, self.office, self.supplier = tools, tools.office, supplier
        self.record, self.began = found, tools.office.clock()

    def renew(self) -> None:
        """The record as it stands now."""
        with self.office.engine.begin() as conn:
            self.record = records.get(conn, self.record.id) or self.record

    def hear(self, name: str, look: Callable[[sa.Connection, Came], Step | None]) -> Step:
        """Waits for what `look` makes of their answers. One that cannot be used ends it, unless a better one came."""

        def listen(conn: sa.Connection) -> Step | None:
            heard = came(conn, self.office, self.row(conn), self.record.began_at)
            if (step := look(conn, heard)) is not None:
                return step
            bad = next((one for one in heard.bad if one[0].created_at >= self.began), None)
            return self.red(name, causes(bad[1], bad[0])) if bad is not None else None

        return self.wait(name, listen)

    def wait(self, name: str, look: Look) -> Step:
        """The step that `look` gives, or why there was none in time. Raises `Ended`."""
        began, limit = time.monotonic(), self.tools.patience.total_seconds()
        while True:
            if self.tools.hands:
                turn(self.office, self.supplier, self.row().id)
            with self.office.engine.begin() as conn:
                self._check_end(conn)
                if (step := look(conn)) is not None:
                    return step
            waited = time.monotonic() - began
            if waited >= limit:
                return self._too_late(name)
            told = Told(
                record_id=self.record.id, scenario=self.record.scenario, waiting=name, seconds=waited, limit=limit
            )
            self.tools.tell(told)
            time.sleep(min(self.tools.look_every, max(limit - waited, 0.01)))

    def _too_late(self, name: str) -> Step:
        with self.office.engine.begin() as conn:
            row = self.row(conn)
            heard = came(conn, self.office, row, self.record.began_at)
            out = [one for one in journal.of_order(conn, row.id) if one.direction == "out"]
            attempts = journal.attempts_of(conn, out[-1].id) if out else []
        return self.red(name, silence(name, row, heard, out, attempts, self.tools))

    def arrived(self, conn: sa.Connection, name: str, document: str, only_bad: bool = False) -> Step | None:
        """What became of the last message of this kind: with them, held for a cause, or still under way."""
        message = next((one for one in reversed(self.sent(conn)) if one.document == document), None)
        if message is None:
            return None
        if message.state is MessageState.HELD:
            return self.red(name, causes(journal.findings_of(conn, message.id)))
        if message.state is MessageState.SENT and message.follow_at is None and not only_bad:
            return self.step(name, True, message.receipt or "taken")
        return None

    def sent(self, conn: sa.Connection) -> list[Message]:
        """What went out about the order, oldest first."""
        return [one for one in journal.of_order(conn, self.row(conn).id) if one.direction == "out"]

    def asked(self, document: str) -> bool:
        """Whether such a document went out already, in a run before this one perhaps."""
        with self.office.engine.begin() as conn:
            return any(one.document == document for one in self.sent(conn))

    def placed(self, conn: sa.Connection) -> Order:
        """The order as it was placed, whatever was agreed since."""
        return versions.of_order(conn, self.row(conn).id)[0].order

    def row(self, conn: sa.Connection | None = None) -> OrderRow:
        """The order in the book."""
        assert self.record.order_id is not None
        if conn is None:
            with self.office.engine.begin() as own:
                return self.row(own)
        row = book.get(conn, self.record.order_id)
        assert row is not None
        return row

    def _check_end(self, conn: sa.Connection) -> None:
        now = records.get(conn, self.record.id)
        if now is None or now.ended_at is not None:
            raise Ended

    def step(self, name: str, good: bool | None, evidence: str, findings: tuple[Finding, ...] = ()) -> Step:
        """A step that was taken now."""
        return Step(
            step=name, good=good, evidence=journal.storable(evidence), at=self.office.clock(), findings=findings
        )

    def red(self, name: str, cause: Cause) -> Step:
        """A step that failed."""
        return self.step(name, False, cause.evidence, cause.findings)
