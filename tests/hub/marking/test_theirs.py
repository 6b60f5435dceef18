"""A supplier prints its own labels: a signed link, how many parcels, and the dock waits for them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from gateway.exchange import journal
from gateway.orders import book
from gateway.settings import load_settings
from gateway.suppliers.supplier import Suppliers
from hub import lanes, store
from hub.marking import links, theirs
from hub.parcel import State
from hub.room import ROOM
from hub.tables import parcels, sscc_issued
from tests.exchange.desk import supplier
from tests.hub.house import PASSWORD, PEOPLE
from tests.hub.marking.decoding import pdf_codes
from tests.orders.samples import sample_order
from tests.web.conftest import token_of
from web import accounts
from web.app import create_app

NOW = datetime(2026, 11, 23, 6, 55, tzinfo=UTC)
NUMBER = "26-000123"


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(engine: sa.Engine, clock: Clock, tmp_path: Any) -> Any:
    with engine.begin() as conn:
        lanes.plan(conn, "glantan", weekdays=(2, 4), lane="B4")
        book.add(conn, sample_order(NUMBER), "papperslagret", "glantan", "Kim Exempel", NOW, "confirmed")
        book.add(conn, sample_order("26-000124"), "papperslagret", "glantan", "Kim Exempel", NOW, "confirmed")
        for login in ("alva", "robin", "kim"):
            name, roles = PEOPLE[login]
            accounts.add(conn, login, name=name, password=PASSWORD, roles=roles, now=NOW)
    return create_app(load_settings({}), engine, Suppliers((supplier(tmp_path),)), [ROOM], now=clock)


class Seller:
    """Somebody at the supplier's with a browser that has no JavaScript, and no account."""

    def __init__(self, app: Any, address: str) -> None:
        self.client = TestClient(app, headers={"origin": "http://testserver"}, follow_redirects=True)
        self.address = address

    def send(self, **fields: str) -> Any:
        page = self.client.get(self.address).text
        found = re.findall(r'<input [^>]*name="([\w.]+)"[^>]* value="([^"]*)"', page)
        filled = {name: unescape(value) for name, value in found if name != "csrf"}
        return self.client.post(self.address, data=filled | {"csrf": token_of(page)} | fields)


@pytest.fixture
def address(engine: sa.Engine, app: Any) -> str:
    with engine.begin() as conn:
        return f"/labels/{links.token(conn, NUMBER, NOW)}"


@pytest.fixture
def seller(app: Any, address: str) -> Seller:
    return Seller(app, address)


def said(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_two_parcels_are_labelled_announced_scanned_and_told(engine: sa.Engine, seller: Seller) -> None:
    answer = seller.send(parcels="2", day="2026-11-24", number="F-77")
    assert answer.status_code == 200
    assert "Hubben vet att 2 kolli är på väg" in said(answer)
    codes = [label[0] for label in pdf_codes(seller.client.get(f"{answer.url.path}/a6.pdf").content)]
    assert [code[:13] for code in codes] == ["]C10007350001"] * 2
    with engine.begin() as conn:
        rows = store.find(conn, parcels.c.order_number == NUMBER)
        assert [(row.key, row.state, row.advice, row.lane) for row in rows] == [
            (code[5:], State.EXPECTED, "F-77", "B4") for code in codes
        ]
        order = book.get(conn, NUMBER)
        assert order is not None
        assert order.state == "despatched"
        (message,) = journal.of_order(conn, order.id)
        assert (message.document, message.transport) == ("DespatchAdvice", "typed")
        assert theirs.WHO in message.source
        label = theirs.of_order(conn, order.id)[0].labels[1]
        assert (label.gln, label.number, label.of, label.day) == (None, 2, 2, datetime(2026, 11, 24).date())


def test_sent_twice_it_is_one_delivery(engine: sa.Engine, seller: Seller) -> None:
    wrote = {"parcels": "3", "number": "F-1", "sent.0": "1", "sent.1": "2"}
    first, second = seller.send(**wrote), seller.send(**wrote)
    assert first.url == second.url
    other = seller.send(**wrote | {"parcels": "4"})
    assert other.status_code == 422
    assert "Det finns redan etiketter med det här numret" in said(other)
    with engine.connect() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(parcels)) == 3
        assert conn.scalar(sa.select(sa.func.count()).select_from(sscc_issued)) == 3
    assert seller.send(parcels="1").status_code == 422, "everything is sent by now"
    assert seller.send(**{"parcels": "1", "sent.1": "1"}).status_code == 200, "the number that the page offers is new"


