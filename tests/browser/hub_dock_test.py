"""The dock in a real browser: scan, received, out, delivered; the field keeps its place, and no scan is lost."""

from __future__ import annotations

import pytest

from gateway.orders import book
from tests.browser.hub_stage import dock, page_of, photograph
from tests.hub.advices import sscc
from tests.hub.house import PASSWORD

pytestmark = pytest.mark.slow


@pytest.fixture
def address(engine):
    with dock(engine) as found:
        yield found


def log_in(page, address: str) -> None:
    page.goto(f"{address}/login?next=/hub/dock")
    page.fill("#login", "alva")
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/hub/dock")


def scan(page, code: str, heading: str) -> None:
    """As a scanner does it: keys, then Enter, wherever the focus is."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#answer >> text={heading}")


def no_sideways(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_from_scan_to_the_units_door(address, engine, size, scheme):
    with page_of(size, scheme) as page:
        problems = []
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        name = f"hub-{size}-{scheme}"
        log_in(page, address)
        photograph(page, f"{name}-1-start")
        scan(page, f"(00){sscc(1)}", "Mottaget.")
        assert page.inner_text("#answer .lane").strip().endswith("B4")
        assert page.evaluate("document.activeElement.id") == "code"
        assert page.input_value("#code") == ""
        photograph(page, f"{name}-2-received")
        scan(page, sscc(1), "Redan mottaget")
        photograph(page, f"{name}-3-again")
        scan(page, sscc(77), "Okänt kolli")
        photograph(page, f"{name}-4-unknown")
        scan(page, sscc(2)[:-1] + str((int(sscc(2)[-1]) + 3) % 10), "Läs av en gång till")
        photograph(page, f"{name}-5-misread")
        scan(page, "26-000123", "Mottaget.")
        page.click("text=Saknas något")
        page.fill("#quantity", "4")
        photograph(page, f"{name}-6-report")
        page.click(".report button:has-text('Spara')")
        page.wait_for_selector("text=Noterat")
        page.goto(f"{address}/hub/units")
        assert page.is_visible("text=2 kolli här")
        page.check("input[name=unit]")
        photograph(page, f"{name}-7-units")
        page.click(".foot-bar button")
        page.wait_for_selector("text=2 kolli är på bilen.")
        page.goto(f"{address}/hub/van")
        page.fill("input[name=receiver]", "Lo Exempel")
        photograph(page, f"{name}-8-van")
        assert no_sideways(page)
        page.click("text=Levererat")
        page.wait_for_selector("text=mottagna av Lo Exempel")
        page.goto(f"{address}/hub/cases")
        photograph(page, f"{name}-9-cases")
        assert no_sideways(page)
        assert problems == []
    with engine.begin() as conn:
        assert book.get(conn, "26-000123").state.value == "delivered"


def test_scans_faster_than_the_network_are_all_received_in_their_order(address):
    with page_of("desktop", "light") as page:
        log_in(page, address)
        for number in (1, 2, 3):
            page.keyboard.type(sscc(number))
            page.keyboard.press("Enter")
        page.wait_for_selector("#count >> text=3 av 3")
        assert page.input_value("#code") == ""


def test_scans_without_a_network_wait_and_are_sent(address):
    with page_of("phone", "light") as page:
        log_in(page, address)
        page.context.set_offline(True)
        page.keyboard.type(sscc(1))
        page.keyboard.press("Enter")
        page.wait_for_selector("#waiting-scans:visible")
        page.keyboard.type(sscc(2))
        page.keyboard.press("Enter")
        photograph(page, "hub-phone-offline")
        page.context.set_offline(False)
        page.wait_for_selector("#count >> text=2 av 3")
        assert page.is_hidden("#waiting-scans")


def test_undo_is_there_for_ten_seconds_and_works(address):
    with page_of("desktop", "light") as page:
        log_in(page, address)
        scan(page, sscc(3), "Mottaget.")
        assert page.is_visible(".undo button")
        page.click(".undo button")
        page.wait_for_selector("text=Ångrat.")
        assert "0 av 3" in page.inner_text("#count")
        page.mouse.move(1, 1)
        scan(page, sscc(3), "Mottaget.")
        page.wait_for_selector(".undo button", state="hidden", timeout=12_000)


def test_it_all_works_without_javascript(address):
    with page_of("desktop", "light", javascript=False) as page:
        log_in(page, address)
        page.fill("#code", sscc(3))
        page.press("#code", "Enter")
        page.wait_for_selector("text=Mottaget.")
        assert page.is_visible(".undo button")
