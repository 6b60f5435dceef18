"""What became of an order: its lines, its way, and what is wrong when it stands still."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa

from gateway.exchange import journal, place, tasks
from gateway.exchange.journal import MessageState
from gateway.exchange.matching import detail_of
from gateway.exchange.retry import Outcome
from gateway.identifiers import OrgNumber
from gateway.model import Order
from gateway.model.party import Period, Quantity
from gateway.model.response import ResponseLine
from gateway.orders import book
from gateway.orders.lifecycle import State
from gateway.suppliers.supplier import Supplier
from shop.answers import lines_of, parcels_of, promised_day
from shop.document import Wanted
from shop.remarks import in_words
from shop.room import ROOM
from shop.trouble import trouble_of
from shop.way import steps
from tests.exchange.desk import advice, response
from tests.shop.test_document import article, order_of
from web.app import WEB
from web.figures import Figures
from web.languages import Words, read_messages

NOW = datetime(2026, 11, 20, 8, 12, tzinfo=UTC)
SWEDISH = Words(
    "sv", {k: v for room in (WEB, ROOM) for k, v in read_messages(room.folder / "locale" / "sv.po").items()}
)
SUPPLIER = Supplier(id="provbolaget", name="Provbolaget AB", org_number=OrgNumber("5500000004"), transport="folder")
NAMES = {"kim": "Kim Exempel", "anna": "Anna Exempel"}


def say(remark: Any) -> str:
    return str(in_words(remark, SWEDISH, Figures("sv", NOW))).replace("\xa0", " ")


def placed(engine: sa.Engine, **more: Any) -> tuple[book.OrderRow, Order]:
    order = order_of(
        Wanted(article=article(), quantity=Decimal(5)),
        Wanted(article=article("39.00", seller_id="HS-600", name="Handsprit", unit="XBO"), quantity=Decimal(6)),
    )
    with engine.begin() as conn:
        order_id = place.place(conn, order, msgspec.structs.replace(SUPPLIER, **more), "unit-0001", "kim", NOW)
        row = book.get(conn, order_id)
    assert row is not None
    return row, order


def tell(engine: sa.Engine, row: book.OrderRow, *events: tuple[str, dict[str, Any]]) -> list[book.EventRow]:
    with engine.begin() as conn:
        for minutes, (event, detail) in enumerate(events, start=1):
            book.record(conn, row.id, event, "Provbolaget AB", NOW + timedelta(minutes=minutes), detail)
        return book.timeline(conn, row.id)


def answer(line: Any, status: str, quantity: str | None, day: int | None = None, **more: Any) -> ResponseLine:
    amount = Quantity(value=Decimal(quantity), unit=line.quantity.unit) if quantity else None
    promised = Period(end_date=date(2026, 12, day)) if day else None
    return ResponseLine(
        id=f"{line.id}-{day}-{status}", order_line=line.id, status=status, item=line.item, quantity=amount,
        promised=promised, **more,
    )  # fmt: skip


def test_accepted_as_it_stands(engine: sa.Engine) -> None:
    row, order = placed(engine)
    bare = msgspec.structs.replace(response(order, "AP"), lines=())
    lines = lines_of(order, tell(engine, row, ("confirmed", detail_of(bare))))
    assert [line.confirmed for line in lines] == [5, 6]
    assert all(not line.remarks for line in lines)


def test_part_now_and_part_later_in_words(engine: sa.Engine) -> None:
    row, order = placed(engine)
    gloves, spirit = order.lines
    changed = msgspec.structs.replace(
        response(order, "CA"),
        lines=(answer(gloves, "3", "3", 1), answer(gloves, "3", "1", 10), answer(spirit, "7", None)),
    )
    events = tell(engine, row, ("changed", detail_of(changed)))
    first, second = lines_of(order, events)
    assert (first.confirmed, second.confirmed) == (4, 0)
    told = " ".join(say(remark) for remark in first.remarks)
    assert "4 ask av 5 ask bekräftade." in told
    assert "3 ask kommer till hubben" in told
    assert "tis 1 dec" in told
    assert "tors 10 dec" in told
    assert [say(remark) for remark in second.remarks] == ["Leverantören kan inte leverera varan."]
    assert promised_day(events) == date(2026, 12, 10)


def test_a_new_price_and_a_note_are_told(engine: sa.Engine) -> None:
    row, order = placed(engine)
    line = order.lines[0]
    price = msgspec.structs.replace(line.price, amount=msgspec.structs.replace(line.price.amount, value=Decimal("70")))
    detail = {"code": "CA", "lines": [{"line": "1", "status": "3", "price": price, "note": "Ny förpackning"}]}
    view = lines_of(order, tell(engine, row, ("changed", detail)))[0]
    told = [say(remark) for remark in view.remarks]
    assert told == ["Priset blir 70,00 kr i stället för 64,90 kr.", "Leverantören skriver: ”Ny förpackning”"]


def test_what_was_sent_and_what_the_hub_found(engine: sa.Engine) -> None:
    row, order = placed(engine)
    sent = advice(order)
    detail = detail_of(sent)
    short = {"step": "short", "line": "1", "quantity": "2", "unit": "XBX"}
    events = tell(engine, row, ("despatched", detail), ("short", short), ("at_hub", {"parcels": 1, "of": 1}))
    first, second = lines_of(order, events)
    assert first.sent == 5
    assert (first.received, second.received) == (3, 6)
    assert [say(remark) for remark in first.remarks] == ["2 ask saknades när varan kom till hubben."]
    assert len(parcels_of(events)) == 1


def test_the_way_shows_where_it_is(engine: sa.Engine) -> None:
    row, order = placed(engine)
    events = tell(engine, row, ("sent", {}), ("changed", {}), ("despatched", detail_of(advice(order))))
    shown = steps(State.DESPATCHED, events, NAMES, date(2026, 11, 26))
    assert [step.state for step in shown] == ["done"] * 4 + ["now"] + ["later"] * 3
    assert [say(note) for note in shown[0].notes][1] == "Kim Exempel"
    assert [say(note) for note in shown[1].notes] == ["behövdes inte"]
    assert say(shown[3].notes[1]) == "med ändring"
    assert "tors 26 nov" in say(shown[7].notes[0])


def test_the_way_of_a_rejected_order_stops_where_it_was(engine: sa.Engine) -> None:
    row, _ = placed(engine)
    events = tell(engine, row, ("sent", {}), ("rejected", {}))
    shown = steps(State.REJECTED, events, NAMES, None)
    assert [step.state for step in shown] == ["done", "done", "done", "stuck", "later", "later", "later", "later"]
    assert say(shown[3].notes[0]) == "avvisad"


def test_the_way_ends_at_the_door(engine: sa.Engine) -> None:
    row, _ = placed(engine)
    events = tell(engine, row, ("sent", {}), ("confirmed", {}), ("at_hub", {}), ("out", {}), ("delivered", {}))
    assert {step.state for step in steps(State.DELIVERED, events, NAMES, None)} == {"done"}


def trouble(engine: sa.Engine, row: book.OrderRow) -> Any:
    with engine.begin() as conn:
        return trouble_of(conn, book.get(conn, row.id), book.timeline(conn, row.id), NAMES)


def test_a_server_that_does_not_answer(engine: sa.Engine) -> None:
    row, _ = placed(engine)
    assert trouble(engine, row) is None
    again = NOW + timedelta(hours=4, minutes=53)
    with engine.begin() as conn:
        (message,) = journal.of_order(conn, row.id)
        journal.add_attempt(conn, message, Outcome.NOT_SENT, "sftp.provbolaget.example: no answer", NOW, again)
        journal.change(conn, message.id, state=MessageState.WAITING.value, next_at=again)
    found = trouble(engine, row)
    assert found.tone == "wait"
    assert "Provbolaget" in say(found.remark)
    assert "kan inte nås. Vi försöker igen" in say(found.remark)
    assert ">14.05</time>" in say(found.remark)
    assert found.detail == "sftp.provbolaget.example: no answer"


def test_a_held_order_says_who_acts(engine: sa.Engine) -> None:
    row, _ = placed(engine)
    with engine.begin() as conn:
        (message,) = journal.of_order(conn, row.id)
        journal.change(conn, message.id, state=MessageState.HELD.value)
        book.record(conn, row.id, "held", "avrop", NOW)
        task = tasks.add(
            conn, tasks.Kind.REFUSED, "refused", NOW, order_id=row.id, message_id=message.id, finding="disk full"
        )
    assert "Inköpsavdelningen tar hand om det" in say(trouble(engine, row).remark)
    with engine.begin() as conn:
        tasks.take(conn, task, "anna", NOW)
    found = trouble(engine, row)
    assert "Anna Exempel tar hand om det" in say(found.remark)
    assert found.detail == "disk full"


def test_an_order_by_hand_says_so(engine: sa.Engine) -> None:
    row, _ = placed(engine, by_hand=True)
    assert "beställer vi för hand. Inköpsavdelningen beställer åt er" in say(trouble(engine, row).remark)
    with engine.begin() as conn:
        (task,) = tasks.for_order(conn, row.id)
        tasks.take(conn, task.id, "anna", NOW)
    assert "Anna Exempel tog hand om det" in say(trouble(engine, row).remark)
    with engine.begin() as conn:
        tasks.close(conn, task.id, "anna", tasks.ORDERED, NOW)
        events = book.timeline(conn, row.id)
    assert trouble(engine, row) is None
    assert [step.state for step in steps(State.CONFIRMED, events, NAMES, None)][3] == "now"
    assert [view.confirmed for view in lines_of(row.order, events)] == [5, 6]


def test_an_order_by_hand_from_the_first_step(engine: sa.Engine) -> None:
    row, _ = placed(engine, by_hand=True)
    with engine.begin() as conn:
        events = book.timeline(conn, row.id)
    assert [step.state for step in steps(State.BY_HAND, events, NAMES, None)][:3] == ["done", "now", "later"]
