"""The shop in a real browser: search, basket, order, follow; at a desk and on a phone, by day and by night."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.exchange.matching import detail_of
from gateway.orders import book
from shop.tables import units
from tests.browser.hub_stage import SCREENSHOTS, need_chromium, page_of, served
from tests.exchange.desk import advice
from tests.shop.conftest import PASSWORD, stocked, suppliers

__all__ = ["stocked", "suppliers"]
pytestmark = pytest.mark.slow
LOOKS = [("desktop", "light"), ("phone", "dark")]


@pytest.fixture
def address(stocked: sa.Engine, suppliers: Any) -> Iterator[str]:
    from gateway.settings import load_settings
    from shop.room import ROOM
    from web.app import create_app

    need_chromium()
    with served(create_app(load_settings({}), stocked, suppliers, [ROOM])) as found:
        yield found


@pytest.fixture
def looked_at() -> Callable[[Any, str], None]:
    """Looks at a page: nothing sticks out sideways, targets are large enough, and it is photographed."""

    def look(page: Any, name: str) -> None:
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} sticks out"
        small = page.evaluate(SMALL_TARGETS)
        assert small == [], f"{name}: targets under 24 px"
        nameless = page.evaluate(NAMELESS_FIELDS)
        assert nameless == [], f"{name}: fields without a label"
        photograph(page, f"shop-{name}")

    return look


def photograph(page: Any, name: str) -> None:
    """Keeps the page for a person to look at. The caret stays: hiding it is a style our policy refuses."""
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=str(SCREENSHOTS / f"{name}.png"), caret="initial", full_page=True)


SMALL_TARGETS = """
[...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")]
  .filter((one) => one.checkVisibility() && !one.closest("p, td, dd, .small > li, h3") && !one.matches(".skip"))
  .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
  .filter(([_, box]) => box.width > 1 && (box.height < 24 || box.width < 24)).map(([html]) => html)
"""
NAMELESS_FIELDS = """
[...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
  .filter((one) => !one.labels?.length && !one.ariaLabel).map((one) => one.outerHTML.slice(0, 90))
"""


def log_in(page: Any, address: str, login: str = "kim") -> list[str]:
    """Logs in and begins to listen for what the browser complains about."""
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{address}/login")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_load_state()
    return problems


@pytest.mark.always
@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_from_search_to_the_order_page(
    address: str, stocked: sa.Engine, size: str, scheme: str, looked_at: Callable[[Any, str], None]
) -> None:
    look = f"{size}-{scheme}"
    with page_of(size, scheme) as page:
        page.goto(f"{address}/login")
        looked_at(page, f"{look}-1-login")
        problems = log_in(page, address)
        find_and_add(page, look, looked_at)
        change_the_basket(page, look, looked_at)
        order(page, look, looked_at)
        go_on_with(stocked)
        page.locator(".choices a").first.click()
        page.wait_for_selector("ol.way")
        looked_at(page, f"{look}-9-order")
        page.goto(f"{address}/orders")
        looked_at(page, f"{look}-orders")
        page.goto(f"{address}/")
        looked_at(page, f"{look}-front-with-orders")
        assert [problem for problem in problems if "422" not in problem] == []


def find_and_add(page: Any, look: str, looked_at: Callable[[Any, str], None]) -> None:
    looked_at(page, f"{look}-2-units")
    page.click("text=Förskolan Björken")
    page.wait_for_selector("h1:has-text('Vad behöver ni?')")
    assert page.evaluate("document.activeElement.id") == "q", "the search box has focus"
    looked_at(page, f"{look}-3-front")
    page.keyboard.type("handskar")
    page.wait_for_selector("[role=status]:has-text('träffar')")
    assert "q=handskar" in page.url, "the search can be bookmarked"
    assert page.evaluate("document.activeElement.id") == "q", "typing is not interrupted"
    looked_at(page, f"{look}-4-search")
    first = page.locator(".article").first
    first.locator("[data-by='1']").click()
    first.locator(".buy > button").click()
    page.wait_for_selector("text=i korgen")
    assert page.locator("#basket-button .count").inner_text() == "1"
    page.fill("#q", "kaffe")
    page.wait_for_selector("b:text-is('kaffe')")
    page.locator(".article").first.locator(".buy > button").click()
    page.wait_for_selector("#basket-button .count:text-is('2')")


def change_the_basket(page: Any, look: str, looked_at: Callable[[Any, str], None]) -> None:
    page.click("#basket-button")
    page.wait_for_selector("h1:has-text('Varukorg')")
    page.locator("button:has-text('+')").first.click()
    page.wait_for_selector("input[name=quantity][value='3']")
    looked_at(page, f"{look}-5-basket")
    page.locator("button:has-text('Ta bort')").last.click()
    page.wait_for_selector("text=Borttagen:")
    assert "undo-" in page.evaluate("document.activeElement.id"), "focus is on Undo"
    looked_at(page, f"{look}-6-removed")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Borttagen:", state="detached")


def order(page: Any, look: str, looked_at: Callable[[Any, str], None]) -> None:
    page.fill("#customer_reference", "")
    page.evaluate("document.querySelector('form[action=\"/basket/place\"]').noValidate = true")
    page.click("button:text-is('Beställ')")
    page.wait_for_selector(".errors")
    assert page.evaluate("document.activeElement.className") == "errors", "the summary takes focus"
    looked_at(page, f"{look}-7-error")
    page.fill("#customer_reference", "4120 Kim Exempel")
    page.click("button:text-is('Beställ')")
    page.wait_for_selector("h1:has-text('Tack, nu är det beställt')")
    looked_at(page, f"{look}-8-placed")


def go_on_with(engine: sa.Engine) -> None:
    """What supplier and hub do next: the first order is changed, sent and received, with something missing."""
    with engine.begin() as conn:
        row = sorted(book.for_units(conn, ["unit-0001"]), key=lambda row: row.number)[0]
        order = row.order
        now = datetime.now(UTC)
        line = {"line": "1", "status": "3", "quantity": {"value": "2", "unit": order.lines[0].quantity.unit}}
        later = {"promised": {"end_date": (now + timedelta(days=9)).date()}, "backorder": {"value": "1", "unit": "XBX"}}
        note = {"note": "Leveransen delas, resten kommer nästa vecka."}
        book.record(conn, row.id, "sent", "avrop", now)
        book.record(conn, row.id, "changed", row.order.seller.name, now, {"lines": [line | later]} | note)
        book.record(conn, row.id, "despatched", row.order.seller.name, now, detail_of(advice(order)))
        book.record(conn, row.id, "short", "Dani Exempel", now, {"line": "1", "quantity": "1"})
        book.record(conn, row.id, "at_hub", "Dani Exempel", now, {"step": "at_hub", "parcels": 1, "of": 1})


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_approval_and_a_refusal_in_the_browser(
    address: str, stocked: sa.Engine, size: str, scheme: str, looked_at: Callable[[Any, str], None]
) -> None:
    with stocked.begin() as conn:
        conn.execute(sa.update(units).values(approval_limit=1))
    with page_of(size, scheme) as page:
        log_in(page, address)
        page.click("text=Förskolan Björken")
        page.goto(f"{address}/search?q=skruv&category=building")
        looked_at(page, f"{size}-{scheme}-a-category")
        page.locator(".buy > button").first.click()
        page.wait_for_selector("text=i korgen")
        page.goto(f"{address}/basket")
        page.click("button:text-is('Skicka för godkännande')")
        page.wait_for_selector("h1:has-text('Skickat för godkännande')")
        page.locator(".choices a").first.click()
        page.wait_for_selector("text=någon annan måste godkänna den")
        looked_at(page, f"{size}-{scheme}-b-own")
        page.context.clear_cookies()
        log_in(page, address, "anna")
        page.goto(f"{address}/approvals")
        looked_at(page, f"{size}-{scheme}-c-approvals")
        page.locator(".choices a").first.click()
        page.wait_for_selector("text=Godkänner du beställningen?")
        page.click("summary:has-text('Avslå i stället')")
        page.fill("#reason", "Vi har redan skruv i förrådet.")
        looked_at(page, f"{size}-{scheme}-d-decide")
        page.click("button:text-is('Avslå')")
        page.wait_for_selector("text=Anna Exempel godkände inte beställningen")
        looked_at(page, f"{size}-{scheme}-e-declined")
        assert page.goto(f"{address}/nowhere").status == 404
        looked_at(page, f"{size}-{scheme}-f-missing")


def test_everything_works_without_javascript(address: str) -> None:
    with page_of("phone", "light", javascript=False) as page:
        log_in(page, address)
        page.click("text=Förskolan Björken")
        page.fill("#q", "kaffe")
        page.click("form.search button")
        page.locator(".buy > button:not(.with-js)").first.click()
        page.wait_for_selector("text=i korgen")
        photograph(page, "shop-phone-light-without-javascript")
        page.click("#basket-button")
        page.locator("button[name=step][value='1']").first.click()
        page.wait_for_selector("input[name=quantity][value='2']")
        page.click("button:text-is('Beställ')")
        page.wait_for_selector("h1:has-text('Tack, nu är det beställt')")
        page.click("footer button:text-is('English')")
        page.wait_for_selector("h1:has-text('Thank you, it is ordered')")
        assert page.get_attribute("html", "lang") == "en"
