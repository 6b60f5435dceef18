"""Every page there is: axe, keyboard, phone, zoom, and without JavaScript. The addresses stand in addresses.py."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.program import ROOMS
from gateway.settings import load_settings
from tests.browser.addresses import ELSEWHERE, NO_PAGE, PAGES, Page, stage
from tests.browser.hub_stage import need_chromium, page_of, served
from tests.browser.looking import looked_over, without_javascript
from tests.conftest import EMPTY
from tests.exchange.desk import dialects
from tests.shop.conftest import PASSWORD, suppliers
from web.app import create_app

__all__ = ["suppliers"]
pytestmark = pytest.mark.slow
SAMPLES = [(route, page) for route, pages in PAGES.items() for page in pages]
every_page = pytest.mark.parametrize(
    ("route", "page"), SAMPLES, ids=[f"{page.who or 'nobody'} {page.address or route}" for route, page in SAMPLES]
)


@pytest.fixture(scope="module")
def house(_session_engine: sa.Engine, suppliers: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """Its address, and the names that addresses are filled in with."""
    need_chromium()
    with _session_engine.begin() as conn:
        conn.exec_driver_sql(EMPTY)
    facts = stage(_session_engine, suppliers)
    app = create_app(load_settings({}), _session_engine, suppliers, ROOMS)
    app.state.dialects = dialects()
    with served(app) as address:
        yield address, facts


@pytest.fixture(scope="module")
def cookies(house: tuple[str, dict[str, str]]) -> dict[str, Any]:
    """Who logged in keeps their cookies: once for each person."""
    found: dict[str, Any] = {"": {}}
    for who in sorted({page.who for _, page in SAMPLES} - {""}):
        with page_of("desktop", "light") as page:
            page.goto(f"{house[0]}/login")
            page.fill("#login", who)
            page.fill("#password", PASSWORD)
            page.click("main button")
            page.wait_for_load_state()
            if page.url.endswith("/units"):
                page.click("text=Förskolan Björken")
                page.wait_for_load_state()
            found[who] = page.context.storage_state()
    return found


@pytest.mark.always
def test_no_page_is_forgotten() -> None:
    app = create_app(load_settings({}), sa.create_engine("postgresql+psycopg://"), None, ROOMS)  # type: ignore[arg-type]
    routes = {
        route.path for router in app.state.routers for route in router.routes if "GET" in getattr(route, "methods", ())
    }
    known = PAGES.keys() | NO_PAGE | ELSEWHERE.keys()
    assert routes - known == set(), "add a line to tests/browser/addresses.py"
    assert PAGES.keys() - routes == set(), "these pages are gone"


@every_page
def test_it_can_be_used_by_everybody(house: Any, cookies: dict[str, Any], route: str, page: Page) -> None:
    problems: list[str] = []
    with page_of("desktop", "light", storage_state=cookies[page.who]) as shown:
        shown.on("pageerror", lambda error: problems.append(str(error)))
        assert shown.goto(_address(house, route, page)).status == 200
        looked_over(shown, re.sub(r"\W+", "-", f"{page.who} {page.address or route}").strip("-"))
    assert problems == []


@every_page
def test_it_works_without_javascript(house: Any, cookies: dict[str, Any], route: str, page: Page) -> None:
    with page_of("phone", "light", javascript=False, storage_state=cookies[page.who]) as shown:
        assert shown.goto(_address(house, route, page)).status == 200
        without_javascript(shown, page.address or route)


def _address(house: tuple[str, dict[str, str]], route: str, page: Page) -> str:
    address, facts = house
    return address + (page.address or route).format(**facts)
