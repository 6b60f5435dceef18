"""A dry run shows what is really sent, and leaves nothing behind."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from gateway.exchange import halting, journal
from gateway.exchange.alone import deliver
from gateway.exchange.rehearse import example, from_book, rehearse
from gateway.exchange.tables import stirs
from gateway.findings import Rejected
from gateway.formats import sbdh
from gateway.settings import load_settings, mapping_texts
from gateway.suppliers.agreement import Lane, Window
from gateway.suppliers.policy import Policies, every
from gateway.transports.folder import Folder
from tests.exchange.desk import dialects, office, only, supplier
from tests.exchange.test_send import placed
from tests.orders.samples import NOW, kronor, sample_order

TABLES = ("orders", "messages", "attempts", "message_findings", "verdicts", "tasks", "lanes", "pgqueuer")


class Enveloped(Folder):
    envelope = "sbdh"


@pytest.mark.parametrize(
    ("dialect", "transport"),
    [
        ("peppol", Folder()),
        ("csv", Folder()),
        ("skogsbagaren", Folder()),
        ("peppol", Enveloped()),
        ("peppol-advanced", Enveloped()),
    ],
    ids=["peppol", "csv", "skogsbagaren", "peppol in sbdh", "advanced in sbdh"],
)
def test_the_bytes_are_those_that_are_sent(engine: sa.Engine, tmp_path: Path, dialect: str, transport: Folder) -> None:
    seller = supplier(tmp_path, dialect=dialect)
    desk = office(engine, seller, transports={"folder": transport})
    _, message_id = placed(engine, seller)
    with engine.connect() as conn:
        order, key = from_book(conn, "26-000001")
    shown = rehearse(desk, seller, order, key)
    deliver(desk, message_id)
    (file,) = (tmp_path / seller.id / "in").iterdir()
    assert (file.name, file.read_bytes()) == (shown.name, shown.content)
    assert (shown.bare == shown.content) is (transport.envelope == "")
    if transport.envelope:
        assert sbdh.unwrap(shown.content)[0].instance == key


def test_nothing_is_stored(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    shown = rehearse(office(engine, seller), seller, sample_order())
    assert (shown.answer, shown.against) == ("goes", ())
    assert [verdict.layer for verdict in shown.verdicts] == ["structure", "ours"]
    assert [only(engine, f"SELECT count(*) FROM {table}") for table in TABLES] == [0] * len(TABLES)
    assert list((tmp_path / seller.id / "in").iterdir()) == []
    assert shown.way.place == str(tmp_path / seller.id / "in")
    assert shown.way.leaves_at == NOW


def test_what_is_against_it_is_said_by_the_policy(engine: sa.Engine, tmp_path: Path) -> None:
    order = sample_order()
    wrong = replace(order, lines=(replace(order.lines[0], amount=kronor("999.00")), order.lines[1]))
    strict = supplier(tmp_path)
    lenient = supplier(tmp_path, rules=Policies(outbound=every("warn")))
    desk = office(engine, strict)
    refused, noted = rehearse(desk, strict, wrong), rehearse(desk, lenient, wrong)
    assert refused.answer == "refused"
    assert refused.against[0].rule.startswith("avrop-")
    assert refused.bare, "the bytes are shown all the same"
    assert (noted.answer, noted.noted[0].rule) == ("goes", refused.against[0].rule)
    mute = rehearse(desk, supplier(tmp_path, dialect="skogsbagaren"), sample_order(unit="XYZ"))
    assert (mute.answer, mute.bare) == ("refused", b"")
    assert "'XYZ'" in mute.against[0].message


def test_by_hand_and_wrong_lines(engine: sa.Engine, tmp_path: Path) -> None:
    later = supplier(tmp_path, transport="portal", by_hand=True, settings=None)
    assert rehearse(office(engine, later), later, sample_order()).answer == "by_hand"
    with pytest.raises(Rejected, match="no mapping is called 'klingon'"):
        rehearse(office(engine), supplier(tmp_path, dialect="klingon"), sample_order())


@pytest.mark.parametrize("dialect", sorted(name for name, one in dialects().items() if "Order" in one.documents))
def test_every_dialect_has_an_example_that_goes(engine: sa.Engine, tmp_path: Path, dialect: str) -> None:
    seller = supplier(tmp_path, dialect=dialect, name="exempel")
    desk = office(engine, seller)
    order = example(desk, seller, mapping_texts(load_settings({})))
    assert order.seller.legal_name == "Exempel"
    assert rehearse(desk, seller, order).bare


def test_a_paused_lane_leaves_when_somebody_resumes_it(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    placed(engine, seller)
    with engine.begin() as conn:
        halting.pause(conn, seller.id, "Alex", NOW)
        with pytest.raises(Rejected, match="Alex paused it 2026-03-02 09:30"):
            halting.pause(conn, seller.id, "Bo", NOW)
        with pytest.raises(Rejected, match="resume it first"):
            halting.wake(conn, seller.id, "Bo", NOW)
    way = rehearse(office(engine, seller), seller, sample_order()).way
    assert (way.leaves_at, way.paused_by, way.waiting) == (None, "Alex", 1)
    with engine.begin() as conn:
        halting.resume(conn, seller.id, "Bo", NOW)
        assert halting.lane_of(conn, seller.id).paused_by is None
        with pytest.raises(Rejected, match="nobody paused it"):
            halting.resume(conn, seller.id, "Bo", NOW)


def test_waking_a_lane_makes_everything_due(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    (tmp_path / seller.id / "in").rmdir()
    _, message_id = placed(engine, seller)
    deliver(office(engine, seller), message_id)
    with engine.begin() as conn:
        assert halting.wake(conn, seller.id, "Alex", NOW) == 1
        message = journal.get(conn, message_id)
        assert message is not None
        assert message.next_at == NOW
        assert conn.execute(sa.select(stirs.c.supplier_id, stirs.c.at)).all()[-1] == (seller.id, NOW)


def test_it_leaves_when_the_lane_opens(engine: sa.Engine, tmp_path: Path) -> None:
    window = Window(days=frozenset(range(5)), start=time(12), end=time(17))
    seller = supplier(tmp_path, lane=Lane(windows=(window,)))
    way = rehearse(office(engine, seller), seller, sample_order()).way
    assert way.leaves_at == NOW + timedelta(hours=1, minutes=30), "noon in Sweden is eleven"
    assert way.windows == (window,)
