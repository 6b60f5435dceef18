"""Approving in a real browser: the coded basket, the chain, a line taken out, rules, deputies, lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe

from shop.approving.policy import Holder, Need, Policy, Rule
from tests.browser.hub_stage import need_chromium, page_of, served
from tests.browser.shop_test import NAMELESS_FIELDS, SMALL_TARGETS, log_in, photograph
from tests.shop.approving_cast import hire, limit, rule
from tests.shop.conftest import stocked, suppliers

__all__ = ["stocked", "suppliers"]
pytestmark = pytest.mark.slow
AXE = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
FRAME = {"region": {"enabled": False}}  # the bar that names the unit, which is on every page of the shop
CHAIN = Policy(
    rules=(
        Rule(
            id="it",
            name="Allt över noll",
            steps=(Need(name="Ekonomi", role="ekonomi"), Need(name="Förvaltningschef", place=2, role="chef")),
        ),
    ),
    holders=(Holder(role="ekonomi", login="anna"), Holder(role="chef", login="eva", department_id="utbildning")),
)


@pytest.fixture
def address(stocked: sa.Engine, suppliers: Any) -> Iterator[str]:
    from gateway.settings import load_settings
    from shop.room import ROOM
    from web.app import create_app

    need_chromium()
    with stocked.begin() as conn:
        hire(conn, "eva")
        rule(conn, CHAIN)
        limit(conn)
    with served(create_app(load_settings({}), stocked, suppliers, [ROOM])) as found:
        yield found


@pytest.fixture
def looked_at() -> Callable[[Any, str], None]:
    def look(page: Any, name: str) -> None:
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} sticks out"
        assert page.evaluate(SMALL_TARGETS) == [], f"{name}: targets under 24 px"
        assert page.evaluate(NAMELESS_FIELDS) == [], f"{name}: fields without a label"
        found = Axe().run(page, options={"runOnly": AXE, "rules": FRAME}).response["violations"]
        assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == [], name
        photograph(page, f"approving-{name}")

    return look


def as_other(page: Any, address: str, login: str) -> list[str]:
    page.context.clear_cookies()
    return log_in(page, address, login)


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_from_the_coded_basket_to_the_last_step(
    address: str, size: str, scheme: str, looked_at: Callable[[Any, str], None], tmp_path: Path
) -> None:
    look = f"{size}-{scheme}"
    with page_of(size, scheme) as page:
        problems = log_in(page, address, "cleo")
        import_a_list(page, address, look, looked_at, tmp_path)
        see_the_rules(page, address, look, looked_at)
        problems += as_other(page, address, "kim")
        page.click("text=Förskolan Björken")
        number = order(page, address, look, looked_at)
        problems += as_other(page, address, "anna")
        take_a_line_out(page, address, number, look, looked_at)
        appoint(page, address, look, looked_at)
        problems += as_other(page, address, "eva")
        page.goto(f"{address}/approvals")
        page.check(f"input[value='{number}']")
        page.click("text=Titta på de förkryssade")
        looked_at(page, f"{look}-9-together")
        page.click("text=Godkänn 1 beställning")
        page.wait_for_selector("text=1 beställning godkänd.")
        problems += as_other(page, address, "kim")
        page.goto(f"{address}/orders/{number}")
        looked_at(page, f"{look}-a-buyer")
        page.click("text=Gör om korgen")
        page.wait_for_selector("text=ligger i korgen igen")
        looked_at(page, f"{look}-b-again")
        assert [one for one in problems if "422" not in one] == []


def import_a_list(page: Any, address: str, look: str, looked_at: Callable[[Any, str], None], folder: Path) -> None:
    rows = "\n".join(f"{value};Ansvar {value}" for value in range(4100, 4200))
    (folder / "ansvar.csv").write_text(f"värde;namn\n{rows}\n", encoding="utf-8")
    page.goto(f"{address}/coding")
    page.set_input_files("#file", str(folder / "ansvar.csv"))
    page.click("button:text-is('Läs in')")
    page.wait_for_selector("text=100 värden gäller")
    page.fill("#coding-konto", "7310")
    page.click("button:text-is('Prova')")
    page.wait_for_selector("text=Får inte beställas så här")
    looked_at(page, f"{look}-1-coding")


def see_the_rules(page: Any, address: str, look: str, looked_at: Callable[[Any, str], None]) -> None:
    page.goto(f"{address}/approvals/rules?amount=12000&category=it&unit=unit-0001")
    page.wait_for_selector("text=tar de här stegen")
    looked_at(page, f"{look}-2-rules")
    page.goto(f"{address}/approvals/rules/edit?rule=it")
    page.fill("#above", "minus")
    page.click("button:text-is('Spara regeln')")
    page.wait_for_selector(".errors")
    assert page.evaluate("document.activeElement.className") == "errors"
    looked_at(page, f"{look}-3-rule")


def order(page: Any, address: str, look: str, looked_at: Callable[[Any, str], None]) -> str:
    page.goto(f"{address}/search?q=papper")
    supplier = page.locator(".article p.soft").first.inner_text().split(" · ")[0]
    page.goto(f"{address}/search?q={supplier}")
    for place in range(2):
        page.locator(".article").nth(place).locator(".buy > button").click()
        page.wait_for_selector(f"#basket-button .count:text-is('{place + 1}')")
    page.goto(f"{address}/basket")
    page.click("details.coding summary")
    page.fill("#coding-ansvar", "41")
    page.wait_for_function("document.querySelectorAll('#coding-ansvar-list option').length === 40")
    page.fill("#coding-ansvar", "4999")
    page.locator(".line-coding summary").first.click()
    looked_at(page, f"{look}-4-basket")
    page.click("button:text-is('Skicka för godkännande')")
    page.wait_for_selector(".errors")
    looked_at(page, f"{look}-5-wrong")
    page.fill("#coding-ansvar", "4120")
    page.click("button:text-is('Skicka för godkännande')")
    page.wait_for_selector("h1:has-text('Skickat för godkännande')")
    page.locator(".choices a").first.click()
    page.wait_for_selector("ol.chain")
    looked_at(page, f"{look}-6-waits")
    number: str = page.url.rsplit("/", 1)[1]
    return number


def take_a_line_out(page: Any, address: str, number: str, look: str, looked_at: Callable[[Any, str], None]) -> None:
    page.goto(f"{address}/")
    page.goto(f"{address}/approvals")
    looked_at(page, f"{look}-7-approvals")
    page.goto(f"{address}/orders/{number}")
    page.locator("input[name=out]").first.check()
    page.click("button:text-is('Godkänn')")
    page.wait_for_selector(".errors")
    assert page.locator("input[name=out]").first.is_checked()
    page.fill("#out_reason", "Vi har redan papper i förrådet.")
    looked_at(page, f"{look}-8-decide")
    page.click("button:text-is('Godkänn')")
    page.wait_for_selector("text=går vidare till nästa steg")


def appoint(page: Any, address: str, look: str, looked_at: Callable[[Any, str], None]) -> None:
    page.goto(f"{address}/delegates")
    page.fill("#deputy", "eva")
    page.select_option("#role", "approver")
    page.click("button:text-is('Utse')")
    page.wait_for_selector("text=Utsedd")
    looked_at(page, f"{look}-c-delegates")


def test_approving_without_javascript(address: str) -> None:
    with page_of("phone", "light", javascript=False) as page:
        log_in(page, address)
        page.click("text=Förskolan Björken")
        page.goto(f"{address}/search?q=kaffe")
        page.locator(".buy > button:not(.with-js)").first.click()
        page.goto(f"{address}/basket")
        page.click(".line-coding summary")
        page.fill("[id$='coding-projekt'] >> nth=0", "70001")
        page.click("button:text-is('Spara radens kontering')")
        page.wait_for_selector("text=Konteras med")
        page.click("button:text-is('Skicka för godkännande')")
        page.locator(".choices a").first.click()
        number = page.url.rsplit("/", 1)[1]
        as_other(page, address, "anna")
        page.goto(f"{address}/orders/{number}")
        page.click("summary:has-text('Avslå i stället')")
        page.fill("#reason", "Nej tack.")
        page.click("button:text-is('Avslå')")
        page.wait_for_selector("text=godkände inte beställningen")
        photograph(page, "approving-phone-light-without-javascript")
