"""Changes and cancellations through the real exchange: the book, the lane, the wire, the supplier's answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from gateway.exchange import changing, journal, tasks
from gateway.exchange.journal import MessageState
from gateway.exchange.office import Office
from gateway.exchange.place import place
from gateway.exchange.process import process
from gateway.exchange.receive import receive
from gateway.exchange.send import deliver
from gateway.findings import Rejected
from gateway.model import Document, Order, OrderCancellation, OrderChange, OrderResponse
from gateway.orders import book, versions
from gateway.orders.amend import ADVANCED, with_quantities
from gateway.orders.lifecycle import Event, State
from gateway.orders.versions import Standing
from gateway.suppliers.supplier import Supplier
from tests.exchange.desk import dialects, office, response, supplier
from tests.orders.samples import NOW, sample_order

ORDER = sample_order()
MORE = with_quantities(ORDER, {"1": Decimal(7)})


class Story:
    """One order and its supplier: what we do, what they answer, and where it then stands."""

    def __init__(self, engine: sa.Engine, seller: Supplier) -> None:
        self.engine, self.seller, self.desk = engine, seller, office(engine, seller)
        self.answers = 0
        with engine.begin() as conn:
            self.order_id: UUID = place(conn, ORDER, seller, "glantan", "anna", NOW)

    def ask(self, what: Callable[..., Any], *facts: Any) -> Any:
        with self.engine.begin() as conn:
            return what(conn, self.order_id, *facts, self.seller, dialects(), "anna", NOW)

    def send(self) -> Document:
        """Delivers what is next in the lane; what then lies in the supplier's inbox, as they read it."""
        with self.engine.connect() as conn:
            messages = [one for one in journal.of_order(conn, self.order_id) if one.state is MessageState.QUEUED]
        assert deliver(self.desk, messages[0].id) is None
        with self.engine.connect() as conn:
            sent = journal.raw(conn, messages[0].id) or b""
        return dialects()[self.seller.dialect].read(sent, "sent").document

    def answer(self, code: str, change: str | None = None, status: str = "5", **facts: Any) -> journal.Message:
        self.answers += 1
        told = response(self.row.order, code, status, facts.pop("number", f"OS-{self.answers}"))
        told = replace(told, change=change, **facts)
        if self.seller.dialect == "peppol-advanced":
            told = replace(told, profile=ADVANCED)
        return self.hear(told)

    def hear(self, told: OrderResponse) -> journal.Message:
        raw = dialects()[self.seller.dialect].write(told)
        remote = f"{journal.digest(raw)}-{self.answers}"
        with self.engine.begin() as conn:
            kept = receive(conn, raw, "folder:papperslagret/svar.xml", self.seller.id, "folder", remote, NOW)
            process(conn, kept.message_id, self.desk, NOW)
            message = journal.get(conn, kept.message_id)
        assert message is not None
        return message

    @property
    def row(self) -> book.OrderRow:
        with self.engine.connect() as conn:
            row = book.get(conn, self.order_id)
        assert row is not None
        return row

    @property
    def states(self) -> list[str]:
        with self.engine.connect() as conn:
            return [version.state.value for version in versions.of_order(conn, self.order_id)]

    @property
    def events(self) -> list[Event]:
        with self.engine.connect() as conn:
            return [event.event for event in book.timeline(conn, self.order_id)]

    @property
    def tasks(self) -> list[tasks.Task]:
        with self.engine.connect() as conn:
            return tasks.open_tasks(conn)


@pytest.fixture
def story(engine: sa.Engine, tmp_path: Path) -> Story:
    return Story(engine, supplier(tmp_path, dialect="peppol-advanced"))


@pytest.fixture
def agreed(story: Story) -> Story:
    """Sent and confirmed."""
    sent = story.send()
    assert isinstance(sent, Order)
    assert sent.profile == ADVANCED
    story.answer("AP")
    assert story.row.state is State.CONFIRMED
    return story


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


def test_a_change_that_a_person_told_by_telephone(agreed: Story) -> None:
    agreed.ask(changing.change, MORE)
    with agreed.engine.begin() as conn:
        (message,) = [one for one in journal.of_order(conn, agreed.order_id) if one.document == "OrderChange"]
        journal.change(conn, message.id, state="held")
        facts = {"order_id": agreed.order_id, "message_id": message.id}
        task = tasks.add(conn, tasks.Kind.REFUSED, "Ändringen gick inte fram", NOW, **facts)
        tasks.close(conn, task, "berit", tasks.ORDERED, NOW)
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
