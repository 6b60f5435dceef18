"""Catalogues in a real browser: read in, look at what changes, decide, take back; tiers and facts of an article."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.exchange.office import Handlers, Office
from gateway.settings import load_settings
from gateway.transports import TRANSPORTS
from shop.catalogue import chore
from shop.catalogue.terms import Terms, all_terms
from shop.tables import articles
from tests.browser.hub_stage import need_chromium, page_of, served
from tests.browser.shop_test import NAMELESS_FIELDS, SMALL_TARGETS, log_in, photograph
from tests.shop.catalogues import dialects, row, rows, standing
from tests.shop.conftest import stocked, suppliers

__all__ = ["stocked", "suppliers"]
pytestmark = pytest.mark.slow


@pytest.fixture
def office(stocked: sa.Engine, suppliers: Any) -> Office:
    given = {"engine": stocked, "suppliers": suppliers, "dialects": dialects(), "transports": TRANSPORTS}
    return Office(**given, settings=load_settings({}), handlers=Handlers())


@pytest.fixture
def address(stocked: sa.Engine, suppliers: Any) -> Iterator[str]:
    from shop.room import ROOM
    from web.app import create_app

    need_chromium()
    with served(create_app(load_settings({}), stocked, suppliers, [ROOM])) as found:
        yield found


def look(page: Any, name: str) -> None:
    photograph(page, f"catalogue-{name}")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (name, page.evaluate(WIDE))
    assert page.evaluate(SMALL_TARGETS) == [], f"{name}: targets under 24 px"
    assert page.evaluate(NAMELESS_FIELDS) == [], f"{name}: fields without a label"


WIDE = """
[...document.querySelectorAll("main *")].filter((one) => one.getBoundingClientRect().right > window.innerWidth)
  .map((one) => one.outerHTML.slice(0, 120))
"""


@pytest.fixture
def contract(stocked: sa.Engine) -> Terms:
    with stocked.connect() as conn:
        known = all_terms(conn)
    return max(known, key=lambda one: len(standing(stocked, one.supplier_id, one.number)))


@pytest.fixture
def file(stocked: sa.Engine, contract: Terms, tmp_path: Path) -> Path:
    """Prices up and down, a new article, a few gone, a changed unit, and lines of no use."""
    stands = sorted(standing(stocked, contract.supplier_id, contract.number).items())
    lines = [row("NY-1", "12.50", "Nyhet, blå"), row("FEL-1", "-4"), row("FEL-2", "", "Utan pris")]
    for place, (number, one) in enumerate(stands[2:]):
        price = one["price"] * (100 + (place * 7) % 33 - 12) / 100
        lines.append(row(number, f"{price:.2f}", one["name"], "XPK" if place == 3 else one["unit"], one["vat"]))
    path = tmp_path / "Prislista hösten 2026.csv"
    path.write_bytes(rows(lines))
    return path


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_a_purchaser_reads_in_looks_and_decides(
    address: str, office: Office, contract: Terms, file: Path, size: str, scheme: str
) -> None:
    with page_of(size, scheme) as page:
        problems = log_in(page, address, "pia")
        page.goto(f"{address}/catalogues")
        look(page, f"empty-{size}")
        page.click("a.button.big")
        look(page, f"choose-{size}")
        page.goto(f"{address}/catalogues/new?supplier={contract.supplier_id}&contract={contract.number}")
        look(page, f"new-{size}")
        page.set_input_files("#file", str(file))
        page.check("input[name=replaces][value=yes]")
        page.click("main button.big")
        page.wait_for_selector("#how-far")
        look(page, f"waiting-{size}")
        # The page renews itself while a worker reads.
        worker = threading.Thread(target=chore.work, args=(office, office.clock()))
        worker.start()
        page.wait_for_selector("#changes")
        worker.join()
        look(page, f"diff-{size}")
        page.click("nav a[href*='kind=price']")
        page.wait_for_selector("nav a[href*='kind=price'][aria-current]")
        page.click("text=Samma sak som tabell")
        look(page, f"prices-{size}")
        page.click("form[action$='/approve'] button.big")
        page.wait_for_selector(".notice.good")
        look(page, f"approved-{size}")
        page.goto(f"{address}/catalogues")
        look(page, f"list-{size}")
        page.goto(f"{address}/catalogues/contracts")
        look(page, f"contracts-{size}")
        page.goto(f"{address}/catalogues/contract?supplier={contract.supplier_id}&contract={contract.number}")
        look(page, f"contract-{size}")
        page.goto(f"{address}/catalogues/blocks")
        page.click("main button.big")
        look(page, f"blocks-{size}")
        assert problems == [] or all("422" in one for one in problems), problems


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "light")])
def test_an_article_with_all_its_facts_and_a_price_that_falls(
    stocked: sa.Engine, address: str, size: str, scheme: str
) -> None:
    tiers = [{"from": "10", "price": "39.50"}, {"from": "100", "price": "35"}]
    facts = {
        "tiers": tiers,
        "labels": ["svanen", "krav"],
        "allergens": ["milk", "nuts"],
        "price": 45,
        "brand": "Fingerfin",
    }
    facts |= {"hazards": [f"GHS0{number}" for number in range(1, 10)], "minimum": 4, "multiple": 2, "stock": 340}
    facts |= {"sheet": "https://blad.example/1.pdf", "image": "https://bilder.example/1.png"}
    with stocked.begin() as conn:
        ids = conn.scalars(sa.select(articles.c.id).where(articles.c.active).order_by(articles.c.id).limit(2)).all()
        other = conn.execute(
            sa.select(articles.c.supplier_id, articles.c.seller_id).where(articles.c.id == ids[1])
        ).one()
        mine = articles.c.id == ids[0]
        conn.execute(articles.update().where(mine).values(**facts, supplier_id=other.supplier_id, seller_id="X-1"))
        conn.execute(articles.update().where(mine).values(substitutes=[other.seller_id]))
    with page_of(size, scheme) as page:
        problems = log_in(page, address)
        if page.url.endswith("/units"):
            page.click("main button >> nth=0")
        page.goto(f"{address}/articles/{ids[0]}")
        look(page, f"article-{size}")
        field = page.locator("input[name=quantity]")
        assert (field.get_attribute("min"), field.get_attribute("step"), field.input_value()) == ("4", "2", "4")
        page.click("button[data-by='1']")
        assert field.input_value() == "6"
        page.click("form.buy button:not([data-by])")
        page.wait_for_selector(".added a")
        page.goto(f"{address}/basket")
        look(page, f"basket-{size}")
        page.fill(f"#many-{ids[0]}", "3")
        page.press(f"#many-{ids[0]}", "Enter")
        page.wait_for_selector(".remark .error")
        look(page, f"basket-wrong-{size}")
        page.click(".remark button")
        page.wait_for_selector(".remark .error", state="detached")
        assert page.locator(f"#many-{ids[0]}").input_value() == "4"
        # Enter is a change and a submission: the one takes the other's place, and htmx says so.
        assert [one for one in problems if not one.startswith("htmx:")] == []
