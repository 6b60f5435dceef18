"""Answers find their order and move it; the others wait for a person, bytes and all."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
import sqlalchemy as sa

from gateway.exchange import journal, knowledge, tasks
from gateway.exchange.journal import MessageState
from gateway.exchange.office import Handlers, Office
from gateway.exchange.place import place
from gateway.exchange.process import process
from gateway.exchange.receive import receive, set_aside
from gateway.findings import Finding, Place
from gateway.formats import sbdh
from gateway.model import DespatchAdvice, Document, Order
from gateway.orders import book
from gateway.orders.advices import standing
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import Event, State
from gateway.suppliers.supplier import Supplier
from tests.exchange.desk import advice, office, response, supplier
from tests.formats.test_hostile import HOSTILE
from tests.formats.test_logistics import advice as logistics
from tests.orders.samples import NOW, sample_order

BROKEN = Finding(rule="csv-number", message="'\x00' is not a number", place=Place(source="svar-\udcff.csv", line=1))


@pytest.fixture
def seller(tmp_path: Path) -> Supplier:
    return supplier(tmp_path)


def placed(engine: sa.Engine, seller: Supplier, order: Order | None = None) -> UUID:
    with engine.begin() as conn:
        order_id = place(conn, order or sample_order(), seller, "glantan", "anna", NOW)
        book.record(conn, order_id, Event.SENT, "avrop", NOW)
    return order_id


def answer(desk: Office, seller: Supplier, document: Document | bytes) -> journal.Message:
    """Receives and processes what `seller` sends; the message afterwards."""
    raw = document if isinstance(document, bytes) else desk.dialects["peppol"].write(document)
    with desk.engine.begin() as conn:
        source, remote_id = f"folder:{seller.id}/svar.xml", journal.digest(raw)
        message_id = receive(conn, raw, source, seller.id, "folder", remote_id, NOW).message_id
    with desk.engine.begin() as conn:
        process(conn, message_id, desk, NOW)
    with desk.engine.connect() as conn:
        assert journal.raw(conn, message_id) == raw
        message = journal.get(conn, message_id)
    assert message is not None
    return message


def state_of(engine: sa.Engine, order_id: UUID) -> State:
    with engine.connect() as conn:
        row = book.get(conn, order_id)
        assert row is not None
        return row.state


@pytest.mark.parametrize(
    ("code", "status", "state"),
    [
        ("AB", "5", State.ACKNOWLEDGED),
        ("AP", "5", State.CONFIRMED),
        ("CA", "3", State.CHANGED),
        ("CA", "7", State.CANCELLED),
        ("RE", "5", State.REJECTED),
    ],
)
def test_a_response_moves_its_order(engine: sa.Engine, seller: Supplier, code: str, status: str, state: State) -> None:
    desk, order_id = office(engine, seller), placed(engine, seller)
    message = answer(desk, seller, response(sample_order(), code, status))
    assert message.state is MessageState.PROCESSED
    assert message.order_id == order_id
    assert state_of(engine, order_id) is state
    with engine.connect() as conn:
        last = book.timeline(conn, order_id)[-1]
    assert last.actor == seller.name
    assert last.detail["code"] == code
    assert len(last.detail["lines"]) == (2 if code == "CA" else 0)


def test_a_file_may_carry_its_envelope_along(engine: sa.Engine, seller: Supplier) -> None:
    desk = office(engine, seller)
    order_id = placed(engine, seller)
    bare = desk.dialects["peppol"].write(response(sample_order(), "AP"))
    header = sbdh.header_for(bare, "0007:5500006597", "0007:2120009994", "7f2c", NOW)
    message = answer(desk, seller, sbdh.wrap(bare, header))
    assert message.state is MessageState.PROCESSED
    assert state_of(engine, order_id) is State.CONFIRMED


def test_a_despatch_advice_is_handed_on_in_the_same_transaction(engine: sa.Engine, seller: Supplier) -> None:
    seen: list[tuple[str, str]] = []

    def hub(conn: sa.Connection, row: OrderRow, told: DespatchAdvice, now: datetime) -> None:
        assert conn.in_transaction()
        seen.append((row.number, told.number))

    desk, order_id = office(engine, seller, handlers=Handlers(despatch_advice=hub)), placed(engine, seller)
    answer(desk, seller, advice(sample_order()))
    assert seen == [("26-000001", "LA-1")]
    assert state_of(engine, order_id) is State.DESPATCHED
    with engine.connect() as conn:
        assert book.timeline(conn, order_id)[-1].detail["sscc"] == ["373500010000000018"]


def test_a_handler_that_fails_undoes_all_of_it(engine: sa.Engine, seller: Supplier) -> None:
    def broken(conn: sa.Connection, row: OrderRow, told: DespatchAdvice, now: datetime) -> None:
        raise RuntimeError("the hub fell over")

    desk, order_id = office(engine, seller, handlers=Handlers(despatch_advice=broken)), placed(engine, seller)
    with pytest.raises(RuntimeError, match="fell over"):
        answer(desk, seller, advice(sample_order()))
    assert state_of(engine, order_id) is State.SENT
    with engine.connect() as conn:
        assert [message.state for message in journal.recent(conn, state="received")] == [MessageState.RECEIVED]


def test_a_withdrawn_advice_is_told_handed_on_and_moves_nothing(engine: sa.Engine, seller: Supplier) -> None:
    heard: list[str | None] = []
    hub = Handlers(despatch_advice=lambda _conn, _row, told, _now: heard.append(told.status))
    desk, order_id = office(engine, seller, handlers=hub), placed(engine, seller)
    example = logistics("advanced_despatch_advice")
    lines = tuple(msgspec.structs.replace(line, order="26-000001") for line in example.lines)
    codec = desk.dialects["peppol"].codecs["peppol/advanced_despatch_advice"]
    for status in ("9", "1"):
        told = msgspec.structs.replace(example, orders=("26-000001",), lines=lines, status=status)
        message = answer(desk, seller, codec.write(told))
        assert message.state is MessageState.PROCESSED
    assert heard == ["9", "1"]
    assert state_of(engine, order_id) is State.DESPATCHED, "an order goes not back"
    with engine.connect() as conn:
        events = book.timeline(conn, order_id)
        row = book.get(conn, order_id)
        assert row is not None
        assert knowledge.known(conn, row).delivered is None
    said = {"step": "advice_withdrawn", "number": "LA-7003", "note": "Ring på porten", "message": str(message.id)}
    assert (events[-1].event, events[-1].detail) == (Event.NOTE, said)
    assert standing(events[:-1]) == [events[-2]]
    assert standing(events) == []


def test_the_advice_before_the_response(engine: sa.Engine, seller: Supplier) -> None:
    desk, order_id = office(engine, seller), placed(engine, seller)
    answer(desk, seller, advice(sample_order()))
    assert answer(desk, seller, response(sample_order())).state is MessageState.PROCESSED
    assert state_of(engine, order_id) is State.DESPATCHED


def test_processing_twice_does_it_once(engine: sa.Engine, seller: Supplier) -> None:
    desk, order_id = office(engine, seller), placed(engine, seller)
    message = answer(desk, seller, response(sample_order()))
    with engine.begin() as conn:
        process(conn, message.id, desk, NOW)
        assert len(book.timeline(conn, order_id)) == 3


def needs_a_person(engine: sa.Engine, message: journal.Message) -> tasks.Task:
    with engine.connect() as conn:
        (task,) = tasks.open_tasks(conn)
        findings = journal.findings_of(conn, message.id)
    assert task.message_id == message.id
    assert task.finding == "; ".join(str(finding) for finding in findings)
    assert findings[0].place.source
    return task


def test_an_answer_to_no_order_of_ours_is_kept_for_a_person(engine: sa.Engine, seller: Supplier) -> None:
    message = answer(office(engine, seller), seller, response(sample_order("26-999999")))
    assert message.state is MessageState.UNMATCHED
    task = needs_a_person(engine, message)
    assert task.kind is tasks.Kind.UNMATCHED
    assert "we have no order '26-999999'" in task.finding


def test_nobody_answers_for_another_supplier(engine: sa.Engine, seller: Supplier, tmp_path: Path) -> None:
    stranger = supplier(tmp_path, "bagaren")
    desk, order_id = office(engine, seller, stranger), placed(engine, seller)
    message = answer(desk, stranger, response(sample_order()))
    assert message.state is MessageState.UNMATCHED
    assert "went to papperslagret, not to bagaren" in needs_a_person(engine, message).finding
    assert state_of(engine, order_id) is State.SENT


@pytest.mark.parametrize("raw", [b"", b"garbage", b"\xff\xfe\x00", b"<Order", b"\x00" * 100_000])
def test_garbage_is_rejected_with_a_place(engine: sa.Engine, seller: Supplier, raw: bytes) -> None:
    message = answer(office(engine, seller), seller, raw)
    assert message.state is MessageState.REJECTED
    assert needs_a_person(engine, message).kind is tasks.Kind.REJECTED_DOCUMENT


def test_signs_that_no_database_holds(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path, dialect="csv")
    with engine.begin() as conn:
        raw, name = b"\x00;\x00\n", "svar-\udcff\x00.csv"
        message_id = receive(
            conn, raw, f"folder:{seller.id}/{name}", seller.id, "folder", f"id-{name}", NOW, name
        ).message_id
        set_aside(conn, message_id, MessageState.REJECTED, tasks.Kind.REJECTED_DOCUMENT, [BROKEN], NOW)
        message = journal.get(conn, message_id)
    assert message is not None
    assert message.name == "svar-?␀.csv"
    assert message.state is MessageState.REJECTED
    needs_a_person(engine, message)


def test_a_document_that_suppliers_do_not_send(engine: sa.Engine, seller: Supplier) -> None:
    desk = office(engine, seller)
    placed(engine, seller)
    message = answer(desk, seller, sample_order())
    assert message.state is MessageState.UNMATCHED
    assert "not expected to send Order" in needs_a_person(engine, message).finding


def test_an_unknown_sender_is_kept(engine: sa.Engine, seller: Supplier) -> None:
    message = answer(office(engine), seller, b"anything")
    assert message.state is MessageState.UNMATCHED
    assert "no supplier is known as 'papperslagret'" in needs_a_person(engine, message).finding


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_bytes_are_kept_whole_rejected_with_a_place_and_given_to_a_person(
    engine: sa.Engine, seller: Supplier, raw: bytes
) -> None:
    message = answer(office(engine, seller), seller, raw)  # which finds the very bytes in the journal
    assert message.state is MessageState.REJECTED
    with engine.connect() as conn:
        findings = journal.findings_of(conn, message.id)
        (task,) = tasks.open_tasks(conn)
    assert any(finding.fatal and finding.place.source for finding in findings)
    assert task.message_id == message.id
