"""What we ask of an order that was sent, through the real exchange: the book, the lane, the wire."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from gateway.exchange import changing, journal, tasks
from gateway.exchange.alone import deliver
from gateway.exchange.journal import MessageState
from gateway.exchange.office import Office
from gateway.findings import Rejected
from gateway.model import Order, OrderCancellation, OrderChange
from gateway.orders import book, versions
from gateway.orders.lifecycle import Event, State
from tests.exchange.desk import dialects, office, response, supplier
from tests.exchange.story import MORE, ORDER, Story, agreed, story
from tests.orders.samples import NOW

__all__ = ["agreed", "story"]


def test_an_accepted_change_stands_and_a_refused_cancellation_leaves_it_so(agreed: Story) -> None:
    asked = agreed.ask(changing.change, MORE)
    assert agreed.row.state is State.CHANGE_PENDING
    sent = agreed.send()
    assert isinstance(sent, OrderChange)
    assert (sent.number, sent.order, sent.sequence) == (asked.number, ORDER.number, "1")
    assert [(line.id, line.status, line.quantity.value) for line in sent.lines] == [("1", "3", 7), ("2", "4", 2)]
    assert (agreed.row.version, agreed.row.order) == (1, ORDER)
    agreed.answer("AP", asked.number)
    assert (agreed.row.state, agreed.row.version, agreed.row.order) == (State.CONFIRMED, 2, MORE)
    agreed.ask(changing.cancel, "Behövs inte")
    cancellation = agreed.send()
    assert isinstance(cancellation, OrderCancellation)
    assert (cancellation.order, cancellation.reason) == (ORDER.number, "Behövs inte")
    agreed.answer("RE")
    assert (agreed.row.state, agreed.row.version) == (State.CONFIRMED, 2)
    assert agreed.states == ["replaced", "standing"]
    assert agreed.tasks == []


def test_a_refused_change_leaves_the_old_version_and_the_next_one_counts_on(agreed: Story) -> None:
    asked = agreed.ask(changing.change, MORE)
    agreed.send()
    agreed.answer("RE", asked.number)
    assert (agreed.row.state, agreed.row.version, agreed.row.order) == (State.CONFIRMED, 1, ORDER)
    again = agreed.ask(changing.change, MORE)
    assert (again.number, again.sequence) == ("26-000001-C2", "2")
    agreed.answer("AP", again.number)
    assert (agreed.row.version, agreed.states) == (3, ["replaced", "refused", "standing"])


def test_an_accepted_cancellation_ends_the_order(agreed: Story) -> None:
    agreed.ask(changing.cancel, "Behövs inte")
    agreed.send()
    assert agreed.row.state is State.CANCEL_PENDING
    agreed.answer("AP")
    assert agreed.row.state is State.CANCELLED
    assert agreed.events[-1] is Event.CANCEL_ACCEPTED


def test_an_offer_is_accepted_as_a_change_and_agreed_at_once(story: Story) -> None:
    story.send()
    offer = response(ORDER, "CA", "3")
    less = replace(offer.lines[1], quantity=replace(offer.lines[1].quantity, value=Decimal(1)))
    story.answer("CA", lines=(offer.lines[0], less))
    assert (story.row.state, story.row.order) == (State.PROPOSED, ORDER)
    assert [task.kind for task in story.tasks] == [tasks.Kind.OFFER]
    asked = story.ask(changing.accept_offer)
    assert [line.status for line in asked.lines] == ["4", "3"]
    assert story.row.state is State.CONFIRMED
    assert [line.quantity.value for line in story.row.order.lines] == [1, 1]
    assert story.states == ["replaced", "standing"]
    assert story.send() == asked


def test_an_offer_is_ended_by_a_cancellation(story: Story) -> None:
    story.send()
    story.answer("CA", status="3")
    story.ask(changing.cancel, "Då köper vi någon annanstans")
    assert story.row.state is State.CANCELLED
    assert isinstance(story.send(), OrderCancellation)
    assert story.answer("AP").state is MessageState.PROCESSED
    assert story.row.state is State.CANCELLED


def test_a_counter_offer_to_a_change(agreed: Story) -> None:
    asked = agreed.ask(changing.change, MORE)
    offer = response(MORE, "CA", "3")
    less = replace(offer.lines[0], quantity=replace(offer.lines[0].quantity, value=Decimal(4)))
    agreed.answer("CA", asked.number, lines=(less, offer.lines[1]))
    assert (agreed.row.state, agreed.row.version) == (State.PROPOSED, 1)
    assert agreed.states == ["standing", "refused", "offered"]
    agreed.ask(changing.accept_offer)
    assert [line.quantity.value for line in agreed.row.order.lines] == [4, 2]
    assert agreed.states == ["replaced", "refused", "standing"]


@pytest.mark.parametrize("dialect", ["peppol", "peppol-advanced"])
def test_a_seller_cancels(engine: sa.Engine, tmp_path: Path, dialect: str) -> None:
    story = Story(engine, supplier(tmp_path, dialect=dialect))
    story.send()
    story.answer("AP")
    story.answer("CA", status="7")
    assert (story.row.state, story.events[-1]) == (State.CANCELLED, Event.CANCELLED_BY_SELLER)


def test_a_change_never_overtakes_its_order(story: Story) -> None:
    story.ask(changing.change, MORE)
    with story.engine.connect() as conn:
        order, change = journal.of_order(conn, story.order_id)
    assert change.key != order.key
    assert deliver(story.desk, change.id) == story.desk.first_delay
    assert isinstance(story.send(), Order)
    assert story.row.state is State.CHANGE_PENDING
    assert isinstance(story.send(), OrderChange)
    story.answer("AP")
    assert (story.row.state, story.row.beneath) == (State.CHANGE_PENDING, State.CONFIRMED)
    story.answer("RE", "26-000001-C1")
    assert story.row.state is State.CONFIRMED


def test_the_order_that_leaves_late_is_the_one_that_was_placed(agreed: Story) -> None:
    asked = agreed.ask(changing.change, MORE)
    agreed.answer("AP", asked.number)
    with agreed.engine.connect() as conn:
        assert versions.of_order(conn, agreed.order_id)[0].order == ORDER


def _refused(story: Story, rule: str, what: Callable[..., Any], *facts: Any) -> str:
    before = (story.row, story.states, story.events)
    with pytest.raises(Rejected) as refused:
        story.ask(what, *facts)
    (finding,) = refused.value.findings
    assert finding.rule == rule
    assert (story.row, story.states, story.events) == before
    return finding.message


def test_what_cannot_be_asked_leaves_nothing_behind(agreed: Story) -> None:
    assert "nothing is different" in _refused(agreed, "no-change", changing.change, ORDER)
    assert "give a reason" in _refused(agreed, "no-reason", changing.cancel, " ")
    assert "offered nothing" in _refused(agreed, "no-offer", changing.accept_offer)
    agreed.ask(changing.change, MORE)
    assert "one thing is asked at a time" in _refused(agreed, "already-pending", changing.cancel, "Behövs inte")
    with agreed.engine.begin() as conn:
        book.record(conn, agreed.order_id, Event.DELIVERED, "hub", NOW)
    assert "delivered: nothing can be changed" in _refused(agreed, "not-open", changing.change, MORE)


def test_a_plain_supplier_is_never_sent_a_change(engine: sa.Engine, tmp_path: Path) -> None:
    story = Story(engine, supplier(tmp_path, dialect="peppol"))
    assert "OrderChange" in {codec.document for codec in dialects()["peppol"].codecs.values()}
    assert "takes plain orders only" in _refused(story, "no-advanced-ordering", changing.change, MORE)
    sent = story.send()
    assert isinstance(sent, Order)
    assert sent.profile == ORDER.profile


def test_an_order_told_by_hand_is_changed_by_hand(story: Story) -> None:
    with story.engine.begin() as conn:
        conn.execute(sa.text("UPDATE messages SET state = 'closed'"))
        book.record(conn, story.order_id, Event.CONFIRMED, "anna", NOW)
    assert "must be told of this too" in _refused(story, "never-sent", changing.cancel, "Behövs inte")


def test_a_change_that_a_person_told_by_telephone(agreed: Story) -> None:
    agreed.ask(changing.change, MORE)
    with agreed.engine.begin() as conn:
        (message,) = [one for one in journal.of_order(conn, agreed.order_id) if one.document == "OrderChange"]
        journal.change(conn, message.id, state="held")
        facts = {"order_id": agreed.order_id, "message_id": message.id}
        task = tasks.add(conn, tasks.Kind.REFUSED, "Ändringen gick inte fram", NOW, **facts)
        tasks.close(conn, task, "berit", tasks.ORDERED, NOW)
    assert (agreed.row.state, agreed.row.order) == (State.CONFIRMED, MORE)


def test_what_was_settled_by_telephone_before_it_left_stays_here(agreed: Story) -> None:
    agreed.ask(changing.change, MORE)
    with agreed.engine.begin() as conn:
        changing.settle(conn, agreed.order_id, True, "berit", "Sa ja i telefon", NOW)
        told = journal.of_order(conn, agreed.order_id)
    assert [one.state for one in told if one.direction == "out"] == [MessageState.SENT, MessageState.CLOSED]
    assert deliver(agreed.desk, told[-1].id) is None
    assert (agreed.row.state, agreed.row.order) == (State.CONFIRMED, MORE)


def test_an_office_without_the_supplier_holds_the_change(agreed: Story) -> None:
    agreed.ask(changing.change, MORE)
    empty: Office = office(agreed.engine)
    with agreed.engine.connect() as conn:
        (message,) = [one for one in journal.of_order(conn, agreed.order_id) if one.document == "OrderChange"]
    assert deliver(empty, message.id) is None
    with agreed.engine.connect() as conn:
        held = journal.get(conn, message.id)
    assert held is not None
    assert (held.state, agreed.row.state) == (MessageState.HELD, State.CHANGE_PENDING)
