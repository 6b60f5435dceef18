"""What was announced and does not come: late, missing, asked for, given up, and told."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from gateway.exchange.alarms import Kind
from gateway.model.despatch import Shipment
from gateway.model.party import Period
from gateway.orders import book
from hub import store
from hub.late import listing
from hub.late.alarm import late_goods
from hub.late.asking import asked, give_up
from hub.late.listing import Standing
from hub.parcel import State
from hub.receiving import expect, scan, undo
from hub.tables import parcels
from tests.hub.advices import advice, sscc, unit
from tests.hub.conftest import NOW

ALVA = "Alva Exempel"
TUESDAY = date(2026, 11, 24)


def on(days: int):
    return NOW + timedelta(days=days)


def test_goods_are_due_on_the_day_the_supplier_names_or_the_next_weekday(conn, ordered):
    named = Shipment(id="1", estimated=Period(start_date=date(2026, 11, 27), end_date=date(2026, 11, 28)))
    expect(conn, ordered(), msgspec.structs.replace(advice(unit(1, "1")), shipment=named), NOW)
    expect(conn, ordered("26-000124"), advice(unit(2, "1")), NOW)
    friday = NOW + timedelta(days=4)
    expect(conn, ordered("26-000125"), advice(unit(3, "1")), friday)
    due = [store.find(conn, parcels.c.key == sscc(number))[0].due for number in (1, 2, 3)]
    assert due == [date(2026, 11, 28), TUESDAY, date(2026, 11, 30)]


def test_the_list_tells_late_from_missing_from_what_comes_today(conn, two_boxes, ordered):
    assert [one.standing for one in listing.awaited(conn, TUESDAY)] == [Standing.TODAY]
    assert listing.awaited(conn, NOW.date()) == []
    assert listing.coming(conn, NOW.date()) == [(TUESDAY, 2)]
    (late,) = listing.awaited(conn, date(2026, 11, 26))
    assert (late.standing, late.days, late.come, late.of) == (Standing.LATE, 2, 0, 2)
    scan(conn, sscc(1), ALVA, NOW)
    (missing,) = listing.awaited(conn, date(2026, 11, 26))
    assert (missing.standing, missing.come, [box.sscc for box in missing.parcels]) == (Standing.MISSING, 1, [sscc(2)])
    scan(conn, sscc(2), ALVA, NOW)
    assert listing.awaited(conn, date(2026, 11, 26)) == []


def test_an_answer_with_a_new_day_ends_the_lateness_until_then(conn, two_boxes, events):
    day = date(2026, 11, 30)
    assert asked(conn, two_boxes.id, "DA-1", ALVA, on(3), text=" bilen  gick sönder ", due=day)
    assert listing.awaited(conn, date(2026, 11, 26)) == []
    (later,) = listing.awaited(conn, date(2026, 12, 1))
    assert (later.days, later.answer.text, later.answer.who) == (1, "bilen gick sönder", ALVA)
    told = {"step": "asked", "parcels": 2, "text": "bilen gick sönder", "due": "2026-11-30"}
    assert events(two_boxes.id)[-1] == ("note", told)
    assert not asked(conn, two_boxes.id, "DA-2", ALVA, on(3))
    for wrong in (on(2).date(), on(400).date()):
        with pytest.raises(ValueError, match="between"):
            asked(conn, two_boxes.id, "DA-1", ALVA, on(3), due=wrong)


def test_what_is_given_up_holds_the_order_no_longer_and_may_still_come(conn, two_boxes, events):
    scan(conn, sscc(1), ALVA, NOW)
    (second,) = store.find(conn, parcels.c.key == sscc(2))
    batch = give_up(conn, [second.id], ALVA, on(3))
    assert book.get(conn, two_boxes.id).state.value == "at_hub"
    assert [event for event, _ in events(two_boxes.id)] == ["note", "short", "at_hub"]
    assert listing.awaited(conn, date(2026, 11, 30)) == []
    assert give_up(conn, [second.id], ALVA, on(3)) is None
    assert [row.state for row in undo(conn, batch, ALVA, on(3))] == [State.EXPECTED]
    give_up(conn, [second.id], ALVA, on(3))
    assert scan(conn, sscc(2), ALVA, on(4)).before is State.MISSING
    assert store.find(conn, parcels.c.id == second.id)[0].state is State.RECEIVED


def test_a_supplier_whose_goods_are_late_is_alarmed_once_the_dock_had_its_morning(conn, two_boxes):
    assert late_goods(conn, None, on(1)) == {}
    early = on(2).replace(hour=7, minute=30)
    assert late_goods(conn, None, early) == {}
    cause = "parcels that were announced and have not come: 2; the oldest was due 2026-11-24, order 26-000123"
    assert late_goods(conn, None, on(2).replace(hour=9)) == {(Kind.LATE_GOODS, "papperslagret"): cause}
    for number in (1, 2):
        scan(conn, sscc(number), ALVA, NOW)
    assert late_goods(conn, None, on(5)) == {}
