"""Fetching from folders: once, by one worker, and nobody waits for a dead one."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import sqlalchemy as sa

from gateway.exchange.boxes import boxes
from gateway.exchange.place import place
from gateway.exchange.poll import due, poll
from gateway.exchange.process import process
from gateway.formats import sbdh
from gateway.identifiers import ParticipantId
from gateway.orders import book
from gateway.orders.lifecycle import Event
from gateway.suppliers.supplier import Supplier
from gateway.transports import TRANSPORTS
from tests.exchange.desk import dialects, office, only, response, supplier
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


def _behind_one_access_point(tmp_path: Path, *orgs: str) -> list[Supplier]:
    """Suppliers with an inbox of their own and one outbox for all."""
    (tmp_path / "shared").mkdir()
    sellers = []
    for org in orgs:
        mine = supplier(tmp_path, f"org-{org}")
        settings = msgspec.structs.replace(mine.settings, outbox=str(tmp_path / "shared"))
        facts = {"transport": "access_point_folder", "settings": settings, "participant": ParticipantId(f"0007:{org}")}
        sellers.append(msgspec.structs.replace(mine, **facts))
    return sellers


def _from(seller: Supplier, instance: str) -> bytes:
    payload = dialects()["peppol"].write(response(sample_order()))
    return sbdh.wrap(payload, sbdh.header_for(payload, seller.participant or "", "0007:2120009994", instance, NOW))


def test_a_shared_place_is_asked_once_and_each_answer_finds_its_sender(engine: sa.Engine, tmp_path: Path) -> None:
    first, second = _behind_one_access_point(tmp_path, "5599990008", "5599990016")
    alone = supplier(tmp_path, "alone", participant=None)
    desk = office(engine, first, alone, second)
    assert sorted(due(desk, LONG_AGO)) == ["alone", first.id]
    (tmp_path / "shared" / "a.xml").write_bytes(_from(second, "7f9d1c1e-0000-4000-8000-00000000000a"))
    (tmp_path / "shared" / "b.xml").write_bytes(_from(first, "7f9d1c1e-0000-4000-8000-00000000000b"))
    assert poll(desk, first) == 2
    assert only(engine, "SELECT count(*) FROM messages WHERE supplier_id IS NULL AND state = 'received'") == 2
    with engine.begin() as conn:
        for message_id in conn.scalars(sa.text("SELECT id FROM messages WHERE direction = 'in'")).all():
            process(conn, message_id, desk, NOW)
    senders = "SELECT string_agg(name || ' ' || supplier_id, ', ' ORDER BY name) FROM messages"
    assert only(engine, senders) == f"a.xml {second.id}, b.xml {first.id}"
    assert only(engine, "SELECT count(*) FROM channels") == 2
    assert due(desk, LONG_AGO) == ["alone"]


def test_an_open_order_of_any_of_them_brings_the_shared_place_forward(engine: sa.Engine, tmp_path: Path) -> None:
    first, second = _behind_one_access_point(tmp_path, "5599990008", "5599990016")
    with engine.begin() as conn:
        order_id = place(conn, sample_order(), second, "glantan", "anna", NOW)
        book.record(conn, order_id, Event.SENT, "avrop", NOW)
    assert due(office(engine, supplier(tmp_path, "alone"), first, second), LONG_AGO) == [first.id, "alone"]


def test_the_same_envelope_twice_is_one_message_and_no_envelope_waits_for_a_person(
    engine: sa.Engine, tmp_path: Path
) -> None:
    [seller] = _behind_one_access_point(tmp_path, "5599990008")
    desk = office(engine, seller)
    for name in ("a.xml", "b.xml"):
        (tmp_path / "shared" / name).write_bytes(_from(seller, "7f9d1c1e-0000-4000-8000-00000000000a"))
    (tmp_path / "shared" / "c.xml").write_bytes(b"<Order/>")
    assert poll(desk, seller) == 3
    with engine.begin() as conn:
        for message_id in conn.scalars(sa.text("SELECT id FROM messages")).all():
            process(conn, message_id, desk, NOW)
    assert only(engine, "SELECT count(*) FROM messages WHERE remote_id LIKE '7f9d%'") == 1
    assert only(engine, "SELECT state FROM messages WHERE name = 'c.xml'") == "rejected"
    assert list((tmp_path / "shared").glob("*.xml")) == []


def test_two_suppliers_without_envelopes_are_never_taken_for_one(tmp_path: Path) -> None:
    one = supplier(tmp_path, "one")
    other = msgspec.structs.replace(one, id="other")
    assert [len(box) for box in boxes([one, other], TRANSPORTS)] == [1, 1]
