"""Every scan has a clear next step: articles, places, wrong digits, closed units, cancelled orders, reused codes."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from gateway.identifiers import gs1_check_digit
from gateway.model.party import Identifier
from gateway.orders import book
from gateway.orders.tables import orders
from hub import lanes, store
from hub.answer import Kind
from hub.counting import compare
from hub.hints import About
from hub.parcel import State
from hub.receiving import deliver, expect, receive, scan, send_out, undo
from hub.reports import open_reports
from hub.road import sites
from hub.road.sites import Address
from hub.road.tables import sites as table
from hub.tables import parcels
from tests.hub.advices import advice, line, sscc, unit
from tests.hub.conftest import NOW

ALVA, BO = "Alva Exempel", "Bo Exempel"
TODAY = NOW.date()
GLN = "7350001000008"


def gtin(number: int) -> str:
    digits = f"7350001{number:05d}"
    return digits + str(gs1_check_digit(digits))


def with_gtin(name: str, quantity: str, code: str):
    made = line(name, quantity)
    item = msgspec.structs.replace(made.item, standard_id=Identifier(value=code, scheme="0160"))
    return msgspec.structs.replace(made, item=item)


@pytest.fixture
def coming(conn, ordered):
    """Two parcels for two units that hold the same article, spelt with 13 and with 14 digits."""
    for number, unit_id, code, many in (
        ("26-000123", "bjorken", gtin(7), "12"),
        ("26-000124", "granen", f"0{gtin(7)}", "5"),
    ):
        row = ordered(number, unit_id)
        sent = advice(unit(int(number[-1]), "1"), lines=(with_gtin("1", many, code),), number=f"DA-{number}")
        expect(conn, row, sent, NOW)


def a_site(conn, unit_id="bjorken", gln=GLN, **facts):
    told = {"name": "Förskolan Björken", "gln": gln, "street": "Skolgatan 1", "postal_code": "750 00", "city": "Stad"}
    sites.learn(conn, [Address(id=unit_id, weekdays=(2, 4), **told)])
    if facts:
        conn.execute(table.update().where(table.c.unit_id == unit_id).values(**facts))


def abouts(found):
    return [hint.about for hint in found.hints]


@pytest.mark.parametrize(
    "typed", [gtin(7), f"(01)0{gtin(7)}", f"]C1020{gtin(7)}3712", f"https://id.gs1.org/01/0{gtin(7)}"]
)
def test_an_articles_barcode_says_what_awaited_holds_it_and_receives_nothing(conn, coming, typed):
    found = scan(conn, typed, ALVA, NOW)
    assert found.kind is Kind.ARTICLE
    told = [(offer.order_number, offer.content.quantity, offer.lane) for offer in found.holding.offers]
    assert told == [("26-000123", 12, "A1"), ("26-000124", 5, "A2")]
    assert {row.state for row in store.find(conn, parcels.c.key.is_not(None))} == {State.EXPECTED}


def test_an_article_in_what_stands_here_already_is_said_too(conn, coming):
    scan(conn, sscc(3), ALVA, NOW)
    found = scan(conn, gtin(7), ALVA, NOW)
    assert [offer.order_number for offer in found.holding.offers] == ["26-000124"]
    assert [parcel.order_number for parcel in found.holding.here] == ["26-000123"]


def test_an_article_of_an_order_without_any_advice_is_found_in_the_order(conn, ordered):
    code, row = gtin(8), ordered("26-000130")
    item = {"standard_id": {"value": f"0{code}", "scheme": "0160"}, "name": "Saft"}
    at_line = sa.func.jsonb_set(
        orders.c.document, sa.cast(["lines", "1", "item"], ARRAY(sa.Text)), sa.cast(item, JSONB)
    )
    conn.execute(orders.update().where(orders.c.id == row.id).values(document=at_line))
    found = scan(conn, code, ALVA, NOW)
    (offer,) = found.holding.offers
    assert (offer.order_number, offer.parcel, offer.content.name) == ("26-000130", None, "Saft")
    assert scan(conn, "(400)26-000130", ALVA, NOW).kind is Kind.RECEIVED
    assert scan(conn, code, ALVA, NOW).holding.offers == ()


def test_what_is_counted_otherwise_than_announced_is_reported(conn, coming):
    (parcel,) = receive(conn, [scan(conn, gtin(7), ALVA, NOW).holding.offers[0].parcel.id], ALVA, NOW).parcels
    assert compare(conn, parcel, "1", Decimal(12), ALVA, NOW) is None
    assert compare(conn, parcel, "1", Decimal(9), ALVA, NOW) == "short"
    assert compare(conn, parcel, "1", Decimal(14), ALVA, NOW) == "over"
    assert sorted((report.kind, report.quantity) for report, _ in open_reports(conn)) == [("over", 2), ("short", 3)]


@pytest.mark.parametrize(("typed", "place"), [(gtin(7)[:-1] + "0", 13), (f"(01)0{gtin(7)[:-1]}0", 14)])
def test_a_wrong_digit_of_an_article_is_named(conn, typed, place):
    assert gtin(7)[-1] != "0"
    found = scan(conn, typed, ALVA, NOW)
    assert found.kind is Kind.MISREAD
    assert (found.label.wrong_digit.place, found.label.wrong_digit.expected) == (place, gtin(7)[-1])


@pytest.mark.parametrize(
    ("typed", "identifier"), [("(8003)07350001000015123", "8003"), ("(10)LOT7", "10"), ("(414)7350001000039", "414")]
)
def test_another_gs1_code_is_called_what_it_is(conn, typed, identifier):
    found = scan(conn, typed, ALVA, NOW)
    assert (found.kind, found.label.foreign) == (Kind.FOREIGN, identifier)


def test_the_code_of_a_unit_is_known_as_a_place(conn):
    a_site(conn)
    for typed in (GLN, f"(410){GLN}", f"(414){GLN}"):
        found = scan(conn, typed, ALVA, NOW)
        assert (found.kind, found.place) == (Kind.FOREIGN, "Förskolan Björken")


@pytest.mark.parametrize(
    ("dates", "about"),
    [
        ("(17)261122", About.EXPIRED),
        ("(15)261126", About.SHORT_DATED),
        ("(15)261123", About.SHORT_DATED),
        ("(15)270401", None),
    ],
)
def test_a_date_on_the_label_is_held_against_the_day_it_is_delivered(conn, two_boxes, dates, about):
    found = scan(conn, f"(00){sscc(1)}{dates}", ALVA, NOW)
    assert found.kind is Kind.RECEIVED
    assert abouts(found) == ([about] if about else [])


def test_a_count_and_a_unit_on_the_label_are_held_against_the_advice(conn, coming):
    found = scan(conn, f"(00){sscc(3)}(413)7350001000022(02)0{gtin(7)}(37)10", ALVA, NOW)
    assert abouts(found) == [About.COUNT]
    assert (found.hints[0].found, found.hints[0].announced) == (10, 12)
    conn.execute(parcels.update().values(unit_gln=GLN))
    assert About.ELSEWHERE in abouts(scan(conn, f"(00){sscc(4)}(413)7350001000015", ALVA, NOW))


def test_goods_for_a_closed_unit_are_received_and_wait_until_it_opens(conn, two_boxes):
    a_site(conn, closed_from=TODAY, closed_to=TODAY + timedelta(days=10))
    found = scan(conn, sscc(1), ALVA, NOW)
    assert (found.kind, abouts(found)) == (Kind.RECEIVED, [About.CLOSED])
    assert (found.hints[0].day, found.hints[0].until) == (date(2026, 12, 3), date(2026, 12, 8))
    conn.execute(table.update().values(closed_to=None))
    assert abouts(scan(conn, sscc(2), ALVA, NOW)) == [About.CLOSED_FOR_GOOD]


def test_an_advice_for_a_closed_unit_is_planned_for_its_first_run_after(conn, ordered):
    lanes.plan(conn, "bjorken", (2, 4))
    a_site(conn, closed_from=TODAY, closed_to=TODAY + timedelta(days=10))
    expect(conn, ordered(), advice(unit(1, "1")), NOW)
    day = store.find(conn, parcels.c.key == sscc(1))[0].delivery_day
    assert day == date(2026, 12, 8)


def test_a_parcel_of_a_cancelled_order_is_stopped_until_somebody_says_it_stays(conn, two_boxes, events):
    conn.execute(orders.update().values(state="cancelled"))
    stopped = scan(conn, sscc(1), ALVA, NOW)
    assert (stopped.kind, stopped.order_state, stopped.batch) == (Kind.NOT_COMING, "cancelled", None)
    assert events(two_boxes.id) == []
    kept = receive(conn, [stopped.parcels[0].id], ALVA, NOW, anyway=True)
    assert (kept.kind, abouts(kept)) == (Kind.RECEIVED, [About.CANCELLED])
    assert book.get(conn, two_boxes.id).state.value == "cancelled"


def test_a_code_that_was_delivered_is_the_old_parcel_for_a_year_and_a_new_one_after(conn, two_boxes):
    (parcel,) = scan(conn, sscc(1), ALVA, NOW).parcels
    send_out(conn, (), ALVA, NOW, [parcel.id])
    deliver(conn, [parcel.id], BO, "Lo Exempel", NOW)
    soon = scan(conn, sscc(1), ALVA, NOW + timedelta(days=30))
    assert (soon.kind, soon.before) == (Kind.AGAIN, State.DELIVERED)
    later = scan(conn, sscc(1), ALVA, NOW + timedelta(days=366))
    assert (later.kind, later.earlier.id) == (Kind.UNKNOWN, parcel.id)
    assert store.find(conn, parcels.c.id == parcel.id)[0].state is State.DELIVERED


def test_a_code_that_was_delivered_lately_can_be_said_to_be_another_parcel(conn, two_boxes, ordered):
    (parcel,) = scan(conn, sscc(1), ALVA, NOW).parcels
    send_out(conn, (), ALVA, NOW, [parcel.id])
    deliver(conn, [parcel.id], BO, "Lo Exempel", NOW)
    anew = scan(conn, sscc(1), ALVA, NOW, anew=True)
    assert (anew.kind, anew.batch is None) == (Kind.UNKNOWN, False)
    assert scan(conn, sscc(1), ALVA, NOW, anew=True).batch is None
    expect(conn, ordered("26-000200"), advice(unit(1, "1"), number="DA-9"), NOW)
    again = scan(conn, sscc(1), ALVA, NOW)
    assert [(row.order_number, row.state) for row in again.parcels] == [("26-000200", State.RECEIVED)]


def test_what_two_have_scanned_stays_received_when_one_takes_it_back(conn, two_boxes):
    first, second = scan(conn, sscc(1), ALVA, NOW), scan(conn, sscc(1), BO, NOW)
    assert second.kind is Kind.AGAIN
    assert [row.state for row in undo(conn, first.batch, ALVA, NOW)] == [State.RECEIVED]
    assert [row.state for row in undo(conn, second.batch, BO, NOW)] == [State.EXPECTED]
    assert store.find(conn, parcels.c.key == sscc(1))[0].received_at is None


def test_a_scanned_parcel_goes_out_and_over_even_where_a_step_was_not_told(conn, two_boxes, events):
    (parcel,) = store.find(conn, parcels.c.key == sscc(1))
    assert send_out(conn, (), ALVA, NOW, [parcel.id]).moved == ()
    gone = send_out(conn, (), ALVA, NOW, [parcel.id], seen=True)
    assert [row.state for row in gone.moved] == [State.OUT]
    assert [row.state for row in undo(conn, gone.batch, ALVA, NOW)] == [State.EXPECTED]
    done = deliver(conn, [parcel.id], BO, "Lo Exempel", NOW, seen=True)
    (after,) = store.find(conn, parcels.c.id == parcel.id)
    assert [row.state for row in done.moved] == [State.DELIVERED]
    assert (after.received_at, after.out_at, after.delivered_at, after.receiver) == (NOW, NOW, NOW, "Lo Exempel")
    assert scan(conn, sscc(1), ALVA, NOW).before is State.DELIVERED
