"""Orders by hand in the exchange: told once, owed an answer, sent with parcels, and purchases made outside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.exchange import by_hand, tasks
from gateway.exchange.answer_form import answer_in
from gateway.exchange.by_hand import How
from gateway.exchange.outside import Purchase, enter
from gateway.exchange.place import place
from gateway.exchange.tables import deadlines, messages
from gateway.exchange.typed_advice import TypedAdvice, advice_of, next_number, type_in_advice
from gateway.findings import Rejected
from gateway.model import DespatchAdvice
from gateway.orders import book
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import Event, State
from gateway.suppliers.agreement import Deadlines
from gateway.suppliers.supplier import Supplier
from tests.orders.samples import sample_order

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
PIA = "Pia Exempel"


@pytest.fixture
def conn(engine: sa.Engine) -> Iterator[sa.Connection]:
    with engine.begin() as connection:
        yield connection


@pytest.fixture
def supplier() -> Supplier:
    facts: Any = {"id": "papperslagret", "name": "Papperslagret", "org_number": "5560360793", "transport": "portal"}
    return Supplier(**facts, by_hand=True, deadlines=Deadlines(response=timedelta(days=1)))


@pytest.fixture
def row(conn: sa.Connection, supplier: Supplier) -> OrderRow:
    order_id = place(conn, sample_order("26-000123"), supplier, "bjorken", "kim", NOW)
    found = book.get(conn, order_id)
    assert found is not None
    return found


def state_of(conn: sa.Connection, row: OrderRow) -> State:
    found = book.get(conn, row.id)
    assert found is not None
    return found.state


def test_told_once_and_an_answer_is_owed(conn: sa.Connection, supplier: Supplier, row: OrderRow) -> None:
    assert [found.number for _, found in by_hand.waiting(conn)] == [row.number]
    assert by_hand.told(conn, row, supplier, PIA, How.TELEPHONE, NOW, "Eva")
    assert not by_hand.told(conn, row, supplier, PIA, How.MAIL, NOW)
    assert state_of(conn, row) is State.SENT
    task = by_hand.task_of(conn, row)
    assert task is not None
    assert task.taken_by == PIA
    (due,) = conn.execute(sa.select(deadlines.c.kind, deadlines.c.due_at)).all()
    assert tuple(due) == ("response", NOW + timedelta(days=1))
    assert not by_hand.cannot_be_had(conn, row, PIA, "Slut", NOW), "they have it already"
    by_hand.answered(conn, row, PIA, NOW)
    assert by_hand.waiting(conn) == []


def test_the_console_can_still_say_ordered(conn: sa.Connection, supplier: Supplier, row: OrderRow) -> None:
    by_hand.told(conn, row, supplier, PIA, How.MAIL, NOW)
    task = by_hand.task_of(conn, row)
    assert task is not None
    tasks.close(conn, task.id, "Alex", tasks.ORDERED, NOW)
    assert state_of(conn, row) is State.CONFIRMED


def test_what_cannot_be_had_ends(conn: sa.Connection, row: OrderRow) -> None:
    assert by_hand.cannot_be_had(conn, row, PIA, "Utgått", NOW)
    assert state_of(conn, row) is State.CANCELLED
    assert by_hand.task_of(conn, row) is None


def test_an_advice_is_journaled_told_and_said_once(conn: sa.Connection, supplier: Supplier, row: OrderRow) -> None:
    heard: list[DespatchAdvice] = []
    said = TypedAdvice(number=next_number(conn, row), parcels=2, day=date(2026, 11, 24))

    def hear(_: sa.Connection, __: OrderRow, advice: DespatchAdvice, ___: datetime) -> None:
        heard.append(advice)

    first = type_in_advice(conn, row, said, supplier, hear, PIA, NOW)
    later = NOW + timedelta(days=1)
    assert type_in_advice(conn, row, said, supplier, hear, PIA, later) == first, "pressed twice"
    assert len(heard) == 1
    assert [unit.id.value for unit in heard[0].packing if unit.id] == ["26-000123-L1/1", "26-000123-L1/2"]
    assert state_of(conn, row) is State.DESPATCHED
    events = [event for event in book.timeline(conn, row.id) if event.event is Event.DESPATCHED]
    assert [event.detail["typed_by"] for event in events] == [PIA]
    with pytest.raises(Rejected, match="typed in already"):
        type_in_advice(conn, row, TypedAdvice(number=said.number, parcels=3), supplier, hear, PIA, NOW)
    assert next_number(conn, row) == "26-000123-L2"
    kept = conn.execute(sa.select(messages.c.transport, messages.c.document, messages.c.state)).all()
    assert [tuple(one) for one in kept] == [("typed", "DespatchAdvice", "processed")]


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        (TypedAdvice(number="1", parcels=0), "advice-parcels"),
        (TypedAdvice(number="1", parcels=100), "advice-parcels"),
        (TypedAdvice(number="1", parcels=1, sent=(("1", Decimal(-1)),)), "advice-amount"),
        (TypedAdvice(number="1", parcels=1, sent=(("nej", Decimal(1)),)), "advice-amount"),
        (TypedAdvice(number="1", parcels=1, sent=(("1", Decimal(0)), ("2", Decimal(0)))), "advice-nothing"),
    ],
)
def test_what_cannot_have_been_sent(
    conn: sa.Connection, supplier: Supplier, row: OrderRow, said: TypedAdvice, rule: str
) -> None:
    with pytest.raises(Rejected) as refused:
        type_in_advice(conn, row, said, supplier, None, PIA, NOW)
    assert rule in {finding.rule for finding in refused.value.findings}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(amounts=st.lists(st.integers(0, 10**6), min_size=2, max_size=2), parcels=st.integers(1, 99))
def test_an_advice_says_what_was_said(row: OrderRow, amounts: list[int], parcels: int) -> None:
    ids = [line.id for line in row.order.lines][:2]
    sent = tuple(zip(ids, map(Decimal, amounts), strict=True))
    advice = advice_of(row, TypedAdvice(number="x", parcels=parcels, sent=sent), date(2026, 11, 20))
    told = {line.order_line: line.delivered.value for line in advice.lines}
    wanted = {line.id: line.quantity.value for line in row.order.lines} | dict(sent)
    assert told == {line: amount for line, amount in wanted.items() if amount}
    assert len(advice.packing) == parcels
    assert all(amount > 0 for amount in told.values())


def test_a_purchase_made_outside_is_confirmed_with_its_day(conn: sa.Connection, supplier: Supplier) -> None:
    bought = Purchase(how=How.MAIL, bought_on=date(2026, 11, 18), bought_by="Kim", promised=date(2026, 11, 25))
    order_id = enter(conn, sample_order("26-000200"), supplier, "bjorken", "kim", "pia", bought, NOW)
    told = book.timeline(conn, order_id)
    assert [event.event.value for event in told] == ["placed", "closed_by_hand", "confirmed"]
    assert told[-1].state is State.CONFIRMED
    assert {line["promised"]["end_date"] for line in told[-1].detail["lines"]} == {"2026-11-25"}
    assert conn.execute(sa.select(messages.c.id)).first() is None, "nothing is sent"


def test_what_was_carried_home_is_delivered(conn: sa.Connection, supplier: Supplier) -> None:
    bought = Purchase(how=How.STORE, bought_on=date(2026, 11, 18), bought_by="Nils", received_by="Nils")
    order_id = enter(conn, sample_order("26-000201"), supplier, "bjorken", "kim", "kim", bought, NOW)
    assert book.timeline(conn, order_id)[-1].state is State.DELIVERED


def test_a_form_of_an_answer_names_each_wrong_field(conn: sa.Connection, row: OrderRow) -> None:
    form = {"code": "CA", "promised": "igår", "lines.0.quantity": "tre", "lines.1.price": "1 000,50"}
    with pytest.raises(Rejected) as refused:
        answer_in(row, form)
    assert {finding.place.path for finding in refused.value.findings} == {"promised", "lines.0.quantity"}
    said = answer_in(row, form | {"promised": "", "lines.0.quantity": "", "lines.0.refused": "yes"})
    assert [(line.line, line.quantity, line.price) for line in said.lines] == [
        ("1", Decimal(0), None),
        ("2", None, Decimal("1000.50")),
    ]
