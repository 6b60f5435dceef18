"""Answers that come late, twice, or could mean two things move nothing; goods overtake what is pending."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.exchange import changing
from gateway.exchange.journal import MessageState
from gateway.orders import book
from gateway.orders.lifecycle import Event, State
from gateway.orders.versions import Standing
from tests.exchange.story import MORE, Story, agreed, story
from tests.orders.samples import NOW

__all__ = ["agreed", "story"]


AMBIGUOUS = "avrop-answer-ambiguous"


@pytest.mark.parametrize(
    ("code", "change", "rule"),
    [("RE", None, AMBIGUOUS), ("AP", None, AMBIGUOUS), ("RE", "26-000001-C9", "avrop-change-unknown")],
)
def test_an_answer_that_may_mean_two_things_moves_nothing(
    agreed: Story, code: str, change: str | None, rule: str
) -> None:
    agreed.ask(changing.change, MORE)
    message = agreed.answer(code, change)
    assert message.state is MessageState.UNMATCHED
    assert (agreed.row.state, agreed.states) == (State.CHANGE_PENDING, ["standing", "proposed"])
    (task,) = agreed.tasks
    assert rule in task.finding
    with agreed.engine.begin() as conn:
        assert changing.settle(conn, agreed.order_id, True, "berit", "Ringde", NOW) is State.CONFIRMED
    assert agreed.row.order == MORE


def test_an_answer_that_crosses_a_cancellation_is_not_guessed(story: Story) -> None:
    story.send()
    story.ask(changing.cancel, "Behövs inte")
    assert story.answer("AB").state is MessageState.PROCESSED
    assert story.answer("AP").state is MessageState.UNMATCHED
    assert (story.row.state, story.row.beneath) == (State.CANCEL_PENDING, State.ACKNOWLEDGED)


def test_late_and_repeated_answers_move_nothing_back(agreed: Story) -> None:
    asked = agreed.ask(changing.change, MORE)
    agreed.answer("AP", asked.number, number="OS-9")
    told = agreed.events
    assert agreed.answer("AP", asked.number, number="OS-9").state is MessageState.PROCESSED
    assert agreed.events == told
    for late in (agreed.answer("RE", asked.number), agreed.answer("RE"), agreed.answer("CA", status="3")):
        assert late.state is MessageState.UNMATCHED
    assert (agreed.row.state, agreed.row.version, agreed.events) == (State.CONFIRMED, 2, told)


def test_the_same_number_with_another_word_goes_to_a_person(agreed: Story) -> None:
    asked = agreed.ask(changing.change, MORE)
    agreed.answer("AB", asked.number, number="OS-9")
    message = agreed.answer("AB", asked.number, number="OS-9", note="Vänta")
    assert message.state is MessageState.UNMATCHED
    assert "avrop-number-reused" in agreed.tasks[0].finding


def test_goods_overtake_what_is_pending_and_a_late_yes_still_counts(agreed: Story) -> None:
    asked = agreed.ask(changing.change, MORE)
    with agreed.engine.begin() as conn:
        book.record(conn, agreed.order_id, Event.DESPATCHED, "Papperslagret", NOW + timedelta(hours=1))
    agreed.answer("AP", asked.number)
    assert (agreed.row.state, agreed.row.version) == (State.DESPATCHED, 2)
    assert Standing.STANDING.value == agreed.states[1]
