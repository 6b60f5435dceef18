"""To a supplier's shop and back, through the pages and a real supplier's page on loopback."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
import sqlalchemy as sa

from gateway.exchange import journal
from gateway.exchange.allowed import choices
from gateway.exchange.punchout import visits
from gateway.exchange.punchout.return_http import return_router
from gateway.exchange.punchout.visits import State
from gateway.exchange.tables import messages, punchouts
from gateway.orders import book
from gateway.settings import load_settings
from gateway.suppliers.supplier import Supplier, Suppliers
from shop.room import ROOM
from shop.tables import articles, basket_lines
from tests.exchange.desk import dialects
from tests.shop import supplier_page as theirs
from tests.shop.conftest import send
from tests.shop.supplier_page import SECRET, Page, basket, line, responded, with_shop
from tests.shop.test_pages import pick, place
from web.app import create_app

Browser = Callable[..., Any]


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    monkeypatch.setenv("AVROP_TEST_PUNCHOUT", SECRET)
    with theirs.supplier_page() as page:
        yield page


@pytest.fixture
def with_shops(suppliers: Suppliers, shop: Page) -> Suppliers:
    return with_shop(suppliers, shop.address, blocked=("4210",), tolerance=2.0)


@pytest.fixture
def app(stocked: sa.Engine, with_shops: Suppliers, clock: Any) -> Any:
    doors = [return_router(stocked, clock=clock)]
    return create_app(load_settings({}), stocked, with_shops, [ROOM], doors, now=clock)


@pytest.fixture
def seller(with_shops: Suppliers) -> Supplier:
    return next(one for one in with_shops if one.punchout == "cxml")


def go(browser: Any, seller: Supplier) -> UUID:
    """To the shop: the visit's id, with the page that leads there looked at."""
    page = send(browser, "/punchout/start", supplier=seller.id)
    assert page.status_code == 200, page.text
    assert 'http-equiv="refresh"' in page.text
    return UUID(page.url.path.split("/")[2])


def back(browser: Any, shop: Page, document: str | None = None, visit: int = -1) -> Any:
    """What the shop's page posts, from another site: no cookie and a foreign Origin."""
    facts = shop.setups[visit]
    body = {"cxml-urlencoded": document if document is not None else shop.basket(facts["cookie"])}
    path = "/" + facts["url"].split("/", 3)[3]
    cookies = dict(browser.cookies)
    browser.cookies.clear()
    answer = browser.post(path, data=body, headers={"origin": "null"}, follow_redirects=False)
    browser.cookies.update(cookies)
    return answer


def returned(browser: Any, shop: Page, seller: Supplier, *lines: str, **more: str) -> Any:
    """There and back: the page of the visit."""
    go(browser, seller)
    answer = back(browser, shop, basket(shop.setups[-1]["cookie"], *lines, **more))
    assert answer.status_code == 303
    return browser.get(answer.headers["location"])


def state_of(engine: sa.Engine, visit_id: UUID) -> State:
    with engine.connect() as conn:
        found = visits.get(conn, visit_id)
    assert found is not None
    return found.state


def in_basket(engine: sa.Engine) -> list[Any]:
    wanted = sa.select(articles, basket_lines.c.quantity).join(basket_lines, basket_lines.c.article_id == articles.c.id)
    with engine.connect() as conn:
        return list(conn.execute(wanted.order_by(articles.c.id)))


