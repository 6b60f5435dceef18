"""Asking for what is in no catalogue: the whole way through the pages, and everything that can go wrong on it."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from gateway.orders import book
from gateway.orders.lifecycle import State as OrderState
from shop.requests import asking, papers
from shop.requests.tables import paper_bytes, quotes, request_events, requests
from shop.tables import articles, basket_lines, category_blocks, units
from tests.shop.conftest import NOW, send
from tests.shop.test_pages import field, place
from web.security import SESSION_COOKIE, form_token

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
ASKED = {"title": "Runt bord för sex små barn", "quantity": "2", "measure": "C62", "ceiling": "5 000,50"}
ASKED |= {"category": "furniture", "kind": "goods", "then": "ask"}
WISH: dict[str, Any] = {"kind": asking.Kind.GOODS, "title": "Bord", "description": "", "quantity": Decimal(1)}
WISH |= {"measure": "C62", "wanted_from": None, "wanted": None, "ceiling": Decimal(100), "category": "other"}
WISH |= {"supplier_id": None, "contract": None}
Browser = Any


def post(client: Any, path: str, files: Any = (), **fields: Any) -> Any:
    """A form with files, as a browser sends it."""
    data = {"csrf": form_token(client.cookies[SESSION_COOKIE]), **fields}
    return client.post(path, data=data, files=files or {"files": ("", b"")})


def ask(client: Any, files: Any = (), **more: str) -> str:
    """Asks, and gives the request's number."""
    page = client.get("/requests/new?kind=" + more.get("kind", "goods")).text
    answer = post(client, "/requests", files, **(ASKED | {"id": field(page, "id")} | more))
    assert answer.status_code == 200, answer.text
    return str(answer.url).rsplit("/", 1)[1]


def quote(client: Any, number: str, seller: Any, files: Any = (), **more: str) -> Any:
    page = client.get(f"/requests/{number}").text
    made = re.search(r'quotes".*?name="id" value="([^"]*)"', page, re.S)
    assert made, page
    facts = {"id": made.group(1), "supplier": seller.name, "offered": "Bord Lek, Ø 90", "quantity": "2"}
    facts |= {"measure": "C62", "price": "1 999,90", "vat": "25", "valid_until": "2026-12-20", "lead_days": "10"}
    return post(client, f"/requests/{number}/quotes", files, **(facts | {"reference": "OFF-77"} | more))


def row_of(engine: sa.Engine, number: str) -> Any:
    with engine.connect() as conn:
        return conn.execute(sa.select(requests).where(requests.c.number == number)).one()


def seller_of(suppliers: Any, by_hand: bool = False) -> Any:
    return next(one for one in suppliers if one.by_hand is by_hand and one.active)


def choose(client: Any, engine: sa.Engine, number: str) -> Any:
    with engine.connect() as conn:
        quote_id = conn.scalars(sa.select(quotes.c.id).order_by(quotes.c.at.desc())).first()
    return send(client, f"/requests/{number}/quotes/{quote_id}/choose")


