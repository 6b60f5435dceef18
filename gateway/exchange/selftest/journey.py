"""The steps of a test order, from the first letter to the goods on their way. Each waits until it knows, or gives up.

Everything is seen in book and journal, as any worker leaves it there; so a step that is taken again sees the same.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from gateway.exchange import changing, place
from gateway.exchange.selftest import record as records
from gateway.exchange.selftest.answers import Came
from gateway.exchange.selftest.document import marked_order, sayable
from gateway.exchange.selftest.expect import agreed, judge_goods, judge_response
from gateway.exchange.selftest.record import Record, Step
from gateway.exchange.selftest.say import causes, seen
from gateway.exchange.selftest.scenario import MARK, Scenario
from gateway.exchange.selftest.tools import Tools
from gateway.exchange.selftest.watching import Watch
from gateway.exchange.selftest.writing import judged
from gateway.findings import Finding, Rejected
from gateway.model import Order, OrderCancellation, OrderChange, OrderResponse
from gateway.orders import book
from gateway.orders.lifecycle import State
from gateway.suppliers.supplier import Supplier

HERE = ZoneInfo("Europe/Stockholm")
UNIT = "selftest"
"""The unit of test orders: nobody's, so that they stand in nobody's list."""
_REASON = f"{MARK}: provet är slut"


class Journey:
    """One record's test order; `take` takes one step."""

    def __init__(self, tools: Tools, supplier: Supplier, found: Record) -> None:
        self.office, self.supplier, self.scenario = tools.office, supplier, Scenario(found.scenario)
        self.watch = Watch(tools, supplier, found)

    def take(self, name: str) -> Step:
        """The step, good or with its cause; it may wait as long as the tools' patience."""
        self.watch.renew()
        step: Step = getattr(self, f"_{name}")()
        return step

    def _order(self) -> Step:
        """Written and judged by every layer, as it will be sent; nothing leaves."""
        with self.office.engine.begin() as conn:
            draft = self._draft(conn, "T00-000000")
        evidence, findings = judged(self.office, self.supplier, draft)
        good = not any(finding.fatal for finding in findings)
        return self.watch.step("order", good, evidence, findings)

    def _send(self) -> Step:
        """Into book and lane, once: the record remembers which order is its own."""
        with self.office.engine.begin() as conn:
            if self.watch.record.order_id is None:
                number = book.next_test_number(conn, self._now().year)
                draft = self._draft(conn, number)
                facts = (draft, self.supplier, UNIT, self.watch.record.by, self.office.clock())
                order_id = place.place(conn, *facts, test=True)
                records.about(conn, self.watch.record.id, order_id)
        self.watch.renew()
        return self.watch.step("send", True, f"order {self.watch.row().number} is in the lane of {self.supplier.id}")

    def _receipt(self) -> Step:
        return self.watch.wait("receipt", lambda conn: self.watch.arrived(conn, "receipt", Order.__name__))

    def _response(self) -> Step:
        def look(conn: sa.Connection, heard: Came) -> Step | None:
            found = _deciding(heard)
            if found is None:
                return None
            findings = judge_response(self.scenario, self.watch.placed(conn), found)
            good = not any(finding.fatal for finding in findings)
            return self.watch.step("response", good, seen(found), findings)

        return self.watch.hear("response", look)

    def _agreement(self) -> Step:
        """Advanced Ordering: what was answered otherwise is an offer, and our yes goes back as an order change."""
        row = self.watch.row()
        if row.state is State.PROPOSED:
            with self.office.engine.begin() as conn:
                facts = (self.supplier, self.office.dialects, self.watch.record.by, self.office.clock())
                changing.accept_offer(conn, row.id, *facts)
        elif not self.watch.asked(OrderChange.__name__):
            return self.watch.step("agreement", None, "its answer needs no yes of ours")

        def look(conn: sa.Connection, heard: Came) -> Step | None:
            answer = next((one for one in heard.responses if one.change is not None and one.code != "AB"), None)
            if answer is not None and answer.code != "AP":
                why = f"we said yes to what was offered, and {answer.number} answers {answer.code}"
                finding = Finding(rule="selftest-not-agreed", message=why)
                return self.watch.step("agreement", False, seen(answer), (finding,))
            if answer is not None or heard.advices:
                return self.watch.step("agreement", True, seen(answer) if answer else seen(*heard.advices))
            return self.watch.arrived(conn, "agreement", OrderChange.__name__, only_bad=True)

        return self.watch.hear("agreement", look)

    def _cancellation(self) -> Step:
        """The order is taken back, and the supplier says yes before anything has left."""
        with self.office.engine.begin() as conn:
            if not self.watch.asked(OrderCancellation.__name__):
                facts = (self.supplier, self.office.dialects, self.watch.record.by, self.office.clock())
                try:
                    changing.cancel(conn, self.watch.row().id, _REASON, *facts)
                except Rejected as rejected:
                    return self.watch.red("cancellation", causes(rejected.findings))

        def look(conn: sa.Connection, heard: Came) -> Step | None:
            state = self.watch.row(conn).state
            if state is State.CANCELLED:
                return self.watch.step("cancellation", True, seen(heard.responses[-1]))
            if state is not State.CANCEL_PENDING and heard.responses:
                why = f"the cancellation was sent, and the order is {state.value}, not cancelled"
                finding = Finding(rule="selftest-not-cancelled", message=why)
                return self.watch.step("cancellation", False, seen(heard.responses[-1]), (finding,))
            return self.watch.arrived(conn, "cancellation", OrderCancellation.__name__, only_bad=True)

        return self.watch.hear("cancellation", look)

    def _despatch(self) -> Step:
        def look(conn: sa.Connection, heard: Came) -> Step | None:
            placed, row = self.watch.placed(conn), self.watch.row(conn)
            answer = _deciding(heard)
            due = agreed(row.order, answer) if row.version == 1 else agreed(row.order, None)
            goods = judge_goods(self.scenario, placed, due, answer, heard.advices)
            if not goods.complete:
                return None
            good = not any(finding.fatal for finding in goods.findings)
            return self.watch.step("despatch", good, seen(*heard.advices), goods.findings)

        return self.watch.hear("despatch", look)

    def _draft(self, conn: sa.Connection, number: str) -> Order:
        some = self.office.handlers.some_goods
        goods = some(conn, self.supplier.id) if some is not None else ()
        town = self.office.settings.municipality
        order = marked_order(number, self._now(), town, self.supplier, self.scenario, goods)
        return sayable(order, self.office.dialects[self.supplier.dialect])

    def _now(self) -> datetime:
        return self.office.clock().astimezone(HERE)


def _deciding(heard: Came) -> OrderResponse | None:
    """The answer that decides about the order itself; AB decides nothing, and a change has its own."""
    return next((one for one in heard.responses if one.code != "AB" and one.change is None), None)
