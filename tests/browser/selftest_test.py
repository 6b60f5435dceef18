"""The self-test and the suppliers' practice ground in a real browser: readable, within the window, without errors."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.exchange.selftest.scenario import Scenario
from gateway.sandbox.practice.app import practice_app
from gateway.settings import load_settings
from gateway.suppliers.supplier import Suppliers
from tests.browser.hub_stage import need_chromium, page_of, photograph, served
from tests.console import house
from tests.exchange.desk import dialects, supplier
from tests.practice.test_judge import good_answers
from tests.selftest.house import play
from tests.selftest.test_scenarios import sandbox_of

pytestmark = pytest.mark.slow


def now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_an_admin_follows_a_self_test(engine, tmp_path, size, scheme):
    need_chromium()
    seller = supplier(tmp_path)
    app = house.open_house(engine, now, "alex", suppliers=Suppliers([seller]))
    app.state.dialects = dialects()
    late = play(engine, seller, Scenario.REJECT, 0.3)
    address = f"/console/suppliers/{seller.id}/selftest"
    with served(app) as root, page_of(size, scheme) as page, sandbox_of(seller, tmp_path):
        problems = []
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.goto(f"{root}/login?next={address}")
        page.fill("#login", "alex")
        page.fill("#password", house.PASSWORD)
        page.click("main button")
        for name, path in (("checklist", address), ("failed", f"{address}/{late.id}")):
            page.goto(f"{root}{path}")
            photograph(page, f"selftest-{size}-{scheme}-{name}")
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        page.goto(f"{root}{address}")
        page.click("button:has-text('Två leveranser')")
        page.wait_for_url(f"**{address}/*")
        page.goto(f"{root}{address}/{late.id + 2}")
        page.wait_for_selector(".tag:text-is('grönt')", timeout=120_000)  # by htmx: nobody reloads
        photograph(page, f"selftest-{size}-{scheme}-green")
        assert page.locator("ol.selftest li").count() == 6
        assert problems == []


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "dark"), ("phone", "light")])
def test_a_supplier_practises(tmp_path, size, scheme):
    need_chromium()
    app = practice_app(load_settings({"AVROP_HOME": str(tmp_path)}), dialects(), now=now)
    files = []
    for name, content in good_answers("skogsbagaren", Scenario.BACKORDER):
        files.append(tmp_path / name)
        files[-1].write_bytes(content)
    with served(app) as root, page_of(size, scheme) as page:
        problems = []
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.goto(root)
        photograph(page, f"practice-{size}-{scheme}-choose")
        page.click("text=skogsbagaren")
        page.click("text=Restnoterad")
        photograph(page, f"practice-{size}-{scheme}-dialect")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.set_input_files("#files", [str(file) for file in files])
        page.click("button:has-text('Pröva dem')")
        page.wait_for_selector("h1:has-text('Vi skulle ta emot allt detta')")
        photograph(page, f"practice-{size}-{scheme}-judged")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert problems == []
