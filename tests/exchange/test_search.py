"""Messages are found by all that somebody may hold in hand; dead letters by their cause; many are handled at once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from gateway.exchange import bulk, causes, journal, search
from gateway.exchange.allowed import Action
from gateway.exchange.alone import deliver
from gateway.exchange.journal import MessageState
from gateway.exchange.place import place
from gateway.exchange.process import process
from gateway.exchange.receive import receive
from gateway.exchange.search import Wanted
from gateway.findings import Finding
from gateway.suppliers.supplier import Supplier
from tests.exchange.desk import dialects, office, response, supplier
from tests.exchange.test_send import placed
from tests.orders.samples import NOW, sample_order


def found(engine: sa.Engine, **wanted: object) -> list[UUID]:
    with engine.connect() as conn:
        return [one.id for one in search.find(conn, Wanted(**wanted), now=NOW)]  # type: ignore[arg-type]


@pytest.fixture
def story(engine: sa.Engine, tmp_path: Path) -> tuple[Supplier, UUID, UUID]:
    """An order that was sent and its answer, beside another order of another supplier."""
    seller, other = supplier(tmp_path), supplier(tmp_path, "annan", participant=None)
    desk = office(engine, seller, other)
    _, message_id = placed(engine, seller)
    deliver(desk, message_id)
    raw = dialects()["peppol"].write(response(sample_order()))
    with engine.begin() as conn:
        answer = receive(
            conn, raw, "in/svar.xml", seller.id, "folder", "REMOTE-7", NOW, "svar_26-000001.xml"
        ).message_id
        process(conn, answer, desk, NOW)
        place(conn, sample_order("26-000002"), other, "glantan", "anna", NOW + timedelta(days=2))
    return seller, message_id, answer


def test_every_number_finds_its_message(engine: sa.Engine, story: tuple[Supplier, UUID, UUID]) -> None:
    _, sent, answer = story
    with engine.connect() as conn:
        message = journal.get(conn, sent)
    assert message is not None
    for number in ("26-000001", f" {sent} ", message.key):
        assert sent in found(engine, number=number)
    assert found(engine, number="26-000001") == [answer, sent]
    assert len(found(engine, number="26-0")) == 3, "the beginning of a number is enough"
    assert found(engine, number="OS-1") == [answer], "the number of the document"
    assert found(engine, number="REMOTE-7") == [answer]
    assert found(engine, number="svar_26-000001.xml") == [answer], "a file's name means that file"
    assert found(engine, number=message.name) == [sent]
    assert found(engine, number="svar_26-000001") == [answer, sent], "and else the order in it"
    for nothing in ("26-000009", "x", "%", "å" * 50, str(UUID(int=0))):
        assert found(engine, number=nothing) == []


def test_filters_meet(engine: sa.Engine, story: tuple[Supplier, UUID, UUID]) -> None:
    seller, sent, answer = story
    assert found(engine, suppliers=(seller.id,)) == [answer, sent]
    assert found(engine, suppliers=(seller.id,), direction="out") == [sent]
    assert found(engine, states=(MessageState.PROCESSED,)) == [answer]
    assert found(engine, document="OrderResponse", suppliers=("annan",)) == []
    assert len(found(engine, since=NOW + timedelta(days=1))) == 1
    assert found(engine, until=NOW + timedelta(days=1)) == [answer, sent]
    assert found(engine, ids=(sent,)) == [sent]
    with engine.begin() as conn:
        journal.add_findings(conn, answer, [Finding(rule="unit-unknown", message="there is no unit 'dl' (50 %)")], NOW)
    assert found(engine, finding="unit 'dl' (50 %)") == [answer]
    assert found(engine, finding="unit-unknown") == [answer]
    assert found(engine, finding="100 %") == []


def test_pages_follow_each_other_without_a_gap(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    with engine.begin() as conn:
        for number in range(1, 8):
            place(conn, sample_order(f"26-00000{number}"), seller, "glantan", "anna", NOW)
    with engine.connect() as conn:
        wanted, seen = Wanted(), []
        while page := search.find(conn, wanted, 3):
            seen += [one.sequence for one in page]
            wanted = Wanted(before=page[-1].sequence)
        assert search.count(conn, Wanted()) == 7
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 7


def _dead(engine: sa.Engine, seller: Supplier, count: int, said: str, rule: str = "transport-refused") -> None:
    with engine.begin() as conn:
        for number in range(count):
            order = sample_order(f"26-{len(said):03}{number:03}")
            order_id = place(conn, order, seller, "glantan", "anna", NOW)
            (message,) = journal.of_order(conn, order_id)
            journal.change(conn, message.id, state=MessageState.HELD.value)
            finding = Finding(rule=rule, message=said.format(number=order.number, id=message.id))
            journal.add_findings(conn, message.id, [finding], NOW)


def test_many_dead_letters_of_one_cause_are_one_line(engine: sa.Engine, tmp_path: Path) -> None:
    seller, other = supplier(tmp_path), supplier(tmp_path, "annan", participant=None)
    _dead(engine, seller, 12, "order '{number}' in message {id}: they do not know customer 1234567")
    _dead(engine, other, 3, "order '{number}': no unit 'XYZ'", "no-code")
    with engine.connect() as conn:
        first, second = causes.of_dead(conn)
        assert (first.count, first.rule, first.suppliers) == (12, "transport-refused", ("papperslagret",))
        assert first.said == "order … in message …: they do not know customer …"
        assert "they do not know customer 1234567" in first.example.message
        assert (second.count, second.states) == (3, ("held",))
        assert "'XYZ'" in second.said, "what a person must know stays"
        assert [one.count for one in causes.of_dead(conn, "annan")] == [3]
    assert len(found(engine, cause=first.id)) == 12
    assert len(found(engine, cause=second.id)) == 3


def test_the_last_cause_counts_and_an_attempt_where_nothing_was_found(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    _, message_id = placed(engine, seller)
    deliver(office(engine, seller), message_id)
    with engine.begin() as conn:
        journal.change(conn, message_id, state=MessageState.HELD.value)
        (cause,) = causes.of_dead(conn)
        assert cause.rule == "transport-delivered"
        later = NOW + timedelta(hours=1)
        journal.add_findings(conn, message_id, [Finding(rule="first-one", message="old")], NOW)
        noted = Finding(rule="only-noted", message="a note", fatal=False)
        journal.add_findings(conn, message_id, [noted, Finding(rule="second-one", message="new")], later)
        (cause,) = causes.of_dead(conn)
    assert (cause.rule, cause.said) == ("second-one", "new")


def test_a_bulk_is_tried_dry_and_done_in_batches(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BATCH", 4)
    seller = supplier(tmp_path)
    _dead(engine, seller, 10, "order {number}: their server was closed")
    _, waiting = placed(engine, seller, sample_order("26-999999"))
    wanted = Wanted(suppliers=(seller.id,))
    with engine.connect() as conn:
        trial = bulk.try_out(conn, wanted, Action.RELEASE, NOW)
    assert (trial.count, trial.goes) == (11, 10)
    assert trial.refused == {"it is queued: only a held one can be released": 1}
    assert len(found(engine, states=(MessageState.HELD,))) == 10, "a dry run does nothing"
    told: list[int] = []
    outcome = bulk.everything(
        engine, wanted, Action.RELEASE, "Alex", "", lambda: NOW, lambda one: told.append(one.seen)
    )
    assert (outcome.done, [one for one, _ in outcome.refused]) == (10, [waiting])
    assert told == [4, 8, 11]
    assert found(engine, states=(MessageState.HELD,)) == []


def test_ticked_ones_are_handled_each_for_itself(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    _, one = placed(engine, seller)
    with engine.begin() as conn:
        outcome = bulk.each(conn, [one, UUID(int=5)], Action.HOLD, "Alex", "vänta", NOW)
    assert outcome.done == 1
    assert outcome.refused[0][1].rule == "message-unknown"
    assert found(engine, states=(MessageState.HELD,)) == [one]
