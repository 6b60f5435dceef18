"""Insight in a real browser: every page with a year of purchases, at a desk and on a phone, by day and by night."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.settings import EXAMPLE
from shop.insight import filling, samples, working
from shop.insight.demo import invent_purchases
from shop.insight.samples import Ware, entries
from tests.browser.hub_stage import need_chromium, page_of, served
from tests.browser.shop_test import log_in, looked_at, photograph
from tests.shop.conftest import NOW, stocked, suppliers
from tests.web.conftest import Clock

__all__ = ["looked_at", "stocked", "suppliers"]
pytestmark = pytest.mark.slow
PAGES = ("", "compliance", "spend", "prices", "punctuality", "beside", "direct", "limits", "ledgers", "purchases")


@pytest.fixture
def address(stocked: sa.Engine, suppliers: Any) -> Iterator[str]:
    from gateway.settings import load_settings
    from shop.room import ROOM
    from web.app import create_app

    need_chromium()
    with stocked.begin() as conn:
        invent_purchases(conn, suppliers, EXAMPLE, NOW, orders=500, ledger_rows=600)
    filling.rebuild(stocked, suppliers, NOW)
    working.work(stocked, suppliers, NOW)
    with served(create_app(load_settings({}), stocked, suppliers, [ROOM], now=Clock())) as found:
        yield found


def test_every_page_at_a_desk_and_on_a_phone(
    address: str, stocked: sa.Engine, suppliers: Any, tmp_path: Path, looked_at: Callable[[Any, str], None]
) -> None:
    for size, scheme in (("desktop", "light"), ("phone", "dark")):
        with page_of(size, scheme) as page:
            problems = log_in(page, address, "cleo")
            for name in PAGES:
                page.goto(f"{address}/insight/{name}".rstrip("/"))
                looked_at(page, f"{size}-{scheme}-insight-{name or 'overview'}")
            look_through_matches(page, f"{size}-{scheme}", address, looked_at)
            if size == "desktop":
                upload(page, address, stocked, suppliers, tmp_path, looked_at)
            assert [problem for problem in problems if "422" not in problem] == []


def look_through_matches(page: Any, look: str, address: str, looked_at: Callable[[Any, str], None]) -> None:
    page.goto(f"{address}/insight/ledgers")
    page.click("tbody a")
    page.wait_for_selector("text=hade sparats")
    looked_at(page, f"{look}-insight-ledger")
    page.click("text=Gå igenom träffarna")
    page.wait_for_selector("h1:has-text('Träffar i')")
    looked_at(page, f"{look}-insight-matches")
    page.locator("button[value=confirmed]").first.click()
    page.wait_for_selector("text=Det minns vi till nästa reskontra.")
    page.locator(".notice button[value=undo]").click()
    page.wait_for_selector(".notice:has-text('Ångrat')")
    page.locator("text=Annan artikel").first.click()
    page.fill("#q", "kaffe")
    page.keyboard.press("Enter")
    page.wait_for_selector(".choices button")
    looked_at(page, f"{look}-insight-change")


def upload(
    page: Any, address: str, engine: sa.Engine, suppliers: Any, folder: Path, looked_at: Callable[[Any, str], None]
) -> None:
    """A file of its own headings: the proposal is looked at, read, followed and removed again."""
    gloves = "Undersökningshandske nitril, puderfri, M"
    wares = [Ware("Handskdepån AB", samples.org_number(7), gloves, Decimal(60))]
    file = folder / "fakturor.csv"
    file.write_bytes(samples.as_csv(list(entries(wares, 40, NOW.date().replace(day=1), 20, seed=3))))
    page.goto(f"{address}/insight/ledgers")
    page.set_input_files("#file", str(file))
    page.click("button:text-is('Ladda upp')")
    page.wait_for_selector("h2:has-text('Hur ska filen läsas?')")
    assert page.input_value("#day") == "0", "the date's column is proposed"
    looked_at(page, "desktop-light-insight-mapping")
    page.select_option("#day", "")
    page.click("button:text-is('Läs och matcha')")
    page.wait_for_selector(".errors")
    page.select_option("#day", "0")
    page.click("button:text-is('Läs och matcha')")
    page.wait_for_selector("progress")
    photograph(page, "shop-desktop-light-insight-progress")
    assert working.work(engine, suppliers, NOW) == 1
    page.wait_for_selector("text=Gå igenom träffarna")


def test_without_javascript_and_with_a_year_chosen(address: str, looked_at: Callable[[Any, str], None]) -> None:
    with page_of("phone", "light", javascript=False) as page:
        log_in(page, address, "anna")
        page.goto(f"{address}/insight/spend")
        page.click("summary:has-text('Period och urval')")
        page.select_option("#f-period", "2025")
        page.click(".filters button")
        page.wait_for_selector("text=dina enheter")
        assert "period=2025" in page.url
        photograph(page, "shop-phone-light-insight-without-javascript")
        assert page.goto(f"{address}/insight/beside").status == 403
