"""Goods go out, over to the unit, and what was wrong with them on the way."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from gateway.orders import book
from hub import lanes, overview
from hub.parcel import State
from hub.receiving import deliver, expect, report, scan, send_out, undo
from hub.reports import close, open_reports
from tests.hub.advices import advice, sscc, unit
from tests.hub.conftest import NOW

DOCK, DRIVER = "Alva Exempel", "Charlie Exempel"


def test_out_and_delivered_move_the_order_and_keep_the_receivers_name(conn, two_boxes, events):
    for number in (1, 2):
        scan(conn, sscc(number), DOCK, NOW)
    gone = send_out(conn, ["bjorken"], DOCK, NOW)
    assert len(gone.moved) == 2
    assert book.get(conn, two_boxes.id).state.value == "out"
    done = deliver(conn, [parcel.id for parcel in gone.moved], DRIVER, " Lo  Exempel ", NOW + timedelta(hours=2))
    assert {parcel.state for parcel in done.moved} == {State.DELIVERED}
    assert book.get(conn, two_boxes.id).state.value == "delivered"
    assert events(two_boxes.id)[-1][1]["receiver"] == "Lo Exempel"


def test_what_has_not_come_stays_and_the_order_says_partial(conn, two_boxes, events):
    here = scan(conn, sscc(1), DOCK, NOW).parcels[0]
    gone = send_out(conn, ["bjorken"], DOCK, NOW)
    assert [parcel.id for parcel in gone.moved] == [here.id]
    assert events(two_boxes.id)[-1] == (
        "note",
        {"step": "out", "parcels": 1, "of": 2, "partial": True, "labels": [sscc(1)]},
    )
    (shelf,) = overview.shelves(conn)
    assert (shelf.expected, shelf.parcels) == (1, ())
    late = scan(conn, sscc(2), DOCK, NOW)
    assert book.get(conn, two_boxes.id).state.value == "at_hub"
    send_out(conn, (), DOCK, NOW, parcel_ids=[late.parcels[0].id])
    assert book.get(conn, two_boxes.id).state.value == "out"


def test_nothing_is_delivered_that_was_not_on_the_van(conn, two_boxes):
    here = scan(conn, sscc(1), DOCK, NOW).parcels[0]
    kept = deliver(conn, [here.id], DRIVER, "Lo Exempel", NOW)
    assert (kept.moved, [parcel.id for parcel in kept.stayed]) == ((), [here.id])
    with pytest.raises(ValueError, match="name"):
        deliver(conn, [here.id], DRIVER, "  ", NOW)


def test_putting_on_the_van_can_be_undone(conn, two_boxes):
    scan(conn, sscc(1), DOCK, NOW)
    gone = send_out(conn, ["bjorken"], DOCK, NOW)
    assert len(undo(conn, gone.batch, DOCK, NOW)) == 1
    assert len(overview.shelves(conn)[0].parcels) == 1


def test_reports_are_kept_told_and_closed(conn, two_boxes, events):
    parcel = scan(conn, sscc(2), DOCK, NOW).parcels[0]
    report(conn, parcel.id, "short", DOCK, NOW, line="2", quantity=Decimal("4"), text="kartongen var öppen")
    report(conn, parcel.id, "damaged", DOCK, NOW, text="blöt")
    report(conn, parcel.id, "wrong", DOCK, NOW)
    told = events(two_boxes.id)[-3:]
    assert [event for event, _ in told] == ["short", "damaged", "note"]
    assert told[0][1] == {
        "step": "short",
        "parcel": sscc(2),
        "line": "2",
        "article": "Vara 2",
        "unit": "C62",
        "quantity": "4",
        "text": "kartongen var öppen",
    }
    assert len(open_reports(conn)) == 3
    close(conn, open_reports(conn)[0][0].id, DOCK, "krediteras", NOW)
    assert len(open_reports(conn)) == 2


@pytest.mark.parametrize(("kind", "quantity"), [("lost", None), ("short", Decimal("0")), ("short", Decimal("NaN"))])
def test_a_report_that_says_nothing_is_refused(conn, two_boxes, kind, quantity):
    parcel = scan(conn, sscc(2), DOCK, NOW).parcels[0]
    with pytest.raises(ValueError, match=r"report|above 0"):
        report(conn, parcel.id, kind, DOCK, NOW, quantity=quantity)


def test_lanes_are_kept_and_never_shared(conn):
    names = [lanes.lane_of(conn, f"unit-{number}").lane for number in range(14)]
    assert names[:3] == ["A1", "A2", "A3"]
    assert names[11:] == ["A12", "B1", "B2"]
    assert lanes.lane_of(conn, "unit-0").lane == "A1"
    assert lanes.lane_name(26 * 12) == "AA1"
    lanes.plan(conn, "unit-0", weekdays=(4, 2))
    assert lanes.lane_of(conn, "unit-0").weekdays == (2, 4)


def test_the_delivery_day_is_the_wished_one_or_the_next_run():
    monday = date(2026, 11, 23)
    assert lanes.next_delivery((2, 4), monday) == date(2026, 11, 24)
    assert lanes.next_delivery((1,), monday) == date(2026, 11, 30)
    assert lanes.next_delivery((2,), monday, wished=date(2026, 12, 1)) == date(2026, 12, 1)
    assert lanes.next_delivery((), monday, wished=date(2026, 11, 1)) is None


def test_a_units_parcels_are_those_not_delivered_yet(conn, ordered):
    expect(conn, ordered(), advice(unit(1, "1")), NOW)
    assert [parcel.sscc for parcel in overview.parcels_for_unit(conn, "bjorken")] == [sscc(1)]
    parcel = scan(conn, sscc(1), DOCK, NOW).parcels[0]
    send_out(conn, ["bjorken"], DOCK, NOW)
    deliver(conn, [parcel.id], DRIVER, "Lo", NOW)
    assert overview.parcels_for_unit(conn, "bjorken") == ()