def test_there_and_back_and_nothing_is_added_unseen(
    browser: Browser, stocked: sa.Engine, shop: Page, seller: Supplier
) -> None:
    kim = browser("kim")
    page = returned(kim, shop, seller, line("A-1"), line("B-2", "1", "12.34", basis="1000", extension="rod;L"))
    assert "Vara A-1" in page.text
    assert "per 1\xa0000\xa0st" in page.text
    assert "Inget är tillagt ännu" in page.text
    assert in_basket(stocked) == []
    visit_id = UUID(page.url.path.split("/")[2])
    assert state_of(stocked, visit_id) is State.RETURNED
    basket_page = send(kim, f"{page.url.path}/add").text
    assert "Från leverantörens butik" in basket_page
    assert "Ändra hos leverantören" in basket_page
    assert 'name="quantity"' not in basket_page, "the quantity is changed where it was chosen"
    send(kim, f"{page.url.path}/add")
    rows = in_basket(stocked)
    assert [(row.seller_id, row.quantity, row.active) for row in rows] == [("A-1", 2, False), ("B-2", 1, False)]
    assert rows[1].seller_extension == "rod;L"
    assert rows[1].detail.startswith("<ItemDetail>")
    assert state_of(stocked, visit_id) is State.ADDED


def test_an_order_keeps_price_auxiliary_id_and_detail_exactly(
    browser: Browser, stocked: sa.Engine, shop: Page, seller: Supplier
) -> None:
    kim = browser("kim")
    page = returned(kim, shop, seller, line("B-2", "500", "12.34", basis="1000", extension="rod;L"), total="6.17")
    send(kim, f"{page.url.path}/add")
    place(kim, kim.get("/basket").text)
    with stocked.connect() as conn:
        (row,) = book.for_units(conn, ["unit-0001"])
    (ordered,) = row.order.lines
    assert ordered.price is not None
    assert (ordered.price.amount.value, ordered.price.base_quantity.value) == (Decimal("12.34"), 1000)  # type: ignore[union-attr]
    assert ordered.amount is not None
    assert ordered.amount.value == Decimal("6.17")
    assert ordered.item.seller_id_extension == "rod;L"
    assert ordered.detail is not None
    assert "<PriceBasisQuantity" in ordered.detail
    assert ordered.detail.encode() in dialects()["cxml"].write(row.order), "as it came, byte by byte"
    front = kim.get("/").text
    assert "Vara B-2" not in front.split("På väg till er")[0], "it is no usual purchase"
    assert "Vara B-2" not in kim.get("/search?q=vara+b-2").text.split("<main")[1].split('class="article"', 1)[-1]


