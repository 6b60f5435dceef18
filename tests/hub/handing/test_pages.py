"""The driver's pages through HTTP, without JavaScript and as a phone sends what it kept."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest
import sqlalchemy as sa

from gateway.orders import book
from hub.handing.tables import deliveries, delivery_returns
from hub.tables import acts
from tests.hub.advices import sscc
from tests.hub.handing.stage import SIGNATURE, out_on_the_road, parcel_ids, stops_of
from tests.hub.house import open_house
from tests.hub.test_pages import Person
from tests.hub.test_photos import picture
from tests.web.conftest import token_of

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def clock():
    return [NOW]


@pytest.fixture
def house(engine, clock):
    app = open_house(engine, lambda: clock[0], "alva", "robin")
    return app, out_on_the_road(engine, NOW)


@pytest.fixture
def alva(house):
    return Person(house[0], "alva")


def at_door(alva, engine, run_id, position, what, /, *, photo=None, **fields):
    """Sends a form of a stop as the page has it."""
    with engine.begin() as conn:
        stop = stops_of(conn, run_id)[position - 1]
    token = token_of(alva.get("/hub/drive").text)
    files = {"photo": ("p.jpg", photo, "image/jpeg")} if photo is not None else {"photo": ("", b"")}
    return alva.client.post(f"/hub/drive/stops/{stop}/{what}", data={"csrf": token, **fields}, files=files)


def count(engine, table) -> int:
    with engine.begin() as conn:
        return conn.scalar(sa.select(sa.func.count()).select_from(table))


def test_my_run_stands_first_with_its_next_stop(house, alva):
    page = alva.get("/hub/drive").text
    assert "Tur norr" in page
    assert "Kör vidare" in page
    assert "Förskolan Gläntan" in page


def test_the_next_stop_has_its_way_its_note_and_its_parcels(house, alva):
    page = alva.get(f"/hub/drive/{house[1]}").text
    assert 'href="geo:59.870000,17.660000?q=59.870000,17.660000"' in page
    assert "Ring på klockan vid lastporten." in page
    assert "0 av 3 hållplatser avklarade" in page
    assert re.search(r"Nästa hållplats</p><h2>Förskolan Gläntan", page)
    assert "Inget till den här hållplatsen är på bilen." in page


def test_a_protected_address_is_the_drivers_and_nobody_elses(engine, house, alva):
    run = f"/hub/drive/{house[1]}"
    assert "Berätta inte adressen" in alva.get(run).text
    with engine.begin() as conn:
        conn.execute(sa.text("UPDATE runs SET driver_id = NULL"))
    page = alva.get(run).text
    assert page.count("Exempelgatan 4") == 2
    assert "Bara turens förare ser den." in page
    assert "Berätta inte adressen" in Person(house[0], "robin").get(run).text
    alva.post(f"{run}/mine")
    assert "Berätta inte adressen" in alva.get(run).text


def test_goods_are_handed_over_signed_and_the_proof_can_be_printed(engine, house, alva):
    done = at_door(alva, engine, house[1], 1, "hand", receiver="Lo <b>Exempel", signature=SIGNATURE, photo=picture())
    assert "2 kolli lämnade till Förskolan Gläntan, mottagna av Lo &lt;b&gt;Exempel." in done.text
    assert "1 av 3 hållplatser avklarade" in done.text
    proof = alva.get(re.search(r'href="(/hub/proof/[^"]+)"', done.text).group(1))
    assert f'<path d="{SIGNATURE}"/>' in proof.text
    assert "(00) 3 7350001 000000001 6" in proof.text
    assert "26-000123" in proof.text
    photo = alva.get(re.search(r'src="(/hub/proof/[^"]+/photos/[^"]+)"', proof.text).group(1))
    assert (photo.headers["content-type"], photo.content[:2]) == ("image/jpeg", b"\xff\xd8")
    with engine.begin() as conn:
        assert book.get(conn, "26-000123").state.value == "delivered"


def test_what_is_missing_in_the_form_is_said_and_nothing_is_lost(engine, house, alva):
    (one,) = parcel_ids(engine.connect(), 1)
    sent = {"text": "stod <ute>", f"fate-{one}": "refused"}
    wrong = at_door(alva, engine, house[1], 1, "hand", **sent)
    assert wrong.status_code == 422
    assert "Skriv namnet på den som tar emot kollina." in wrong.text
    assert "Låt mottagaren skriva under" in wrong.text
    assert "stod &lt;ute&gt;" in wrong.text
    assert re.search(r'value="refused" checked', wrong.text)
    assert count(engine, deliveries) == 0


def test_what_is_no_photo_is_said(engine, house, alva):
    for raw in (b"no photo", picture()[:3000]):
        wrong = at_door(alva, engine, house[1], 1, "hand", receiver="Lo", photo=raw)
        assert wrong.status_code == 422
        assert "inget foto som går att läsa" in wrong.text
    assert count(engine, deliveries) == 0


def test_what_a_phone_sends_twice_happens_once_and_at_its_own_time(engine, house, alva, clock):
    act, at = str(uuid4()), (NOW + timedelta(minutes=5)).isoformat()
    clock[0] = NOW + timedelta(minutes=50)
    sent = {"receiver": "Lo", "typed": "Lo", "act": act, "at": at}
    first = at_door(alva, engine, house[1], 1, "hand", **sent)
    again = at_door(alva, engine, house[1], 1, "hand", **sent)
    assert [answer.status_code for answer in (first, again)] == [200, 200]
    assert "2 kolli lämnade" in again.text
    assert count(engine, deliveries) == 1
    with engine.begin() as conn:
        delivered = book.timeline(conn, book.get(conn, "26-000123").id)[-1]
    assert delivered.at == NOW + timedelta(minutes=5)


def test_an_act_that_was_refused_can_be_sent_again_mended(engine, house, alva):
    act = str(uuid4())
    assert at_door(alva, engine, house[1], 1, "hand", act=act).status_code == 422
    assert count(engine, acts) == 0
    assert at_door(alva, engine, house[1], 1, "hand", act=act, receiver="Lo", typed="Lo").status_code == 200


def test_nobody_there_then_undone(engine, house, alva):
    page = at_door(alva, engine, house[1], 1, "fail", why="nobody")
    assert "inget lämnades" in page.text
    undo = re.search(r'action="(/hub/drive/deliveries/[^"]+/undo)"', page.text).group(1)
    assert "Ångrat. Hållplatsen är som förut." in alva.post(undo).text
    assert "För sent att ångra" in alva.post(undo).text
    wrong = at_door(alva, engine, house[1], 1, "fail", why="other")
    assert (wrong.status_code, "Skriv med några ord" in wrong.text) == (422, True)


def test_a_return_is_noted_once_and_taken_away(engine, house, alva):
    act = str(uuid4())
    for _ in range(2):
        page = at_door(alva, engine, house[1], 2, "return", **{"return-text": "tom vagn", "act": act})
        assert "tom vagn" in page.text
    assert count(engine, delivery_returns) == 1
    assert at_door(alva, engine, house[1], 2, "return").status_code == 422
    undo = re.search(r'action="(/hub/drive/returns/[^"]+/undo)"', page.text).group(1)
    assert "tom vagn" not in alva.post(undo).text


SCANS = [
    (sscc(1), "Ska av vid hållplats 1, Förskolan Gläntan."),
    (f"(00){sscc(3)}", "Ska av vid hållplats 2"),
    ("26-000124", "Ska av vid hållplats 2"),
    (sscc(77), "Ingen känner till"),
    ("%' OR 1=1 <b>", "&lt;b&gt;"),
]


def test_a_label_at_the_door_says_where_it_goes_off(house, alva):
    for code, said in SCANS:
        assert said in alva.client.get(f"/hub/drive/{house[1]}", params={"code": code}).text, code


def test_the_van_comes_home_once(engine, house, alva):
    address = f"/hub/drive/{house[1]}/home"
    at_door(alva, engine, house[1], 1, "hand", receiver="Lo", typed="Lo")
    page = alva.get(address).text
    assert "2 hållplatser är inte besökta" not in page
    assert "1 hållplats är inte besökt: Granens skola." in page
    left = re.findall(r'name="parcel" value="([^"]+)"', page)
    assert len(left) == 1
    home = alva.post(address, parcel=left)
    assert "Turen är klar." in home.text
    assert "Turen är klar." in alva.post(address, parcel=left).text
    late = at_door(alva, engine, house[1], 2, "hand", receiver="Lo", typed="Lo")
    assert (late.status_code, "är redan hemma" in late.text) == (422, True)


BAD = ["", "0", "-1", "1e9", "NaN", "å" * 3000, str(uuid4()), "<b>'; --\x07"]


def test_no_field_of_the_doors_forms_makes_a_fault(engine, house, alva):
    fields = ("receiver", "signature", "typed", "text", "scanned", "act", "at", "why", "fail-text", "code")
    for bad, act in product(BAD, ("hand", "fail", "return", "again")):
        answer = at_door(alva, engine, house[1], 2, act, **dict.fromkeys((*fields, "return-text", "fate-x"), bad))
        assert answer.status_code in {200, 422}, (bad, act)
    bad = BAD[-1]
    assert alva.post(f"/hub/drive/{house[1]}/home", parcel=[bad]).status_code in {200, 409}


def test_addresses_of_nothing_are_not_found(house, alva):
    nothing = uuid4()
    for address in (f"/hub/drive/{nothing}", f"/hub/drive/{nothing}/home", f"/hub/proof/{nothing}"):
        assert alva.get(address).status_code == 404
    for act in ("hand", "fail", "return", "again"):
        assert alva.post(f"/hub/drive/stops/{nothing}/{act}").status_code == 404
    for address in (f"{nothing}/mine", f"{nothing}/home", f"deliveries/{nothing}/undo", f"returns/{nothing}/undo"):
        assert alva.post(f"/hub/drive/{address}").status_code == 404
    assert alva.get("/hub/drive/1").status_code in {404, 422}
    assert alva.get(f"/hub/drive/{house[1]}?stop={nothing}&done={nothing}").status_code == 200


def test_a_request_as_large_as_ten_photos_is_turned_away(engine, house, alva):
    answer = at_door(alva, engine, house[1], 1, "hand", receiver="Lo", photo=b"x" * 37_000_000)
    assert answer.status_code == 413


def test_english_is_complete(house, alva):
    alva.post("/language", language="en", next="/hub/drive")
    page = alva.get(f"/hub/drive/{house[1]}").text
    assert "Who receives?" in page
    assert "Sign here with a finger" in page


def test_without_runs_the_page_teaches(engine):
    page = Person(open_house(engine, lambda: NOW, "alva"), "alva").get("/hub/drive").text
    assert "När turerna är planerade står de här" in page
