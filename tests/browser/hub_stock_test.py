"""The crisis stock in a real browser: looked at and used at a desk, on a tablet and on a phone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from hub.stock import needs, reading, store, watching
from hub.stock.goods import HUB, at_supplier
from hub.stock.store import Doing
from tests.browser.hub_stage import SCREENSHOTS, need_chromium, page_of, served
from tests.browser.looking import axe
from tests.hub.house import PASSWORD, open_house
from tests.hub.stock.shelves import stand

pytestmark = pytest.mark.slow
PAGES = {
    "overview": "/hub/stock",
    "goods": "/hub/stock/goods/1",
    "first": "/hub/stock/first",
    "silent": "/hub/stock/silent?supplier=nord&days=120&times=2",
    "ranked": "/hub/stock/silent?days=120",
    "agreements": "/hub/stock/agreements?article=2",
    "receive": "/hub/stock/receive?article=1",
    "issue": "/hub/stock/issue?article=1",
    "count": "/hub/stock/count?goods=1",
}


def now() -> datetime:
    return datetime.now(UTC)


def fill(engine) -> None:
    """Some of everything that the pages can show."""
    with engine.begin() as conn:
        stand(conn)
        doing, today = Doing(who="Alva Exempel", now=now(), note="Hyllan vid dörren"), now().date()
        store.receive(conn, 1, HUB, Decimal(6), doing, lot="SNART", expires=today + timedelta(days=12))
        store.receive(conn, 1, HUB, Decimal(2), doing, lot="GAMMAL", expires=today - timedelta(days=3))
        store.receive(conn, 2, at_supplier("syd"), Decimal(15), doing)
        needs.agree(conn, 2, Decimal(20), 2, today + timedelta(days=40), "Alva Exempel", now())
        needs.choose(conn, 1, "unit:bjorken", 14, Decimal(50), "Alva Exempel", now())
        needs.choose(conn, 2, HUB, 30, Decimal(40), "Alva Exempel", now())
        needs.choose(conn, 2, "unit:granen", 0, Decimal(40), "Alva Exempel", now())
        store.receive(conn, 3, HUB, Decimal(30), doing, expires=today + timedelta(days=300))
        watching.settle(conn, now())


@pytest.fixture
def address(engine):
    need_chromium()
    app = open_house(engine, now, "robin")
    fill(engine)
    with served(app) as found:
        yield found


def log_in(page, address: str) -> None:
    page.goto(f"{address}/login?next=/hub/stock")
    page.fill("#login", "robin")
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/hub/stock")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (820, "light"), (390, "dark")])
def test_every_page_fits_and_is_clean(address, width, scheme):
    SCREENSHOTS.mkdir(exist_ok=True)
    with page_of("desktop", scheme) as page:
        problems = []
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.set_viewport_size({"width": width, "height": 900})
        log_in(page, address)
        for name, path in PAGES.items():
            page.goto(f"{address}{path}")
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (name, width)
            if width != 820:
                assert axe(page) == [], name
            page.screenshot(path=str(SCREENSHOTS / f"stock-{width}-{name}.png"), full_page=True)
        assert problems == []


def test_from_the_search_to_taken_out_and_undone(address, engine):
    with page_of("phone", "light") as page:
        log_in(page, address)
        page.fill("#q", "handske")
        page.press("#q", "Enter")
        page.click("td a:has-text('Handske')")
        page.click("a:has-text('Ta ut') >> nth=0")
        page.fill("#quantity", "999")
        page.click("button.big")
        page.wait_for_selector("text=Så mycket finns inte")
        assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
        page.fill("#quantity", "3")
        page.select_option("#unit", label="Hemtjänsten Granen")
        page.click("button.big")
        page.wait_for_selector("text=3 ask av parti SNART")
        page.click(".notice button:has-text('Ångra')")
        page.wait_for_selector("text=Ångrat.")
    with engine.begin() as conn:
        assert {one.lot: one.quantity for one in reading.lots(conn)}["SNART"] == 6
