"""The saving in a real browser: pictures, tables and assumptions at a desk, on a tablet and on a phone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.settings import load_settings
from gateway.suppliers.supplier import Suppliers
from hub import lanes
from hub.road.invented import HUB, lay_out
from hub.road.tables import sites
from hub.room import ROOM
from hub.saving.demo import invent_saving
from tests.browser.hub_stage import need_chromium, page_of, photograph, served
from tests.browser.looking import looked_over
from tests.hub.house import PASSWORD
from web import accounts
from web.app import create_app

pytestmark = pytest.mark.slow
TABLET = {"width": 820, "height": 1180}


def now() -> datetime:
    return datetime(2026, 11, 26, 9, tzinfo=UTC)


@pytest.fixture
def address(engine):
    need_chromium()
    with engine.begin() as conn:
        accounts.add(conn, "cleo", name="Cleo Exempel", password=PASSWORD, roles=["controller"], now=now())
    app = create_app(load_settings({}), engine, Suppliers(()), [ROOM], now=now)
    with served(app) as found:
        yield found


def weeks_behind(engine) -> None:
    """Forty units with eight weeks of goods."""
    address = {"street": "Vägen 1", "postal_code": "123 45", "city": "Exempelstad"}
    with engine.begin() as conn:
        for n in range(40):
            conn.execute(sites.insert().values(unit_id=f"u{n}", name=f"Enhet {n}", gln=f"{n:013}", **address))
            lanes.plan(conn, f"u{n}", ((2, 4), (1, 3), (5,))[n % 3])
        lay_out(conn, now().date())
        invent_saving(conn, [f"supplier-{n}" for n in range(200)], HUB, now())


def log_in(page, address: str) -> None:
    page.goto(f"{address}/login?next=/hub/saving")
    page.fill("#login", "cleo")
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/hub/saving")


def test_the_page_at_every_size_by_day_and_by_night(address, engine):
    with page_of("desktop", "light") as page:
        log_in(page, address)
        assert page.is_visible("text=Inget att jämföra än")
        looked_over(page, "hub-saving-empty")
        weeks_behind(engine)
        page.goto(f"{address}/hub/saving")
        assert page.locator("svg[role=img]").count() == 4
        looked_over(page, "hub-saving")
        page.set_viewport_size(TABLET)
        page.emulate_media(color_scheme="light")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.screenshot(path="tests/screenshots/hub-saving-tablet.png", full_page=True)


def test_assumptions_are_changed_and_undone_without_javascript(address, engine):
    weeks_behind(engine)
    with page_of("phone", "light", javascript=False) as page:
        log_in(page, address)
        before = page.inner_text(".five section:nth-child(3) .figure")
        page.fill("#diesel_g", "9999")
        page.click("text=Spara och räkna om")
        assert page.is_visible(".errors a[href='#diesel_g']")
        photograph(page, "hub-saving-phone-wrong")
        page.fill("#diesel_g", "1000")
        page.click("text=Spara och räkna om")
        assert page.inner_text(".five section:nth-child(3) .figure") != before
        photograph(page, "hub-saving-phone-saved")
        page.click("#assumptions .notice button")
        assert page.inner_text(".five section:nth-child(3) .figure") == before
