"""The hub's pages through HTTP: who may, what a scan answers, and the whole way without JavaScript."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from gateway.orders import book
from hub import reports
from tests.hub.advices import sscc
from tests.hub.house import open_house, send_goods
from tests.web.apps import enter, token_for
from tests.web.conftest import token_of

NOW = datetime(2026, 11, 23, 6, 55, tzinfo=UTC)
PAGES = ["/hub/dock", "/hub/units", "/hub/van", "/hub/cases", "/hub/questions"]


class Person:
    """Somebody with a browser that has no JavaScript."""

    def __init__(self, app, login: str) -> None:
        self.client = TestClient(app, headers={"origin": "http://testserver"}, follow_redirects=True)
        enter(self.client, app, login)

    def get(self, address: str):
        return self.client.get(address)

    def post(self, address: str, **fields):
        return self.client.post(address, data={"csrf": token_for(self.client), **fields})

    def scan(self, code: str) -> str:
        return self.post("/hub/scan", code=code).text


@pytest.fixture
def app(engine):
    made = open_house(engine, lambda: NOW, "alva")
    send_goods(engine, NOW)
    return made


@pytest.fixture
def alva(app):
    return Person(app, "alva")


@pytest.mark.parametrize(("login", "status"), [("alva", 200), ("robin", 200), ("kim", 403)])
def test_dock_and_admin_may_and_a_buyer_may_not(engine, login, status):
    client = Person(open_house(engine, lambda: NOW, login), login).client
    assert [client.get(page).status_code for page in PAGES] == [status] * len(PAGES)
    assert client.post("/hub/scan", data={"code": "1"}).status_code == 403


def test_nothing_is_scanned_without_the_forms_token(app, alva):
    assert alva.client.post("/hub/scan", data={"code": sscc(1)}).status_code == 403
    assert "0</b> av 3 kolli" in alva.get("/hub/dock").text


def test_a_scan_fills_the_page_with_the_answer(alva):
    page = alva.scan(f"(00) {sscc(1)}")
    assert "Mottaget." in page
    assert "Kolli 1 av 2 från Papperslagret i Exempelstad AB" in page
    assert re.search(r'class="lane">.*B4</p>', page)
    assert "Förskolan Gläntan" in page
    assert ">tis 24 nov<" in page
    assert "3 st" in page
    assert "1</b> av 3 kolli i dag" in page
    assert "Redan mottaget" in alva.scan(sscc(1))


def test_the_script_gets_only_the_answer(alva):
    token = token_of(alva.get("/hub/dock").text)
    part = alva.client.post("/hub/scan", data={"code": sscc(1), "csrf": token}, headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="answer"')
    assert "<html" not in part
    assert 'data-sound="good"' in part


SAID = [
    ("7350001000015", "varans egen streckkod"),
    (sscc(1)[:17], "17 siffror"),
    (sscc(1)[:-1] + str((int(sscc(1)[-1]) + 1) % 10), "Siffra 18 är"),
    (sscc(99), "Okänt kolli"),
    ("26-000123", "Vilket är det?"),
    ("26-777777", "Hittar inget med det namnet"),
    ("", "Hittar inget med det namnet"),
    ("<script>alert(1)</script>", "&lt;script&gt;"),
    ("0107350001000015", "varans egen streckkod"),
]


def test_every_answer_is_a_page_in_words(alva):
    for code, said in SAID:
        assert said in alva.scan(code), code


def test_english_is_complete_and_says_the_same(alva):
    alva.post("/language", language="en", next="/hub/dock")
    page = alva.scan(sscc(1))
    assert "Received." in page
    assert "Parcel 1 of 2 from Papperslagret" in page


def test_undo_on_the_page(alva):
    page = alva.scan(sscc(3))
    batch = re.search(r'name="batch" value="([^"]+)"', page).group(1)
    assert "Ångrat." in alva.post("/hub/undo", batch=batch).text
    assert "För sent att ångra" in alva.post("/hub/undo", batch=batch).text


def test_something_missing_is_noted_and_sorted_out(app, alva, engine):
    page = alva.scan(sscc(3))
    address = re.search(r'href="(/hub/parcels/[^"]+/report/short)"', page).group(1)
    assert "Vilken vara?" in alva.get(address).text
    wrong = alva.post(address, line="2", quantity="två", text="")
    assert wrong.status_code == 422
    assert "Skriv antalet med siffror" in wrong.text
    noted = alva.post(address, line="2", quantity="2,5", text="öppen <kartong>")
    assert "Noterat: Saknas något" in noted.text
    waiting = alva.get("/hub/cases").text
    assert "2,5 st" in waiting
    assert "öppen &lt;kartong&gt;" in waiting
    assert "Saknas något" in alva.get("/hub/units").text
    with engine.begin() as conn:
        report_id = reports.open_reports(conn)[0][0].id
    assert "Inget att reda ut" in alva.post(f"/hub/cases/{report_id}/close", outcome="krediteras").text


def test_an_unknown_parcel_finds_its_order(alva, engine):
    alva.scan(sscc(50))
    with engine.begin() as conn:
        ((report, parcel),) = reports.open_reports(conn)
    address = f"/hub/cases/{report.id}/order"
    assert parcel.order_id is None
    wrong = alva.post(address, number="26-9")
    assert "Det finns ingen beställning 26-9" in wrong.text
    given = alva.post(address, number="26-000123").text
    assert "B4" in given
    assert "Kolli 3 av 3" in given


def test_reports_and_addresses_that_do_not_exist_are_not_found(alva):
    page = alva.scan(sscc(3))
    parcel_id = re.search(r"/hub/parcels/([^/]+)/", page).group(1)
    assert alva.get(f"/hub/parcels/{parcel_id}/report/unknown").status_code == 404
    assert alva.get(f"/hub/parcels/{parcel_id}/report/lost").status_code == 404
    assert alva.get("/hub/parcels/00000000-0000-0000-0000-000000000000/report/short").status_code == 404
    assert alva.get("/hub/dock?parcel=00000000-0000-0000-0000-000000000000").status_code == 200


def test_the_whole_way_from_scan_to_the_units_door(alva, engine):
    assert "Inget har kommit ännu" in alva.get("/hub/units").text
    for number in (1, 2):
        alva.scan(sscc(number))
    assert "2 kolli här" in alva.get("/hub/units").text
    out = alva.post("/hub/units/out", unit="bjorken")
    assert "2 kolli är på bilen." in out.text
    van = alva.get("/hub/van").text
    parcels = re.findall(r'name="parcel" value="([^"]+)"', van)
    nameless = alva.post("/hub/van/deliver", unit="bjorken", parcel=parcels, receiver=" ")
    assert nameless.status_code == 422
    assert "Skriv vem som tog emot" in nameless.text
    done = alva.post("/hub/van/deliver", unit="bjorken", parcel=parcels, receiver="Lo Exempel")
    assert "2 kolli lämnade till Förskolan Gläntan, mottagna av Lo Exempel." in done.text
    assert "Inget är på väg ut" in done.text
    with engine.begin() as conn:
        assert book.get(conn, "26-000123").state.value == "delivered"


def test_out_without_a_tick_tells_what_to_do(alva):
    alva.scan(sscc(1))
    assert "Bocka först för enheterna" in alva.post("/hub/units/out").text


def test_empty_pages_teach(engine):
    person = Person(open_house(engine, lambda: NOW, "alva"), "alva")
    assert "Skanna första kollit" in person.get("/hub/dock").text
    assert "enhet för enhet" in person.get("/hub/units").text
    assert "Inget är på väg ut" in person.get("/hub/van").text
    assert "Inget att reda ut" in person.get("/hub/cases").text
