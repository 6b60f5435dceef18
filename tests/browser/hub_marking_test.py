"""Labels in a real browser: what the screen shows can be scanned by a real reader, and a supplier prints its own."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.orders import book
from gateway.settings import load_settings
from gateway.suppliers.supplier import Suppliers
from hub import lanes, receiving
from hub.labels import read_label
from hub.marking import links, svg
from hub.room import ROOM
from tests.browser.hub_stage import SCREENSHOTS, need_chromium, page_of, photograph, served
from tests.exchange.desk import supplier
from tests.hub.house import PASSWORD, PEOPLE, send_goods
from tests.hub.marking.test_drawing import ANNOUNCED, LOOSE
from tests.orders.samples import sample_order
from web import accounts
from web.app import create_app

pytestmark = pytest.mark.slow
VENDOR = Path(__file__).resolve().parents[2] / "hub" / "static" / "vendor"
READ = """
async ([picture, wasm]) => {
  const { BarcodeDetector, prepareZXingModule } = BarcodeDetectionAPI;
  prepareZXingModule({ overrides: { locateFile: () => `data:application/wasm;base64,${wasm}` } });
  const shown = await createImageBitmap(await (await fetch(`data:image/png;base64,${picture}`)).blob());
  const found = await new BarcodeDetector({ formats: ["code_128"] }).detect(shown);
  return found.sort((a, b) => a.boundingBox.y - b.boundingBox.y).map(({ rawValue }) => rawValue);
}
"""


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def house(engine, tmp_path):
    """The address of the house, and the path of a supplier's link."""
    need_chromium()
    with engine.begin() as conn:
        accounts.add(conn, "robin", name=PEOPLE["robin"][0], password=PASSWORD, roles=["admin"], now=now())
        lanes.plan(conn, "glantan", weekdays=(2, 4), lane="C2")
        for number in ("26-000200", "26-000201"):
            book.add(conn, sample_order(number), "papperslagret", "glantan", "Kim Exempel", now(), "confirmed")
        path = f"/labels/{links.token(conn, '26-000200', now())}"
    send_goods(engine, now())
    with engine.begin() as conn:
        receiving.scan(conn, "26-000201", "Alva Exempel", now())
        receiving.scan(conn, "26-000123", "Alva Exempel", now())
    app = create_app(load_settings({}), engine, Suppliers((supplier(tmp_path),)), [ROOM], now=now)
    with served(app) as address:
        yield address, path


def log_in(page: Any, address: str) -> None:
    page.goto(f"{address}/login?next=/hub/labels")
    page.fill("#login", "robin")
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/hub/labels")


def fits(page: Any) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_from_a_parcel_without_code_to_its_label(house, size, scheme):
    address, _ = house
    with page_of(size, scheme) as page:
        log_in(page, address)
        assert page.is_visible("text=Här utan kod")
        photograph(page, f"hub-marking-{size}-1-labels")
        assert fits(page)
        page.click("button.big")
        page.wait_for_selector(".label svg")
        assert page.locator(".label svg").count() == 1
        assert fits(page)
        photograph(page, f"hub-marking-{size}-2-sheet")
        page.goto(f"{address}/hub/labels/link?order=26-000200")
        photograph(page, f"hub-marking-{size}-3-link")
        assert fits(page)
        page.goto(f"{address}/hub/labels/series")
        photograph(page, f"hub-marking-{size}-4-series")
        assert fits(page)


@pytest.mark.parametrize(("size", "javascript"), [("desktop", True), ("phone", False)])
def test_a_supplier_prints_its_own(house, size, javascript):
    address, path = house
    with page_of(size, "light", javascript) as page:
        page.goto(address + path)
        photograph(page, f"hub-marking-{size}-5-their-page")
        assert fits(page)
        page.fill("#parcels", "0")
        page.locator("form.their-labels").evaluate("form => form.noValidate = true")
        page.click("button.big")
        page.wait_for_selector(".errors")
        photograph(page, f"hub-marking-{size}-6-their-error")
        page.fill("#parcels", "3")
        page.click("button.big")
        page.wait_for_selector("text=Hubben vet att 3 kolli är på väg")
        assert page.locator(".label svg").count() == 3
        photograph(page, f"hub-marking-{size}-7-their-labels")
        assert fits(page)
        page.click("text=Fler kolli till samma beställning")
        assert page.is_visible("text=26-000200-K1")


def test_on_paper_there_is_a_label_to_a_page_and_nothing_else(house):
    address, path = house
    with page_of("desktop", "light") as page:
        page.goto(address + path)
        page.fill("#parcels", "2")
        page.click("button.big")
        page.wait_for_selector(".label svg")
        raw = page.pdf(prefer_css_page_size=True)
        assert raw.count(b"/Type /Page\n") == 2
        page.emulate_media(media="print")
        assert not page.is_visible("h1")
        page.set_viewport_size({"width": 397, "height": 560})
        photograph(page, "hub-marking-print")


def test_a_real_reader_reads_what_is_drawn():
    """The reader that the camera uses: zxing, as it lies in the house."""
    need_chromium()
    if not (VENDOR / "zxing_reader.wasm").exists():
        pytest.skip("the camera's reader is not in hub/static/vendor")
    wasm = base64.b64encode((VENDOR / "zxing_reader.wasm").read_bytes()).decode()
    with page_of("desktop", "light", device_scale_factor=2) as page:
        for name, sticker in (("announced", ANNOUNCED), ("loose", LOOSE)):
            page.set_content(svg.write(sticker))
            page.add_script_tag(content=(VENDOR / "barcode-detector.js").read_text(encoding="utf-8"))
            SCREENSHOTS.mkdir(exist_ok=True)
            picture = page.locator("svg").screenshot(path=str(SCREENSHOTS / f"hub-marking-label-{name}.png"))
            codes = page.evaluate(READ, [base64.b64encode(picture).decode(), wasm])
            labels = [read_label(code) for code in codes]
            assert [one.sscc for one in labels if one.sscc] == [sticker.sscc]
            assert [one.forward_to for one in labels if one.forward_to] == ([sticker.gln] if sticker.gln else [])
