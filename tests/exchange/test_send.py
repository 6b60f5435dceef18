"""One message out, attempt by attempt, over a real folder that breaks in real ways."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from gateway.exchange import journal, tasks
from gateway.exchange.alone import deliver
from gateway.exchange.journal import MessageState
from gateway.exchange.office import Office
from gateway.exchange.place import place, release
from gateway.exchange.retry import Outcome
from gateway.formats import sbdh
from gateway.model import Order
from gateway.orders import book
from gateway.orders.lifecycle import Event, State
from gateway.suppliers.supplier import Supplier
from gateway.transports.contract import Parcel, Receipt, Refused
from gateway.transports.folder import Folder, FolderSettings
from tests.exchange.desk import message_of, office, supplier
from tests.orders.samples import NOW, sample_order


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def placed(engine: sa.Engine, seller: Supplier, order: Order | None = None) -> tuple[UUID, UUID]:
    with engine.begin() as conn:
        order_id = place(conn, order or sample_order(), seller, "glantan", "anna", NOW)
    return order_id, message_of(engine, order_id)


def state_of(engine: sa.Engine, order_id: UUID) -> State:
    with engine.connect() as conn:
        row = book.get(conn, order_id)
        assert row is not None
        return row.state


def the_task(engine: sa.Engine) -> tasks.Task:
    with engine.connect() as conn:
        (task,) = tasks.open_tasks(conn)
        return task


def held(engine: sa.Engine, desk: Office, seller: Supplier, order: Order | None = None) -> tasks.Task:
    """Delivers an order that cannot go: no further attempt, the order held and still whole, one task."""
    order_id, message_id = placed(engine, seller, order)
    assert deliver(desk, message_id) is None
    assert state_of(engine, order_id) is State.HELD
    with engine.connect() as conn:
        message = journal.get(conn, message_id)
        row = book.get(conn, order_id)
        assert message is not None
        assert message.state is MessageState.HELD
        assert row is not None
        assert row.order == (order or sample_order())
        assert [str(finding) for finding in journal.findings_of(conn, message_id)]
    task = the_task(engine)
    assert task.order_id == order_id
    return task


def test_delivered_once(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    desk = office(engine, seller)
    order_id, message_id = placed(engine, seller)
    assert deliver(desk, message_id) is None
    assert deliver(desk, message_id) is None, "a second time does nothing"
    (file,) = (tmp_path / seller.id / "in").iterdir()
    with engine.connect() as conn:
        message = journal.get(conn, message_id)
        assert message is not None
        assert file.read_bytes() == journal.raw(conn, message_id)
        assert message.sha256 == journal.digest(file.read_bytes())
        assert (message.state, message.attempts, message.name) == (MessageState.SENT, 1, file.name)
        assert str(file) in (message.receipt or "")
        assert [event.event for event in book.timeline(conn, order_id)] == [Event.PLACED, Event.SENT]
        assert desk.dialects["peppol"].read(file.read_bytes(), file.name).document == sample_order()


def test_the_bytes_are_committed_before_they_leave(engine: sa.Engine, tmp_path: Path) -> None:
    seen: list[tuple[bytes | None, str]] = []

    class Nosy(Folder):
        def send(self, settings: FolderSettings, parcel: Parcel) -> Receipt:
            with engine.connect() as other:
                row = other.execute(sa.text("SELECT raw, key FROM messages")).one()
            seen.append((row.raw, row.key))
            assert (parcel.content, parcel.key) == (row.raw, row.key)
            return super().send(settings, parcel)

    seller = supplier(tmp_path)
    _, message_id = placed(engine, seller)
    assert deliver(office(engine, seller, transports={"folder": Nosy()}), message_id) is None
    assert len(seen) == 1


def test_a_dead_server_keeps_the_bytes_and_the_key(engine: sa.Engine, tmp_path: Path) -> None:
    seller, clock = supplier(tmp_path), Clock()
    desk = office(engine, seller, clock=clock)
    box = tmp_path / seller.id / "in"
    box.rmdir()
    order_id, message_id = placed(engine, seller)
    delay = deliver(desk, message_id)
    assert delay == timedelta(seconds=0.2)
    assert deliver(desk, message_id) == delay, "before its time it is not tried"
    with engine.connect() as conn:
        before = journal.raw(conn, message_id)
        (attempt,) = journal.attempts_of(conn, message_id)
        assert attempt.outcome is Outcome.NOT_SENT
        assert str(box) in attempt.evidence
    assert state_of(engine, order_id) is State.PLACED
    box.mkdir()
    clock.now += timedelta(seconds=1)
    assert deliver(desk, message_id) is None
    (file,) = box.iterdir()
    assert file.read_bytes() == before
    assert state_of(engine, order_id) is State.SENT


def test_a_server_that_stays_dead_becomes_a_task_after_three_days(engine: sa.Engine, tmp_path: Path) -> None:
    seller, clock = supplier(tmp_path), Clock()
    desk = office(engine, seller, clock=clock)
    (tmp_path / seller.id / "in").rmdir()
    order_id, message_id = placed(engine, seller)
    while (delay := deliver(desk, message_id)) is not None:
        clock.now += delay
    assert clock.now - NOW > timedelta(days=2)
    task = the_task(engine)
    assert task.kind is tasks.Kind.UNDELIVERABLE
    assert "not delivered in 3 days" in task.summary
    assert state_of(engine, order_id) is State.HELD
    (tmp_path / seller.id / "in").mkdir()
    with engine.begin() as conn:
        release(conn, message_id, "berit", clock.now)
        assert tasks.open_tasks(conn) == []
        with pytest.raises(ValueError, match="only a held one can be released"):
            release(conn, message_id, "berit", clock.now)
    assert state_of(engine, order_id) is State.PLACED
    assert deliver(desk, message_id) is None
    assert state_of(engine, order_id) is State.SENT


def test_an_unmapped_unit_code_is_held(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path, dialect="skogsbagaren")
    task = held(engine, office(engine, seller), seller, sample_order(unit="XYZ"))
    assert task.kind is tasks.Kind.UNDELIVERABLE
    assert "lines[0].quantity.unit" in task.finding
    assert "'XYZ'" in task.finding


def test_an_unknown_supplier_is_held(engine: sa.Engine, tmp_path: Path) -> None:
    task = held(engine, office(engine), supplier(tmp_path))
    assert "no supplier is called 'papperslagret'" in task.finding


def test_an_unknown_dialect_is_held(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path, dialect="klingon")
    assert "no mapping is called 'klingon'" in held(engine, office(engine, seller), seller).finding


def test_a_transport_that_is_not_built_is_held(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    gone = supplier(tmp_path, transport="pigeon")
    assert "sending by pigeon is not built" in held(engine, office(engine, gone), seller).finding


def test_a_refusal_is_for_a_person_at_once(engine: sa.Engine, tmp_path: Path) -> None:
    class Grumpy(Folder):
        def send(self, settings: FolderSettings, parcel: Parcel) -> Receipt:
            raise Refused("order.example: we closed your account; ask them to open it")

    seller = supplier(tmp_path)
    task = held(engine, office(engine, seller, transports={"folder": Grumpy()}), seller)
    assert task.kind is tasks.Kind.REFUSED
    assert "closed your account" in task.finding


def test_a_transport_that_breaks_its_contract_is_unsure_and_tried_again(engine: sa.Engine, tmp_path: Path) -> None:
    resent: list[bool] = []

    class Broken(Folder):
        def send(self, settings: FolderSettings, parcel: Parcel) -> Receipt:
            resent.append(parcel.resent)
            super().send(settings, parcel)
            raise KeyError("after the bytes left")

    seller, clock = supplier(tmp_path), Clock()
    order_id, message_id = placed(engine, seller)
    broken = office(engine, seller, transports={"folder": Broken()}, clock=clock)
    for _ in range(2):
        assert deliver(broken, message_id) is not None
        clock.now += timedelta(minutes=1)
    assert resent == [False, True], "the transport is told that it may have arrived before"
    assert deliver(office(engine, seller, clock=clock), message_id) is None
    assert len(list((tmp_path / seller.id / "in").iterdir())) == 1
    assert state_of(engine, order_id) is State.SENT
    with engine.connect() as conn:
        outcomes = [attempt.outcome for attempt in journal.attempts_of(conn, message_id)]
    assert outcomes == [Outcome.UNSURE, Outcome.UNSURE, Outcome.DELIVERED]


def test_later_messages_of_a_lane_wait_for_an_earlier_one_but_not_for_ever(engine: sa.Engine, tmp_path: Path) -> None:
    seller, clock = supplier(tmp_path), Clock()
    desk = office(engine, seller, clock=clock)
    box = tmp_path / seller.id / "in"
    box.rmdir()
    first, second = (placed(engine, seller, sample_order(f"26-00000{place}"))[1] for place in (1, 2))
    delay = deliver(desk, first)
    assert delay is not None
    box.mkdir()
    assert deliver(desk, second) == delay, "it waits behind the first"
    for _ in range(2):
        clock.now += timedelta(seconds=10)
        box.rmdir()
        deliver(desk, first)
        box.mkdir()
    assert deliver(desk, second) is not None, "the lane is broken: one probe at a time, when its time has come"
    clock.now += timedelta(seconds=1)
    assert deliver(desk, first) is not None, "the first has failed three times, it is no longer the probe"
    assert deliver(desk, second) is None, "the second tries the road"
    with engine.connect() as conn:
        woken = journal.get(conn, first)
    assert woken is not None
    assert woken.next_at is not None
    assert woken.next_at <= clock.now, "and finds it open, so the first need not wait longer"
    assert deliver(desk, first) is None


def test_an_access_point_gets_an_envelope_with_the_key_as_instance(engine: sa.Engine, tmp_path: Path) -> None:
    class Enveloped(Folder):
        envelope = "sbdh"

    seller = supplier(tmp_path)
    desk = office(engine, seller, transports={"folder": Enveloped()})
    _, message_id = placed(engine, seller)
    assert deliver(desk, message_id) is None
    (file,) = (tmp_path / seller.id / "in").iterdir()
    header, payload = sbdh.unwrap(file.read_bytes())
    with engine.connect() as conn:
        message = journal.get(conn, message_id)
    assert message is not None
    assert header.instance == message.key
    assert (header.sender, header.receiver) == (desk.settings.municipality.participant, seller.participant)
    assert desk.dialects["peppol"].read(payload, "inside").document == sample_order()


def test_closing_a_task_as_ordered_stops_the_message(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path, dialect="skogsbagaren")
    desk = office(engine, seller)
    task = held(engine, desk, seller, sample_order(unit="XYZ"))
    assert task.order_id is not None
    assert task.message_id is not None
    with engine.begin() as conn:
        tasks.close(conn, task.id, "berit", tasks.ORDERED, NOW)
    assert state_of(engine, task.order_id) is State.CONFIRMED
    assert deliver(desk, task.message_id) is None
    assert list((tmp_path / seller.id / "in").iterdir()) == []
