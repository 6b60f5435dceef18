"""Requests, requisitions and the purchaser's desk in a real browser, at a desk and on a phone; photographed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.exchange.office import Handlers
from hub.receiving import expect
from shop.tables import units
from tests.browser.hub_stage import need_chromium, page_of, served
from tests.browser.shop_test import log_in, looked_at
from tests.shop.conftest import stocked, suppliers

__all__ = ["looked_at", "stocked", "suppliers"]
pytestmark = pytest.mark.slow
LOOKS = [("desktop", "light"), ("phone", "dark")]
Look = Callable[[Any, str], None]


@pytest.fixture
def address(stocked: sa.Engine, suppliers: Any) -> Iterator[str]:
    from gateway.settings import load_settings
    from shop.room import ROOM
    from web.app import create_app

    need_chromium()
    app = create_app(load_settings({}), stocked, suppliers, [ROOM])
    app.state.handlers = Handlers(despatch_advice=expect)
    with served(app) as found:
        yield found


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_from_cannot_find_to_the_basket(
    address: str, suppliers: Any, looked_at: Look, tmp_path: Path, size: str, scheme: str
) -> None:
    name = f"{size}-{scheme}-requests"
    sketch = tmp_path / "skiss.pdf"
    sketch.write_bytes(b"%PDF-1.4\n%%EOF\n")
    with page_of(size, scheme) as page:
        problems = log_in(page, address)
        page.click("text=Förskolan Björken")
        page.goto(f"{address}/search?q=xylofonbord")
        looked_at(page, f"{name}-1-cannot-find")
        page.click("text=Beskriv vad ni behöver")
        assert page.input_value("#title") == "xylofonbord"
        page.fill("#title", "nitrilhandske till barn")
        page.wait_for_selector("#similar a")
        looked_at(page, f"{name}-2-form")
        page.fill("#quantity", "-2")
        page.fill("#ceiling", "tusen")
        page.click("button:has-text('Skicka till inköp')")
        page.wait_for_selector(".errors")
        assert page.evaluate("document.activeElement.className") == "errors", "the summary takes focus"
        looked_at(page, f"{name}-3-wrong")
        page.fill("#title", "Runt bord för sex små barn")
        page.fill("#description", "Björk, 90 cm, rundade kanter.\nMåste tåla fingerfärg.")
        page.fill("#quantity", "2")
        page.fill("#ceiling", "3 000")
        page.set_input_files("#files", str(sketch))
        page.click("button:has-text('Spara som utkast')")
        page.wait_for_selector("text=Ingen annan ser utkastet")
        page.click("main a:text-is('Ändra')")
        page.wait_for_selector(".papers")
        looked_at(page, f"{name}-3-edit")
        page.click("button:has-text('Skicka till inköp')")
        page.wait_for_selector("text=Den ligger hos inköp")
        here = page.url
        page.goto(f"{address}/requests")
        looked_at(page, f"{name}-4-list")
        purchase(page, address, here, suppliers, looked_at, name)
        choose(page, address, here, looked_at, name)
        assert [problem for problem in problems if "422" not in problem and "409" not in problem] == []


def purchase(page: Any, address: str, here: str, suppliers: Any, look: Look, name: str) -> None:
    page.context.clear_cookies()
    log_in(page, address, "pia")
    assert page.url.endswith("/desk"), "a purchaser begins at the desk"
    look(page, f"{name}-5-desk")
    page.goto(here)
    page.click("button:has-text('Jag tar den')")
    page.fill("#text", "Går det med ek i stället?")
    page.click("button:text-is('Skicka')")
    page.wait_for_selector("text=Går det med ek")
    page.click("summary:has-text('Lägg in en offert')")
    page.fill("#supplier", next(iter(suppliers)).name)
    page.fill("#price", "1 999,90")
    look(page, f"{name}-6-quote")
    page.click("button:has-text('Lägg in offerten')")
    page.wait_for_selector("text=Över taket")
    page.goto(f"{address}/desk")


def choose(page: Any, address: str, here: str, look: Look, name: str) -> None:
    page.context.clear_cookies()
    log_in(page, address)
    page.goto(here)
    look(page, f"{name}-7-above")
    page.click("button:has-text('Höj mitt tak')")
    page.click("button:has-text('Välj offerten')")
    page.wait_for_selector("h1:has-text('Varukorg')")
    look(page, f"{name}-8-basket")
    page.goto(here)
    look(page, f"{name}-9-chosen")


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_a_requisition_and_its_receipt(
    address: str, stocked: sa.Engine, suppliers: Any, looked_at: Look, tmp_path: Path, size: str, scheme: str
) -> None:
    name = f"{size}-{scheme}-requisition"
    photo = tmp_path / "kvitto.jpg"
    photo.write_bytes(b"\xff\xd8\xff\xe0" + b"\0" * 40)
    with stocked.begin() as conn:
        conn.execute(sa.update(units).values(approval_limit=500))
    with page_of(size, scheme) as page:
        log_in(page, address)
        page.click("text=Förskolan Björken")
        page.goto(f"{address}/requisitions")
        looked_at(page, f"{name}-1-empty")
        page.click("text=Skriv ut en rekvisition")
        page.fill("#supplier", next(one for one in suppliers if one.contracts).name)
        page.fill("#purpose", "Färg till staketet")
        page.fill("#ceiling", "1 500")
        looked_at(page, f"{name}-2-form")
        page.click("main form button.big")
        page.wait_for_selector("text=En attestant måste säga ja")
        here = page.url
        page.context.clear_cookies()
        log_in(page, address, "anna")
        page.goto(f"{address}/requisitions")
        looked_at(page, f"{name}-3-waiting")
        page.goto(here)
        looked_at(page, f"{name}-4-decide")
        page.click("button:text-is('Ja')")
        page.wait_for_selector("text=Får användas")
        page.goto(f"{here}/paper")
        looked_at(page, f"{name}-5-paper")
        page.emulate_media(media="print")
        looked_at(page, f"{name}-6-printed")
        page.emulate_media(media="screen")
        page.goto(here)
        page.set_input_files("#files", str(photo))
        page.fill("#gross25", "625,50")
        looked_at(page, f"{name}-7-receipt")
        page.click("button:has-text('Registrera kvittot')")
        page.wait_for_selector("text=Delvis använd")
        looked_at(page, f"{name}-8-used")
        page.click("a:has-text('beställning 2')")
        page.wait_for_selector("ol.way")
        looked_at(page, f"{name}-9-order")


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_desk_without_javascript(
    address: str, suppliers: Any, stocked: sa.Engine, looked_at: Look, size: str, scheme: str
) -> None:
    name = f"{size}-{scheme}-by-hand"
    seller = next(one for one in suppliers if one.by_hand)
    with page_of(size, scheme, javascript=False) as page:
        log_in(page, address, "pia")
        page.click("text=Registrera en beställning")
        page.fill("#supplier", seller.name)
        page.fill("#unit", "Förskolan Björken")
        page.fill("[id='lines.0.name']", "Sand, 0-2 mm")
        page.click("button:has-text('Fler rader')")
        assert page.input_value("[id='lines.0.name']") == "Sand, 0-2 mm"
        page.click("button:text-is('Registrera beställningen')")
        page.wait_for_selector(".errors")
        looked_at(page, f"{name}-1-wrong")
        page.fill("[id='lines.0.quantity']", "12")
        page.fill("[id='lines.0.price']", "39,50")
        page.click("button:text-is('Registrera beställningen')")
        page.wait_for_selector("text=Registrerad. Hubben tar emot den")
        looked_at(page, f"{name}-2-registered")
        page.fill("#parcels", "2")
        page.click("button:has-text('Hubben kan vänta den')")
        page.wait_for_selector("text=Sparat. Hubben väntar leveransen.")
        page.goto(f"{address}/desk")
        looked_at(page, f"{name}-3-desk")


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_an_order_is_given_by_telephone(
    address: str, suppliers: Any, stocked: sa.Engine, looked_at: Look, size: str, scheme: str
) -> None:
    from tests.shop.test_pages import pick

    article = pick(stocked, suppliers=suppliers, transport=False)
    name = f"{size}-{scheme}-telephone"
    with page_of(size, scheme) as page:
        log_in(page, address)
        page.click("text=Förskolan Björken")
        page.goto(f"{address}/articles/{article.id}")
        page.locator(".buy > button").first.click()
        page.wait_for_selector("text=i korgen")
        page.goto(f"{address}/basket")
        page.click("button:text-is('Beställ')")
        page.wait_for_selector("h1:has-text('Tack')")
        page.context.clear_cookies()
        log_in(page, address, "pia")
        looked_at(page, f"{name}-1-desk")
        page.locator("section .choices a").first.click()
        page.wait_for_selector("#letter")
        looked_at(page, f"{name}-2-letter")
        page.check("input[value=telephone]")
        page.click("button:has-text('De har beställningen')")
        page.wait_for_selector("text=Vad svarade de?")
        page.check("input[value=CA]")
        page.click("summary:has-text('Rader som skiljer')")
        page.fill("[id='lines.0.quantity']", "x")
        page.click("button:has-text('Spara svaret')")
        page.wait_for_selector(".errors")
        looked_at(page, f"{name}-3-wrong")
        page.fill("[id='lines.0.quantity']", "1")
        page.fill("[id='lines.0.price']", "99,90")
        page.click("button:has-text('Spara svaret')")
        page.wait_for_selector("text=Svaret är sparat")
        looked_at(page, f"{name}-4-answered")
