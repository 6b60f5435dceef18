"""The time after an order in a real browser: change, offer, receipt, invoice, record; at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from msgspec.structs import replace

from gateway.exchange.matching import detail_of
from gateway.orders import book, versions
from gateway.orders.amend import with_quantities
from gateway.orders.book import OrderRow
from gateway.suppliers.supplier import Suppliers
from shop.tables import units
from tests.browser.hub_stage import need_chromium, page_of, served
from tests.browser.shop_test import log_in, looked_at
from tests.exchange.desk import dialects, response
from tests.shop.after_desk import ADVANCED, PLAIN, came, invoice_of, order_at, sent, wanted
from tests.shop.conftest import NOW, stocked, suppliers
from tests.shop.test_after_timeline import three_boxes

__all__ = ["looked_at", "stocked", "suppliers"]
pytestmark = pytest.mark.slow
Look = Callable[[Any, str], None]
_RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def address(stocked: sa.Engine, suppliers: Suppliers) -> Iterator[str]:
    from gateway.settings import load_settings
    from shop.room import ROOM
    from web.app import create_app

    need_chromium()
    app = create_app(load_settings({}), stocked, suppliers, [ROOM], now=lambda: NOW + timedelta(hours=2))
    app.state.dialects = dialects()
    with served(app) as found:
        yield found


@pytest.fixture
def orders(stocked: sa.Engine, suppliers: Suppliers) -> dict[str, OrderRow]:
    """One that can be changed, one with an offer, one on its way in three parcels with two invoices."""
    with stocked.begin() as conn:
        conn.execute(units.update().values(approval_limit=Decimal(2000)))
    here = order_at(stocked, suppliers.by_id[PLAIN], lines=wanted(["5", "6"]))
    told = sent(stocked, order_at(stocked, suppliers.by_id[PLAIN]), ("confirmed", {}))
    offer = order_at(stocked, suppliers.by_id[ADVANCED], lines=wanted(["5", "6", "4"]))
    lines = offer.order.lines
    less = replace(lines[0], quantity=replace(lines[0].quantity, value=Decimal(3)))
    changed = response(replace(offer.order, lines=(less, *lines[1:])), "CA", "3")
    sent(stocked, offer, ("proposed", detail_of(changed)))
    with stocked.begin() as conn:
        fewer = with_quantities(offer.order, {"1": Decimal(3), "3": Decimal(0)})
        versions.add(conn, offer.id, fewer, versions.Standing.OFFERED, NOW)
    hub = {"step": "at_hub", "parcels": 2, "of": 3, "labels": ["373500010000000018", "373500010000000025"]}
    way = order_at(stocked, suppliers.by_id[PLAIN])
    promised = {"lines": [{"line": "1", "status": "5", "promised": {"end_date": "2026-11-24"}}]}
    sent(stocked, way, ("confirmed", promised), ("despatched", three_boxes()))
    with stocked.begin() as conn:
        book.record(conn, way.id, "note", "Dani Exempel", NOW + timedelta(hours=1), hub)
    came(stocked, suppliers.by_id[PLAIN], invoice_of(way.order, "F-1001", freight="149"))
    came(stocked, suppliers.by_id[PLAIN], replace(invoice_of(way.order, "F-1002"), order="er beställning"))
    return {"here": here, "told": told, "offer": offer, "way": way}


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_buyer_after_the_order(address: str, orders: dict[str, OrderRow], size: str, looked_at: Look) -> None:
    with page_of(size, "light") as page:
        problems = log_in(page, address)
        page.click("text=Förskolan Björken")
        see(page, f"{address}/orders/{orders['way'].number}", f"{size}-after-way", looked_at)
        assert "Hos er" in page.inner_text(".due")
        see(page, f"{address}/orders/{orders['told'].number}/change", f"{size}-after-told", looked_at)
        see(page, f"{address}/orders/{orders['here'].number}/change", f"{size}-after-change", looked_at)
        page.fill("#quantity-1", "40")
        page.check("[name=without-2]")
        page.click("button.big")
        see(page, None, f"{size}-after-preview", looked_at)
        page.click("button.big")
        see(page, None, f"{size}-after-waits", looked_at)
        assert "En ändring väntar på godkännande" in page.inner_text("main")
        see(page, f"{address}/orders/{orders['offer'].number}", f"{size}-after-offered", looked_at)
        page.click("text=Svara på erbjudandet")
        see(page, None, f"{size}-after-offer", looked_at)
        page.check("[name=line-3][value=ordered]")
        page.click("button.big")
        assert "Leverantören är tillfrågad" in page.inner_text("main")
        see(page, f"{address}/orders/{orders['told'].number}/cancel", f"{size}-after-cancel", looked_at)
        see(page, f"{address}/orders/{orders['way'].number}/receive", f"{size}-after-receive", looked_at)
        page.fill("#came-1", "3")
        page.fill("#damaged-1", "1")
        page.click("button.big")
        see(page, None, f"{size}-after-received", looked_at)
        see(page, f"{address}/orders/{orders['way'].number}/record", f"{size}-after-record", looked_at)
        assert [problem for problem in problems if "422" not in problem] == []


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_approver_and_the_purchaser(address: str, orders: dict[str, OrderRow], size: str, looked_at: Look) -> None:
    with page_of(size, "dark") as page:
        problems = log_in(page, address, "anna")
        page.click("text=Förskolan Björken")
        see(page, f"{address}/invoices", f"{size}-after-invoices", looked_at)
        page.click("text=Byggladan")
        see(page, None, f"{size}-after-invoice", looked_at)
        assert "Frakt eller avgifter" in page.inner_text("main")
        page.goto(f"{address}/login")
        assert [problem for problem in problems if "422" not in problem] == []
    with page_of(size, "light", javascript=False) as page:
        log_in(page, address, "pia")
        page.goto(f"{address}/invoices")
        page.click("tr:has-text('Hittar ingen beställning') a")
        see(page, None, f"{size}-after-unmatched", looked_at, axe=False)
        page.click("li:has-text('" + orders["way"].number + "') button")
        assert orders["way"].number in page.inner_text("main")
        see(page, f"{address}/invoices/rules", f"{size}-after-rules", looked_at, axe=False)


def see(page: Any, address: str | None, name: str, looked_at: Look, axe: bool = True) -> None:
    """Goes there, looks, and lets axe look."""
    if address is not None:
        page.goto(address)
    page.wait_for_load_state()
    looked_at(page, name)
    if axe:
        options = {"runOnly": _RULES, "resultTypes": ["violations"]}
        found = Axe().run(page, context={"exclude": [[".where"]]}, options=options)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