def test_two_presses_add_once(browser: Browser, stocked: sa.Engine, shop: Page, seller: Supplier) -> None:
    kim = browser("kim")
    page = returned(kim, shop, seller, line("A-1"))
    with ThreadPoolExecutor(4) as presses:
        answers = list(presses.map(lambda _: send(kim, f"{page.url.path}/add"), range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(in_basket(stocked)) == 1


def test_a_replay_shows_the_first_result(browser: Browser, stocked: sa.Engine, shop: Page, seller: Supplier) -> None:
    kim = browser("kim")
    page = returned(kim, shop, seller, line("A-1"))
    cookie = shop.setups[-1]["cookie"]
    same = back(kim, shop, basket(cookie, line("A-1")))
    other = back(kim, shop, basket(cookie, line("EVIL-9", "9000")))
    assert (same.status_code, other.status_code) == (303, 303)
    assert same.headers["location"] == other.headers["location"] == page.url.path
    assert "EVIL-9" not in kim.get(page.url.path).text
    send(kim, f"{page.url.path}/add")
    assert back(kim, shop, basket(cookie, line("EVIL-9"))).status_code == 303
    assert [row.seller_id for row in in_basket(stocked)] == ["A-1"]
    with stocked.connect() as conn:
        wanted = messages.select().where(messages.c.document == "PunchOutBasket").order_by(messages.c.sequence)
        kept = conn.execute(wanted).all()
    assert [row.state for row in kept] == ["processed", "duplicate", "refused", "refused"]


def test_many_replays_are_not_kept_for_ever(browser: Browser, stocked: sa.Engine, shop: Page, seller: Supplier) -> None:
    kim = browser("kim")
    returned(kim, shop, seller, line("A-1"))
    for number in range(20):
        assert back(kim, shop, f"<x{number}/>").status_code == 303
    with stocked.connect() as conn:
        kept = conn.scalar(sa.select(sa.func.count()).where(messages.c.document == "PunchOutBasket"))
    assert kept == 11


def test_only_one_of_many_posts_at_once_is_taken(
    browser: Browser, stocked: sa.Engine, shop: Page, seller: Supplier
) -> None:
    kim = browser("kim")
    go(kim, seller)
    path = "/" + shop.setups[-1]["url"].split("/", 3)[3]
    documents = [basket(shop.setups[-1]["cookie"], line(f"N-{number}")) for number in range(8)]

    def post(document: str) -> int:
        answer = kim.post(path, data={"cxml-urlencoded": document}, follow_redirects=False)
        return int(answer.status_code)

    with ThreadPoolExecutor(8) as tabs:
        assert set(tabs.map(post, documents)) == {303}
    with stocked.connect() as conn:
        states = conn.scalars(sa.select(messages.c.state).where(messages.c.document == "PunchOutBasket")).all()
    assert sorted(states) == ["processed", *["refused"] * 7]


def test_two_tabs_are_two_visits(browser: Browser, stocked: sa.Engine, shop: Page, seller: Supplier) -> None:
    kim = browser("kim")
    first, second = go(kim, seller), go(kim, seller)
    one = back(kim, shop, basket(shop.setups[0]["cookie"], line("A-1")), visit=0)
    assert one.headers["location"] == f"/punchout/{first}"
    assert state_of(stocked, second) is State.OPEN
    crossed = back(kim, shop, basket(shop.setups[0]["cookie"], line("B-2")), visit=1)
    page = kim.get(crossed.headers["location"]).text
    assert "Varukorgen hör till ett annat besök" in page
    assert "Inget har lagts i varukorgen" in page
    assert state_of(stocked, second) is State.REFUSED
    assert "Vara A-1" in kim.get(one.headers["location"]).text


def test_it_is_nobody_elses(browser: Browser, shop: Page, seller: Supplier) -> None:
    kim, anna = browser("kim"), browser("anna")
    visit_id = go(kim, seller)
    location = back(anna, shop).headers["location"]
    assert location == f"/punchout/{visit_id}"
    missing = anna.get(location)
    assert missing.status_code == 404
    assert "Sidan finns inte" in missing.text
    assert send(anna, f"{location}/add").status_code == 404
    assert send(anna, f"{location}/decline").status_code == 404
    assert anna.get(f"{location}/go").status_code == 404
    assert "Vara A-1" in kim.get(location).text


def test_who_is_logged_out_logs_in_and_comes_back(browser: Browser, shop: Page, seller: Supplier) -> None:
    kim = browser("kim")
    go(kim, seller)
    location = back(kim, shop).headers["location"]
    kim.cookies.clear()
    answer = kim.get(location, follow_redirects=False)
    assert answer.headers["location"] == f"/login?next={location.replace('/', '%2F')}"


def test_it_expires(browser: Browser, stocked: sa.Engine, shop: Page, seller: Supplier, clock: Any) -> None:
    kim = browser("kim")
    visit_id = go(kim, seller)
    clock.pass_by(minutes=241)
    late = back(kim, shop)
    assert late.status_code == 410
    assert "Besöket är avslutat" in late.text
    assert "The visit is over" in late.text
    again = browser("kim")
    assert "Besöket tog för lång tid" in again.get(f"/punchout/{visit_id}").text
    assert state_of(stocked, visit_id) is State.EXPIRED


def test_addresses_that_nobody_has(browser: Browser, shop: Page) -> None:
    kim = browser("kim")
    unknown = kim.post("/punchout/return/nobody", data={"cxml-urlencoded": "x"}, headers={"origin": "null"})
    assert unknown.status_code == 404
    assert "Besöket finns inte" in unknown.text
    looked = kim.get("/punchout/return/nobody")
    assert (looked.status_code, looked.headers["allow"]) == (405, "POST")
    assert "Hit kommer bara varukorgar" in looked.text


def test_too_much_is_refused_and_the_visit_lives_on(browser: Browser, shop: Page, seller: Supplier) -> None:
    kim = browser("kim")
    go(kim, seller)
    path = "/" + shop.setups[-1]["url"].split("/", 3)[3]
    assert kim.post(path, content=b"x" * (20 * 1024 * 1024 + 1)).status_code == 413
    assert back(kim, shop).status_code == 303


def test_every_remark_is_told_and_fatal_ones_keep_lines_out(
    browser: Browser, stocked: sa.Engine, shop: Page, seller: Supplier
) -> None:
    with stocked.begin() as conn:
        known = conn.execute(sa.select(articles).where(articles.c.supplier_id == seller.id)).first()
        assert known is not None
        facts = {"contract": "20-77", "price": 10, "unit": "C62"}
        conn.execute(articles.update().where(articles.c.id == known.id).values(facts))
    kim = browser("kim")
    page = returned(
        kim, shop, seller,
        line("GOOD"), line("EURO", currency="EUR"), line("NONE", "0"), line("MANY", "100000"),
        line("DRUG", code="42101500"), line(known.seller_id, "1", "10.21"), line("TWICE"), line("TWICE"),
        line("FINE", "0.0005"), line("FREE", "1", "0"), total="5.00",
    ).text  # fmt: skip
    for words in (
        "Priset är i EUR, och SEK är avtalat",
        "Antalet är 0, och det går inte att beställa",
        "Antalet är 100000, och högst 99999 går att beställa",
        "Varuslaget 42101500 (UNSPSC) får inte köpas i den här butiken",
        "En kostar 10.21 SEK, och avtalet säger 10",
        "Artikel TWICE står mer än en gång i varukorgen",
        "högst tre decimaler",
        "Varan kostar ingenting",
        "5 rader läggs inte till",
    ):
        assert words in page, words
    send(kim, re.search(r'action="(/punchout/[^/]+/add)"', page)[1])  # type: ignore[index]
    assert [row.seller_id for row in in_basket(stocked)] == ["GOOD", known.seller_id, "TWICE", "TWICE", "FREE"]


def test_a_total_that_is_not_the_sum_is_told(browser: Browser, shop: Page, seller: Supplier) -> None:
    kim = browser("kim")
    page = returned(kim, shop, seller, line("A-1"), total="99.00").text
    assert "Butiken säger att varukorgen kostar 99 SEK, men raderna blir 129.8" in page
    assert "men raderna blir" not in returned(kim, shop, seller, line("A-1"), total="129.80").text


def test_an_empty_basket_of_a_new_visit_adds_nothing(
    browser: Browser, stocked: sa.Engine, shop: Page, seller: Supplier
) -> None:
    page = returned(browser("kim"), shop, seller, total="0")
    assert "Du kom tillbaka utan varor" in page.text
    assert state_of(stocked, UUID(page.url.path.split("/")[2])) is State.EMPTY


def edit(browser: Any, visit_id: str, operation: str = "edit") -> Any:
    return send(browser, "/punchout/start", edits=visit_id, operation=operation)


def added(browser: Any, shop: Page, seller: Supplier, *lines: str, allowed: str = "edit") -> str:
    page = returned(browser, shop, seller, *lines, allowed=allowed)
    send(browser, f"{page.url.path}/add")
    return str(page.url.path.split("/")[2])


def test_editing_takes_the_lines_there_and_brings_others_back(
    browser: Browser, stocked: sa.Engine, shop: Page, seller: Supplier
) -> None:
    kim = browser("kim")
    visit_id = added(kim, shop, seller, line("A-1"), line("B-2", extension="rod"))
    gone = in_basket(stocked)[0]
    send(kim, f"/basket/lines/{gone.id}/remove")
    edit(kim, visit_id)
    asked = shop.setups[-1]
    assert asked["operation"] == "edit"
    assert b"<SupplierPartID>B-2</SupplierPartID>" in asked["raw"]
    assert b"A-1" not in asked["raw"], "what was taken out of the basket does not go back to the shop"
    answer = back(kim, shop, basket(asked["cookie"], line("B-2", "5", extension="gul")))
    page = kim.get(answer.headers["location"]).text
    assert "under en annan märkning" in page
    assert "Ändra i varukorgen" in page
    send(kim, f"{answer.headers['location']}/add")
    rows = in_basket(stocked)
    assert [(row.seller_id, row.seller_extension, row.quantity) for row in rows] == [("B-2", "gul", 5)]


def test_an_emptied_basket_asks_before_lines_go(
    browser: Browser, stocked: sa.Engine, shop: Page, seller: Supplier
) -> None:
    kim = browser("kim")
    visit_id = added(kim, shop, seller, line("A-1"))
    edit(kim, visit_id)
    answer = back(kim, shop, basket(shop.setups[-1]["cookie"], total="0"))
    page = kim.get(answer.headers["location"])
    assert "Vill du ta bort raderna?" in page.text
    assert len(in_basket(stocked)) == 1
    assert send(kim, f"{page.url.path}/add").status_code == 409
    send(kim, f"{page.url.path}/remove")
    assert in_basket(stocked) == []


def test_keeping_the_lines_keeps_them(browser: Browser, stocked: sa.Engine, shop: Page, seller: Supplier) -> None:
    kim = browser("kim")
    edit(kim, added(kim, shop, seller, line("A-1")))
    answer = back(kim, shop, basket(shop.setups[-1]["cookie"], total="0"))
    kim.get(answer.headers["location"])
    assert "Inget lades i varukorgen" in send(kim, f"{answer.headers['location']}/decline").text
    assert len(in_basket(stocked)) == 1


@pytest.mark.parametrize("operation", ["edit", "inspect"])
def test_no_change_changes_nothing(
    browser: Browser, stocked: sa.Engine, shop: Page, seller: Supplier, operation: str
) -> None:
    kim = browser("kim")
    edit(kim, added(kim, shop, seller, line("A-1")), operation)
    status = '<Status code="204" text="No Content"/>' if operation == "edit" else ""
    answer = back(kim, shop, basket(shop.setups[-1]["cookie"], status=status, total="0"))
    assert "Inget ändrades" in kim.get(answer.headers["location"]).text
    assert len(in_basket(stocked)) == 1


def test_a_final_basket_cannot_be_edited(browser: Browser, stocked: sa.Engine, shop: Page, seller: Supplier) -> None:
    kim = browser("kim")
    visit_id = added(kim, shop, seller, line("A-1"), allowed="create")
    assert "Ändra hos leverantören" not in kim.get("/basket").text
    assert edit(kim, visit_id).status_code == 404
    (row,) = in_basket(stocked)
    send(kim, f"/basket/lines/{row.id}", quantity="50")
    assert in_basket(stocked)[0].quantity == 2, "the quantity stays as it was chosen"
    assert send(kim, "/basket/add", article=row.id).status_code == 404
    assert kim.get(f"/articles/{row.id}").status_code == 404


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda url: responded(401, "Unauthorized"), "Butiken släppte inte in oss och svarade ”401 Unauthorized”"),
        (lambda url: "<html>Inloggning</html>", "Butiken svarade med något som inte är cXML"),
        (lambda url: theirs.let_in("javascript:alert(1)"), "Butiken gav ingen adress som en webbläsare kan öppna"),
        (lambda url: theirs.let_in("file:///etc/passwd"), "Butiken gav ingen adress som en webbläsare kan öppna"),
        (lambda url: responded(200, "OK"), "Butiken gav ingen adress som en webbläsare kan öppna"),
    ],
)
def test_a_shop_that_does_not_open_is_told_at_once(
    browser: Browser, stocked: sa.Engine, shop: Page, seller: Supplier, answer: Callable[[str], str], words: str
) -> None:
    shop.answer = answer
    page = send(browser("kim"), "/punchout/start", supplier=seller.id)
    assert "Det går inte att komma in i butiken just nu" in page.text
    assert words in page.text
    assert state_of(stocked, UUID(page.url.path.split("/")[2])) is State.REFUSED


