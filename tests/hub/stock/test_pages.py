"""The crisis stock's pages through HTTP, without JavaScript: who may, what is kept, what is told, what is refused."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest

from gateway.exchange import alarms
from hub.room import ROOM
from hub.stock import reading, watching
from hub.stock.goods import HUB
from tests.hub.house import open_house
from tests.hub.stock.shelves import GTIN, NOW, TODAY, stand
from tests.hub.test_pages import Person
from tests.web.conftest import token_of

PAGES = [
    "/hub/stock",
    "/hub/stock?q=handske",
    "/hub/stock/goods/1",
    "/hub/stock/first",
    "/hub/stock/silent",
    "/hub/stock/silent?supplier=nord&days=60&times=3",
    "/hub/stock/agreements",
]
WORK = [
    "/hub/stock/receive?article=1",
    "/hub/stock/issue?article=1",
    "/hub/stock/move?article=1",
    "/hub/stock/count?goods=1",
]
FORMS = {
    route.path: [one.alias for one in route.dependant.body_params] + ["act", "at"]
    for router in ROOM.routers
    for route in router.routes
    if "POST" in route.methods and route.path.startswith("/hub/stock")
}
GOOD = {
    "article": "1", "place": HUB, "to": "unit:bjorken", "quantity": "1", "unit": "granen", "lot": "1", "counted": "3",
    "goods": "1", "expires": "2027-05-01", "days": "9", "per_day": "4", "other": "2", "delivers_in": "2",
    "valid_to": "2027-12-31", "usual": "syd",
}  # fmt: skip
BAD = ["", "-1", "1e9", "9" * 40, "<b>'; --\x07å" * 200, "\u0663"]


def said(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).replace("\xa0", " ").split())


@pytest.fixture
def app(engine):
    made = open_house(engine, lambda: NOW, "alva", "robin", "kim")
    with engine.begin() as conn:
        stand(conn)
        watching.settle(conn, NOW)
    return made


@pytest.fixture
def alva(app):
    return Person(app, "alva")


@pytest.fixture
def robin(app):
    return Person(app, "robin")


def left(engine) -> dict[tuple[str, str], int]:
    with engine.begin() as conn:
        return {(one.place, one.lot): int(one.quantity) for one in reading.lots(conn)}


def test_who_may(app, alva):
    assert [alva.get(page).status_code for page in PAGES + WORK] == [200] * 11
    kim = Person(app, "kim")
    assert [kim.get(page).status_code for page in PAGES + WORK] == [403] * 11
    assert alva.post("/hub/stock/goods/1/need", place=HUB, days="3").status_code == 403, "not the dock"


def test_in_english_too(alva):
    for page in PAGES + WORK:
        alva.client.cookies.set("avrop_language", "en")
        assert alva.get(page).status_code == 200


def test_overview_says_how_long_it_lasts(alva):
    page = said(alva.get("/hub/stock"))
    assert "Handske nitril M 4 000 st 80 st 50 dagar 30 dagar 500 st – Räcker" in page
    assert "1 vara utan krav och lager Munskydd IIR" in page


def test_a_scanned_carton_leads_to_its_form_with_lot_and_day(alva):
    page = alva.get(f"/hub/stock?q=(01)0{GTIN}(17)270401(10)LOT7").text
    assert 'value="LOT7"' in page
    assert 'value="2027-04-01"' in page
    assert "Handske nitril M" in said(alva.get(f"/hub/stock?q={GTIN}"))


def test_into_the_stock_out_again_and_undone(engine, alva):
    answer = alva.post(
        "/hub/stock/receive", article="1", place=HUB, quantity="12", lot="L9", expires="2027-05-01", note="Bra"
    )
    assert "In i lagret: 12 ask av parti L9 (Hubben)" in said(answer)
    assert left(engine)[HUB, "L9"] == 12
    answer = alva.post("/hub/stock/issue", article="1", place=HUB, quantity="11", unit="granen")
    assert "Taget ut: 10 ask av parti L1 (Hubben), 1 ask av parti L9 (Hubben)" in said(answer)
    assert left(engine)[HUB, "L9"] == 11
    batch = re.search(r'name="batch" value="([^"]+)"', answer.text).group(1)
    assert "Ångrat." in said(alva.post("/hub/stock/undo", batch=batch, goods="1"))
    assert left(engine) == {(HUB, "L1"): 10, (HUB, "L2"): 30, ("unit:bjorken", "L2"): 5, (HUB, "L9"): 12}
    assert "Det var redan ångrat." in said(alva.post("/hub/stock/undo", batch=batch, goods="1"))


def test_the_same_act_sent_twice_is_done_once(engine, alva):
    act = {"act": str(uuid4()), "at": (NOW - timedelta(minutes=5)).isoformat()}
    for _ in range(2):
        alva.post("/hub/stock/issue", article="1", place=HUB, quantity="2", **act)
        alva.post("/hub/stock/move", article="1", place=HUB, to="unit:granen", quantity="1", act=str(uuid4()))
    assert left(engine)[HUB, "L1"] == 6, "two out once, one moved twice: those were two acts"


def test_more_than_there_is_told_beside_the_field(engine, alva):
    answer = alva.post("/hub/stock/issue", article="1", place=HUB, quantity="41")
    assert answer.status_code == 422
    assert "Så mycket finns inte: 40 kan användas." in said(answer)
    assert 'id="quantity-error"' in answer.text
    assert left(engine)[HUB, "L1"] == 10


def test_a_count_is_what_is_there(engine, alva):
    page = alva.get(WORK[3]).text
    lots = re.findall(r'name="lot" value="(\d+)"', page)
    answer = alva.post("/hub/stock/count", goods="1", place=HUB, lot=lots, counted=["7", ""])
    assert "Räknat: 7 ask av parti L1" in said(answer)
    assert left(engine) == {(HUB, "L1"): 7, (HUB, "L2"): 30, ("unit:bjorken", "L2"): 5}
    assert alva.post("/hub/stock/count", goods="1", place=HUB, lot=lots, counted=["", ""]).status_code == 422


def test_a_minimum_that_is_not_met_is_warned_of_and_taken(engine, alva, robin):
    answer = robin.post("/hub/stock/goods/1/need", place=HUB, days="60", per_day="", usual="syd")
    assert "Sparat." in said(answer)
    with engine.begin() as conn:
        assert watching.settle(conn, NOW) == 1
    assert "Hubben: räcker 50 dagar, ska räcka 60. Det fattas 800 st." in said(alva.get("/hub/stock"))
    answer = alva.post("/hub/stock/warnings/1/seen")
    assert "Alva Exempel tar hand om det" in said(answer)


def test_what_a_silent_supplier_leads_to(engine, robin):
    page = said(robin.get("/hub/stock/silent?supplier=nord&days=60"))
    assert "1 vara tar slut" in page
    assert "Förskolan Björken" in page
    assert "Syd AB säljer Handske nitril M (B-7): i hubben om 3 dagar" in page
    with engine.begin() as conn:
        alarms.raise_alarm(conn, alarms.Kind.LATE_RESPONSE, "nord", "kim", "orders without a response: 3", NOW)
    assert "svarar inte nu" in said(robin.get("/hub/stock/silent"))
    for wrong in ("days=0", "days=999", "times=0", "times=abc", "supplier=nobody"):
        assert robin.get(f"/hub/stock/silent?{wrong}").status_code == 422


def test_an_agreement_is_made_kept_and_ended(robin):
    answer = robin.post(
        "/hub/stock/agreements",
        article="2", quantity="20", delivers_in="2", valid_to=(TODAY + timedelta(days=200)).isoformat(),
    )  # fmt: skip
    assert "Syd AB Handske nitril M 20 ask 0 ask för lite 2 dagar" in said(answer)
    robin.post("/hub/stock/receive", article="2", place="supplier:syd", quantity="20")
    assert "20 ask 20 ask 2 dagar" in said(robin.get("/hub/stock/agreements"))
    assert "Ingen leverantör håller något" in said(robin.post("/hub/stock/agreements/2/end"))


def test_goods_are_put_together_and_taken_apart(robin):
    robin.post("/hub/stock/goods/1/same", other="2")
    assert "M-1" in robin.get("/hub/stock/goods/1").text
    assert "Artikeln står för sig själv" in said(robin.post("/hub/stock/articles/3/apart"))
    assert "M-1" not in robin.get("/hub/stock/goods/1").text


def test_no_field_of_any_form_makes_a_fault(engine, robin):
    token = token_of(robin.get("/hub/stock/agreements").text)

    def send(address: str, fields: dict[str, str]) -> int:
        answer = robin.client.post(address, data=fields | {"csrf": token}, follow_redirects=False)
        return answer.status_code

    for path, names in FORMS.items():
        good = {name: GOOD.get(name, "") for name in names}
        address = path.format(goods_id=1, article_id=1, warning_id=1)
        for name in set(good) - {"note"}:
            for bad in BAD:
                assert send(address, good | {name: bad}) < 500, (path, name, bad)
        for bad in ("0", "-1", "9" * 30, "abc") if "{" in path else ():
            assert send(path.format(goods_id=bad, article_id=bad, warning_id=bad), good) < 500, (path, bad)
    assert all(much >= 0 for much in left(engine).values())


def test_nothing_in_an_address_makes_a_fault(alva):
    for page in (*PAGES, *WORK, "/hub/stock/agreements?article=1", "/hub/stock/goods/1?done=1&undone=1"):
        base, _, query = page.partition("?")
        for name in [part.split("=")[0] for part in query.split("&") if part]:
            for bad in BAD:
                assert alva.client.get(base, params={"article": "1", "goods": "1"} | {name: bad}).status_code < 500
