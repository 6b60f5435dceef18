"""What must not happen to lanes when something else goes wrong: a document, a person, a lease, the pool."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from gateway.exchange import changing, handling, journal, lane_store, place, tasks, wrongs
from gateway.exchange.alarms import Kind
from gateway.exchange.conclude import conclude
from gateway.exchange.dispatch import Dispatcher
from gateway.exchange.lane import turn
from gateway.exchange.leases import Leases
from gateway.exchange.office import utc_now
from gateway.exchange.recorder import Recorder
from gateway.exchange.retry import Outcome, pause
from gateway.exchange.send import Result
from gateway.exchange.tables import lanes, stirs
from gateway.exchange.turns import Held, Turns
from gateway.orders import book
from gateway.suppliers.agreement import Lane, Plan
from gateway.transports.contract import Parcel, Receipt
from gateway.transports.folder import Folder, FolderSettings
from tests.exchange.desk import dialects, message_of, only, supplier
from tests.exchange.test_dispatch import count, desk_of, dispatching, lane_row, ordered, until


class Gate(Folder):
    """Says when it has begun, and sends when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.open, self.sent = threading.Event(), threading.Event(), 0

    def send(self, settings: FolderSettings, parcel: Parcel) -> Receipt:
        self.sent += 1
        self.begun.set()
        assert self.open.wait(15)
        return super().send(settings, parcel)


def test_a_document_that_cannot_be_read_is_held_and_keeps_no_other_lane_waiting(
    engine: sa.Engine, tmp_path: Path
) -> None:
    sellers = [supplier(tmp_path, f"supplier-{nth}") for nth in range(4)]
    (order_id,) = ordered(engine, sellers[0], "26-000000")
    for nth, seller in enumerate(sellers[1:], 1):
        ordered(engine, seller, f"26-{nth:06d}")
    with engine.begin() as conn:
        conn.execute(sa.text("UPDATE orders SET document = '{\"number\": 1}' WHERE id = :id"), {"id": order_id})
    with dispatching(desk_of(engine, *sellers)):
        until(lambda: (count(engine, "sent"), count(engine, "held")) == (3, 1), 6)


def test_many_changes_behind_held_orders_keep_no_new_order_waiting(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path, dialect="peppol-advanced")
    ids = ordered(engine, seller, *(f"26-{nth:06d}" for nth in range(41)))
    with engine.begin() as conn:
        for order_id in ids:
            changing.cancel(conn, order_id, "Ångrat", seller, dialects(), "anna", utc_now())
        conn.execute(sa.text("UPDATE messages SET state = 'held' WHERE document = 'Order'"))
    ordered(engine, seller, "26-000099")
    with engine.connect() as conn:
        waiting = lane_store.waiting(conn, [seller.id], utc_now())[seller.id]
        chosen = turn(lane_store.standing_of(conn, seller.id), Lane(), waiting, utc_now(), 8)
    assert len(chosen.send) == 1


