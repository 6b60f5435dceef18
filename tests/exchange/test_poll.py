"""Fetching from folders: once, by one worker, and nobody waits for a dead one."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from gateway.exchange.place import place
from gateway.exchange.poll import due, poll
from gateway.orders import book
from gateway.orders.lifecycle import Event
from gateway.suppliers.supplier import Supplier
from tests.exchange.desk import office, only, supplier
from tests.orders.samples import NOW, sample_order

LONG_AGO = NOW - timedelta(days=1)


def drop(tmp_path: Path, seller: Supplier, name: str, content: bytes) -> Path:
    file = tmp_path / seller.id / "out" / name
    file.write_bytes(content)
    return file


def test_taken_in_and_moved_away_after_the_commit(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    desk = office(engine, seller)
    files = [drop(tmp_path, seller, f"svar-{place}.xml", b"<answer %d>" % place) for place in range(3)]
    assert poll(desk, seller) == 3
    assert not any(file.exists() for file in files)
    assert only(engine, "SELECT count(*) FROM messages WHERE state = 'received' AND supplier_id = 'papperslagret'") == 3
    assert only(engine, "SELECT count(*) FROM pgqueuer WHERE entrypoint = 'inbox'") == 3
    assert poll(desk, seller) == 0


def test_what_could_not_be_moved_is_a_duplicate_next_time(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    desk = office(engine, seller)
    drop(tmp_path, seller, "svar.xml", b"<answer>")
    (tmp_path / seller.id / "out" / "archive").write_text("a file where the archive should be")
    for _ in range(3):
        poll(desk, seller)
    assert only(engine, "SELECT count(*) FROM messages WHERE name = 'svar.xml'") == 1
    assert "archive" in only(engine, "SELECT error FROM channels")


def test_a_dead_one_is_noted_and_asked_less_often(engine: sa.Engine, tmp_path: Path) -> None:
    dead, alive = supplier(tmp_path, "doda"), supplier(tmp_path, "levande")
    (tmp_path / "doda" / "out").rmdir()
    drop(tmp_path, alive, "svar.xml", b"<answer>")
    clock = {"now": NOW}

    def now() -> datetime:
        return clock["now"]

    desk = office(engine, dead, alive, clock=now)
    assert set(due(desk, LONG_AGO)) == {"doda", "levande"}
    assert [poll(desk, seller) for seller in (dead, alive)] == [0, 1]
    assert only(engine, "SELECT failures FROM channels WHERE supplier_id = 'doda'") == 1
    assert str(tmp_path / "doda") in only(engine, "SELECT error FROM channels WHERE supplier_id = 'doda'")
    assert due(desk, LONG_AGO) == []
    clock["now"] += timedelta(seconds=desk.settings.poll_idle)
    assert set(due(desk, LONG_AGO)) == {"doda", "levande"}


def test_suppliers_with_open_orders_come_first_and_often(engine: sa.Engine, tmp_path: Path) -> None:
    idle, waiting = supplier(tmp_path, "idle"), supplier(tmp_path, "waiting")
    clock = {"now": NOW}
    desk = office(engine, idle, waiting, clock=lambda: clock["now"])
    with engine.begin() as conn:
        order_id = place(conn, sample_order(), waiting, "glantan", "anna", NOW)
        book.record(conn, order_id, Event.SENT, "avrop", NOW)
    assert due(desk, LONG_AGO) == ["waiting", "idle"]
    for seller in (idle, waiting):
        poll(desk, seller)
    clock["now"] += timedelta(seconds=desk.settings.poll_active)
    assert due(desk, LONG_AGO) == ["waiting"]


def test_a_worker_that_starts_does_not_ask_all_the_idle_ones_at_once(engine: sa.Engine, tmp_path: Path) -> None:
    clock = {"now": NOW}
    desk = office(engine, *(supplier(tmp_path, f"supplier-{n}") for n in range(50)), clock=lambda: clock["now"])
    turns = []
    for part in range(5):
        clock["now"] = NOW + part / 4 * timedelta(seconds=desk.settings.poll_idle)
        turns.append(len(due(desk, NOW)))
    assert turns[0] == 0
    assert turns == sorted(turns)
    assert 5 < turns[2] < 45
    assert turns[-1] == 50


def test_two_workers_never_poll_the_same(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    drop(tmp_path, seller, "svar.xml", b"<answer>")
    with engine.connect() as other:
        other.execute(sa.text("SELECT pg_advisory_lock(hashtextextended('poll papperslagret', 0))"))
        assert poll(office(engine, seller), seller) == 0
        other.execute(sa.text("SELECT pg_advisory_unlock_all()"))
    assert poll(office(engine, seller), seller) == 1