def test_the_journal_has_the_story_and_no_secret(
    browser: Browser, stocked: sa.Engine, shop: Page, seller: Supplier
) -> None:
    kim = browser("kim")
    shop.answer = lambda url: responded(200, SECRET, theirs.let_in(url).split("/>", 1)[1].split("</Response>")[0])
    visit_id = go(kim, seller)
    assert f"<SharedSecret>{SECRET}</SharedSecret>".encode() in shop.setups[-1]["raw"]
    back(kim, shop)
    with stocked.connect() as conn:
        found = conn.execute(messages.select().order_by(messages.c.sequence)).all()
        raws = [journal.raw(conn, row.id) or b"" for row in found]
        tokens = conn.scalars(sa.select(punchouts.c.token)).all()
    assert [(row.direction, row.document, row.state) for row in found] == [
        ("out", "PunchOutSetup", "sent"),
        ("in", "PunchOutSetup", "processed"),
        ("in", "PunchOutBasket", "processed"),
    ]
    assert {row.punchout_id for row in found} == {visit_id}
    assert b"env:AVROP_TEST_PUNCHOUT" in raws[0]
    token = shop.setups[-1]["url"].rsplit("/", 1)[1]
    assert len(token) >= 43, "32 random bytes"
    for secret in (SECRET, token):
        assert not any(secret.encode() in raw for raw in raws)
        assert secret not in tokens


