"""The way of an order as a picture: the day, parts and parcels, what lies beside it, and all of it to take away."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import msgspec
import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from gateway.exchange.matching import detail_of
from gateway.identifiers import Gln
from gateway.model.despatch import LogisticUnit, Shipment
from gateway.model.party import Identifier, Period
from gateway.orders.book import EventRow, OrderRow
from gateway.orders.lifecycle import Event, State
from gateway.suppliers.supplier import Suppliers
from shop.after import came
from shop.after.due import due_of
from shop.after.progress import branches_of, notes_of, sides_of
from shop.answers import lines_of
from shop.events import story_of
from shop.units import Unit
from shop.way import steps
from tests.exchange.desk import advice, response
from tests.shop.after_desk import PLAIN, invoice_of, order_at, sent, wanted
from tests.shop.after_desk import came as invoice_came
from tests.shop.conftest import send
from tests.shop.test_document import order_of
from tests.shop.test_following import answer
from tests.shop.test_following import say as marked_up

NOW = datetime(2026, 11, 20, 8, 12, tzinfo=UTC)
TODAY = NOW.date()
ORDER = order_of(*wanted(["5", "6"]))
TUESDAYS = Unit(
    id="u", name="Lärkan", gln=Gln("7350001000022"), street="", postal_code="", city="", weekdays=(2, 4),
    approval_limit=None, customer_reference="", accounting_cost="",
)  # fmt: skip
BOXES = ("373500010000000018", "373500010000000025", "373500010000000032")


def say(remark: Any) -> str:
    """Without the marks of days and times."""
    return re.sub(r"<[^>]+>", "", marked_up(remark))


def row_of(state: State = State.SENT) -> OrderRow:
    order = replace(ORDER, delivery=replace(ORDER.delivery, requested=None))
    return OrderRow(
        id=uuid4(), number=ORDER.number, version=1, supplier_id="s", unit_id="u", placed_by="kim", placed_at=NOW,
        state=state, order=order,
    )  # fmt: skip


def story(*told: tuple[str, dict[str, Any]], actor: str = "Dani Exempel") -> list[EventRow]:
    return [
        EventRow(
            id=place,
            at=NOW + timedelta(hours=place),
            event=Event(event),
            actor=actor,
            state=State.SENT,
            detail=msgspec.json.decode(msgspec.json.encode(detail)),
        )
        for place, (event, detail) in enumerate(told)
    ]


def three_boxes() -> dict[str, Any]:
    """Gloves in the first two, spirit in the third; at the hub on the 24th."""
    base = advice(ORDER)
    lines = ((base.lines[0].id,), (base.lines[0].id,), (base.lines[1].id,))
    packing = tuple(
        LogisticUnit(id=Identifier(value=label, scheme="SSCC"), lines=inside)
        for label, inside in zip(BOXES, lines, strict=True)
    )
    shipment = Shipment(id="1", estimated=Period(end_date=date(2026, 11, 24)))
    return detail_of(replace(base, packing=packing, shipment=shipment))


def hub(event: str, *labels: str, step: str = "at_hub") -> tuple[str, dict[str, Any]]:
    return event, {"step": step, "parcels": len(labels), "of": 3, "labels": list(labels)}


@pytest.mark.parametrize(
    ("told", "today", "day", "sure", "why", "late"),
    [
        ([], TODAY, date(2026, 11, 24), False, "vanliga leveranstid", ""),
        ([("confirmed", {"lines": [{"line": "1", "status": "5", "promised": {"end_date": "2026-11-25"}}]})],
         TODAY, date(2026, 11, 26), True, "lovar att den är på hubben ons 25 nov", ""),
        ([("despatched", three_boxes())], TODAY, date(2026, 11, 26), True, "På väg till hubben", ""),
        ([("at_hub", {})], TODAY, date(2026, 11, 24), True, "På hubben sedan fre 20 nov", ""),
        ([("out", {})], TODAY, TODAY, True, "på bilen", ""),
        ([("despatched", three_boxes())], date(2026, 12, 1), date(2026, 12, 3), False, "På väg", "hubben letar"),
        ([], date(2026, 12, 1), date(2026, 12, 3), False, "vanliga", "be inköpsavdelningen att jaga på"),
    ],
)  # fmt: skip
def test_the_day_says_why_and_what_happens_when_it_has_passed(
    told: Any, today: date, day: date, sure: bool, why: str, late: str
) -> None:
    events = story(*told)
    state = {"despatched": State.DESPATCHED, "at_hub": State.AT_HUB, "out": State.OUT}.get(told[-1][0] if told else "")
    due = due_of(row_of(state or State.SENT), events, TUESDAYS, today, lead_days=2)
    assert due is not None
    assert (due.day, due.sure) == (day, sure)
    assert why in say(due.why)
    assert (late in say(due.late)) if late and due.late else not late and due.late is None


def test_delivered_says_who_and_ended_orders_have_no_day() -> None:
    done = due_of(row_of(State.DELIVERED), story(("delivered", {"receiver": "Bo"})), TUESDAYS, TODAY)
    assert done is not None
    assert (done.done, done.day, say(done.why)) == (True, TODAY, "Mottagen av Bo.")
    assert due_of(row_of(State.CANCELLED), story(("cancelled", {})), TUESDAYS, TODAY) is None
    assert due_of(row_of(), [], replace(TUESDAYS, weekdays=()), TODAY) is None


def test_what_is_confirmed_in_part_is_said_in_words() -> None:
    gloves, spirit = ORDER.lines
    changed = replace(
        response(ORDER, "CA"),
        lines=(answer(gloves, "3", "3", 1), answer(gloves, "3", "2", 10), answer(spirit, "7", None)),
    )
    events = story(("changed", detail_of(changed)))
    shown = steps(State.CHANGED, events, {}, None, notes_of(ORDER, events, lines_of(ORDER, events)))
    told = [say(note) for note in shown[3].notes]
    assert told[-2:] == ["1 av 2 rader som beställt", "resten tors 10 dec"]
    one = order_of(*wanted(["5"]))
    some = story(("changed", detail_of(replace(response(one, "CA"), lines=(answer(one.lines[0], "3", "3", 2),)))))
    assert [say(note) for note in notes_of(one, some, lines_of(one, some))[Event.CONFIRMED]] == [
        "3 ask av 5 ask bekräftade",
        "till hubben ons 2 dec",
    ]


def test_every_parcel_has_its_own_way() -> None:
    first, second, third = BOXES
    told = [("despatched", three_boxes()), hub("note", first), hub("note", first, third)]
    events = story(*told)
    branches = branches_of(ORDER, events)
    assert [one.step for one in branches] == ["at_hub", "despatched", "at_hub"]
    assert branches[0].articles == (ORDER.lines[0].item.name,)
    assert (branches[2].who, branches[2].at) == ("Dani Exempel", events[2].at)
    shown = steps(State.DESPATCHED, events, {}, None, notes_of(ORDER, events, lines_of(ORDER, events)))
    assert [say(note) for note in shown[5].notes] == ["2 av 3 kolli"]
    assert [say(note) for note in shown[4].notes][-2:] == ["kolli: 3", "på hubben tis 24 nov"]
    undone = story(*told, ("note", {"step": "undone", "undone": "received", "parcel": third}))
    assert [one.step for one in branches_of(ORDER, undone)] == ["at_hub", "despatched", "despatched"]
    out = story(*told, hub("at_hub", *BOXES), hub("note", first, second, step="out"))
    assert [one.step for one in branches_of(ORDER, out)] == ["out", "out", "at_hub"]


def test_an_advice_that_was_taken_back_promises_nothing() -> None:
    back = ("note", detail_of(replace(advice(ORDER), status="1")))
    events = story(("despatched", three_boxes()), back)
    assert branches_of(ORDER, events) == ()
    assert [view.sent for view in lines_of(ORDER, events)] == [None, None]
    assert due_of(row_of(State.DESPATCHED), events, TUESDAYS, TODAY) == due_of(
        row_of(State.DESPATCHED), story(), TUESDAYS, TODAY
    )
    assert say(story_of(events[-1])) == "Leverantören tog tillbaka leveransavisering LA-1"
    again = story(("despatched", three_boxes()), back, ("despatched", three_boxes()), ("despatched", three_boxes()))
    assert len(branches_of(ORDER, again)) == 3
    assert [view.sent for view in lines_of(ORDER, again)] == [Decimal(5), Decimal(6)], "the same advice counts once"


def test_what_the_hub_has_scanned_counts_as_received_when_its_advice_is_whole() -> None:
    base = [("despatched", three_boxes())]
    assert came.received(ORDER, story(*base, hub("note", BOXES[0])), []) == {"1": 0, "2": 0}
    there = story(*base, hub("at_hub", *BOXES))
    assert came.received(ORDER, there, []) == {"1": 5, "2": 6}
    broken = ("damaged", {"step": "damaged", "line": "1", "quantity": "2"})
    assert came.received(ORDER, story(*base, hub("at_hub", *BOXES), broken), []) == {"1": 3, "2": 6}
    undone = ("note", {"step": "undone", "undone": "received", "parcel": BOXES[2]})
    assert came.received(ORDER, story(*base, hub("at_hub", *BOXES), undone), []) == {"1": 0, "2": 0}
    assert came.by_hub(there)
    assert not came.by_hub(story(("delivered", {"at_unit": True})))


def test_what_lies_beside_the_way_is_told_with_its_tone() -> None:
    events = story(
        ("sent", {}), ("change_asked", {}), ("change_refused", {}), ("short", {"line": "1"}),
        ("note", {"step": "received_at_unit"}), ("note", {"text": "ringde"}),
    )  # fmt: skip
    found = sides_of(events)
    assert [one.tone for one in found] == ["wait", "bad", "bad", "good"]
    assert "avböjt" in say(found[1].remark) or "ändringen" in say(found[1].remark)


def test_the_page_and_the_record_hold_everything(stocked: sa.Engine, suppliers: Suppliers, browser: Any) -> None:
    seller = suppliers.by_id[PLAIN]
    row = sent(stocked, order_at(stocked, seller), ("confirmed", {}), ("despatched", three_boxes()), by="Byggladan")
    invoice_came(stocked, seller, invoice_of(row.order))
    kim, pia = browser("kim"), browser("pia", unit=None)
    page = kim.get(f"/orders/{row.number}").text
    for words in ("Hos er", "På väg till hubben", "3 kolli", "Vid sidan av vägen", "Faktura F-1 har kommit"):
        assert words in page, words
    assert 'href="/invoices/' not in page, "a buyer reads of invoices in the story, and sees none"
    printed = pia.get(f"/orders/{row.number}/record").text
    assert "Allt om beställning" in printed
    file = pia.get(f"/orders/{row.number}/record.json")
    found = json.loads(file.content)
    assert file.headers["content-disposition"].endswith(f'order-{row.number}.json"')
    assert [one["event"] for one in found["events"]] == ["placed", "sent", "confirmed", "despatched", "note"]
    assert found["versions"][0]["order"]["number"] == row.number
    assert len(found["invoices"]) == 1
    assert [one["document"] for one in found["messages"]] == ["Order"]
    assert Decimal(found["invoices"][0]["document"]["totals"]["payable"]["value"]) > 0
    assert browser("dani", unit=None).get(f"/orders/{row.number}/record.json").status_code == 403
    assert pia.get("/orders").text.count(row.number) >= 1, "whoever looks after orders sees all of them"
    assert send(kim, f"/orders/{row.number}/ask-office", text="Var är den?").status_code == 200
