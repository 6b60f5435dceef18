"""What a worker that was stopped, cut off or misled by its clock leaves to the others."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.exchange import journal, lane_store
from gateway.exchange.conclude import conclude
from gateway.exchange.journal import MessageState
from gateway.exchange.lane_store import State
from gateway.exchange.poll import due
from gateway.exchange.process import give_up
from gateway.exchange.retry import Outcome
from gateway.exchange.send import Result
from gateway.exchange.single import single
from gateway.exchange.tables import channels, lanes, messages
from tests.exchange.desk import message_of, office, only, supplier
from tests.exchange.test_dispatch import ordered
from tests.orders.samples import NOW

HOUR, LEASE = timedelta(hours=1), timedelta(seconds=30)


def test_a_lane_that_another_worker_has_by_now_is_not_given_away(engine: sa.Engine) -> None:
    with engine.begin() as conn:
        lane_store.stir(conn, "papperslagret", NOW)
        lane_store.claim(conn, "the other", NOW, 10, LEASE)
        lane_store.settle(conn, [State(supplier_id="papperslagret", ended=True)], "the stopped one")
        assert lane_store.renew(conn, "the other", ["papperslagret"], LEASE) == {"papperslagret"}
        lane_store.settle(conn, [State(supplier_id="papperslagret", ended=True)], "the other")
        assert lane_store.renew(conn, "the other", ["papperslagret"], LEASE) == set()


def test_a_late_failure_does_not_end_the_following_of_what_somebody_carries_on(
    engine: sa.Engine, tmp_path: Path
) -> None:
    seller = supplier(tmp_path)
    (order_id,) = ordered(engine, seller, "26-000001")
    message_id, desk = message_of(engine, order_id), office(engine, seller)
    with engine.begin() as conn:
        journal.change(conn, message_id, state="sent", done_at=NOW, follow_at=NOW + HOUR)
        message = journal.get(conn, message_id)
    assert message is not None
    facts = {"outcome": Outcome.NOT_SENT, "evidence": "no answer", "at": NOW, "final": True}
    conclude(desk, [Result(message=message, number="26-000001", supplier=seller, **facts)], {})  # type: ignore[arg-type]
    with engine.begin() as conn:
        after = journal.get(conn, message_id)
    assert after is not None
    assert (after.state, after.follow_at, after.attempts) == (MessageState.SENT, NOW + HOUR, 1)


def test_a_lane_stirred_by_somebody_whose_clock_is_ahead_is_looked_at_now(engine: sa.Engine) -> None:
    with engine.begin() as conn:
        lane_store.stir(conn, "papperslagret", NOW + 2 * HOUR)
        assert [one.supplier_id for one in lane_store.claim(conn, "me", NOW, 10, LEASE)] == ["papperslagret"]


def test_times_that_no_right_clock_can_have_reckoned_are_found_and_set_right(engine: sa.Engine, tmp_path: Path) -> None:
    (order_id,) = ordered(engine, supplier(tmp_path), "26-000001")
    with engine.begin() as conn:
        lane_store.standing_of(conn, "papperslagret")
        journal.change(conn, message_of(engine, order_id), state="waiting", next_at=NOW + 7 * HOUR)
        assert not lane_store.clock_was_wrong(conn, NOW, 6 * HOUR)
        for table, column, at in ((messages, "next_at", 8), (messages, "follow_at", 300), (lanes, "due_at", 300)):
            conn.execute(table.update().values({column: NOW + at * HOUR}))
            assert lane_store.clock_was_wrong(conn, NOW, 6 * HOUR)
            lane_store.hasten(conn, NOW)
            assert not lane_store.clock_was_wrong(conn, NOW, 6 * HOUR)


def test_who_was_asked_in_the_future_is_asked_again(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    desk = office(engine, seller)
    with engine.begin() as conn:
        conn.execute(channels.insert().values(supplier_id=seller.id, polled_at=NOW, failures=0, error=""))
    assert due(desk, NOW - HOUR) == []
    with engine.begin() as conn:
        conn.execute(channels.update().values(polled_at=NOW + 2 * HOUR))
    assert due(desk, NOW - HOUR) == [seller.id]


def test_what_was_processed_after_all_is_not_given_up(engine: sa.Engine, tmp_path: Path) -> None:
    with engine.begin() as conn:
        message_id = journal.add(conn, "in", MessageState.PROCESSED, NOW, transport="folder", raw=b"x")
    give_up(office(engine, supplier(tmp_path)), message_id, OSError("the line broke at the commit"))
    assert only(engine, "SELECT state FROM messages") == "processed"
    assert only(engine, "SELECT count(*) FROM tasks") == 0


def test_who_falls_silent_loses_what_one_at_a_time_may_do(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.exchange.single._SILENT", "50ms")
    with single(engine, "this") as mine:
        assert mine
        with single(engine, "this") as another:
            assert not another
        only(engine, "SELECT count(*) FROM (SELECT pg_sleep(0.3)) AS waited")
        with single(engine, "this") as another:
            assert another
    with single(engine, "this") as again:
        assert again
