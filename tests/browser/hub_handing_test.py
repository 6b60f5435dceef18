"""The driver's day in a real browser: the next stop, a signature with a finger, a photo, home; and the order's side."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.exchange.office import Handlers
from gateway.orders import book
from gateway.settings import load_settings
from gateway.suppliers.supplier import Suppliers
from hub.handing.proof import photo_of, proof_of
from hub.room import ROOM as HUB
from shop.room import ROOM as SHOP
from tests.browser.hub_stage import need_chromium, page_of, photograph, served
from tests.browser.looking import looked_over
from tests.hub.advices import sscc
from tests.hub.handing.stage import out_on_the_road
from tests.hub.house import PASSWORD
from tests.hub.test_photos import picture
from web import accounts
from web.app import create_app

pytestmark = pytest.mark.slow
TABLET = {"width": 820, "height": 1180}


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def house(engine):
    """The address of hub and shop together, and the run."""
    need_chromium()
    with engine.begin() as conn:
        for login, name, roles in (("alva", "Alva Exempel", ["dock"]), ("pia", "Pia Exempel", ["purchaser"])):
            accounts.add(conn, login, name=name, password=PASSWORD, roles=roles, now=now())
    run_id = out_on_the_road(engine, now())
    app = create_app(load_settings({}), engine, Suppliers(()), [SHOP, HUB])
    app.state.handlers = Handlers(proof_of=proof_of, proof_photo=photo_of)
    with served(app) as address:
        yield address, f"{address}/hub/drive/{run_id}"


def log_in(page: Any, address: str, login: str, where: str = "/hub/drive") -> None:
    page.goto(f"{address}/login?next={where}")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url(f"**{where}")


def until(page: Any, holds: str) -> None:
    """Waits for what a strict page does not let Playwright watch from within."""
    for _ in range(100):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"it never came to {holds}")


def sign(page: Any) -> None:
    page.locator(".at-door.now canvas").scroll_into_view_if_needed()
    box = page.locator(".at-door.now canvas").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 30):
        page.mouse.move(box["x"] + 20 + step * 9, box["y"] + 60 + (25 if step % 2 else -25))
    page.mouse.up()


def test_the_drivers_day_and_the_orders_side(house, engine):
    address, _ = house
    problems: list[str] = []
    with page_of("phone", "light") as page:
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        log_in(page, address, "alva")
        photograph(page, "handing-phone-1-runs")
        page.click("text=Kör vidare")
        page.wait_for_selector(".at-door.now")
        photograph(page, "handing-phone-2-run")
        page.keyboard.type(sscc(1))
        page.keyboard.press("Enter")
        page.wait_for_selector("#said >> text=Det ska av här.")
        page.keyboard.type(sscc(3))
        page.keyboard.press("Enter")
        page.wait_for_selector("#said >> text=hållplats 2, Granens skola")
        assert "1 av 2 skannade" in page.inner_text(".at-door.now .seen-count")
        page.fill(".at-door.now input[name=receiver]", "Lo Exempel")
        sign(page)
        page.set_input_files(
            ".at-door.now form.hand input[type=file]",
            {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": picture(4000, 3000)},
        )
        until(page, "document.querySelector('.at-door.now form.hand input[type=file]').files[0].size < 90000")
        page.locator(".at-door.now canvas").scroll_into_view_if_needed()
        photograph(page, "handing-phone-3-signed")
        page.click(".at-door.now form.hand button.big")
        page.wait_for_selector("text=2 kolli lämnade till Förskolan Gläntan")
        photograph(page, "handing-phone-4-done")
        page.click("text=Leveranskvitto >> nth=0")
        page.wait_for_selector(".proof .signed path")
        proof = page.url.rsplit("/", 1)[1]
        until(page, "document.querySelector('.photos img').naturalWidth > 100")
        looked_over(page, "handing-proof")
        page.set_viewport_size(TABLET)
        photograph(page, "handing-tablet-proof")
        assert problems == []
    with page_of("desktop", "light") as page:
        log_in(page, address, "pia", f"/orders/26-000123/proofs/{proof}")
        page.wait_for_selector(".signed path")
        until(page, "document.querySelector('.photos img').naturalWidth > 100")
        looked_over(page, "handing-order-proof")
    with engine.begin() as conn:
        assert book.get(conn, "26-000123").state.value == "delivered"


def test_two_taps_for_what_is_wrong_then_nobody_there_then_home(house):
    address, run = house
    with page_of("phone", "dark") as page:
        log_in(page, address, "alva")
        page.goto(run)
        page.click(".at-door.now .parcel summary >> nth=0")
        page.click(".at-door.now .fates >> text=De vill inte ha det")
        photograph(page, "handing-phone-5-refused")
        page.click(".at-door.now form.hand button.big")
        page.wait_for_selector(".errors")
        photograph(page, "handing-phone-6-wrong")
        assert page.is_checked(".at-door.now .fates input[value=refused] >> nth=0")
        page.click("text=Skriv under genom att skriva namnet i stället")
        page.fill(".at-door.now input[name=typed]", "Lo Exempel")
        page.fill(".at-door.now input[name=receiver]", "Lo Exempel")
        page.click(".at-door.now form.hand button.big")
        page.wait_for_selector("text=1 kolli lämnat till Förskolan Gläntan")
        page.click(".at-door.now >> text=Det går inte att lämna")
        page.check(".at-door.now input[value=nobody]")
        photograph(page, "handing-phone-7-nobody")
        page.click(".at-door.now >> text=Behåll det på bilen")
        page.wait_for_selector("text=Granens skola: inget lämnades")
        page.click("text=Bilen är hemma")
        page.wait_for_selector("text=Bocka för det du bär in")
        looked_over(page, "handing-home")
        page.click("main button.big")
        page.wait_for_selector("text=Turen är klar.")
        photograph(page, "handing-phone-8-home")


def test_the_run_can_be_used_by_everybody(house):
    address, run = house
    with page_of("desktop", "light") as page:
        log_in(page, address, "alva")
        page.goto(run)
        looked_over(page, "handing-run")
        page.set_viewport_size(TABLET)
        photograph(page, "handing-tablet-run")
        kept = page.context.storage_state()
    with page_of("phone", "light", javascript=False, storage_state=kept) as page:
        page.goto(run)
        photograph(page, "handing-phone-no-javascript")
        page.click("form.hand button.big >> nth=0")
        page.wait_for_selector(".errors >> text=Skriv namnet på den som tar emot kollina.")
        page.fill("input[name=receiver] >> nth=0", "Lo Exempel")
        page.click("text=Skriv under genom att skriva namnet i stället >> nth=0")
        page.fill("input[name=typed] >> nth=0", "Lo Exempel")
        page.click("form.hand button.big >> nth=0")
        page.wait_for_selector("text=2 kolli lämnade till Förskolan Gläntan")
