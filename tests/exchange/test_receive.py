"""What comes in is kept first, once, and never silently replaced."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from gateway.exchange import journal, tasks
from gateway.exchange.receive import Accepted, keep, receive
from gateway.exchange.sweep import pick_up
from tests.exchange.desk import office, only, supplier
from tests.orders.samples import NOW


def arrive(engine: sa.Engine, raw: bytes, remote_id: str = "id-1") -> Accepted:
    with engine.begin() as conn:
        return receive(conn, raw, "folder:papperslagret/a.xml", "papperslagret", "folder", remote_id, NOW)


def test_bytes_and_job_are_kept_together(engine: sa.Engine) -> None:
    accepted = arrive(engine, b"\x00 not even text \xff")
    assert not accepted.duplicate
    with engine.connect() as conn:
        assert journal.raw(conn, accepted.message_id) == b"\x00 not even text \xff"
    assert only(engine, "SELECT entrypoint FROM pgqueuer") == "inbox"


def test_the_same_again_gets_the_first_receipt(engine: sa.Engine) -> None:
    first = arrive(engine, b"one")
    assert arrive(engine, b"one") == Accepted(message_id=first.message_id, duplicate=True)
    assert only(engine, "SELECT count(*) FROM pgqueuer") == 1
    assert only(engine, "SELECT count(*) FROM messages") == 1


def test_the_same_id_with_other_bytes_is_refused_kept_and_told(engine: sa.Engine) -> None:
    arrive(engine, b"one")
    other = arrive(engine, b"two")
    assert [finding.rule for finding in other.findings] == ["id-used-twice"]
    with engine.connect() as conn:
        assert journal.raw(conn, other.message_id) == b"two"
        (task,) = tasks.open_tasks(conn)
    assert task.kind is tasks.Kind.REJECTED_DOCUMENT
    assert "'id-1' was used before" in task.finding
    assert only(engine, "SELECT count(*) FROM pgqueuer") == 1


def test_many_at_the_same_moment_are_one(engine: sa.Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: arrive(engine, b"one"), range(16)))
    assert len({answer.message_id for answer in answers}) == 1
    assert sum(not answer.duplicate for answer in answers) == 1
    assert only(engine, "SELECT count(*) FROM pgqueuer") == 1


def test_bytes_of_a_killed_receiver_are_picked_up(engine: sa.Engine, tmp_path: Path) -> None:
    with engine.begin() as conn:
        keep(conn, b"half a message", "access_point:somewhere", None, "access_point", NOW - timedelta(minutes=5))
    pick_up(office(engine, supplier(tmp_path)))
    assert only(engine, "SELECT state FROM messages") == "received"
    assert only(engine, "SELECT entrypoint FROM pgqueuer") == "inbox"
