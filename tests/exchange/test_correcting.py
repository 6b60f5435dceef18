"""Edit and resend: corrected, checked, sent as a new message, and the order book says what was sent."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from gateway.exchange import correcting, fields, handling, journal, tasks
from gateway.exchange.alone import deliver
from gateway.exchange.changing import change
from gateway.exchange.correcting import Correction
from gateway.exchange.journal import MessageState
from gateway.exchange.whole import story
from gateway.findings import Rejected
from gateway.model import Order
from gateway.orders import book, versions
from gateway.orders.amend import with_quantities
from gateway.orders.lifecycle import Event, State
from gateway.orders.versions import Standing
from tests.exchange.desk import dialects, office, supplier
from tests.exchange.test_send import held, placed, state_of
from tests.orders.samples import NOW, kronor, sample_order

WHO = "Alex Exempel"


def sent(engine: sa.Engine, message_id: UUID, correction: Correction) -> UUID:
    with engine.begin() as conn:
        return correcting.send(conn, message_id, correction, WHO, NOW)


def test_a_dead_letter_is_corrected_and_goes(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path, dialect="skogsbagaren")
    desk = office(engine, seller)
    wrong = sample_order(unit="XYZ")
    task = held(engine, desk, seller, wrong)
    assert task.message_id is not None
    assert task.order_id is not None
    lines = tuple(replace(line, quantity=replace(line.quantity, unit="C62")) for line in wrong.lines)
    correction = correcting.check(desk, task.message_id, replace(wrong, lines=lines))
    assert [str(one) for one in correction.changes] == [
        "lines[1].quantity.unit: XYZ → C62",
        "lines[2].quantity.unit: XYZ → C62",
    ]
    assert correction.warnings == ()
    new = sent(engine, task.message_id, correction)
    assert deliver(desk, task.message_id) is None, "the first one stays unsent"
    assert deliver(desk, new) is None
    assert state_of(engine, task.order_id) is State.SENT
    with engine.connect() as conn:
        row, known = book.get(conn, task.order_id), versions.of_order(conn, task.order_id)
        told = story(conn, new, desk.dialects)
        first = story(conn, task.message_id, desk.dialects)
        assert tasks.open_tasks(conn) == []
    assert row is not None
    assert row.order.lines == lines
    assert [one.state for one in known] == [Standing.REPLACED, Standing.STANDING]
    assert told.changed == correction.changes
    assert told.repeats is not None
    assert (told.repeats.id, told.repeats.state) == (task.message_id, MessageState.SKIPPED)
    assert [one.id for one in first.repeated] == [new]
    assert first.document == wrong, "what the first one meant is not rewritten"
    released = next(event for event in told.timeline if event.event is Event.RELEASED)
    assert (released.actor, released.detail["corrected"]) == (WHO, [str(one) for one in correction.changes])
    assert "Alex Exempel corrected it" in told.findings[0].message
    (file,) = (tmp_path / seller.id / "in").iterdir()
    assert file.read_bytes() == correction.content


def test_the_form_changes_its_fields_and_quantities_and_nothing_else(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    desk = office(engine, seller)
    _, message_id = placed(engine, seller)
    said = fields.read(sample_order()) | {
        "customer_reference": "KIM-4120",
        "delivery.requested.end_date": "2026-03-09",
        "originator.contact.telephone": "018-000 00 00",
    }
    wanted = fields.corrected(sample_order(), said, {"2": "1,5"})
    correction = correcting.check(desk, message_id, wanted)
    assert {one.term: one.now for one in correction.changes} == {
        "customer_reference": "KIM-4120",
        "delivery.requested.end_date": "2026-03-09",
        "originator.contact.telephone": "018-000 00 00",
        "lines[2].quantity.value": "1.5",
        "lines[2].amount.value": "30.00",
        "totals.lines.value": "50.00",
        "totals.payable.value": "50.00",
    }
    assert fields.corrected(wanted, {"originator.contact.telephone": ""}, {}).originator is None
    assert desk.dialects["peppol"].read(correction.content, "x").document == wanted


@pytest.mark.parametrize(
    ("said", "quantities", "rule"),
    [
        ({"delivery.requested.end_date": "i morgon"}, {}, "the order cannot say this"),
        ({"number": "26-000002"}, {}, "number cannot be corrected here"),
        ({}, {"1": "två"}, "the quantity of line 1 is no number"),
        ({}, {"9": "1"}, "has no line 9"),
        ({}, {"1": "0", "2": "0"}, "nothing would be left"),
    ],
)
def test_what_a_form_cannot_say(said: dict[str, str], quantities: dict[str, str], rule: str) -> None:
    with pytest.raises(Rejected, match=rule):
        fields.corrected(sample_order(), said, quantities)


def test_more_than_was_ordered_and_what_may_have_arrived_warn(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    desk = office(engine, seller)
    _, message_id = placed(engine, seller)
    deliver(desk, message_id)
    more = with_quantities(sample_order(), {"1": Decimal(40)})
    correction = correcting.check(desk, message_id, more)
    assert [one.rule for one in correction.warnings] == ["correction-more", "correction-twice"]
    new = sent(engine, message_id, correction)
    with engine.connect() as conn:
        first = journal.get(conn, message_id)
        assert first is not None
        assert first.state is MessageState.SENT
    with pytest.raises(Rejected, match=f"message {new} has taken its place"):
        correcting.check(desk, message_id, more)


def test_what_cannot_be_corrected_is_said(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    desk = office(engine, seller)
    _, message_id = placed(engine, seller)
    order = sample_order()
    for wanted, why in (
        (order, "nothing is different"),
        (replace(order, number="26-000009"), "number cannot be corrected"),
        (replace(order, seller=replace(order.seller, name="Annan AB")), "seller cannot be corrected"),
        (replace(order, lines=(replace(order.lines[0], amount=kronor("999.00")), order.lines[1])), "avrop-"),
    ):
        with pytest.raises(Rejected, match=why):
            correcting.check(desk, message_id, wanted)
    with pytest.raises(LookupError):
        correcting.check(desk, UUID(int=1), order)
    with pytest.raises(Rejected, match="no Order in canonical JSON"):
        correcting.decoded(b'{"number": 7', "Order")
    assert correcting.decoded(msgspec.json.encode(order), "Order") == order


def test_who_takes_changes_gets_a_change(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path, dialect="peppol-advanced")
    desk = office(engine, seller)
    order_id, message_id = placed(engine, seller)
    deliver(desk, message_id)
    more = with_quantities(sample_order(), {"1": Decimal(2)})
    with pytest.raises(Rejected, match="they take changes: avrop order change"):
        correcting.check(desk, message_id, more)
    with engine.begin() as conn:
        change(conn, order_id, more, seller, dialects(), "anna", NOW)
        asked = journal.of_order(conn, order_id)[-1]
    with pytest.raises(Rejected, match="skip it, and ask for the change anew"):
        correcting.check(desk, asked.id, more)
    with engine.begin() as conn:
        handling.skip(conn, asked.id, WHO, "fel antal", NOW)


def test_what_became_of_it_since_it_was_checked_counts(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    desk = office(engine, seller)
    order_id, message_id = placed(engine, seller)
    correction = correcting.check(desk, message_id, replace(sample_order(), note="Lastkaj på baksidan"))
    with engine.begin() as conn:
        book.record(conn, order_id, Event.CANCELLED, "anna", NOW)
    with pytest.raises(Rejected, match="its order is cancelled"):
        sent(engine, message_id, correction)
    with engine.connect() as conn:
        row = book.get(conn, order_id)
        assert row is not None
        assert isinstance(row.order, Order)
        assert row.order.note is None