def test_the_way_out_is_shown_once(browser: Browser, shop: Page, seller: Supplier) -> None:
    kim = browser("kim")
    visit_id = go(kim, seller)
    again = kim.get(f"/punchout/{visit_id}/go")
    assert again.url.path == f"/punchout/{visit_id}"
    assert "Du är hos leverantören" in again.text
    assert f"/punchout/{visit_id}" in kim.get("/punchout").text
    send(kim, f"/punchout/{visit_id}/decline")
    assert back(kim, shop).status_code == 410


def test_an_oci_shop_gets_a_form_that_goes_nowhere_else(browser: Browser, shop: Page, with_shops: Suppliers) -> None:
    seller = next(one for one in with_shops if one.punchout == "oci")
    page = send(browser("kim"), "/punchout/start", supplier=seller.id)
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert f"form-action {shop.address};" in page.headers["content-security-policy"]
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text))
    assert fields.pop("HOOK_URL").startswith("http://testserver/punchout/return/")
    assert fields == {
        "OCI_VERSION": "4.0", "returntarget": "_top", "~OkCode": "ADDI", "~TARGET": "_top", "~CALLER": "CTLG",
        "CLIENT": "77", "USERNAME": SECRET,
    }  # fmt: skip
    assert page.text.count(SECRET) == 1


