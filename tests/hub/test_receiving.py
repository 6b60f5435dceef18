"""Goods come in: announced, scanned, scanned again, unknown, undone."""

from datetime import timedelta

import msgspec
import sqlalchemy as sa

from gateway.orders import book
from hub import overview, store
from hub.answer import Kind
from hub.parcel import State
from hub.receiving import assign, expect, receive, scan, undo
from hub.reports import open_reports
from hub.tables import parcels
from tests.hub.advices import advice, line, sscc, unit
from tests.hub.conftest import NOW

DOCK = "Alva Exempel"


def state_of(conn, row):
    return book.get(conn, row.id).state.value


def test_a_scan_tells_everything_and_receives_in_one_step(conn, two_boxes, events):
    found = scan(conn, f"(00) {sscc(1)}", DOCK, NOW)
    assert found.kind is Kind.RECEIVED
    (parcel,) = found.parcels
    assert (parcel.supplier_name, parcel.unit_name) == ("Papperslagret i Exempelstad AB", "Förskolan Gläntan")
    assert (parcel.order_number, parcel.lane, found.number, found.of) == ("26-000123", "A1", 1, 2)
    assert [content.quantity for content in parcel.contents] == [3]
    told = {"step": "at_hub", "parcels": 1, "of": 2, "partial": True, "labels": [sscc(1)]}
    assert events(two_boxes.id) == [("note", told)]
    assert state_of(conn, two_boxes) == "despatched"


def test_the_last_box_brings_the_order_to_the_hub(conn, two_boxes, events):
    scan(conn, sscc(2), DOCK, NOW)
    scan(conn, "]C100" + sscc(1), DOCK, NOW)
    assert state_of(conn, two_boxes) == "at_hub"
    told = {"step": "at_hub", "parcels": 2, "of": 2, "labels": [sscc(1), sscc(2)]}
    assert events(two_boxes.id)[-1] == ("at_hub", told)
    assert overview.today(conn, NOW) == overview.Today(2, 2)


def test_a_second_scan_says_when_the_first_was(conn, two_boxes, events):
    scan(conn, sscc(1), DOCK, NOW)
    again = scan(conn, sscc(1), "Bo Exempel", NOW + timedelta(minutes=3))
    assert again.kind is Kind.AGAIN
    assert again.before is State.RECEIVED
    assert (again.parcels[0].received_at, again.parcels[0].received_by) == (NOW, DOCK)
    assert len(events(two_boxes.id)) == 1


def test_a_withdrawn_advice_calls_off_what_is_not_here(conn, two_boxes):
    scan(conn, sscc(1), DOCK, NOW)
    told = advice(unit(1, "1"), unit(2, "2"), lines=(line("1", "3"), line("2", "12")))
    expect(conn, two_boxes, msgspec.structs.replace(told, status="1"), NOW)
    assert states(conn, two_boxes) == {sscc(1): State.RECEIVED, sscc(2): State.VOID}
    assert overview.today(conn, NOW) == overview.Today(1, 1)
    assert scan(conn, sscc(2), DOCK, NOW).kind is Kind.UNKNOWN, "it comes all the same"
    expect(conn, two_boxes, told, NOW)
    assert scan(conn, sscc(2), DOCK, NOW).kind is Kind.RECEIVED, "announced once more, and here"
    assert states(conn, two_boxes)[sscc(2)] is State.RECEIVED


def test_an_advice_that_replaces_another_calls_off_what_it_leaves_out(conn, two_boxes):
    other = advice(unit(3, "1"), lines=(line("1", "1"),), number="DA-2")
    expect(conn, two_boxes, other, NOW)
    told = advice(unit(1, "1"), lines=(line("1", "3"),))
    expect(conn, two_boxes, msgspec.structs.replace(told, status="5"), NOW)
    assert states(conn, two_boxes) == {sscc(1): State.EXPECTED, sscc(2): State.VOID, sscc(3): State.EXPECTED}


def states(conn, row):
    return {parcel.key: parcel.state for parcel in store.find(conn, parcels.c.order_id == row.id)}


def test_the_same_advice_again_changes_nothing(conn, two_boxes):
    scan(conn, sscc(1), DOCK, NOW)
    before = store.find(conn, parcels.c.order_id == two_boxes.id)
    expect(conn, two_boxes, advice(unit(1, "1"), unit(2, "2"), lines=(line("1", "3"), line("2", "12"))), NOW)
    assert store.find(conn, parcels.c.order_id == two_boxes.id) == before


