"""Lists in a real browser: hearts, comparing, one press, changing by keyboard, pasting, recurring; desk and phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe

from gateway.settings import load_settings
from shop.lists.turns import House, place_due
from shop.tables import articles, unit_members
from tests.browser.hub_stage import page_of
from tests.browser.shop_test import NAMELESS_FIELDS, SMALL_TARGETS, address, log_in, photograph
from tests.shop.conftest import stocked, suppliers
from tests.shop.lists_stage import a_list, some
from tests.shop.test_recurring import Stage, at

__all__ = ["address", "stocked", "suppliers"]
pytestmark = pytest.mark.slow
Look = Callable[[Any, str], None]


@pytest.fixture
def looked_at() -> Look:
    """Nothing sticks out, targets are large enough, fields have labels, axe finds nothing; and it is photographed."""

    def look(page: Any, name: str) -> None:
        photograph(page, f"lists-{name}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} sticks out"
        assert page.evaluate(SMALL_TARGETS) == [], f"{name}: targets under 24 px"
        assert page.evaluate(NAMELESS_FIELDS) == [], f"{name}: fields without a label"
        found = Axe().run(page)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"

    return look


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_what_one_buys_again(
    address: str, stocked: sa.Engine, suppliers: Any, size: str, scheme: str, looked_at: Look
) -> None:
    stage = Stage(stocked)
    trouble(stocked, suppliers, stage)
    look = f"{size}-{scheme}"
    with page_of(size, scheme) as page:
        problems = log_in(page, address)
        units(page, look, looked_at)
        marks(page, address, look, looked_at)
        one_list(page, address, stage, look, looked_at)
        pasting(page, address, stage, look, looked_at)
        recurring(page, address, stage, look, looked_at)
        again(page, address, stocked, stage, look, looked_at)
        assert [problem for problem in problems if "422" not in problem] == []


def trouble(engine: sa.Engine, suppliers: Any, stage: Stage) -> None:
    """One article gone with a substitute, one dearer; the recurring order waits; and another list that is whole."""
    with engine.begin() as conn:
        others = [one.seller_id for one in some(conn, 12, supplier_id=stage.goods[0].supplier_id)][-1:]
        gone = articles.c.id == stage.goods[0].id
        conn.execute(articles.update().where(gone).values(active=False, substitutes=others))
        dear = articles.c.id == stage.goods[1].id
        conn.execute(articles.update().where(dear).values(price=stage.goods[1].price * 2))
        a_list(conn, some(conn, 9)[3:])
    place_due(engine, House(suppliers, load_settings({}).municipality), at(stage.ordered_on))


def units(page: Any, look: str, looked_at: Look) -> None:
    looked_at(page, f"{look}-01-units")
    page.click("text=Förskolan Björken")
    page.wait_for_selector("h1:has-text('Vad behöver ni?')")
    looked_at(page, f"{look}-02-front")


def marks(page: Any, address: str, look: str, looked_at: Look) -> None:
    page.goto(f"{address}/search?q=handskar")
    heart = page.locator("[id^=heart-]").first
    heart.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[id^=heart-][aria-pressed=true]")
    assert "heart-" in page.evaluate("document.activeElement.id"), "focus stays on the heart"
    for place in range(5):
        page.locator("[id^=compare-][aria-pressed]").nth(place).click()
        page.wait_for_selector("text=Högst fyra." if place == 4 else f"#compare-link:has-text('({place + 1})')")
    looked_at(page, f"{look}-03-marked")
    page.goto(f"{address}/favourites")
    looked_at(page, f"{look}-04-favourites")
    page.click("#compare-link a")
    page.wait_for_selector("h1:has-text('Jämför varor')")
    looked_at(page, f"{look}-05-compare")
    page.locator("button:has-text('Ta bort')").first.click()
    page.fill("#q", "kaffe")
    page.click(".search button")
    page.wait_for_selector("h2:has-text('Lägg till i jämförelsen')")
    looked_at(page, f"{look}-06-compare-more")


def one_list(page: Any, address: str, stage: Stage, look: str, looked_at: Look) -> None:
    page.click("nav >> text=Listor")
    page.wait_for_selector("h1:has-text('Listor')")
    looked_at(page, f"{look}-07-lists")
    page.goto(f"{address}/lists/{stage.list_id}")
    looked_at(page, f"{look}-08-list")
    page.click("text=Ändra listan")
    page.wait_for_selector("text=Spara antalen")
    looked_at(page, f"{look}-09-edit")
    down = page.locator("[aria-label^='Flytta ner']").first
    down.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#down-*")
    assert page.evaluate("document.activeElement.id").startswith("down-"), "the keyboard can go on"
    assert page.locator("ol.lines > li:nth-child(2) button:focus").count() == 1, "the line has moved"
    page.locator("ol.lines button:has-text('Ta bort')").first.click()
    page.wait_for_selector("text=Borttagen:")
    page.fill("#q", "kaffe")
    page.click("[role=search] button")
    page.wait_for_selector("button[value^='add:']")
    looked_at(page, f"{look}-10-edit-more")
    page.goto(f"{address}/lists/{stage.list_id}")
    page.click("text=Lägg i varukorgen")
    page.wait_for_selector("h1:has-text('Varukorg')")
    looked_at(page, f"{look}-11-basket")


def pasting(page: Any, address: str, stage: Stage, look: str, looked_at: Look) -> None:
    page.goto(f"{address}/quick")
    looked_at(page, f"{look}-12-quick")
    numbers = [one.seller_id for one in stage.goods]
    page.fill("#lines", f"{numbers[1]}\t3\n{numbers[2]}; 2,5\n3 st kaffe\nfinns inte alls 4\n{numbers[2]} -1\n<b>;1")
    page.click("text=Visa vad det betyder")
    page.wait_for_selector("h1:has-text('Så här uppfattades')")
    looked_at(page, f"{look}-13-understood")
    page.click("text=Lägg i varukorgen")
    page.wait_for_selector("h1:has-text('Varukorg')")


def recurring(page: Any, address: str, stage: Stage, look: str, looked_at: Look) -> None:
    page.goto(f"{address}/recurring")
    looked_at(page, f"{look}-14-recurring")
    page.click("text=Ny återkommande beställning")
    page.wait_for_selector("text=Hur ofta?")
    looked_at(page, f"{look}-15-new")
    page.goto(f"{address}/recurring/{stage.id}")
    looked_at(page, f"{look}-16-waits")
    page.click("text=Beställ det som går")
    page.wait_for_selector("a[href^='/orders/']")
    page.click("text=Hoppa över")
    page.wait_for_selector("text=Överhoppad:")
    looked_at(page, f"{look}-17-history")


def again(page: Any, address: str, engine: sa.Engine, stage: Stage, look: str, looked_at: Look) -> None:
    with engine.begin() as conn:
        for article in stage.goods[1:]:
            others = [one.seller_id for one in some(conn, 9, supplier_id=article.supplier_id)][-2:]
            gone = articles.c.id == article.id
            conn.execute(articles.update().where(gone).values(active=False, substitutes=others))
    page.goto(f"{address}/orders")
    looked_at(page, f"{look}-18-orders")
    page.locator("td a[href^='/orders/']").first.click()
    page.click("text=Beställ igen")
    page.wait_for_url("**/again")
    page.locator("button:has-text('Ta den i stället')").first.click()
    page.wait_for_selector("text=i korgen")
    looked_at(page, f"{look}-19-again")
    page.goto(f"{address}/articles/{stage.goods[2].id}")
    page.click("text=Lägg på en lista")
    looked_at(page, f"{look}-20-article")


def test_three_hundred_units(address: str, stocked: sa.Engine, looked_at: Look) -> None:
    """Many units: departments are closed, the search finds by department, the latest are on top."""
    from shop.places import invent
    from shop.tables import units as units_table
    from tests.shop.conftest import person

    with stocked.begin() as conn:
        columns = [name for name in units_table.c.keys() if name in next(invent(1)).__struct_fields__]  # noqa: SIM118
        rows = [{name: getattr(one, name) for name in columns} for one in list(invent(300))[12:]]
        conn.execute(units_table.insert(), [row | {"weekdays": list(row["weekdays"])} for row in rows])
        kim = person(conn, "kim").id
        conn.execute(unit_members.insert(), [{"unit_id": row["id"], "user_id": kim, "role": "buyer"} for row in rows])
    with page_of("phone", "light") as page:
        log_in(page, address)
        page.goto(f"{address}/units")
        looked_at(page, "phone-light-20-many-units")
        branch = page.locator("details details.branch").first
        branch.locator("summary").click()
        branch.locator("button").first.click()
        page.wait_for_selector("h1:has-text('Vad behöver ni?')")
        page.click("text=Byt enhet")
        page.wait_for_selector("text=De här beställde du för senast")
        looked_at(page, "phone-light-21-latest-units")