def test_from_words_to_an_order(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    kim, pia, seller = browser("kim"), browser("pia", unit=None), seller_of(suppliers)
    assert "/requests/new" in kim.get("/").text
    assert "/requests/new?q=xylofon" in kim.get("/search?q=xylofon").text
    number = ask(kim, {"files": ("../skiss.PDF", PDF)})
    assert number == "F26-000001"
    page = kim.get(f"/requests/{number}").text
    assert "skiss.pdf" in page
    assert "5\xa0000,50\xa0kr" in page
    assert number in kim.get("/requests").text
    send(pia, f"/requests/{number}/take")
    post(pia, f"/requests/{number}/say", text="Går det med björk?\nEller ek?", once=field(page, "once"))
    assert "Går det med björk?" in kim.get(f"/requests/{number}").text
    answer = quote(pia, number, seller, {"quote_files": ("offert.pdf", PDF + b"2")}, contract="")
    assert answer.status_code == 200
    page = kim.get(f"/requests/{number}").text
    assert "3\xa0999,80\xa0kr" in page
    assert "offert.pdf" in page
    basket_page = choose(kim, stocked, number).text
    assert "Från din förfrågan" in basket_page
    assert 'name="quantity"' not in basket_page, "the quantity is the quote's"
    assert "Tack, nu är det beställt" in place(kim, basket_page).text
    with stocked.connect() as conn:
        (order,) = book.for_units(conn, ["unit-0001"])
    assert order.supplier_id == seller.id
    assert order.order.lines[0].item.seller_id == "OFF-77"
    assert str(order.order.totals.lines.value) == "3999.80"
    page = kim.get(f"/requests/{number}").text
    assert order.number in page
    assert send(kim, f"/requests/{number}/choose-again").status_code == 409, "it is ordered"


def test_what_was_made_for_a_request_is_found_by_nobody_else(
    browser: Browser, stocked: sa.Engine, suppliers: Any
) -> None:
    kim, pia, anna = browser("kim"), browser("pia", unit=None), browser("anna")
    number = ask(kim)
    quote(pia, number, seller_of(suppliers))
    choose(kim, stocked, number)
    with stocked.connect() as conn:
        made = conn.execute(sa.select(articles).where(articles.c.request_id.is_not(None))).one()
    assert not made.listed
    assert not made.active
    assert send(anna, "/basket/add", article=made.id).status_code == 404
    assert anna.get(f"/articles/{made.id}").status_code == 404
    assert "Bord Lek, Ø 90" not in anna.get("/search?q=Bord Lek").text
    send(kim, f"/basket/lines/{made.id}", quantity="50")
    with stocked.connect() as conn:
        assert conn.execute(sa.select(basket_lines.c.quantity)).scalar_one() == 2


def test_the_choice_can_be_taken_back_and_made_again(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    kim, pia = browser("kim"), browser("pia", unit=None)
    number = ask(kim)
    quote(pia, number, seller_of(suppliers))
    for _ in range(2):
        choose(kim, stocked, number)
    assert kim.get("/basket").text.count("Bord Lek") >= 1
    send(kim, f"/requests/{number}/choose-again")
    assert "Varukorgen är tom" in kim.get("/basket").text
    assert row_of(stocked, number).state == "quoted"
    choose(kim, stocked, number)
    with stocked.connect() as conn:
        (article_id,) = conn.scalars(sa.select(articles.c.id).where(articles.c.request_id.is_not(None)))
    send(kim, f"/basket/lines/{article_id}/remove")
    assert "Lägg i min varukorg" in kim.get(f"/requests/{number}").text
    send(kim, f"/requests/{number}/basket")
    assert "Beställ" in kim.get("/basket").text


def test_above_the_ceiling_nothing_is_chosen_without_a_new_yes(
    browser: Browser, stocked: sa.Engine, suppliers: Any, clock: Any
) -> None:
    kim, pia, anna = browser("kim"), browser("pia", unit=None), browser("anna")
    with stocked.begin() as conn:
        conn.execute(sa.update(units).values(approval_limit=6000))
    number = ask(kim, ceiling="1000")
    quote(pia, number, seller_of(suppliers))
    assert "Över taket" in kim.get(f"/requests/{number}").text
    answer = choose(kim, stocked, number)
    assert answer.status_code == 409
    assert "Offerten är över ditt tak" in answer.text
    send(kim, f"/requests/{number}/ceiling", ceiling="3999.80")
    assert row_of(stocked, number).ceiling == Decimal("3999.80"), "within the limit the buyer says yes"
    assert choose(kim, stocked, number).status_code == 200
    send(kim, f"/requests/{number}/choose-again")
    clock.pass_by(minutes=1)
    quote(pia, number, seller_of(suppliers), price="10000")
    send(kim, f"/requests/{number}/ceiling", ceiling="20000")
    row = row_of(stocked, number)
    assert (row.ceiling, row.wish) == (Decimal("3999.80"), 20000)
    assert choose(kim, stocked, number).status_code == 409
    assert send(kim, f"/requests/{number}/ceiling/yes").status_code == 403, "kim approves nothing"
    assert number in anna.get("/requests").text
    assert "Ja, höj det" in anna.get(f"/requests/{number}").text
    send(anna, f"/requests/{number}/ceiling/yes")
    assert row_of(stocked, number).ceiling == 20000
    assert choose(kim, stocked, number).status_code == 200


def test_nobody_says_yes_to_their_own_wish(browser: Browser, stocked: sa.Engine) -> None:
    anna = browser("anna")
    with stocked.begin() as conn:
        conn.execute(sa.update(units).values(approval_limit=1))
    number = ask(anna)
    send(anna, f"/requests/{number}/ceiling", ceiling="9000")
    answer = send(anna, f"/requests/{number}/ceiling/yes")
    assert answer.status_code == 409
    assert "någon annan måste säga ja" in answer.text
    assert row_of(stocked, number).ceiling == Decimal("5000.50")


def test_a_service_is_counted_in_hours_and_has_a_period(browser: Browser, stocked: sa.Engine) -> None:
    kim = browser("kim")
    number = ask(kim, kind="service", measure="HUR", quantity="7,5", wanted_from="2026-12-01", wanted="2026-12-05")
    page = kim.get(f"/requests/{number}").text
    assert "7,5\xa0tim" in page
    assert "2026-12-01" in page
    wrong = post(kim, "/requests", **(ASKED | {"kind": "service", "wanted_from": "2026-12-05", "wanted": "2026-12-01"}))
    assert wrong.status_code == 422
    assert "eller senare" in wrong.text


def test_mistakes_stand_at_their_fields(browser: Browser, stocked: sa.Engine) -> None:
    kim = browser("kim")
    bad = {"quantity": "-1", "ceiling": "1e99", "title": " ", "supplier": "Finns Inte AB", "wanted": "2020-01-01"}
    answer = post(kim, "/requests", **(ASKED | bad))
    assert answer.status_code == 422
    for name in bad:
        assert f'id="{name}-error"' in answer.text, name
        assert f'href="#{name}"' in answer.text, name
    for value in ("0", "NaN", "1e9", "1,2345", "två"):
        assert post(kim, "/requests", **(ASKED | {"quantity": value})).status_code == 422, value
    with stocked.connect() as conn:
        assert conn.execute(sa.select(requests.c.id)).first() is None


def test_a_blocked_category_is_closed_here_too(browser: Browser, stocked: sa.Engine) -> None:
    with stocked.begin() as conn:
        conn.execute(category_blocks.insert().values(category="56", reason="Möbler beställs av lokalenheten."))
    answer = post(browser("kim"), "/requests", **ASKED)
    assert answer.status_code == 422
    assert "Möbler beställs av lokalenheten." in answer.text


def test_drafts_are_changed_shown_to_nobody_and_thrown_away(browser: Browser, stocked: sa.Engine) -> None:
    kim, anna, pia = browser("kim"), browser("anna"), browser("pia", unit=None)
    number = ask(kim, {"files": ("a.png", PNG)}, then="save")
    paper = re.search(r'href="(/papers/[^"]+)"', kim.get(f"/requests/{number}").text).group(1)  # type: ignore[union-attr]
    for other in (anna, pia):
        assert other.get(f"/requests/{number}").status_code == 404
        assert other.get(paper).status_code == 404
    page = kim.get(f"/requests/{number}/edit").text
    assert "Runt bord" in page
    post(kim, "/requests", **(ASKED | {"id": field(page, "id"), "title": "Fyrkantigt bord", "then": "save"}))
    assert row_of(stocked, number).title == "Fyrkantigt bord"
    send(kim, f"{paper.replace('/papers', f'/requests/{number}/papers')}/remove")
    assert kim.get(paper).status_code == 404
    send(kim, f"/requests/{number}/ask")
    assert anna.get(f"/requests/{number}").status_code == 200
    again = post(anna, "/requests", **(ASKED | {"id": field(page, "id"), "title": "Annas"}))
    assert "någon annans" in again.text


def test_two_presses_make_one(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    kim, pia = browser("kim"), browser("pia", unit=None)
    page = kim.get("/requests/new").text
    form = ASKED | {"id": field(page, "id")}
    with ThreadPoolExecutor(4) as presses:
        answers = list(presses.map(lambda _: post(kim, "/requests", {"files": ("a.pdf", PDF)}, **form), range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({str(answer.url) for answer in answers}) == 1
    number = str(answers[0].url).rsplit("/", 1)[1]
    once = field(kim.get(f"/requests/{number}").text, "once")
    for _ in range(2):
        post(kim, f"/requests/{number}/say", text="Hallå?", once=once)
    shown = pia.get(f"/requests/{number}").text
    made = re.search(r'quotes".*?name="id" value="([^"]*)"', shown, re.S).group(1)  # type: ignore[union-attr]
    for _ in range(2):
        quote(pia, number, seller_of(suppliers), id=made)
    with stocked.connect() as conn:
        assert len(conn.execute(sa.select(requests)).all()) == 1
        assert len(conn.execute(sa.select(quotes)).all()) == 1
        said = conn.scalars(sa.select(request_events.c.what)).all()
        assert (said.count("asked"), said.count("said"), said.count("quoted")) == (1, 1, 1)
        assert len(papers.of(conn, [row_of(stocked, number).id])) == 1


def test_no_and_never_mind(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    kim, pia = browser("kim"), browser("pia", unit=None)
    first, second = ask(kim), ask(kim, title="Något annat")
    assert send(pia, f"/requests/{first}/decline", reason=" ").status_code == 422
    send(pia, f"/requests/{first}/decline", reason="Beställs av lokalenheten.")
    assert "Beställs av lokalenheten." in kim.get(f"/requests/{first}").text
    assert quote(pia, second, seller_of(suppliers)).status_code == 200
    send(kim, f"/requests/{second}/withdraw", reason="Vi hittade ett.")
    assert row_of(stocked, second).state == "withdrawn"
    assert choose(kim, stocked, second).status_code == 409
    assert send(pia, f"/requests/{second}/take").status_code == 409, "somebody was faster"
    send(kim, f"/requests/{second}/ask")
    assert row_of(stocked, second).state == "quoted", "its quotes stand"


def test_an_old_quote_and_one_that_was_taken_back(
    browser: Browser, stocked: sa.Engine, suppliers: Any, clock: Any
) -> None:
    kim, pia = browser("kim"), browser("pia", unit=None)
    number = ask(kim)
    assert quote(pia, number, seller_of(suppliers), valid_until="2026-11-19").status_code == 422
    quote(pia, number, seller_of(suppliers), valid_until="2026-11-20")
    with stocked.begin() as conn:
        conn.execute(sa.update(quotes).values(valid_until=quotes.c.valid_until - timedelta(days=1)))
    answer = choose(kim, stocked, number)
    assert answer.status_code == 409
    assert "Offerten gällde till" in answer.text
    with stocked.connect() as conn:
        quote_id = conn.execute(sa.select(quotes.c.id)).scalar_one()
    send(pia, f"/requests/{number}/quotes/{quote_id}/take-back")
    assert "har tagits tillbaka" in choose(kim, stocked, number).text or row_of(stocked, number).state == "taken"
    assert row_of(stocked, number).state == "taken"


def test_each_sees_and_does_only_what_is_theirs(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    kim, dani, cleo = browser("kim"), browser("dani", unit=None), browser("cleo", unit=None)
    number = ask(kim, {"files": ("a.pdf", PDF)})
    paper = re.search(r'href="(/papers/[^"]+)"', kim.get(f"/requests/{number}").text).group(1)  # type: ignore[union-attr]
    for other in (dani, cleo):
        assert other.get(f"/requests/{number}").status_code == 403
        assert other.get(paper).status_code == 403
    assert send(kim, f"/requests/{number}/take").status_code == 403
    assert quote_as_buyer(kim, number).status_code == 403
    with stocked.begin() as conn:
        conn.execute(sa.update(requests).values(unit_id="unit-0012"))
        conn.execute(sa.text("UPDATE papers SET unit_id = 'unit-0012'"))
        conn.execute(sa.text("DELETE FROM unit_members WHERE unit_id = 'unit-0012'"))
    assert kim.get(f"/requests/{number}").status_code == 404
    assert kim.get(paper).status_code == 404
    assert send(kim, f"/requests/{number}/withdraw", reason="x").status_code == 404
    assert browser("pia", unit=None).get(paper).status_code == 200


def quote_as_buyer(client: Any, number: str) -> Any:
    return post(client, f"/requests/{number}/quotes", supplier="x")


HOSTILE = {
    "a page that says it is a PDF": ("offert.pdf", b"<html><script>alert(1)</script></html>"),
    "a drawing with a script": ("bild.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    "a program": ("faktura.pdf.exe", b"MZ\x90\0"),
    "a packed folder": ("x.zip", b"PK\x03\x04" + b"\0" * 30),
    "nothing": ("tom.pdf", b""),
    "a page after spaces": ("x.pdf", b"  \n%PDF-1.4 <script>"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_attachments_are_refused(browser: Browser, stocked: sa.Engine, name: str) -> None:
    answer = post(browser("kim"), "/requests", {"files": HOSTILE[name]}, **ASKED)
    assert answer.status_code == 422
    assert 'id="files-error"' in answer.text
    with stocked.connect() as conn:
        assert conn.execute(sa.select(paper_bytes.c.sha256)).first() is None
        assert conn.execute(sa.select(requests.c.id)).first() is None


def test_eleven_megabytes_are_too_many_and_a_hundred_are_not_read(browser: Browser, stocked: sa.Engine) -> None:
    kim = browser("kim")
    answer = post(kim, "/requests", {"files": ("stor.pdf", PDF + b"0" * 11_000_000)}, **ASKED)
    assert answer.status_code == 422
    assert "större än 10 MB" in answer.text
    headers = {"content-length": str(100_000_000), "content-type": "multipart/form-data; boundary=x"}
    refused = kim.post("/requests", content=b"--x--", headers=headers)
    assert refused.status_code == 413
    assert "för mycket på en gång" in refused.text


def test_an_attachment_comes_back_as_it_was_and_cannot_run(browser: Browser, stocked: sa.Engine) -> None:
    kim = browser("kim")
    content = PDF + b"<script>alert(1)</script>"
    number = ask(kim, [("files", ('..\\..\\evil\r\nX: 1".pdf', content)), ("files", ("Ö.PNG", PNG))])
    links = re.findall(r'href="(/papers/[^"]+)"', kim.get(f"/requests/{number}").text)
    answers = {answer.headers["content-type"]: answer for answer in map(kim.get, links)}
    saved, shown = answers["application/pdf"], answers["image/png"]
    assert saved.content == content
    assert saved.headers["content-disposition"].startswith("attachment;")
    assert shown.headers["content-disposition"].startswith("inline;")
    for answer in (saved, shown):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        assert "x" not in {name.lower() for name in answer.headers}
        assert "/" not in answer.headers["content-disposition"].split("filename*")[0]


def test_the_range_is_shown_while_one_writes(browser: Browser) -> None:
    kim = browser("kim")
    part = kim.get("/requests/similar?title=nitrilhandskar till köket").text
    assert "Finns det här redan?" in part
    assert "/articles/" in part
    assert "/articles/" in kim.get("/requests/new?q=undersökningshandske").text
    assert "/articles/" not in kim.get("/requests/similar?title=xy").text


def test_a_declined_order_can_be_put_in_the_basket_again(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    kim, pia, anna = browser("kim"), browser("pia", unit=None), browser("anna")
    number = ask(kim)
    quote(pia, number, seller_of(suppliers))
    with stocked.begin() as conn:
        conn.execute(sa.update(units).values(approval_limit=1))
    place(kim, choose(kim, stocked, number).text)
    with stocked.connect() as conn:
        (order,) = book.for_units(conn, ["unit-0001"])
    assert order.state is OrderState.AWAITING_APPROVAL
    send(anna, f"/orders/{order.number}/decline", reason="För dyrt")
    assert "Lägg i min varukorg" in kim.get(f"/requests/{number}").text
    assert "Bord Lek" in send(kim, f"/requests/{number}/basket").text


def test_a_second_press_holds_the_request_before_its_papers(stocked: sa.Engine) -> None:
    """Else a third one, which finds the request and locks it, and the second would wait for each other for ever."""
    wish, form = asking.Wish(**WISH), uuid4()
    facts = (form, "unit-0001", "kim", wish, NOW)
    with ThreadPoolExecutor(1) as presses, stocked.connect() as second:
        with stocked.begin() as first:
            asking.write(first, *facts)
            pressed = presses.submit(asking.write, second, *facts)
            while not waits(stocked):
                time.sleep(0.01)
            asking.ask(first, form, "kim", NOW)
        assert pressed.result(10).number == "F26-000001"
        with stocked.begin() as third, pytest.raises(sa.exc.OperationalError, match="could not obtain lock"):
            third.execute(sa.select(requests.c.id).where(requests.c.id == form).with_for_update(nowait=True))
        second.rollback()


def waits(engine: sa.Engine) -> bool:
    """Whether some transaction waits for another."""
    with engine.connect() as conn:
        return conn.execute(sa.text("SELECT 1 FROM pg_locks WHERE NOT granted")).first() is not None
