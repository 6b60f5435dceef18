"""What a person does with a message, on the real database: the message, its order, its tasks and its timeline."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from gateway.exchange import handling, journal, resending, tasks
from gateway.exchange.alone import deliver
from gateway.exchange.changing import cancel, change
from gateway.exchange.journal import Message, MessageState
from gateway.findings import Rejected
from gateway.orders import book
from gateway.orders.amend import with_quantities
from gateway.orders.lifecycle import Event, State
from gateway.suppliers.supplier import Supplier
from tests.exchange.desk import dialects, office, only, supplier
from tests.exchange.test_send import Clock, held, placed, state_of
from tests.orders.samples import NOW, sample_order

WHO = "Alex Exempel"


def message(engine: sa.Engine, message_id: UUID) -> Message:
    with engine.connect() as conn:
        found = journal.get(conn, message_id)
        assert found is not None
        return found


def told(engine: sa.Engine, order_id: UUID) -> list[tuple[Event, str]]:
    with engine.connect() as conn:
        return [(event.event, event.actor) for event in book.timeline(conn, order_id)]


def files(root: Path, seller: Supplier) -> list[Path]:
    return sorted((root / seller.id / "in").iterdir())


def test_what_is_held_does_not_go_until_it_is_released(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    desk = office(engine, seller)
    order_id, message_id = placed(engine, seller)
    with engine.begin() as conn:
        handling.hold(conn, message_id, WHO, "Priset ska kontrolleras", NOW)
    assert deliver(desk, message_id) is None
    assert files(tmp_path, seller) == []
    assert state_of(engine, order_id) is State.HELD
    with engine.begin() as conn:
        (task,) = tasks.open_tasks(conn)
        assert (task.kind, task.message_id) == (tasks.Kind.HELD, message_id)
        assert "Priset ska kontrolleras" in str(journal.findings_of(conn, message_id)[0])
        handling.release(conn, message_id, WHO, NOW)
        assert tasks.open_tasks(conn) == []
    assert only(engine, "SELECT max(at) FROM stirs") == NOW
    assert deliver(desk, message_id) is None
    assert len(files(tmp_path, seller)) == 1
    assert told(engine, order_id)[1:3] == [(Event.HELD, WHO), (Event.RELEASED, WHO)]


def test_a_reason_is_asked_for_and_states_are_respected(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    _, message_id = placed(engine, seller)
    with engine.begin() as conn, pytest.raises(Rejected, match="give a reason"):
        handling.hold(conn, message_id, WHO, "  ", NOW)
    with engine.begin() as conn, pytest.raises(Rejected, match="only a held one can be released"):
        handling.release(conn, message_id, WHO, NOW)
    with engine.begin() as conn, pytest.raises(LookupError, match="there is no message"):
        handling.skip(conn, UUID(int=7), WHO, "x", NOW)
    deliver(office(engine, seller), message_id)
    with engine.begin() as conn, pytest.raises(Rejected, match="only what waits to be sent can be skipped"):
        handling.skip(conn, message_id, WHO, "x", NOW)
    assert message(engine, message_id).state is MessageState.SENT


def test_an_order_that_is_skipped_is_cancelled_with_its_reason(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path, dialect="skogsbagaren")
    task = held(engine, office(engine, seller), seller, sample_order(unit="XYZ"))
    assert task.message_id is not None
    assert task.order_id is not None
    with engine.begin() as conn:
        assert handling.skip(conn, task.message_id, WHO, "Köps i butik", NOW) is State.CANCELLED
        assert tasks.open_tasks(conn) == []
        last = book.timeline(conn, task.order_id)[-1]
    assert (last.event, last.actor, last.detail["reason"]) == (Event.CANCELLED, WHO, "Köps i butik")
    with engine.begin() as conn, pytest.raises(Rejected, match="its order is cancelled"):
        resending.resend(conn, task.message_id, WHO, NOW)
    assert message(engine, task.message_id).state is MessageState.SKIPPED


def test_a_change_that_is_skipped_leaves_the_order_as_it_was(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path, dialect="peppol-advanced")
    order_id, message_id = placed(engine, seller)
    deliver(office(engine, seller), message_id)
    with engine.begin() as conn:
        more = with_quantities(sample_order(), {"1": Decimal(7)})
        change(conn, order_id, more, seller, dialects(), "anna", NOW)
        waiting = journal.of_order(conn, order_id)[-1]
        assert handling.skip(conn, waiting.id, WHO, "Ringde i stället", NOW) is State.SENT
        row = book.get(conn, order_id)
    assert row is not None
    assert row.order == sample_order()
    assert told(engine, order_id)[-1] == (Event.CHANGE_REFUSED, WHO)


def test_a_skipped_order_takes_the_changes_behind_it_along(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path, dialect="peppol-advanced")
    order_id, message_id = placed(engine, seller)
    with engine.begin() as conn:
        cancel(conn, order_id, "Behövs inte", seller, dialects(), "anna", NOW)
        assert handling.skip(conn, message_id, WHO, "Behövs inte", NOW) is State.CANCELLED
        assert {one.state for one in journal.of_order(conn, order_id)} == {MessageState.SKIPPED}


def test_what_was_sent_goes_again_under_the_same_key_with_the_same_bytes(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    desk = office(engine, seller)
    order_id, message_id = placed(engine, seller)
    deliver(desk, message_id)
    (first,) = files(tmp_path, seller)
    content = first.read_bytes()
    first.unlink()
    with engine.begin() as conn:
        assert resending.resend(conn, message_id, WHO, NOW) == message_id
    waiting = message(engine, message_id)
    assert (waiting.state, waiting.tries, waiting.attempts) == (MessageState.QUEUED, 0, 1)
    assert state_of(engine, order_id) is State.SENT
    deliver(desk, message_id)
    (again,) = files(tmp_path, seller)
    assert (again.name, again.read_bytes()) == (first.name, content)
    with engine.connect() as conn:
        assert len(journal.attempts_of(conn, message_id)) == 2, "the evidence of the first one stays"


def test_a_new_document_has_its_own_key_and_is_linked(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    desk = office(engine, seller)
    order_id, message_id = placed(engine, seller)
    deliver(desk, message_id)
    with engine.begin() as conn:
        new = resending.resend(conn, message_id, WHO, NOW, as_new=True)
    first, second = message(engine, message_id), message(engine, new)
    assert second.resends == first.id
    assert second.key not in {None, first.key}
    assert first.state is MessageState.SENT
    deliver(desk, new)
    assert len(files(tmp_path, seller)) == 2
    assert message(engine, new).state is MessageState.SENT
    with engine.begin() as conn, pytest.raises(Rejected, match=f"message {new} has taken its place"):
        resending.resend(conn, message_id, WHO, NOW)
    assert told(engine, order_id)[-2:] == [(Event.RELEASED, WHO), (Event.SENT, "avrop")]


def test_a_new_document_in_place_of_a_held_one_leaves_that_one_unsent(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    order_id, message_id = placed(engine, seller)
    with engine.begin() as conn:
        handling.hold(conn, message_id, WHO, "vänta", NOW)
        new = resending.resend(conn, message_id, WHO, NOW, as_new=True)
        assert tasks.open_tasks(conn) == []
    assert message(engine, message_id).state is MessageState.SKIPPED
    assert deliver(office(engine, seller), message_id) is None
    assert deliver(office(engine, seller), new) is None
    assert len(files(tmp_path, seller)) == 1
    assert state_of(engine, order_id) is State.SENT


def test_try_now_does_not_wait_for_the_next_attempt(engine: sa.Engine, tmp_path: Path) -> None:
    seller, clock = supplier(tmp_path), Clock()
    desk = office(engine, seller, clock=clock)
    (tmp_path / seller.id / "in").rmdir()
    _, message_id = placed(engine, seller)
    deliver(desk, message_id)
    (tmp_path / seller.id / "in").mkdir()
    assert deliver(desk, message_id) is not None, "not before its time"
    with engine.begin() as conn:
        handling.try_now(conn, message_id, WHO, clock.now)
    assert deliver(desk, message_id) is None
    assert message(engine, message_id).state is MessageState.SENT


def test_an_attempt_under_way_when_it_was_held_tells_the_truth(engine: sa.Engine, tmp_path: Path) -> None:
    """The person was too late: the supplier has it, and everything says so."""
    from gateway.transports.contract import Parcel, Receipt
    from gateway.transports.folder import Folder, FolderSettings

    class Slow(Folder):
        def send(self, settings: FolderSettings, parcel: Parcel) -> Receipt:
            with engine.begin() as conn:
                handling.hold(conn, message_id, WHO, "stopp", NOW)
            return super().send(settings, parcel)

    seller = supplier(tmp_path)
    order_id, message_id = placed(engine, seller)
    assert deliver(office(engine, seller, transports={"folder": Slow()}), message_id) is None
    assert message(engine, message_id).state is MessageState.SENT
    assert state_of(engine, order_id) is State.SENT


def test_an_inbound_document_is_read_again(engine: sa.Engine, tmp_path: Path) -> None:
    from gateway.exchange.process import process
    from gateway.exchange.receive import receive

    seller = supplier(tmp_path, dialect="skogsbagaren")
    with engine.begin() as conn:
        message_id = receive(conn, b"not;what\r\nis;read\r\n", "x.csv", seller.id, "folder", "x.csv", NOW).message_id
        process(conn, message_id, office(engine, seller), NOW)
        with pytest.raises(Rejected, match="read again, and nothing else"):
            handling.skip(conn, message_id, WHO, "x", NOW)
    assert message(engine, message_id).state is MessageState.REJECTED
    with engine.begin() as conn:
        assert resending.resend(conn, message_id, WHO, NOW + timedelta(hours=1)) == message_id
        assert tasks.open_tasks(conn) == []
    assert message(engine, message_id).state is MessageState.RECEIVED
    with engine.begin() as conn:
        process(conn, message_id, office(engine, seller), NOW)
        assert len(tasks.open_tasks(conn)) == 1, "it is as unreadable as before"


def test_two_people_at_once_do_it_once(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    order_id, message_id = placed(engine, seller)
    with engine.begin() as first:
        handling.hold(first, message_id, WHO, "vänta", NOW)
        with engine.begin() as second:
            second.exec_driver_sql("SET LOCAL lock_timeout = '200ms'")
            with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
                handling.hold(second, message_id, "Bo", "vänta", NOW)
            second.rollback()
    with engine.begin() as conn, pytest.raises(Rejected):
        handling.hold(conn, message_id, "Bo", "vänta", NOW)
    assert told(engine, order_id).count((Event.HELD, WHO)) == 1
