"""Finding goods in a real browser: suggestions by keyboard, facets, another spelling; also without script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from shop.tables import articles
from tests.browser.hub_stage import need_chromium, page_of, served
from tests.browser.looking import axe
from tests.browser.shop_test import log_in, photograph
from tests.browser.shop_test import looked_at as _looked_at
from tests.shop.conftest import stocked, suppliers

__all__ = ["stocked", "suppliers"]
pytestmark = pytest.mark.slow
looked_at = _looked_at


@pytest.fixture
def address(stocked: sa.Engine, suppliers: Any) -> Iterator[str]:
    from gateway.settings import load_settings
    from shop.room import ROOM
    from web.app import create_app

    need_chromium()
    with stocked.begin() as conn:
        gloves = articles.c.name.like("Undersökningshandske%")
        conn.execute(sa.update(articles).where(gloves).values(labels=["svanen"], stock=40, brand="Nordlys"))
    with served(create_app(load_settings({}), stocked, suppliers, [ROOM])) as found:
        yield found


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_finding_goods(address: str, size: str, scheme: str, looked_at: Callable[[Any, str], None]) -> None:
    look = f"finding-{size}-{scheme}"
    with page_of(size, scheme) as page:
        problems = log_in(page, address)
        page.click("text=Förskolan Björken")
        page.wait_for_selector("h1:has-text('Vad behöver ni?')")
        page.keyboard.type("undersökn", delay=20)
        page.wait_for_selector("#suggestions a")
        page.wait_for_selector("[role=status]:has-text('träffar')")
        assert 1 <= page.locator("#suggestions a").count() <= 8
        looked_at(page, f"{look}-1-typing")
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.closest('#suggestions') !== null"), "the arrow enters the list"
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.id") == "q", "Escape leads back to the box"
        assert page.locator("#suggestions a").count() == 0
        page.wait_for_load_state("networkidle")
        page.goto(f"{address}/search?q=handske")
        looked_at(page, f"{look}-2-facets")
        before = page.locator("section p[role=status]").inner_text()
        page.click(".facets a:has-text('Svanen')")
        page.wait_for_selector(".facets a[aria-current]:has-text('Svanen')")
        assert page.locator("section p[role=status]").inner_text() != before
        looked_at(page, f"{look}-3-chosen")
        page.goto(f"{address}/search?q=toapaper")
        page.wait_for_selector("text=Visar resultat för")
        looked_at(page, f"{look}-4-instead")
        page.goto(f"{address}/search?q=handske&label=krav")
        page.wait_for_selector("text=Inget med de valen")
        looked_at(page, f"{look}-5-nothing-chosen")
        assert problems == []
        assert axe(page) == []


def test_narrowing_down_without_javascript(address: str) -> None:
    with page_of("phone", "light", javascript=False) as page:
        log_in(page, address)
        page.click("text=Förskolan Björken")
        page.fill("#q", "handske")
        page.click("form.search button")
        page.click(".facets a:has-text('Svanen')")
        page.wait_for_selector(".facets a[aria-current]:has-text('Svanen')")
        assert not page.locator("#suggestions").is_visible()
        page.fill("#q", "handskar m")
        page.click("form.search button")
        assert "label=svanen" in page.url, "a choice is kept for the next words"
        photograph(page, "finding-phone-light-without-javascript")
