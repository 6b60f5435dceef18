"""What becomes of messages that somebody took to carry them on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from gateway.exchange import journal, tasks
from gateway.exchange.alone import deliver
from gateway.exchange.follow import follow, take
from gateway.exchange.journal import Message, MessageState
from gateway.exchange.office import Office
from gateway.exchange.place import place
from gateway.suppliers.supplier import Supplier
from gateway.transports.contract import NotSent, Parcel, Receipt, Standing, Unsure
from gateway.transports.folder import Folder, FolderSettings
from tests.exchange.desk import message_of, office, only, supplier
from tests.exchange.test_send import Clock
from tests.orders.samples import sample_order


class Carrier(Folder):
    """A folder whose owner carries everything on, and says how that went from `said`."""

    follows = True

    def __init__(self, *said: Standing | Exception) -> None:
        super().__init__()
        self.said = list(said)
        self.asked: list[str] = []

    def send(self, settings: FolderSettings, parcel: Parcel) -> Receipt:
        return Receipt(evidence=super().send(settings, parcel).evidence, final=False)

    def status(self, settings: FolderSettings, key: str) -> Standing:
        self.asked.append(settings.inbox)
        said = self.said.pop(0)
        if isinstance(said, Exception):
            raise said
        return said


def said(state: str, words: str = "", **facts: object) -> Standing:
    return Standing(state=state, said=words or state, **facts)  # type: ignore[arg-type]


Sent = Callable[..., tuple[Office, UUID]]


@pytest.fixture
def sent(engine: sa.Engine, tmp_path: Path) -> Sent:
    def make(carrier: Carrier, clock: Clock, seller: Supplier | None = None) -> tuple[Office, UUID]:
        seller = seller or supplier(tmp_path)
        desk = office(engine, seller, transports={"folder": carrier}, clock=clock)
        with engine.begin() as conn:
            order_id = place(conn, sample_order(), seller, "glantan", "anna", clock.now)
        message_id = message_of(engine, order_id)
        assert deliver(desk, message_id) is None
        return desk, message_id

    return make


def the(engine: sa.Engine, message_id: UUID) -> Message:
    with engine.connect() as conn:
        found = journal.get(conn, message_id)
        assert found is not None
        return found


def ask(desk: Office, clock: Clock, later: timedelta = timedelta(hours=2)) -> list[UUID]:
    clock.now += later
    due = take(desk)
    for one in due:
        follow(desk, one)
    return due


def test_it_is_asked_until_it_is_delivered(engine: sa.Engine, sent: Sent) -> None:
    clock = Clock()
    carrier = Carrier(said("pending"), NotSent("they are away"), said("delivered", "sent as AS4 17"))
    desk, message_id = sent(carrier, clock)
    assert the(engine, message_id).state is MessageState.SENT
    assert take(desk) == [], "not before its time"
    assert ask(desk, clock, timedelta(seconds=11)) == [message_id]
    assert take(desk) == [], "and not twice by two workers"
    assert ask(desk, clock) == [message_id]
    assert ask(desk, clock) == [message_id]
    found = the(engine, message_id)
    assert (found.follow_at, found.receipt, found.revision) == (None, "sent as AS4 17", None)
    assert ask(desk, clock) == []


def test_what_they_cannot_get_through_waits_for_a_person(engine: sa.Engine, sent: Sent) -> None:
    clock = Clock()
    desk, message_id = sent(Carrier(said("failed", "permanently_failed: no such receiver")), clock)
    ask(desk, clock)
    assert the(engine, message_id).state is MessageState.HELD
    with engine.connect() as conn:
        (task,) = tasks.open_tasks(conn)
    assert "no such receiver" in task.finding
    assert only(engine, "SELECT state FROM orders") == "sent", "what has happened to the order is not taken back"


def test_what_they_have_forgotten_is_sent_again_under_the_same_key(engine: sa.Engine, sent: Sent) -> None:
    clock = Clock()
    desk, message_id = sent(Carrier(said("unknown"), said("delivered")), clock)
    before = the(engine, message_id)
    ask(desk, clock)
    assert the(engine, message_id).state is MessageState.WAITING
    assert deliver(desk, message_id) is None
    ask(desk, clock)
    after = the(engine, message_id)
    assert (after.state, after.key, after.follow_at) == (MessageState.SENT, before.key, None)


def test_what_is_pending_for_three_days_waits_for_a_person(engine: sa.Engine, sent: Sent) -> None:
    clock = Clock()
    desk, message_id = sent(Carrier(*[said("pending")] * 500), clock)
    for _ in range(80):
        ask(desk, clock, timedelta(hours=1))
    assert the(engine, message_id).state is MessageState.HELD


def test_their_next_attempt_is_ours_to_ask(engine: sa.Engine, sent: Sent) -> None:
    clock = Clock()
    at = clock.now + timedelta(hours=5)
    desk, message_id = sent(Carrier(said("pending", next_at=at)), clock)
    ask(desk, clock, timedelta(minutes=1))
    assert the(engine, message_id).follow_at == at


def test_it_is_asked_where_it_went_whatever_the_file_says_by_then(
    engine: sa.Engine, sent: Sent, tmp_path: Path
) -> None:
    clock, carrier = Clock(), Carrier(said("delivered"))
    seller = supplier(tmp_path)
    desk, _ = sent(carrier, clock, seller)
    moved = replace(seller, settings=replace(seller.settings, inbox=str(tmp_path / "elsewhere")))
    desk.suppliers.become(office(engine, moved).suppliers)
    ask(desk, clock)
    assert carrier.asked == [seller.settings.inbox]


def test_an_unsure_outcome_is_tried_again_where_it_went_and_a_release_by_the_new_settings(
    engine: sa.Engine, tmp_path: Path
) -> None:
    went: list[str] = []

    class Doubtful(Folder):
        def send(self, settings: FolderSettings, parcel: Parcel) -> Receipt:
            went.append(settings.inbox)
            raise Unsure("the line broke")

    clock, seller = Clock(), supplier(tmp_path)
    desk = office(engine, seller, transports={"folder": Doubtful()}, clock=clock)
    with engine.begin() as conn:
        order_id = place(conn, sample_order(), seller, "glantan", "anna", clock.now)
    message_id = message_of(engine, order_id)
    assert deliver(desk, message_id) is not None
    moved = replace(seller, settings=replace(seller.settings, inbox=str(tmp_path / "elsewhere")))
    desk.suppliers.become(office(engine, moved).suppliers)
    clock.now += timedelta(minutes=1)
    assert deliver(desk, message_id) is not None
    assert went == [seller.settings.inbox] * 2
    assert the(engine, message_id).revision is not None