def test_less_than_ordered_can_be_said_of_a_line(engine: sa.Engine, seller: Seller) -> None:
    assert seller.send(**{"parcels": "1", "sent.0": "0", "sent.1": "1,5"}).status_code == 200
    with engine.connect() as conn:
        (parcel,) = store.find(conn, parcels.c.order_number == NUMBER)
    assert [(one.line, one.quantity) for one in parcel.contents] == [("2", Decimal("1.5"))]


WRONG = [
    *(("parcels", value, "1 till 99") for value in ("0", "-1", "1e9", "100", "9" * 5000, "", "²")),
    *(("day", value, "i dag eller senare") for value in ("2026-11-22", "9999-12-31", "igår")),
    *(("number", value, "numret på din följesedel") for value in (" ", "å" * 61)),
    *(("sent.0", value, "Skriv antalet med siffror") for value in ("NaN", "-1", "1e9", "två", "9" * 4000)),
]


def test_what_cannot_be_meant_is_told_beside_its_field_and_nothing_happens(engine: sa.Engine, seller: Seller) -> None:
    for field, value, shown in WRONG:
        answer = seller.send(**{"parcels": "2", field: value})
        assert answer.status_code == 422, (field, value)
        assert said(answer).count(shown) == 2, "in the summary and beside the field"
        assert f'id="{field}-error"' in answer.text
        assert f'href="#{field}"' in answer.text
    with engine.connect() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(sscc_issued)) == 0


def test_nothing_at_all_is_no_delivery(seller: Seller) -> None:
    answer = seller.send(**{"sent.0": "0", "sent.1": "0"})
    assert answer.status_code == 422
    assert "Inget skickas" in said(answer)


def test_an_order_that_is_cancelled_gets_no_labels(engine: sa.Engine, app: Any) -> None:
    with engine.begin() as conn:
        book.add(conn, sample_order("26-000125"), "papperslagret", "glantan", "Kim Exempel", NOW, "cancelled")
        address = f"/labels/{links.token(conn, '26-000125', NOW)}"
    answer = Seller(app, address).send(parcels="1")
    assert answer.status_code == 422
    assert "Beställningen är avslutad" in said(answer)
    with engine.connect() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(sscc_issued)) == 0


def test_links_that_are_changed_old_or_renewed_do_not_open(
    engine: sa.Engine, app: Any, seller: Seller, clock: Clock, address: str
) -> None:
    client = seller.client
    order, day, signature = address.removeprefix("/labels/").split(".")
    for forged in (
        f"26-000124.{day}.{signature}",
        f"{order}.20991231.{signature}",
        f"{order}.{day}.{'A' * 32}",
        f"{order}.{day}",
        "x",
        "0",
        "å",
        "9" * 500,
    ):
        assert client.get(f"/labels/{forged}").status_code == 404, forged
    sheet = seller.send(parcels="1").url.path
    with engine.begin() as conn:
        other = f"/labels/{links.token(conn, '26-000124', NOW)}"
    stolen = sheet.replace(address, other)
    assert client.get(stolen).status_code == 404, "another order's link does not open these labels"
    assert client.get(f"{stolen}/a6.pdf").status_code == 404
    clock.now = NOW + links.LASTS + timedelta(days=1)
    assert client.get(address).status_code == 410
    assert "Länken gäller inte längre" in client.get(address).text
    clock.now = NOW
    assert client.get(address).status_code == 200
    with engine.begin() as conn:
        links.renew(conn, NOW)
    assert client.get(address).status_code == 404


def test_a_form_from_elsewhere_is_not_taken(app: Any, address: str) -> None:
    foreign = TestClient(app, headers={"origin": "https://elsewhere.example"})
    assert foreign.post(address, data={"parcels": "1"}).status_code == 403


def test_the_link_is_made_at_the_hub_and_opens(app: Any) -> None:
    client = TestClient(app, headers={"origin": "http://testserver"}, follow_redirects=True)
    page = client.get("/login").text
    client.post("/login", data={"login": "alva", "password": PASSWORD, "csrf": token_of(page)})
    found = client.get("/hub/labels/link?order=26-000123").text
    address = re.search(r'id="address" value="([^"]+)"', found)
    assert address is not None
    mail = re.search(r'href="(mailto:[^"]+)"', found)
    assert mail is not None
    assert address[1] in parse_qs(urlsplit(unescape(mail[1])).query)["body"][0]
    assert "Etiketter till beställning 26-000123" in TestClient(app).get(urlsplit(address[1]).path).text
    assert client.get("/hub/labels/link?order=nej").status_code == 422
