"""A supplier of the sandbox offers something else: the buyer answers line by line, and that goes over the wire."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.exchange import journal, tasks
from gateway.exchange.alone import deliver
from gateway.exchange.journal import MessageState
from gateway.model import Document, Order, OrderCancellation, OrderChange, OrderResponse
from gateway.model.order import OrderLine
from gateway.model.response import ResponseLine
from gateway.orders import versions
from gateway.orders.amend import offered, with_quantities
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import State
from gateway.sandbox.behaviour import Behaviour
from gateway.sandbox.changes import answers_to_cancellation, answers_to_change
from gateway.sandbox.supplier import answers
from gateway.settings import load_settings
from gateway.suppliers.supplier import Supplier, Suppliers
from shop.after.chores import remind_of_offers
from shop.after.offer import Choice, mixed, table
from shop.room import ROOM
from shop.tables import units
from tests.exchange.desk import dialects, office, response, supplier
from tests.shop.after_desk import by_number, events_of, hear, order_at, wanted
from tests.shop.conftest import NOW, send
from tests.shop.test_document import order_of
from web.app import create_app


class Counter:
    """A supplier of the sandbox behind two folders: what we send is read there, and answered as it behaves."""

    def __init__(self, engine: sa.Engine, seller: Supplier, behaviour: Behaviour) -> None:
        self.engine, self.seller, self.behaviour = engine, seller, behaviour
        self.suppliers = Suppliers([seller])
        self.desk = office(engine, seller)

    def read(self, order_id: UUID) -> Document:
        """Sends what is next, and what then lies in their folder, as they read it."""
        with self.engine.connect() as conn:
            waiting = [one for one in journal.of_order(conn, order_id) if one.state is MessageState.QUEUED]
        assert deliver(self.desk, waiting[0].id) is None
        with self.engine.connect() as conn:
            raw = journal.raw(conn, waiting[0].id) or b""
        return dialects()[self.seller.dialect].read(raw, "sent").document

    def answer(self, asked: Document) -> None:
        """Everything that they say to it but despatch advices."""
        if isinstance(asked, Order):
            said = answers(asked, self.behaviour, NOW)
        elif isinstance(asked, OrderChange):
            said = answers_to_change(asked, self.behaviour, False, NOW)
        else:
            assert isinstance(asked, OrderCancellation)
            said = answers_to_cancellation(asked, self.behaviour, False, NOW)
        for _, document in said:
            if isinstance(document, OrderResponse):
                hear(self.engine, self.suppliers, self.seller, document)


@pytest.fixture
def counter(stocked: sa.Engine, tmp_path: Path) -> Counter:
    seller = supplier(tmp_path, dialect="peppol-advanced")
    with stocked.begin() as conn:
        conn.execute(units.update().values(approval_limit=None))
    return Counter(stocked, seller, Behaviour.ACCEPT_WITH_CHANGES)


@pytest.fixture
def app(counter: Counter, clock: Any) -> Any:
    made = create_app(load_settings({}), counter.engine, counter.suppliers, [ROOM], now=clock)
    made.state.dialects = dialects()
    return made


@pytest.fixture
def proposed(counter: Counter) -> OrderRow:
    row = order_at(counter.engine, counter.seller, lines=wanted(["5", "6", "4"]))
    counter.answer(counter.read(row.id))
    found = by_number(counter.engine, row.number)
    assert found.state is State.PROPOSED
    return found


def answer(browser: Any, row: OrderRow, **fields: str) -> Any:
    found = re.search(r'name="seen" value="(\d+)"', browser.get(f"/orders/{row.number}/offer").text)
    assert found
    return send(browser, f"/orders/{row.number}/offer", seen=found.group(1), **fields)


def offer_of(engine: sa.Engine, row: OrderRow) -> Order:
    with engine.connect() as conn:
        return versions.of_order(conn, row.id)[-1].order


def test_the_offer_is_a_table_and_yes_to_all_is_agreed_at_once(
    counter: Counter, proposed: OrderRow, browser: Callable[..., Any]
) -> None:
    kim = browser("kim")
    assert "Svara på erbjudandet" in kim.get(f"/orders/{proposed.number}").text
    page = kim.get(f"/orders/{proposed.number}/offer").text
    wanted_ = offer_of(counter.engine, proposed)
    for change in table(proposed.order, wanted_):
        if change.differs:
            assert f'name="line-{change.line.id}"' in page
    assert "Ja till allt" in page
    done = answer(kim, proposed, all="offered")
    assert "Du sa ja till erbjudandet" in done.text
    after = by_number(counter.engine, proposed.number)
    assert (after.state, after.order) == (State.CONFIRMED, wanted_)
    with counter.engine.connect() as conn:
        kinds = {task.kind: task.outcome for task in tasks.for_order(conn, proposed.id)}
    assert kinds == {tasks.Kind.OFFER: "answered"}
    sent = counter.read(proposed.id)
    assert isinstance(sent, OrderChange)
    assert answer_is_gone(kim, proposed)


def answer_is_gone(browser: Any, row: OrderRow) -> bool:
    return "Inget väntar på svar" in browser.get(f"/orders/{row.number}/offer").text


def test_a_mix_is_asked_and_stands_when_they_say_yes(
    counter: Counter, proposed: OrderRow, browser: Callable[..., Any]
) -> None:
    kim = browser("kim")
    fields = {"line-1": "ordered", "line-2": "without", "line-3": "offered"}
    answer(kim, proposed, **fields)
    pending = by_number(counter.engine, proposed.number)
    assert (pending.state, pending.beneath, pending.version) == (State.CHANGE_PENDING, State.PROPOSED, 1)
    asked = counter.read(proposed.id)
    assert isinstance(asked, OrderChange)
    assert [(line.id, line.status) for line in asked.lines if line.status == "2"] == [("2", "2")]
    counter.behaviour = Behaviour.ACCEPT
    counter.answer(asked)
    after = by_number(counter.engine, proposed.number)
    assert after.state is State.CONFIRMED
    assert [line.id for line in after.order.lines] == ["1", "3"]
    assert after.order.lines[0] == proposed.order.lines[0], "as we ordered it"


def test_as_we_ordered_it_is_said_and_a_no_leaves_the_offer(
    counter: Counter, proposed: OrderRow, browser: Callable[..., Any]
) -> None:
    kim = browser("kim")
    answer(kim, proposed, all="ordered")
    asked = counter.read(proposed.id)
    assert isinstance(asked, OrderChange)
    assert {line.status for line in asked.lines} == {"4"}, "nothing differs from what was ordered"
    counter.behaviour = Behaviour.REFUSE_CHANGES
    counter.answer(asked)
    again = by_number(counter.engine, proposed.number)
    assert again.state is State.PROPOSED
    assert not answer_is_gone(kim, proposed), "the offer still waits"
    answer(kim, proposed, all="offered")
    assert by_number(counter.engine, proposed.number).state is State.CONFIRMED


def test_taking_everything_out_cancels_with_a_reason(
    counter: Counter, proposed: OrderRow, browser: Callable[..., Any]
) -> None:
    kim = browser("kim")
    fields = {f"line-{line.id}": "without" for line in proposed.order.lines}
    refused = answer(kim, proposed, **fields)
    assert (refused.status_code, "skriv varför" in refused.text) == (409, True)
    assert by_number(counter.engine, proposed.number).state is State.PROPOSED
    answer(kim, proposed, reason="Då köper vi någon annanstans", **fields)
    assert by_number(counter.engine, proposed.number).state is State.CANCELLED
    taken_back = counter.read(proposed.id)
    assert isinstance(taken_back, OrderCancellation)
    assert taken_back.reason == "Då köper vi någon annanstans"


def test_a_change_that_is_countered_comes_back_as_an_offer(counter: Counter, browser: Callable[..., Any]) -> None:
    counter.behaviour = Behaviour.COUNTER_CHANGES
    row = order_at(counter.engine, counter.seller, lines=wanted(["5", "6"]))
    counter.answer(counter.read(row.id))
    assert by_number(counter.engine, row.number).state is State.CONFIRMED
    kim = browser("kim")
    send(kim, f"/orders/{row.number}/change", seen="1", step="confirm", **{"quantity-1": "50"})
    counter.answer(counter.read(row.id))
    countered = by_number(counter.engine, row.number)
    assert countered.state is State.PROPOSED
    page = kim.get(f"/orders/{row.number}/offer").text
    assert "5\xa0ask" in page
    answer(kim, countered, all="offered")
    after = by_number(counter.engine, row.number)
    assert after.state is State.CONFIRMED
    assert after.order.lines[0].quantity.value > 5


def test_an_offer_above_the_limit_waits_for_an_approver(
    counter: Counter, proposed: OrderRow, browser: Callable[..., Any]
) -> None:
    dearer = offer_of(counter.engine, proposed)
    with counter.engine.begin() as conn:
        conn.execute(units.update().values(approval_limit=Decimal(1)))
        more = with_quantities(dearer, {dearer.lines[0].id: Decimal(900)})
        versions.add(conn, proposed.id, more, versions.Standing.OFFERED, NOW)
    kim, anna = browser("kim"), browser("anna")
    answer(kim, proposed, all="offered")
    assert by_number(counter.engine, proposed.number).state is State.PROPOSED
    send(anna, f"/orders/{proposed.number}/wish", decision="approve")
    after = by_number(counter.engine, proposed.number)
    assert (after.state, after.order.lines[0].quantity.value) == (State.CONFIRMED, 900)


def test_a_stale_answer_is_refused(counter: Counter, proposed: OrderRow, browser: Callable[..., Any]) -> None:
    kim = browser("kim")
    seen = re.search(r'name="seen" value="(\d+)"', kim.get(f"/orders/{proposed.number}/offer").text).group(1)  # type: ignore[union-attr]
    with counter.engine.begin() as conn:
        versions.add(conn, proposed.id, proposed.order, versions.Standing.OFFERED, NOW)
    refused = send(kim, f"/orders/{proposed.number}/offer", seen=seen, all="offered")
    assert (refused.status_code, "Beställningen har ändrats" in refused.text) == (409, True)
    assert by_number(counter.engine, proposed.number).state is State.PROPOSED


def test_an_offer_that_nobody_answers_reminds_once_per_so_many_days(counter: Counter, proposed: OrderRow) -> None:
    def told() -> int:
        return sum(one.detail.get("step") == "offer_waits" for one in events_of(counter.engine, proposed.id))

    for days, count in ((1, 0), (2.1, 1), (2.2, 1), (4.2, 2)):
        remind_of_offers(counter.desk, NOW + timedelta(days=days))
        assert told() == count, days


_CHOICES = st.sampled_from(list(Choice))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 20), st.integers(0, 20), _CHOICES), min_size=1, max_size=5))
def test_a_mix_has_each_line_as_it_was_chosen_and_adds_up(lines: list[tuple[int, int, Choice]]) -> None:
    order = order_of(*wanted([str(ordered) for ordered, _, _ in lines]))
    said = tuple(_said(line, Decimal(now)) for line, (_, now, _) in zip(order.lines, lines, strict=True))
    offer = offered(order, _response(said)) if any(now for _, now, _ in lines) else replace(order, lines=())
    chosen = {line.id: choice for line, (_, _, choice) in zip(order.lines, lines, strict=True)}
    found = mixed(order, offer, chosen)
    expected = {}
    for line, (ordered, now, choice) in zip(order.lines, lines, strict=True):
        quantity = {Choice.ORDERED: ordered, Choice.OFFERED: now, Choice.WITHOUT: 0}[choice]
        if quantity:
            expected[line.id] = quantity
    if not expected:
        assert found.order is None
        return
    assert found.order is not None
    assert {line.id: line.quantity.value for line in found.order.lines} == expected
    assert found.order.totals is not None
    amounts = [line.amount.value for line in found.order.lines if line.amount]
    assert found.order.totals.lines.value == sum(amounts, Decimal(0))


def _said(line: OrderLine, quantity: Decimal) -> ResponseLine:
    status, amount = "3" if quantity else "7", replace(line.quantity, value=quantity)
    return ResponseLine(id=line.id, order_line=line.id, status=status, item=line.item, quantity=amount)


def _response(lines: tuple[ResponseLine, ...]) -> OrderResponse:
    return replace(response(order_of(*wanted()), "CA"), lines=lines)
