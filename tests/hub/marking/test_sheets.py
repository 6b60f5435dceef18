"""Marking at the dock: what came without a code gets one that a scanner knows from then on."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import sqlalchemy as sa

from gateway.orders.book import OrderRow
from hub import receiving, store
from hub.answer import Kind
from hub.marking import sheets
from hub.marking.sheets import House, Sheet
from hub.parcel import State
from hub.road.invented import lay_out
from hub.tables import parcels, runs, sites, sscc_issued, stops
from tests.hub.advices import advice, line, sscc, unit
from tests.hub.conftest import NOW

HOUSE = House("Exempelstads omlastningshubb", "7350001")


def made(conn: sa.Connection, *ids: object) -> Sheet:
    found = sheets.make(conn, ids, HOUSE, "Alva", NOW)
    assert found is not None
    return found


def test_goods_without_an_advice_get_a_number_and_the_units_gln(
    conn: sa.Connection, ordered: Callable[..., OrderRow]
) -> None:
    row = ordered()
    (parcel,) = receiving.scan(conn, row.number, "Alva", NOW).parcels
    assert [one.id for one in sheets.unmarked(conn)] == [parcel.id]
    (label,) = made(conn, parcel.id).labels
    assert (label.sscc[:8], label.gln, label.order) == ("07350001", "7350001000022", row.number)
    assert (label.number, label.of, label.unit) == (1, 1, "Förskolan Gläntan")
    assert sheets.unmarked(conn) == ()
    again = receiving.scan(conn, f"(00){label.sscc}", "Alva", NOW)
    assert (again.kind, [one.id for one in again.parcels]) == (Kind.AGAIN, [parcel.id])


def test_printed_again_it_is_the_same_number(conn: sa.Connection, ordered: Callable[..., OrderRow]) -> None:
    (parcel,) = receiving.scan(conn, ordered().number, "Alva", NOW).parcels
    first, second = made(conn, parcel.id), made(conn, parcel.id)
    assert first.id != second.id
    assert first.labels == second.labels
    assert sheets.get(conn, first.id) == first
    assert conn.scalar(sa.select(sa.func.count()).select_from(sscc_issued)) == 1


def test_a_suppliers_code_is_printed_as_it_is_without_gln(conn: sa.Connection, two_boxes: OrderRow) -> None:
    rows = store.of_order(conn, two_boxes.id)
    labels = made(conn, *(row.id for row in rows)).labels
    assert [(one.sscc, one.number, one.of, one.gln) for one in labels] == [(sscc(1), 1, 2, None), (sscc(2), 2, 2, None)]
    assert conn.scalar(sa.select(sa.func.count()).select_from(sscc_issued)) == 0


def test_the_advice_that_comes_after_the_label_does_not_make_the_label_unknown(
    conn: sa.Connection, ordered: Callable[..., OrderRow]
) -> None:
    row = ordered()
    (parcel,) = receiving.scan(conn, row.number, "Alva", NOW).parcels
    (label,) = made(conn, parcel.id).labels
    late = advice(unit("K1", "1", "2"), lines=(line("1"), line("2")), orders=(row.number,))
    receiving.expect(conn, row, late, NOW)
    found = receiving.scan(conn, label.sscc, "Alva", NOW)
    assert (found.kind, found.parcels[0].id, found.parcels[0].advice) == (Kind.AGAIN, parcel.id, "DA-1")
    receiving.expect(conn, row, late, NOW)
    assert len(store.of_order(conn, row.id)) == 1, "the same advice again makes no second parcel"
    (again,) = made(conn, parcel.id).labels
    assert (again.sscc, again.gln) == (label.sscc, None)


def test_an_advice_without_codes_marked_before_it_is_received(
    conn: sa.Connection, ordered: Callable[..., OrderRow]
) -> None:
    row = ordered()
    sent = advice(unit("K1", "1"), unit("K2", "2"), lines=(line("1"), line("2")))
    receiving.expect(conn, row, sent, NOW)
    labels = made(conn, *(one.id for one in store.of_order(conn, row.id))).labels
    receiving.expect(conn, row, sent, NOW)  # corrects the parcels, which takes their code off again
    found = receiving.scan(conn, labels[1].sscc, "Alva", NOW)
    assert (found.kind, found.number, found.of) == (Kind.RECEIVED, 2, 2)
    assert made(conn, found.parcels[0].id).labels[0].sscc == labels[1].sscc


def test_a_box_for_two_orders_has_one_label_that_says_so(conn: sa.Connection, ordered: Callable[..., OrderRow]) -> None:
    first, second = ordered(), ordered("26-000124", "granen")
    for row in (first, second):
        receiving.expect(conn, row, advice(unit(9, "1"), number=f"DA-{row.number}"), NOW)
    rows = store.find(conn, parcels.c.key == sscc(9))
    sheet = made(conn, *(row.id for row in rows))
    (label,) = sheet.labels
    assert label.order == "26-000123 + 26-000124"
    assert label.lane == " + ".join(str(row.lane) for row in rows)
    assert made(conn, rows[0].id).labels == sheet.labels, "whichever of the two is asked for"


def test_the_route_stands_on_the_label(conn: sa.Connection, two_boxes: OrderRow) -> None:
    place = {"unit_id": "bjorken", "name": "Björken", "gln": "1", "street": "", "postal_code": "", "city": ""}
    conn.execute(sites.insert().values(place))
    lay_out(conn, NOW.date())
    run_id, stop_id = uuid4(), uuid4()
    planned = {"day": NOW.date(), "name": "Elskåp 1", "vehicle_id": "el-1", "state": "planned", "km": 12}
    times = {"starts_at": NOW, "ends_at": NOW, "made_at": NOW, "made_by": "Alva"}
    conn.execute(runs.insert().values(id=run_id, **planned, **times))
    stop = {"position": 3, "unit_id": "bjorken", "arrives_at": NOW, "km": 2}
    conn.execute(stops.insert().values(id=stop_id, run_id=run_id, **stop))
    (first, *_) = store.of_order(conn, two_boxes.id)
    store.change(conn, first.id, stop_id=stop_id)
    assert made(conn, first.id).labels[0].route == "Stopp 3 Elskåp 1"


def test_what_is_undone_or_unknown_makes_no_sheet(conn: sa.Connection, ordered: Callable[..., OrderRow]) -> None:
    (parcel,) = receiving.scan(conn, ordered().number, "Alva", NOW).parcels
    store.change(conn, parcel.id, state=State.VOID.value)
    assert sheets.make(conn, [parcel.id, uuid4()], HOUSE, "Alva", NOW) is None
    assert sheets.make(conn, [], HOUSE, "Alva", NOW) is None