def test_an_unknown_sscc_is_kept_for_a_person(conn):
    first = scan(conn, sscc(77), DOCK, NOW)
    second = scan(conn, sscc(77), DOCK, NOW)
    assert (first.kind, second.kind) == (Kind.UNKNOWN, Kind.UNKNOWN)
    assert second.batch is None
    ((report, parcel),) = open_reports(conn)
    assert (report.kind, report.who, parcel.sscc) == ("unknown", DOCK, sscc(77))


def test_a_parcel_scanned_before_its_advice_is_recognised_when_it_comes(conn, ordered, events):
    scan(conn, sscc(5), DOCK, NOW)
    row = ordered()
    expect(conn, row, advice(unit(5, "1")), NOW + timedelta(hours=1))
    (parcel,) = store.find(conn, parcels.c.key == sscc(5))
    assert (parcel.state, parcel.order_number, parcel.received_by) == (State.RECEIVED, "26-000123", DOCK)
    assert parcel.received_at == NOW
    told = {"step": "at_hub", "parcels": 1, "of": 1, "labels": [sscc(5)], "before_advice": True}
    assert events(row.id) == [("at_hub", told)]
    assert open_reports(conn) == []


def test_an_unknown_parcel_can_be_given_to_its_order(conn, ordered, events):
    row = ordered()
    stray = scan(conn, sscc(6), DOCK, NOW).parcels[0]
    assert assign(conn, stray.id, "26-999999", DOCK, NOW) is None
    given = assign(conn, stray.id, " 26-000123 ", DOCK, NOW)
    assert (given.state, given.unit_name, given.sscc) == (State.RECEIVED, "Förskolan Gläntan", sscc(6))
    assert state_of(conn, row) == "at_hub"
    assert open_reports(conn) == []


def test_a_wrong_check_digit_is_not_kept_but_explained(conn):
    wrong = sscc(1)[:-1] + str((int(sscc(1)[-1]) + 1) % 10)
    found = scan(conn, wrong, DOCK, NOW)
    assert found.kind is Kind.MISREAD
    assert (found.label.wrong_digit.place, found.label.wrong_digit.expected) == (18, sscc(1)[-1])
    assert scan(conn, sscc(1)[:17], DOCK, NOW).label.digits == 17
    assert conn.execute(sa.select(sa.func.count()).select_from(parcels)).scalar() == 0


def test_a_label_that_was_announced_with_a_wrong_digit_is_received(conn, ordered):
    wrong = sscc(1)[:-1] + str((int(sscc(1)[-1]) + 1) % 10)
    expect(conn, ordered(), advice(unit(wrong, "1")), NOW)
    assert scan(conn, wrong, DOCK, NOW).kind is Kind.RECEIVED


def test_goods_without_sscc_are_received_by_the_number_of_advice_or_order(conn, ordered):
    expect(conn, ordered(), advice(number="DA-77"), NOW)
    expect(conn, ordered("26-000124"), advice(number="DA-78"), NOW)
    assert scan(conn, "da-77", DOCK, NOW).kind is Kind.RECEIVED
    assert scan(conn, "26-000124", DOCK, NOW).kind is Kind.RECEIVED
    assert scan(conn, "DA-77", DOCK, NOW).kind is Kind.AGAIN


def test_a_number_with_several_boxes_lets_the_person_choose(conn, two_boxes):
    found = scan(conn, "26-000123", DOCK, NOW)
    assert found.kind is Kind.CHOOSE
    assert {parcel.state for parcel in found.parcels} == {State.EXPECTED}
    chosen = receive(conn, [found.parcels[1].id], DOCK, NOW)
    assert (chosen.kind, chosen.parcels[0].sscc) == (Kind.RECEIVED, sscc(2))


def test_an_order_without_any_advice_is_received_by_its_number(conn, ordered, events):
    row = ordered(state="by_hand")
    found = scan(conn, "26-000123", DOCK, NOW)
    assert (found.kind, found.unannounced) == (Kind.RECEIVED, True)
    assert len(found.parcels[0].contents) == 2
    assert state_of(conn, row) == "at_hub"
    assert scan(conn, "26-000123", DOCK, NOW).kind is Kind.AGAIN
    expect(conn, row, advice(unit(8, "1")), NOW)
    (parcel,) = store.find(conn, parcels.c.order_id == row.id)
    assert (parcel.sscc, parcel.state) == (sscc(8), State.RECEIVED)


def test_undo_of_goods_without_advice_leaves_no_trace_on_the_floor(conn, ordered):
    row = ordered(state="sent")
    found = scan(conn, row.number, DOCK, NOW)
    assert undo(conn, found.batch, DOCK, NOW)
    assert overview.shelves(conn) == []
    assert scan(conn, row.number, DOCK, NOW).kind is Kind.RECEIVED


