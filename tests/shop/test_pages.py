"""From the search box to the order page, through the pages themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.exchange.tables import messages
from gateway.orders import book
from gateway.orders.lifecycle import State
from gateway.orders.tables import orders
from shop.tables import articles, basket_lines, baskets, units
from tests.shop.conftest import send
from web.access import undeclared

Browser = Callable[..., Any]


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"the page has no field {name}"
    return found.group(1)


def pick(engine: sa.Engine, like: str = "%", *, transport: bool = True, suppliers: Any = None, skip: int = 0) -> Any:
    """An article whose supplier can (or cannot) be sent orders."""
    with engine.connect() as conn:
        rows = conn.execute(sa.select(articles).where(articles.c.name.like(like)).order_by(articles.c.id)).all()
    fitting = [row for row in rows if suppliers is None or suppliers.by_id[row.supplier_id].by_hand is not transport]
    return fitting[skip]


def fill(browser: Any, *wanted: Any, quantity: str = "2") -> str:
    for article in wanted:
        send(browser, "/basket/add", article=article.id, quantity=quantity)
    return str(browser.get("/basket").text)


def place(browser: Any, page: str, **more: str) -> Any:
    facts = {"customer_reference": "4120 Kim", "accounting_cost": "4120-407"} | more
    return send(browser, "/basket/place", basket_id=field(page, "basket_id"), seen=field(page, "seen"), **facts)


def test_every_page_declares_its_roles(app: Any) -> None:
    assert undeclared(route for router in app.state.routers for route in router.routes) == []


def test_a_buyer_with_many_units_chooses_one_first(browser: Browser) -> None:
    kim = browser("kim", unit=None)
    page = kim.get("/").text
    assert "Vilken enhet beställer du för?" in page
    assert "Förskolan Björken" in page
    assert "Vad behöver ni?" in send(kim, "/units", unit="unit-0001").text
    assert send(kim, "/units", unit="unit-9999").status_code == 403
    assert "Gruppbostaden Björken" in kim.get("/units?q=grupp").text


def test_search_finds_stems_beginnings_parts_and_numbers(browser: Browser, stocked: sa.Engine) -> None:
    kim = browser("kim")
    wanted = "Undersökningshandske nitril, puderfri, M"
    for text in ("undersökningshandskar", "undersökn", "handske", "handskar nitril", "NITRIL handske"):
        assert wanted in kim.get("/search", params={"q": text}).text, text
    exact = pick(stocked)
    page = kim.get("/search", params={"q": exact.seller_id}).text
    assert exact.name in page
    assert kim.get("/search", params={"q": "' & | !:* \\ %_"}).status_code == 200


def test_a_hit_tells_what_one_needs_to_choose(browser: Browser) -> None:
    page = browser("kim").get("/search", params={"q": "undersökningshandske nitril M"}).text
    for word in ("jämförpris", "Avtal 20", "per ask", "100\xa0st/ask", "art.nr", "hos er", "träffar"):
        assert word in page, word


def test_nothing_found_teaches(browser: Browser) -> None:
    page = browser("kim").get("/search", params={"q": "xylofonhållare"}).text
    assert "Ingen vara matchar ”xylofonhållare”" in page
    assert "Prova ett kortare" in page


def test_what_people_type_is_escaped(browser: Browser) -> None:
    page = browser("kim").get("/search", params={"q": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_facets_sorting_and_pages(browser: Browser) -> None:
    kim = browser("kim")
    first = kim.get("/search?category=food&sort=price").text
    assert "Sida 1 av" in first
    second = kim.get("/search?category=food&sort=price&page=2").text
    names = [re.findall(r'id="article-(\d+)"', page) for page in (first, second)]
    assert len(names[0]) == 20
    assert not set(names[0]) & set(names[1])
    assert "Vid sidan av avtal" not in kim.get("/search?category=food&contract=1").text
    assert kim.get("/search?page=999").status_code == 200
    assert kim.get("/search?page=x").status_code == 404


def test_htmx_gets_only_the_hits(browser: Browser) -> None:
    part = browser("kim").get("/search?q=kaffe", headers={"hx-request": "true"}).text
    assert "<html" not in part
    assert "träffar" in part


def test_the_basket_counts_splits_and_sums(browser: Browser, stocked: sa.Engine) -> None:
    kim = browser("kim")
    first = pick(stocked)
    other = next(pick(stocked, skip=n) for n in range(1, 50) if pick(stocked, skip=n).supplier_id != first.supplier_id)
    page = fill(kim, first, other, quantity="3")
    assert "2 beställningar skickas, en till varje leverantör" in page
    send(kim, "/basket/add", article=first.id, quantity="2")
    with stocked.connect() as conn:
        held = dict(conn.execute(sa.select(basket_lines.c.article_id, basket_lines.c.quantity)).all())
    assert held == {first.id: 5, other.id: 3}
    send(kim, f"/basket/lines/{first.id}", quantity="5", step="-1")
    send(kim, f"/basket/lines/{other.id}", quantity="2,5", step="0")
    with stocked.connect() as conn:
        held = {
            k: float(v) for k, v in conn.execute(sa.select(basket_lines.c.article_id, basket_lines.c.quantity)).all()
        }
    assert held == {first.id: 4.0, other.id: 2.5}


def test_removing_can_be_undone(browser: Browser, stocked: sa.Engine, clock: Any) -> None:
    kim, article = browser("kim"), pick(stocked)
    fill(kim, article)
    page = send(kim, f"/basket/lines/{article.id}/remove").text
    assert "Borttagen:" in page
    assert "Ångra" in page
    assert 'name="seen"' not in page, "an empty basket cannot be ordered"
    assert 'name="seen"' in send(kim, f"/basket/lines/{article.id}/restore").text
    send(kim, f"/basket/lines/{article.id}", quantity="0")
    clock.pass_by(minutes=11)
    assert "Varukorgen är tom" in kim.get("/basket").text


def test_htmx_gets_the_basket_and_its_count(browser: Browser, stocked: sa.Engine) -> None:
    kim, article = browser("kim"), pick(stocked)
    from web.security import SESSION_COOKIE, form_token

    headers = {"hx-request": "true", "x-csrf-token": form_token(kim.cookies[SESSION_COOKIE])}
    added = kim.post("/basket/add", data={"article": article.id, "quantity": "4"}, headers=headers).text
    assert "i korgen" in added
    assert 'hx-swap-oob="true"' in added
    part = kim.post(f"/basket/lines/{article.id}/remove", headers=headers).text
    assert "<html" not in part
    assert "data-focus" in part, "focus goes to Undo"


def test_placing_makes_one_order_per_supplier_and_sends_it(
    browser: Browser, stocked: sa.Engine, suppliers: Any
) -> None:
    kim = browser("kim")
    first = pick(stocked, suppliers=suppliers)
    by_hand = pick(stocked, suppliers=suppliers, transport=False)
    answer = place(kim, fill(kim, first, by_hand), wanted="2026-11-26", note="Lämna vid grinden")
    assert "Tack, nu är det beställt" in answer.text
    with stocked.connect() as conn:
        rows = {row.supplier_id: row for row in book.for_units(conn, ["unit-0001"])}
        assert rows[first.supplier_id].state is State.PLACED
        assert rows[by_hand.supplier_id].state is State.BY_HAND
        assert rows[first.supplier_id].placed_by == "kim"
        order = rows[first.supplier_id].order
        assert order.delivery.requested.end_date.isoformat() == "2026-11-26"
        assert order.customer_reference == "4120 Kim"
        assert order.note == "Lämna vid grinden"
        assert conn.execute(sa.select(sa.func.count()).select_from(messages)).scalar_one() == 1
    assert "Varukorgen är tom" in kim.get("/basket").text
    front = kim.get("/").text
    assert first.name in front, "what was ordered is a usual purchase now"
    assert "På väg till er" in front


def test_sending_the_form_twice_orders_once(browser: Browser, stocked: sa.Engine) -> None:
    kim = browser("kim")
    page = fill(kim, pick(stocked))
    first, second = place(kim, page), place(kim, page)
    assert first.url == second.url
    assert second.status_code == 200
    with stocked.connect() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(orders)).scalar_one() == 1


def test_nobody_orders_what_they_have_not_seen(browser: Browser, stocked: sa.Engine) -> None:
    kim, article = browser("kim"), pick(stocked)
    page = fill(kim, article)
    with stocked.begin() as conn:
        conn.execute(sa.update(articles).where(articles.c.id == article.id).values(price=articles.c.price * 2))
    answer = place(kim, page)
    assert answer.status_code == 409
    assert "Varukorgen har ändrats sedan du öppnade den" in answer.text
    assert place(kim, answer.text).status_code == 200


def test_an_article_that_left_is_named(browser: Browser, stocked: sa.Engine) -> None:
    kim, article = browser("kim"), pick(stocked)
    page = fill(kim, article)
    with stocked.begin() as conn:
        conn.execute(sa.update(articles).values(active=False))
    answer = place(kim, page)
    assert answer.status_code == 409
    assert f"{article.name} går inte längre att beställa" in answer.text


def test_mistakes_stand_beside_their_field_and_on_top(browser: Browser, stocked: sa.Engine) -> None:
    kim = browser("kim")
    answer = place(
        kim, fill(kim, pick(stocked)), customer_reference=" ", accounting_cost="x" * 101, wanted="2026-11-22"
    )
    assert answer.status_code == 422
    page = answer.text
    assert 'href="#customer_reference"' in page
    assert 'id="customer_reference-error"' in page
    assert 'aria-invalid="true"' in page
    assert "Skriv högst 100 tecken." in page
    assert "Välj en av enhetens leveransdagar." in page
    assert "data-focus" in page


def test_another_persons_basket_stays_theirs(browser: Browser, stocked: sa.Engine) -> None:
    kim, anna = browser("kim"), browser("anna")
    page = fill(kim, pick(stocked))
    answer = place(anna, page)
    assert answer.status_code == 409
    assert "Varukorgen finns inte" in answer.text
    basket_id = field(page, "basket_id")
    place(kim, page)
    assert anna.get(f"/placed/{basket_id}").status_code == 404


def test_above_the_limit_somebody_else_must_approve(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    kim, anna = browser("kim"), browser("anna")
    with stocked.begin() as conn:
        conn.execute(sa.update(units).values(approval_limit=1))
    page = fill(kim, pick(stocked, suppliers=suppliers))
    assert "Skicka för godkännande" in page
    assert "Skickat för godkännande" in place(kim, page).text
    (number,) = numbers(stocked)
    assert "Du har lagt beställningen, så någon annan måste godkänna den" in kim.get(f"/orders/{number}").text
    assert send(kim, f"/orders/{number}/approve").status_code == 403, "kim is no approver"
    assert number in anna.get("/approvals").text
    assert "Godkänner du beställningen?" in anna.get(f"/orders/{number}").text
    assert "Godkänd. Beställningen är på väg" in send(anna, f"/orders/{number}/approve").text
    with stocked.connect() as conn:
        assert book.get(conn, number).state is State.PLACED
    again = send(anna, f"/orders/{number}/approve")
    assert again.status_code == 409
    assert "redan avgjord" in again.text


def test_an_approver_does_not_approve_their_own(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    anna = browser("anna")
    with stocked.begin() as conn:
        conn.execute(sa.update(units).values(approval_limit=1))
    place(anna, fill(anna, pick(stocked, suppliers=suppliers)))
    (number,) = numbers(stocked)
    assert "Godkänner du beställningen?" not in anna.get(f"/orders/{number}").text
    answer = send(anna, f"/orders/{number}/approve")
    assert answer.status_code == 409
    with stocked.connect() as conn:
        assert book.get(conn, number).state is State.AWAITING_APPROVAL


def test_declining_needs_a_reason_and_tells_it(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    kim, anna = browser("kim"), browser("anna")
    with stocked.begin() as conn:
        conn.execute(sa.update(units).values(approval_limit=1))
    place(kim, fill(kim, pick(stocked, suppliers=suppliers)))
    (number,) = numbers(stocked)
    without = send(anna, f"/orders/{number}/decline", reason=" ")
    assert without.status_code == 422
    assert "Skriv varför" in without.text
    send(anna, f"/orders/{number}/decline", reason="Vi har redan handskar <i>i</i> lager.")
    page = kim.get(f"/orders/{number}").text
    assert "Anna Exempel godkände inte beställningen" in page
    assert "Vi har redan handskar &lt;i&gt;i&lt;/i&gt; lager." in page
    with stocked.connect() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(messages)).scalar_one() == 0


def test_orders_of_other_units_do_not_exist(browser: Browser, stocked: sa.Engine) -> None:
    kim = browser("kim")
    place(kim, fill(kim, pick(stocked)))
    (number,) = numbers(stocked)
    with stocked.begin() as conn:
        conn.execute(sa.text("delete from unit_members"))
    assert kim.get(f"/orders/{number}").status_code == 404
    assert browser("alex", unit=None).get(f"/orders/{number}").status_code == 200, "an administrator helps everybody"
    assert browser("dani", unit=None).get(f"/orders/{number}").status_code == 403


def test_the_shop_speaks_english(browser: Browser, stocked: sa.Engine) -> None:
    kim = browser("kim")
    send(kim, "/language", language="en", next="/")
    place(kim, fill(kim, pick(stocked)))
    (number,) = numbers(stocked)
    for path, words in (
        ("/", "What do you need?"),
        ("/search?q=kaffe", "comparison price"),
        ("/basket", "The basket is empty"),
        ("/orders", "With VAT"),
        (f"/orders/{number}", "The way of the order"),
    ):
        page = kim.get(path).text
        assert words in page, path
        assert '<html lang="en">' in page
    assert "SEK\xa0" in kim.get(f"/orders/{number}").text


def numbers(engine: sa.Engine) -> list[str]:
    with engine.connect() as conn:
        return list(conn.scalars(sa.select(orders.c.number).order_by(orders.c.number)))


@pytest.mark.parametrize("path", ["/basket/place", "/basket/add"])
def test_forms_without_their_fields_are_refused(browser: Browser, path: str) -> None:
    assert send(browser("kim"), path).status_code == 400


def test_two_baskets_for_two_units(browser: Browser, stocked: sa.Engine) -> None:
    kim = browser("kim")
    fill(kim, pick(stocked))
    send(kim, "/units", unit="unit-0002")
    assert "Varukorgen är tom" in kim.get("/basket").text
    with stocked.connect() as conn:
        found = conn.execute(sa.select(sa.func.count()).select_from(baskets)).scalar_one()
    assert found == 2


def test_strange_signs_do_no_harm(browser: Browser, stocked: sa.Engine) -> None:
    kim, article = browser("kim"), pick(stocked)
    assert kim.get("/search?q=a%00b").status_code == 400
    assert kim.get("/search?q=a%01b%EF%BF%BE").status_code == 200
    assert kim.get(f"/articles/{2**70}").status_code == 404
    assert send(kim, "/basket/add", article=2**70).status_code == 400
    assert send(kim, f"/basket/lines/{2**63}/remove").status_code == 400
    assert send(kim, "/basket/add", article=article.id, quantity="\0").status_code == 400
    for quantity in ("1e999", "NaN", "-3", "två"):
        assert "Skriv hur många du vill ha" in send(kim, "/basket/add", article=article.id, quantity=quantity).text
    send(kim, "/basket/add", article=article.id, quantity="4")
    place(kim, str(kim.get("/basket").text), note="rad ett\r\nrad\x07 två")
    with stocked.connect() as conn:
        (row,) = book.for_units(conn, ["unit-0001"])
        assert row.order.note == "rad ett rad två"
        assert row.order.lines[0].quantity.value == 4, "what is no quantity was not added"


def test_two_presses_at_the_same_moment_order_once(browser: Browser, stocked: sa.Engine) -> None:
    kim = browser("kim")
    page = fill(kim, pick(stocked))
    with ThreadPoolExecutor(4) as presses:
        answers = list(presses.map(lambda _: place(kim, page), range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({str(answer.url) for answer in answers}) == 1
    assert len(numbers(stocked)) == 1


def test_a_suppliers_name_finds_what_it_sells(browser: Any, suppliers: Any) -> None:
    seller = next(one for one in suppliers if not one.by_hand)
    page = browser("kim").get("/search", params={"q": seller.name}).text
    assert page.count('class="article"') > 1
    assert page.count(seller.name.split()[0]) >= page.count('class="article"')
