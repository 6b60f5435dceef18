"""The steps of a test order, from the first letter to the goods on their way. Each waits until it knows, or gives up.

Everything is seen in book and journal, as any worker leaves it there; so a step that is taken again sees the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from gateway.exchange import changing, journal, place
from gateway.exchange.journal import Message, MessageState
from gateway.exchange.selftest import record as records
from gateway.exchange.selftest.answers import Came, came
from gateway.exchange.selftest.document import marked_order, sayable
from gateway.exchange.selftest.expect import agreed, judge_goods, judge_response
from gateway.exchange.selftest.hands import turn
from gateway.exchange.selftest.record import Record, Step
from gateway.exchange.selftest.say import Cause, causes, seen, silence
from gateway.exchange.selftest.scenario import MARK, Scenario
from gateway.exchange.selftest.tools import Told, Tools
from gateway.exchange.selftest.writing import judged
from gateway.findings import Finding, Rejected
from gateway.model import Order, OrderCancellation, OrderChange, OrderResponse
from gateway.orders import book, versions
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import State
from gateway.suppliers.supplier import Supplier

HERE = ZoneInfo("Europe/Stockholm")
UNIT = "selftest"
"""The unit of test orders: nobody's, so that they stand in nobody's list."""
_REASON = f"{MARK}: provet är slut"
Look = Callable[[sa.Connection], Step | None]


class Ended(Exception):
    """Somebody ended the record while it ran."""


class Journey:
    """One record's test order; `take` takes one step."""

    def __init__(self, tools: Tools, supplier: Supplier, found: Record) -> None:
        self.tools, self.office, self.supplier = tools, tools.office, supplier
        self.record, self.scenario, self.began = found, Scenario(found.scenario), tools.office.clock()

    def take(self, name: str) -> Step:
        """The step, good or with its cause; it may wait as long as the tools' patience."""
        with self.office.engine.begin() as conn:
            self.record = records.get(conn, self.record.id) or self.record
        step: Step = getattr(self, f"_{name}")()
        return step

    def _order(self) -> Step:
        """Written and judged by every layer, as it will be sent; nothing leaves."""
        with self.office.engine.begin() as conn:
            draft = self._draft(conn, "T00-000000")
        evidence, findings = judged(self.office, self.supplier, draft)
        good = not any(finding.fatal for finding in findings)
        return self._step("order", good, evidence, findings)

    def _send(self) -> Step:
        """Into book and lane, once: the record remembers which order is its own."""
        with self.office.engine.begin() as conn:
            if self.record.order_id is None:
                number = book.next_test_number(conn, self._now().year)
                draft = self._draft(conn, number)
                facts = (draft, self.supplier, UNIT, self.record.by, self.office.clock())
                order_id = place.place(conn, *facts, test=True)
                records.about(conn, self.record.id, order_id)
                self.record = records.get(conn, self.record.id) or self.record
        return self._step("send", True, f"order {self._row().number} is in the lane of {self.supplier.id}")

    def _receipt(self) -> Step:
        return self._await("receipt", lambda conn: self._arrived(conn, "receipt", Order.__name__))

    def _response(self) -> Step:
        def look(conn: sa.Connection, heard: Came) -> Step | None:
            found = _deciding(heard)
            if found is None:
                return None
            findings = judge_response(self.scenario, self._placed(conn), found)
            good = not any(finding.fatal for finding in findings)
            return self._step("response", good, seen(found), findings)

        return self._hear("response", look)

    def _agreement(self) -> Step:
        """Advanced Ordering: what was answered otherwise is an offer, and our yes goes back as an order change."""
        row = self._row()
        if row.state is State.PROPOSED:
            with self.office.engine.begin() as conn:
                facts = (self.supplier, self.office.dialects, self.record.by, self.office.clock())
                changing.accept_offer(conn, row.id, *facts)
        elif not self._asked(OrderChange.__name__):
            return self._step("agreement", None, "its answer needs no yes of ours")

        def look(conn: sa.Connection, heard: Came) -> Step | None:
            answer = next((one for one in heard.responses if one.change is not None and one.code != "AB"), None)
            if answer is not None and answer.code != "AP":
                why = f"we said yes to what was offered, and {answer.number} answers {answer.code}"
                finding = Finding(rule="selftest-not-agreed", message=why)
                return self._step("agreement", False, seen(answer), (finding,))
            if answer is not None or heard.advices:
                return self._step("agreement", True, seen(answer) if answer else seen(*heard.advices))
            return self._arrived(conn, "agreement", OrderChange.__name__, only_bad=True)

        return self._hear("agreement", look)

    def _cancellation(self) -> Step:
        """The order is taken back, and the supplier says yes before anything has left."""
        with self.office.engine.begin() as conn:
            if not self._asked(OrderCancellation.__name__):
                facts = (self.supplier, self.office.dialects, self.record.by, self.office.clock())
                try:
                    changing.cancel(conn, self._row().id, _REASON, *facts)
                except Rejected as rejected:
                    return self._red("cancellation", causes(rejected.findings))

        def look(conn: sa.Connection, heard: Came) -> Step | None:
            state = self._row(conn).state
            if state is State.CANCELLED:
                return self._step("cancellation", True, seen(heard.responses[-1]))
            if state is not State.CANCEL_PENDING and heard.responses:
                why = f"the cancellation was sent, and the order is {state.value}, not cancelled"
                finding = Finding(rule="selftest-not-cancelled", message=why)
                return self._step("cancellation", False, seen(heard.responses[-1]), (finding,))
            return self._arrived(conn, "cancellation", OrderCancellation.__name__, only_bad=True)

        return self._hear("cancellation", look)

    def _despatch(self) -> Step:
        def look(conn: sa.Connection, heard: Came) -> Step | None:
            placed, row = self._placed(conn), self._row(conn)
            answer = _deciding(heard)
            due = agreed(row.order, answer) if row.version == 1 else agreed(row.order, None)
            goods = judge_goods(self.scenario, placed, due, answer, heard.advices)
            if not goods.complete:
                return None
            good = not any(finding.fatal for finding in goods.findings)
            return self._step("despatch", good, seen(*heard.advices), goods.findings)

        return self._hear("despatch", look)

    def _hear(self, name: str, look: Callable[[sa.Connection, Came], Step | None]) -> Step:
        """Waits for what `look` makes of their answers. One that cannot be used ends it, unless a better one came."""

        def listen(conn: sa.Connection) -> Step | None:
            heard = came(conn, self.office, self._row(conn), self.record.began_at)
            if (step := look(conn, heard)) is not None:
                return step
            bad = next((one for one in heard.bad if one[0].created_at >= self.began), None)
            return self._red(name, causes(bad[1], bad[0])) if bad is not None else None

        return self._await(name, listen)

    def _await(self, name: str, look: Look) -> Step:
        began, limit = time.monotonic(), self.tools.patience.total_seconds()
        while True:
            if self.tools.hands:
                turn(self.office, self.supplier, self._row().id)
            with self.office.engine.begin() as conn:
                self._check_end(conn)
                if (step := look(conn)) is not None:
                    return step
            waited = time.monotonic() - began
            if waited >= limit:
                return self._too_late(name)
            told = Told(
                record_id=self.record.id, scenario=self.scenario.value, waiting=name, seconds=waited, limit=limit
            )
            self.tools.tell(told)
            time.sleep(min(self.tools.look_every, max(limit - waited, 0.01)))

    def _too_late(self, name: str) -> Step:
        with self.office.engine.begin() as conn:
            row = self._row(conn)
            heard = came(conn, self.office, row, self.record.began_at)
            out = [one for one in journal.of_order(conn, row.id) if one.direction == "out"]
            attempts = journal.attempts_of(conn, out[-1].id) if out else []
        return self._red(name, silence(name, row, heard, out, attempts, self.tools))

    def _arrived(self, conn: sa.Connection, name: str, document: str, only_bad: bool = False) -> Step | None:
        """What became of the last message of this kind: with them, held for a cause, or still under way."""
        message = next((one for one in reversed(self._sent(conn)) if one.document == document), None)
        if message is None:
            return None
        if message.state is MessageState.HELD:
            return self._red(name, causes(journal.findings_of(conn, message.id)))
        if message.state is MessageState.SENT and message.follow_at is None and not only_bad:
            return self._step(name, True, message.receipt or "taken")
        return None

    def _sent(self, conn: sa.Connection) -> list[Message]:
        return [one for one in journal.of_order(conn, self._row(conn).id) if one.direction == "out"]

    def _asked(self, document: str) -> bool:
        with self.office.engine.begin() as conn:
            return any(one.document == document for one in self._sent(conn))

    def _draft(self, conn: sa.Connection, number: str) -> Order:
        some = self.office.handlers.some_goods
        goods = some(conn, self.supplier.id) if some is not None else ()
        town = self.office.settings.municipality
        order = marked_order(number, self._now(), town, self.supplier, self.scenario, goods)
        return sayable(order, self.office.dialects[self.supplier.dialect])

    def _placed(self, conn: sa.Connection) -> Order:
        """The order as it was placed, whatever was agreed since."""
        return versions.of_order(conn, self._row(conn).id)[0].order

    def _row(self, conn: sa.Connection | None = None) -> OrderRow:
        assert self.record.order_id is not None
        if conn is None:
            with self.office.engine.begin() as own:
                return self._row(own)
        row = book.get(conn, self.record.order_id)
        assert row is not None
        return row

    def _check_end(self, conn: sa.Connection) -> None:
        now = records.get(conn, self.record.id)
        if now is None or now.ended_at is not None:
            raise Ended

    def _now(self) -> datetime:
        return self.office.clock().astimezone(HERE)

    def _step(self, name: str, good: bool | None, evidence: str, findings: tuple[Finding, ...] = ()) -> Step:
        return Step(
            step=name, good=good, evidence=journal.storable(evidence), at=self.office.clock(), findings=findings
        )

    def _red(self, name: str, cause: Cause) -> Step:
        return self._step(name, False, cause.evidence, cause.findings)


def _deciding(heard: Came) -> OrderResponse | None:
    """The answer that decides about the order itself; AB decides nothing, and a change has its own."""
    return next((one for one in heard.responses if one.code != "AB" and one.change is None), None)
