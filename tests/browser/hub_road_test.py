"""Planning and loading in a real browser, at a desk, on a tablet and on a phone: from goods in the house to a van."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hub.road import runs
from hub.road.tables import sites
from tests.browser.hub_stage import need_chromium, page_of, photograph, served
from tests.browser.looking import looked_over
from tests.hub.advices import sscc
from tests.hub.house import PASSWORD, open_house
from tests.hub.road.yard import DAY, bring, settle

pytestmark = pytest.mark.slow
NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
NAMES = ("Förskolan Asken", "Björkskolan", "Hemtjänst Granen", "Skola Tallen", "Förskolan Hasseln", "Boendet Linden")
WIDTHS = {"desk": (1280, 900), "tablet": (820, 1180), "phone": (390, 844)}


@pytest.fixture
def address(engine):
    need_chromium()
    app = open_house(engine, lambda: NOW, "alva")
    with engine.begin() as conn:
        settle(conn, {f"unit-{nth}": name for nth, name in enumerate(NAMES)})
        bring(conn, {f"unit-{nth}": 2 + nth % 3 for nth in range(len(NAMES))}, NOW - timedelta(days=1))
        conn.execute(sites.update().where(sites.c.unit_id == "unit-5").values(closed_from=DAY))
        conn.execute(sites.update().where(sites.c.unit_id == "unit-2").values(protected=True))
    with served(app) as found:
        yield found


@pytest.mark.parametrize(("size", "scheme"), [("tablet", "light"), ("phone", "dark"), ("desk", "light")])
def test_from_a_planned_day_to_a_van_that_leaves(address, engine, size, scheme):
    width, height = WIDTHS[size]
    with page_of("desktop", scheme, viewport={"width": width, "height": height}) as page:
        problems = []
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{address}/login?next=/hub/plan")
        page.fill("#login", "alva")
        page.fill("#password", PASSWORD)
        page.click("main button")
        page.wait_for_url("**/hub/plan")
        page.click("main form button.big")
        page.wait_for_url("**done=yes*", timeout=60_000)
        assert page.locator("text=Enheten är stängd den dagen").count() == 1
        photograph(page, f"road-{size}-1-plan")
        assert page.locator("svg.schematic polyline").count() == 1
        page.click("table a[href^='/hub/runs/']")
        page.wait_for_selector("#stops")
        assert page.locator("svg.schematic .spot").count() == 4, "the protected stop is not drawn"
        photograph(page, f"road-{size}-2-run")
        page.click("main >> text='Flytta'")
        page.wait_for_selector("text=Hållplatsen är borttagen")
        page.click("text=Alla turer")
        page.wait_for_selector("text=Det kom efter planeringen, eller togs av en tur")
        page.locator("text='Lägg på turen'").last.scroll_into_view_if_needed()
        photograph(page, f"road-{size}-2-off")
        page.click("text='Lägg på turen'")
        page.wait_for_selector("text=Godset följer med den här turen nu")
        page.click("text=Lasta bilen")
        page.wait_for_url("**/hub/load/*")
        photograph(page, f"road-{size}-3-load")
        small = "() => [...document.querySelectorAll('form[data-dock] button')].filter(b => b.offsetHeight < 72).length"
        assert page.evaluate(small) == 0
        assert page.evaluate("document.activeElement.id") == "code"
        for number, heading in ((1, "I bilen."), (1, "Redan i bilen"), (999, "Hittar inget")):
            page.keyboard.type(sscc(number))
            page.keyboard.press("Enter")
            page.wait_for_selector(f"#answer >> text={heading}")
            photograph(page, f"road-{size}-4-{'again' if heading == 'Redan i bilen' else number}")
        looked_over(page, f"road-{size}-loading")
        page.set_viewport_size({"width": width, "height": height})
        page.click("text=Stäng dörrarna och kör")
        page.wait_for_selector("text=kolli saknas")
        photograph(page, f"road-{size}-5-missing")
        page.click("text=Kör utan det")
        page.wait_for_selector("text=Bilen har gått med 1 kolli")
        photograph(page, f"road-{size}-6-left")
        assert problems == []
    with engine.connect() as conn:
        (run,) = runs.of_day(conn, DAY)
        assert run.state == runs.OUT
        assert sum(stop.state == "open" for stop in run.stops) == 1
