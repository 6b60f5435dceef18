"""What comes and moves no order: agreements become orders, handlers are called, the rest is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from gateway.exchange import journal, tasks
from gateway.exchange.journal import MessageState
from gateway.exchange.office import Handlers
from gateway.exchange.place import place
from gateway.findings import Finding
from gateway.formats import example
from gateway.model import Document, Invoice, Order, OrderAgreement
from gateway.orders import book
from gateway.orders.lifecycle import Event, State
from gateway.settings import load_settings, mapping_texts
from gateway.suppliers.supplier import Supplier
from tests.exchange.desk import dialects, office, response, supplier
from tests.exchange.test_process import answer
from tests.orders.samples import NOW, sample_order
from tests.rules.ours.documents import agreement

GLANTAN = "7350001000022"


@pytest.fixture
def seller(tmp_path: Path) -> Supplier:
    return supplier(tmp_path)


def unit_of(conn: sa.Connection, order: Order) -> str | None:
    recipient = order.delivery.recipient if order.delivery else None
    return "glantan" if recipient and recipient.ids[0].value == GLANTAN else None


REGISTERING = Handlers(unit_of=unit_of)


def test_a_purchase_that_the_seller_registers_becomes_an_order(engine: sa.Engine, seller: Supplier) -> None:
    message = answer(office(engine, seller, handlers=REGISTERING), seller, agreement())
    assert message.state is MessageState.PROCESSED
    with engine.connect() as conn:
        row = book.get(conn, "OA-7")
        assert row is not None
        events = [event.event for event in book.timeline(conn, row.id)]
    assert (row.state, row.unit_id, row.supplier_id) == (State.CONFIRMED, "glantan", seller.id)
    assert (row.placed_by, row.id, events) == (seller.name, message.order_id, [Event.PLACED, Event.CONFIRMED])
    assert [(line.quantity.value, line.item.name) for line in row.order.lines] == [(Decimal(2), "Papper")]


def test_an_agreement_that_names_no_unit_waits_for_a_person(engine: sa.Engine, seller: Supplier) -> None:
    for handlers in (REGISTERING, Handlers()):
        told = agreement(recipient="7350001000015", number=f"OA-{len(handlers.documents)}{handlers.unit_of is None}")
        message = answer(office(engine, seller, handlers=handlers), seller, told)
        assert message.state is MessageState.UNMATCHED
    with engine.connect() as conn:
        assert all("avrop-unit-unknown" in task.finding for task in tasks.open_tasks(conn))
        assert book.recent(conn) == []


def test_the_same_agreement_twice_is_one_order(engine: sa.Engine, seller: Supplier) -> None:
    desk = office(engine, seller, handlers=REGISTERING)
    answer(desk, seller, agreement())
    again = dialects()["peppol"].write(agreement()) + b"\n"
    assert answer(desk, seller, again).state is MessageState.PROCESSED
    other = replace(agreement(), issued=date(2026, 3, 3))
    assert answer(desk, seller, other).state is MessageState.UNMATCHED
    with engine.connect() as conn:
        assert len(book.recent(conn)) == 1
        assert "avrop-number-reused" in tasks.open_tasks(conn)[0].finding


def test_an_agreement_about_an_order_of_ours_confirms_it(engine: sa.Engine, seller: Supplier) -> None:
    with engine.begin() as conn:
        order_id = place(conn, sample_order(), seller, "glantan", "anna", NOW)
    message = answer(office(engine, seller), seller, agreement(order=sample_order().number))
    with engine.connect() as conn:
        row = book.get(conn, order_id)
    assert row is not None
    assert (row.state, message.order_id) == (State.CONFIRMED, order_id)


def test_the_number_of_another_suppliers_order_is_not_taken_over(
    engine: sa.Engine, seller: Supplier, tmp_path: Path
) -> None:
    with engine.begin() as conn:
        place(conn, sample_order("OA-7"), supplier(tmp_path, "bagaren"), "glantan", "anna", NOW)
    message = answer(office(engine, seller, handlers=REGISTERING), seller, agreement())
    assert message.state is MessageState.UNMATCHED
    with engine.connect() as conn:
        assert "avrop-number-taken" in tasks.open_tasks(conn)[0].finding


def _example(name: str, kind: type) -> Document:
    texts = mapping_texts(load_settings({}))
    return example(texts[f"examples/{name}.yaml"], name, kind)


def test_an_invoice_is_kept_until_somebody_handles_it(engine: sa.Engine, seller: Supplier) -> None:
    invoice = _example("invoice", Invoice)
    message = answer(office(engine, seller), seller, invoice)
    assert (message.state, message.document) == (MessageState.SHELVED, "Invoice")
    with engine.connect() as conn:
        (task,) = tasks.open_tasks(conn)
    assert (task.kind, task.message_id) == (tasks.Kind.UNHANDLED, message.id)
    assert invoice.number in task.summary


def test_a_handler_gets_it_in_the_same_transaction(engine: sa.Engine, seller: Supplier) -> None:
    seen: list[tuple[str, str]] = []

    def pay(
        conn: sa.Connection, sender: Supplier, message_id: UUID, document: Document, now: datetime
    ) -> Sequence[Finding]:
        assert conn.in_transaction()
        seen.append((sender.id, document.number))
        return [Finding(rule="paid-already", message="it is paid", fatal=len(seen) > 1)]

    desk = office(engine, seller, handlers=Handlers(documents={"Invoice": pay}))
    invoice = _example("invoice", Invoice)
    assert answer(desk, seller, invoice).state is MessageState.PROCESSED
    again = dialects()["peppol"].write(invoice) + b"\n"
    assert answer(desk, seller, again).state is MessageState.UNMATCHED
    assert seen == [(seller.id, invoice.number)] * 2


def test_our_own_rules_are_told_with_the_message(engine: sa.Engine, seller: Supplier) -> None:
    with engine.begin() as conn:
        place(conn, sample_order(), seller, "glantan", "anna", NOW)
    told = response(sample_order(), "CA")
    message = answer(office(engine, seller), seller, replace(told, lines=told.lines[:1]))
    assert message.state is MessageState.PROCESSED
    with engine.connect() as conn:
        (finding,) = journal.findings_of(conn, message.id)
    assert (finding.rule, finding.place.path) == ("avrop-response-incomplete", "lines")


def test_yes_after_no_goes_to_a_person(engine: sa.Engine, seller: Supplier) -> None:
    with engine.begin() as conn:
        order_id = place(conn, sample_order(), seller, "glantan", "anna", NOW)
    desk = office(engine, seller)
    answer(desk, seller, response(sample_order(), "RE"))
    assert answer(desk, seller, response(sample_order(), "AP", number="OS-2")).state is MessageState.UNMATCHED
    with engine.connect() as conn:
        row = book.get(conn, order_id)
        assert "avrop-after-end" in tasks.open_tasks(conn)[0].finding
    assert row is not None
    assert row.state is State.REJECTED


def test_an_agreement_reads_back_from_its_bytes(seller: Supplier) -> None:
    raw = dialects()["peppol"].write(agreement())
    assert isinstance(dialects()["peppol"].read(raw, "t110").document, OrderAgreement)