def test_the_end_of_a_turn_leaves_the_lease_of_another_worker_alone(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    later = utc_now() + timedelta(minutes=1)
    with engine.begin() as conn:
        conn.execute(lanes.insert().values(supplier_id=seller.id, leased_by="another", leased_until=later))
    conclude(desk_of(engine, seller), [], {seller.id: None}, "me")
    assert lane_row(engine, seller).leased_by == "another"
    conclude(desk_of(engine, seller), [], {seller.id: None}, "another")
    assert lane_row(engine, seller).leased_by is None


def test_a_worker_does_not_take_its_own_lane_twice(engine: sa.Engine, tmp_path: Path) -> None:
    seller, gate = supplier(tmp_path), Gate()
    ordered(engine, seller, "26-000001")
    with dispatching(desk_of(engine, seller, transports={"folder": gate})):
        until(gate.begun.is_set)
        for _ in range(15):  # as after a database that was away for longer than a lease
            with engine.begin() as conn:
                conn.execute(lanes.update().values(leased_until=sa.func.now() - timedelta(seconds=1)))
                lane_store.stir(conn, seller.id, utc_now())
            time.sleep(0.1)
        gate.open.set()
        until(lambda: count(engine, "sent") == 1)
    assert gate.sent == 1


def test_what_a_person_holds_while_others_of_its_turn_are_sent_stays_here(engine: sa.Engine, tmp_path: Path) -> None:
    seller, gate = supplier(tmp_path), Gate()
    ids = ordered(engine, seller, "26-000001", "26-000002", "26-000003")
    last = message_of(engine, ids[1])
    with dispatching(desk_of(engine, seller, transports={"folder": gate})):
        until(gate.begun.is_set)
        time.sleep(0.6)
        with engine.begin() as conn:
            handling.hold(conn, last, "anna", "ordered by telephone", utc_now())
        gate.open.set()
        until(lambda: count(engine, "sent") == 2)
        time.sleep(0.2)
    assert (gate.sent, count(engine, "held")) == (2, 1)


def test_a_worker_that_is_told_to_end_begins_no_other_message(engine: sa.Engine, tmp_path: Path) -> None:
    seller, gate = supplier(tmp_path), Gate()
    ordered(engine, seller, *(f"26-{nth:06d}" for nth in range(6)))
    one = Dispatcher(desk_of(engine, seller, transports={"folder": gate}))
    thread = threading.Thread(target=one.run)
    thread.start()
    until(gate.begun.is_set)
    one.stop()
    gate.open.set()
    thread.join(20)
    assert (gate.sent, count(engine, "sent")) == (1, 1)
    row = lane_row(engine, seller)
    assert row.leased_by is None
    assert row.due_at is not None


def test_a_worker_of_one_slot_tries_a_lane_that_failed_again(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    ordered(engine, seller, "26-000001")
    with engine.begin() as conn:
        lane_store.standing_of(conn, seller.id)
        conn.execute(lanes.update().values(failures=1))
    desk = desk_of(engine, seller)
    with dispatching(replace(desk, settings=msgspec.structs.replace(desk.settings, worker_slots=1))):
        until(lambda: count(engine, "sent") == 1, 5)


def test_the_lane_of_a_worker_that_died_does_not_wait_until_all_others_are_empty(engine: sa.Engine) -> None:
    now = utc_now()
    rows = [{"supplier_id": f"busy-{nth}", "due_at": now - timedelta(seconds=nth)} for nth in range(5)]
    left = {"supplier_id": "left", "leased_by": "dead", "leased_until": now - timedelta(hours=1)}
    with engine.begin() as conn:
        conn.execute(lanes.insert(), rows)
        conn.execute(lanes.insert().values(left))
        taken = lane_store.claim(conn, "me", now, 2, timedelta(seconds=30))
    assert "left" in {one.supplier_id for one in taken}


def test_a_hundred_thousand_stirs_of_one_lane_keep_no_other_waiting(engine: sa.Engine) -> None:
    now = utc_now()
    many = "INSERT INTO stirs (supplier_id, at) SELECT 'busy', now() FROM generate_series(1, 100000)"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        # Many pages that were empty when the planner last heard of them: as after every burst.
        for statement in (many, "DELETE FROM stirs", "VACUUM (TRUNCATE FALSE) stirs"):
            conn.exec_driver_sql(statement)
    with engine.begin() as conn:
        conn.exec_driver_sql(many)
        lane_store.stir(conn, "other", now)
        conn.execute(lanes.insert().values(supplier_id="busy", paused_by="anna"))
    for _ in range(3):
        with engine.begin() as conn:
            conn.exec_driver_sql("SET LOCAL statement_timeout = '60s'")
            lane_store.claim(conn, "me", now, 2, timedelta(seconds=30))
    assert only(engine, "SELECT count(*) FROM lanes WHERE supplier_id = 'other'") == 1


def test_an_outcome_that_cannot_be_recorded_is_not_sent_for_ever(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    (order_id,) = ordered(engine, seller, "26-000001")
    with engine.begin() as conn:
        message = journal.get(conn, message_of(engine, order_id))
        # As our own mistakes look to the recorder: the attempt's number is taken.
        taken = "INSERT INTO attempts (message_id, n, at, outcome, evidence) VALUES (:id, 1, now(), 'unsure', '')"
        conn.execute(sa.text(taken), {"id": message.id if message else None})
    assert message is not None
    recorder = Recorder(desk_of(engine, seller), "me", Turns(), lambda: None)
    result = Result(
        message=message, number="26-000001", supplier=seller, outcome=Outcome.DELIVERED, evidence="ok", at=utc_now()
    )
    recorder.put(result)
    recorder.close()
    assert count(engine, "held") == 1
    assert "could not be recorded" in only(engine, "SELECT finding FROM tasks")


@pytest.fixture
def narrow(database_url: str) -> sa.Engine:
    """A pool of one connection that nobody waits for long."""
    return sa.create_engine(database_url, pool_size=1, max_overflow=0, pool_timeout=0.1)


def test_a_pool_that_is_empty_for_a_while_loses_no_outcome_and_ends_no_thread(
    engine: sa.Engine, narrow: sa.Engine, tmp_path: Path
) -> None:
    seller = supplier(tmp_path)
    (order_id,) = ordered(engine, seller, "26-000001")
    with engine.begin() as conn:
        message = journal.get(conn, message_of(engine, order_id))
        lane_store.standing_of(conn, seller.id)
    assert message is not None
    desk = replace(desk_of(engine, seller), engine=narrow)
    desk = replace(desk, settings=msgspec.structs.replace(desk.settings, worker_heartbeat=0.3))
    turns = Turns()
    held = narrow.connect()
    recorder, leases = Recorder(desk, "me", turns, lambda: None), Leases(desk, "me", turns, lambda: None)
    result = Result(
        message=message, number="26-000001", supplier=seller, outcome=Outcome.DELIVERED, evidence="ok", at=utc_now()
    )
    try:
        recorder.put(result)
        recorder.put((Held(seller.id, ill=False), None))
        time.sleep(0.5)
        held.close()
        until(lambda: count(engine, "sent") == 1, 5)
        until(lambda: only(engine, "SELECT count(*) FROM workers WHERE id = 'me'") == 1, 5)
    finally:
        recorder.close()
        leases.stop()
        narrow.dispose()


def test_who_releases_locks_in_the_order_in_which_workers_do(engine: sa.Engine, tmp_path: Path) -> None:
    (order_id,) = ordered(engine, supplier(tmp_path), "26-000001")
    message_id = message_of(engine, order_id)
    errors: list[BaseException] = []

    def release() -> None:
        try:
            with engine.begin() as conn:
                place.release(conn, message_id, "anna", utc_now())
        except BaseException as error:
            errors.append(error)

    with engine.begin() as conn:
        journal.change(conn, message_id, state="held")
    thread = threading.Thread(target=release)
    with engine.begin() as conn:
        book.lock(conn, order_id)
        thread.start()
        time.sleep(0.3)
        assert journal.get(conn, message_id, lock=True) is not None
    thread.join(5)
    assert errors == []
    assert count(engine, "queued") == 1


def test_whoever_wakes_a_lane_waits_for_no_message_that_is_being_recorded(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    one, other = (message_of(engine, order_id) for order_id in ordered(engine, seller, "26-000001", "26-000002"))
    later = utc_now() + timedelta(hours=1)
    with engine.begin() as conn:
        for message_id in (one, other):
            journal.change(conn, message_id, state="waiting", next_at=later)
    with engine.begin() as recording, engine.begin() as waking:
        journal.get(recording, one, lock=True)
        waking.execute(sa.text("SET LOCAL lock_timeout = '1s'"))
        lane_store.wake(waking, [seller.id], utc_now())
        lane_store.hasten(waking, utc_now())
    assert only(engine, "SELECT count(*) FROM messages WHERE next_at > now() + interval '1 minute'") == 1


def test_a_clock_that_was_ahead_keeps_no_question_waiting(engine: sa.Engine, tmp_path: Path) -> None:
    (order_id,) = ordered(engine, supplier(tmp_path), "26-000001")
    with engine.begin() as conn:
        journal.change(conn, message_of(engine, order_id), state="sent", follow_at=utc_now() + timedelta(days=400))
        lane_store.hasten(conn, utc_now())
    assert only(engine, "SELECT follow_at <= now() FROM messages")


def test_what_waits_behind_a_message_that_a_person_skips_is_looked_at(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    (order_id,) = ordered(engine, seller, "26-000001")
    with engine.begin() as conn:
        conn.execute(stirs.delete())
        handling.skip(conn, message_of(engine, order_id), "anna", "not wanted", utc_now())
    assert only(engine, "SELECT count(*) FROM stirs") == 1


def test_a_failed_attempt_does_not_end_the_questions_about_one_that_arrived(engine: sa.Engine, tmp_path: Path) -> None:
    """Two workers may have sent the same message, where a lease ended while one of them hung."""
    seller = supplier(tmp_path)
    (order_id,) = ordered(engine, seller, "26-000001")
    message_id, asked = message_of(engine, order_id), utc_now() + timedelta(minutes=1)
    with engine.begin() as conn:
        journal.change(conn, message_id, state="sent", follow_at=asked, done_at=utc_now())
        message = journal.get(conn, message_id)
    assert message is not None
    given = {"message": message, "number": "26-000001", "supplier": seller, "at": utc_now()}
    conclude(desk_of(engine, seller), [Result(outcome=Outcome.NOT_SENT, evidence="away", **given)], {}, "me")
    with engine.connect() as conn:
        after = journal.get(conn, message_id)
    assert after is not None
    assert (after.state.value, after.follow_at) == ("sent", asked)


def test_leases_that_ended_while_the_database_was_away_are_left_to_their_workers_for_a_while(
    engine: sa.Engine, database_url: str
) -> None:
    with engine.begin() as conn:
        ended = sa.func.now() - timedelta(seconds=1)
        conn.execute(lanes.insert().values(supplier_id="theirs", leased_by="another", leased_until=ended))
        assert lane_store.claim(conn, "me", utc_now(), 5, timedelta(seconds=30), take_over=False) == []
        assert len(lane_store.claim(conn, "me", utc_now(), 5, timedelta(seconds=30))) == 1


def test_who_closes_a_task_locks_in_the_order_in_which_others_do(engine: sa.Engine, tmp_path: Path) -> None:
    (order_id,) = ordered(engine, supplier(tmp_path), "26-000001")
    message_id = message_of(engine, order_id)
    errors: list[BaseException] = []
    with engine.begin() as conn:
        about = {"order_id": order_id, "message_id": message_id}
        task_id = tasks.add(conn, tasks.Kind.UNDELIVERABLE, "not delivered", utc_now(), **about)  # type: ignore[arg-type]

    def close() -> None:
        try:
            with engine.begin() as conn:
                tasks.close(conn, task_id, "anna", tasks.ORDERED, utc_now())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=close)
    with engine.begin() as conn:
        book.lock(conn, order_id)
        thread.start()
        time.sleep(0.3)
        conn.execute(sa.text("SET LOCAL lock_timeout = '1s'"))
        tasks.close_for_message(conn, message_id, "berit", "released", utc_now())
    thread.join(5)
    assert [str(error) for error in errors if "was closed by berit" not in str(error)] == []


def test_a_broken_lane_without_anything_to_send_is_no_longer_told_of(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    (order_id,) = ordered(engine, seller, "26-000001")
    desk = desk_of(engine, seller)
    with engine.begin() as conn:
        conn.execute(lanes.insert().values(supplier_id=seller.id, broken_at=utc_now(), failures=3, error="away"))
        assert [kind for kind, _ in wrongs.broken(conn, desk, utc_now())] == [Kind.LANE_BROKEN]
        journal.change(conn, message_of(engine, order_id), state="held")
        assert wrongs.broken(conn, desk, utc_now()) == {}


def test_a_lane_that_has_been_dead_for_months_has_a_next_attempt() -> None:
    plan = Plan(first=timedelta(days=1), longest=timedelta(days=7))
    assert pause(80, 0.5, plan) == timedelta(days=7)


def test_a_turn_that_began_while_leases_were_renewed_is_not_taken_for_lost() -> None:
    turns, ended, begun, lost = Turns(), Held("a", ill=False), Held("a", ill=False), Held("b", ill=False)
    turns.begin([ended, lost])
    asked = turns.held()
    turns.end([ended])
    turns.begin([begun])
    turns.keep(asked, kept=set())
    assert (begun.lost, lost.lost) == (False, True)