def test_a_log_in_that_is_missing_is_told_without_its_value(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, shop: Page, with_shops: Suppliers
) -> None:
    seller = next(one for one in with_shops if one.punchout == "oci")
    monkeypatch.delenv("AVROP_TEST_PUNCHOUT")
    page = send(browser("kim"), "/punchout/start", supplier=seller.id).text
    assert "Vår inloggning till butiken saknas" in page


def test_strange_things_do_no_harm(browser: Browser, shop: Page, seller: Supplier) -> None:
    kim = browser("kim")
    assert send(kim, "/punchout/start", supplier="nobody").status_code == 404
    assert send(kim, "/punchout/start").status_code == 404
    assert kim.get("/punchout/not-an-id").status_code == 404
    for document in ("", "<x/>", "<html><body>Fel</body></html>", "inte xml", basket("x", "<ItemIn/>")):
        go(kim, seller)
        answer = back(kim, shop, document)
        assert answer.status_code == 303
        page = kim.get(answer.headers["location"])
        assert page.status_code == 200
        assert "Inget har lagts i varukorgen" in page.text


def test_entry_points_stand_where_one_looks(browser: Browser, stocked: sa.Engine, shop: Page, seller: Supplier) -> None:
    kim = browser("kim")
    assert "Handla i en leverantörs egen butik" in kim.get("/").text
    found = kim.get("/search", params={"q": seller.name}).text
    assert "har en egen butik" in found
    article = pick(stocked)
    with stocked.begin() as conn:
        conn.execute(articles.update().where(articles.c.id == article.id).values(supplier_id=seller.id))
    assert "Se varan i leverantörens butik" in kim.get(f"/articles/{article.id}").text
    send(kim, "/punchout/start", article=article.id)
    assert f"<SupplierPartID>{article.seller_id}</SupplierPartID>".encode() in shop.setups[-1]["raw"]


