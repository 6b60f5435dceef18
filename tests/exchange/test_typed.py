"""What a person types in moves the order as a received response does, stands in the journal, and is checked first."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from gateway.exchange import journal
from gateway.exchange.journal import MessageState
from gateway.exchange.typed import TypedAnswer, TypedLine, type_in
from gateway.findings import Rejected
from gateway.model import OrderResponse
from gateway.orders import book
from gateway.orders.lifecycle import Event, State
from tests.exchange.desk import dialects, supplier
from tests.exchange.story import Story
from tests.orders.samples import NOW

DAY = date(2026, 3, 6)


@pytest.fixture
def story(engine: sa.Engine, tmp_path: Path) -> Story:
    """An order in plain CSV, sent."""
    sent = Story(engine, supplier(tmp_path, dialect="csv"))
    sent.send()
    return sent


def type_it(story: Story, said: TypedAnswer) -> journal.Message:
    with story.engine.begin() as conn:
        message_id = type_in(conn, story.row, said, story.seller, dialects(), "alex", NOW)
        message = journal.get(conn, message_id)
    assert message is not None
    return message


def response_of(story: Story, message: journal.Message) -> OrderResponse:
    with story.engine.connect() as conn:
        return msgspec.json.decode(journal.raw(conn, message.id) or b"", type=OrderResponse)


@pytest.mark.parametrize(
    ("code", "state"), [("AB", State.ACKNOWLEDGED), ("AP", State.CONFIRMED), ("RE", State.REJECTED)]
)
def test_a_plain_answer_moves_the_order_and_stands_in_the_journal(story: Story, code: str, state: State) -> None:
    message = type_it(story, TypedAnswer(code=code, promised=DAY, note=" Ringde Kim "))
    assert story.row.state is state
    assert (message.state, message.source, message.order_id) == (MessageState.PROCESSED, "typed:alex", story.order_id)
    said = response_of(story, message)
    assert (said.code, said.number, said.note, said.order) == (code, "26-000001-T1", "Ringde Kim", "26-000001")
    with story.engine.connect() as conn:
        told = book.timeline(conn, story.order_id)[-1]
    assert (told.actor, told.detail["typed_by"], told.detail["code"]) == (story.seller.name, "alex", code)


def test_changes_answer_every_line_and_the_rest_is_accepted(story: Story) -> None:
    less = TypedLine(line="2", quantity=Decimal(1), backorder=Decimal(1), promised=DAY, price=Decimal("21.50"))
    said = response_of(story, type_it(story, TypedAnswer(code="CA", number="B-77", lines=(less,))))
    assert story.row.state is State.CHANGED
    assert said.number == "B-77"
    assert [(line.order_line, line.status) for line in said.lines] == [("1", "5"), ("2", "3")]
    assert said.lines[1].price is not None
    assert said.lines[1].price.amount.value == Decimal("21.50")
    assert said.lines[1].promised is not None
    assert said.lines[1].promised.end_date == DAY


def test_a_split_stands_twice_and_a_no_is_a_no(story: Story) -> None:
    split = [TypedLine(line="2", quantity=Decimal(1), promised=day) for day in (DAY, date(2026, 3, 9))]
    said = response_of(
        story, type_it(story, TypedAnswer(code="CA", lines=(TypedLine(line="1", quantity=Decimal(0)), *split)))
    )
    assert [(line.id, line.order_line, line.status) for line in said.lines] == [
        ("1", "1", "7"),
        ("2", "2", "3"),
        ("3", "2", "3"),
    ]


def test_everything_refused_takes_the_order_back(story: Story) -> None:
    none = tuple(TypedLine(line=line, quantity=Decimal(0)) for line in ("1", "2"))
    type_it(story, TypedAnswer(code="CA", lines=none))
    assert story.row.state is State.CANCELLED
    assert story.events[-1] is Event.CANCELLED_BY_SELLER


def test_the_same_answer_sent_twice_by_the_browser_is_one(story: Story) -> None:
    first = type_it(story, TypedAnswer(code="AB", promised=DAY))
    told = story.events
    assert type_it(story, TypedAnswer(code="AB", promised=DAY)).id == first.id
    assert story.events == told
    assert type_it(story, TypedAnswer(code="AB")).id != first.id
    no = type_it(story, TypedAnswer(code="RE"))
    assert type_it(story, TypedAnswer(code="RE")).id == no.id


@pytest.mark.parametrize(
    ("said", "rule", "path"),
    [
        (TypedAnswer(code="CA"), "typed-no-lines", "lines"),
        (TypedAnswer(code="AP", lines=(TypedLine(line="1"),)), "typed-lines", "code"),
        (TypedAnswer(code="CA", lines=(TypedLine(line="9"),)), "typed-line-unknown", "lines.0.line"),
        (TypedAnswer(code="CA", lines=(TypedLine(line="1", price=Decimal(-1)),)), "typed-number", "lines.0.price"),
        (
            TypedAnswer(code="CA", lines=(TypedLine(line="1", quantity=Decimal("NaN")),)),
            "typed-number",
            "lines.0.quantity",
        ),
    ],
)
def test_what_cannot_be_meant_so_says_where_and_moves_nothing(
    story: Story, said: TypedAnswer, rule: str, path: str
) -> None:
    with pytest.raises(Rejected) as refused:
        type_it(story, said)
    assert [(finding.rule, finding.place.path) for finding in refused.value.findings] == [(rule, path)]
    assert story.row.state is State.SENT


def test_an_order_that_has_ended_takes_no_answer(story: Story) -> None:
    type_it(story, TypedAnswer(code="RE"))
    with pytest.raises(Rejected, match="typed-closed"):
        type_it(story, TypedAnswer(code="AP"))
    with story.engine.connect() as conn:
        assert [one.direction for one in journal.of_order(conn, story.order_id)] == ["out", "in"]