def test_orders_that_nothing_should_come_of_are_not_received(conn, ordered):
    ordered("26-000200", state="cancelled")
    found = scan(conn, "26-000200", DOCK, NOW)
    assert (found.kind, found.order_state) == (Kind.NOT_COMING, "cancelled")


def test_what_nobody_knows_is_said_so(conn):
    for text in ("", "hej", "26-999999", "%' OR 1=1", "\x1d"):
        assert scan(conn, text, DOCK, NOW).kind is Kind.NOTHING


def test_undo_takes_back_and_says_so_on_the_order(conn, two_boxes, events):
    found = scan(conn, sscc(1), DOCK, NOW)
    (parcel,) = undo(conn, found.batch, DOCK, NOW + timedelta(seconds=8))
    assert parcel.state is State.EXPECTED
    assert events(two_boxes.id)[-1][1]["step"] == "undone"
    assert undo(conn, found.batch, DOCK, NOW + timedelta(seconds=9)) == ()
    again = scan(conn, sscc(1), DOCK, NOW)
    assert again.kind is Kind.RECEIVED
    assert undo(conn, again.batch, DOCK, NOW + timedelta(minutes=5)) == ()


def test_undo_of_an_unknown_scan_asks_nobody_to_look(conn):
    found = scan(conn, sscc(9), DOCK, NOW)
    assert undo(conn, found.batch, DOCK, NOW)
    assert open_reports(conn) == []
    assert scan(conn, sscc(9), DOCK, NOW).kind is Kind.UNKNOWN
    assert len(open_reports(conn)) == 1


def test_one_box_for_two_units_is_received_for_both_and_shows_both_lanes(conn, ordered, events):
    first, second = ordered(), ordered("26-000124", unit_id="granen")
    lines = (line("1", order=first.number), line("2", order=second.number))
    mixed = advice(unit(3, "1", "2"), lines=lines, orders=(first.number, second.number))
    expect(conn, first, mixed, NOW)
    expect(conn, second, mixed, NOW)
    found = scan(conn, sscc(3), DOCK, NOW)
    assert found.lanes == ("A1", "A2")
    assert overview.today(conn, NOW).received == 1
    assert [events(row.id)[0][0] for row in (first, second)] == ["at_hub", "at_hub"]


def test_an_sscc_that_two_suppliers_use_shows_both(conn, ordered):
    row = ordered()
    expect(conn, row, advice(unit(3, "1")), NOW)
    conn.execute(parcels.update().where(parcels.c.order_id == row.id).values(supplier_name="Annat Bolag AB"))
    expect(conn, ordered("26-000124"), advice(unit(3, "1")), NOW)
    assert len(scan(conn, sscc(3), DOCK, NOW).suppliers) == 2


def test_a_pallet_is_received_with_what_stands_on_it(conn, ordered):
    row = ordered()
    pallet = unit(9, units=(unit(1, "1"), unit(2, "2")))
    expect(conn, row, advice(pallet, lines=(line("1"), line("2"))), NOW)
    found = scan(conn, sscc(9), DOCK, NOW)
    assert (found.kind, found.boxes, found.of) == (Kind.RECEIVED, 2, 2)
    assert state_of(conn, row) == "at_hub"
    assert overview.today(conn, NOW) == overview.Today(2, 2)


def test_an_sscc_that_comes_again_after_delivery_is_the_new_parcel(conn, ordered):
    old, new = ordered(), ordered("26-000124")
    expect(conn, old, advice(unit(4, "1")), NOW)
    conn.execute(parcels.update().values(state="delivered"))
    expect(conn, new, advice(unit(4, "1"), number="DA-2"), NOW)
    found = scan(conn, sscc(4), DOCK, NOW)
    assert [parcel.order_number for parcel in found.parcels] == ["26-000124"]


def test_a_parcel_scanned_in_the_moment_its_advice_came_is_the_announced_one(conn, ordered):
    scan(conn, sscc(5), DOCK, NOW)
    row = ordered()
    # As two transactions side by side leave it: the advice did not see the unknown parcel.
    conn.execute(parcels.update().values(key="hidden"))
    expect(conn, row, advice(unit(5, "1")), NOW)
    conn.execute(parcels.update().where(parcels.c.key == "hidden").values(key=sscc(5)))
    found = scan(conn, sscc(5), DOCK, NOW)
    assert (found.kind, len(found.parcels)) == (Kind.RECEIVED, 1)
    assert open_reports(conn) == []
    assert scan(conn, sscc(5), DOCK, NOW).kind is Kind.AGAIN