def oci(browser: Any, shop: Page, with_shops: Suppliers, fields: dict[str, str]) -> Any:
    """There and back to the OCI shop, which posts in its own charset."""
    seller = next(one for one in with_shops if one.punchout == "oci")
    page = send(browser, "/punchout/start", supplier=seller.id).text
    hook = re.search(r'name="HOOK_URL" value="http://testserver([^"]+)"', page)[1]  # type: ignore[index]
    body = "&".join(f"{quote(name)}={quote(value.encode('iso-8859-1'))}" for name, value in fields.items())
    headers = {"content-type": "application/x-www-form-urlencoded", "origin": "null"}
    answer = browser.post(hook, content=body.encode(), headers=headers, follow_redirects=False)
    return browser.get(answer.headers["location"])


def oci_line(place: int, **more: str) -> dict[str, str]:
    known = {"DESCRIPTION": "Pärm A4, blå", "QUANTITY": "3.000", "UNIT": "PCE", "PRICE": "1234.50", "PRICEUNIT": "1000"}
    known |= {"CURRENCY": "SEK", "VENDORMAT": f"P-{place}"} | more
    return {f"NEW_ITEM-{name}[{place}]": value for name, value in known.items()}


def test_an_oci_basket_keeps_its_price_and_says_which_lines_were_dropped(
    browser: Browser, stocked: sa.Engine, shop: Page, with_shops: Suppliers
) -> None:
    kim = browser("kim")
    fields = oci_line(1, EXT_PRODUCT_ID="blå;60") | oci_line(2, UNIT="DUSSINET") | oci_line(3, CURRENCY="EUR")
    page = oci(kim, shop, with_shops, fields)
    assert "Pärm A4, blå" in page.text
    assert "DUSSINET" in page.text, "what was dropped is told"
    assert "Priset är i EUR" in page.text
    assert "Ändra hos leverantören" not in send(kim, f"{page.url.path}/add").text, "OCI knows no editing"
    place(kim, kim.get("/basket").text)
    with stocked.connect() as conn:
        (row,) = book.for_units(conn, ["unit-0001"])
    (ordered,) = row.order.lines
    assert ordered.price is not None
    assert ordered.price.amount.value / ordered.price.base_quantity.value == Decimal("1.2345")  # type: ignore[union-attr]
    assert ordered.note == "Val i er butik: blå;60", "their order dialect has no other place for it"
    for dialect in ("peppol", "csv", "svehandel"):
        assert b"P-1" in dialects()[dialect].write(row.order)


def test_messages_of_a_visit_are_not_sent_or_read_again(
    browser: Browser, stocked: sa.Engine, shop: Page, seller: Supplier
) -> None:
    kim = browser("kim")
    go(kim, seller)
    back(kim, shop, "<broken")
    kim.get("/punchout")
    with stocked.connect() as conn:
        found = journal.recent(conn)
    assert {message.document for message in found} == {"PunchOutSetup", "PunchOutBasket"}
    assert all(choices(message) == frozenset() for message in found)
