"""Shopping in a supplier's own shop of the sandbox, in a real browser: by all ways in, with and without scripts."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from lxml import etree

from tests.browser.hub_stage import need_chromium, page_of
from tests.browser.shop_test import NAMELESS_FIELDS, photograph
from tests.sandbox.shop_stage import SECRET, Stage, open_stage

pytestmark = pytest.mark.slow
CHAIR = (
    '<ItemOut quantity="2"><ItemID><SupplierPartID>PH-1100</SupplierPartID>'
    "<SupplierPartAuxiliaryID>CFG:gra;arm</SupplierPartAuxiliaryID></ItemID></ItemOut>"
)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    need_chromium()
    with open_stage(shop_host="localhost") as found:
        yield found


def cart(stage: Stage) -> etree._Element:
    """The last cart that came home."""
    return etree.fromstring(stage.buyer.posted[-1].fields["cxml-urlencoded"].encode())


def choose(page: Any) -> None:
    """A configured chair, and two boxes of paper from the shelf."""
    page.click("a:has-text('Välj utförande')")
    page.check("text=grått tyg")
    page.check("text=med armstöd")
    page.click("button:has-text('Lägg i korgen')")
    page.click("a:has-text('Handla mer')")
    page.locator("li:has-text('Kopieringspapper') input[name=quantity]").fill("2")
    page.locator("li:has-text('Kopieringspapper') button").click()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_person_chooses_and_the_cart_goes_home_by_itself(stage, size):
    with page_of(size, "light") as page:
        wrong: list[str] = []
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.goto(stage.start_page())
        assert page.locator(".shelf li").count() == 8
        photograph(page, f"sandbox-shop-shelves-{size}")
        choose(page)
        assert "3 278,00" in page.locator("main").inner_text().replace("\u00a0", " ")
        photograph(page, f"sandbox-shop-cart-{size}")
        assert page.url.startswith("http://localhost:"), "another site than home"
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.evaluate(NAMELESS_FIELDS) == []
        assert wrong == []
        before = len(stage.buyer.posted)
        page.click("a.button:has-text('Till er webbshop')")
        page.wait_for_selector("h1:has-text('Hemma igen')")
        assert page.url == f"{stage.home}/return/t"
        assert len(stage.buyer.posted) == before + 1
        assert [one.get("quantity") for one in cart(stage).iter("ItemIn")] == ["1", "2"]


def test_without_scripts_there_is_a_button(stage):
    with page_of("desktop", "light", javascript=False) as page:
        page.goto(stage.start_page("edit", CHAIR))
        assert page.url.endswith("/korg")
        page.fill("input[name=quantity]", "5")
        page.click("button:has-text('Ändra')")
        page.click("a.button:has-text('Till er webbshop')")
        photograph(page, "sandbox-shop-leave")
        page.click("button:has-text('Fortsätt')")
        page.wait_for_selector("h1:has-text('Hemma igen')")
        (line,) = cart(stage).iter("ItemIn")
        assert (line.get("quantity"), line.findtext(".//SupplierPartAuxiliaryID")) == ("5", "CFG:gra;arm")


def test_a_shop_that_posts_twice_does_so_from_the_browser(stage):
    with page_of("desktop", "light") as page:
        page.goto(stage.start_page(quirk="posted-twice"))
        choose(page)
        before = len(stage.buyer.posted)
        page.click("a.button:has-text('Till er webbshop')")
        page.wait_for_selector("h1:has-text('Hemma igen')")
        first, second = stage.buyer.posted[before:]
        assert first.fields["cxml-urlencoded"] == second.fields["cxml-urlencoded"].replace("\r\n", "\n")


def test_a_raw_body_comes_from_a_form_as_it_would_from_a_server(stage):
    with page_of("desktop", "light") as page:
        page.goto(stage.start_page(quirk="raw-body"))
        choose(page)
        page.click("a.button:has-text('Till er webbshop')")
        page.wait_for_selector("h1:has-text('Hemma igen')")
        posted = stage.buyer.posted[-1]
        assert posted.media_type == "text/plain"
        assert len(list(etree.fromstring(posted.body.strip()).iter("ItemIn"))) == 2


def test_leaving_by_cancel_says_that_nothing_changed(stage):
    with page_of("desktop", "light") as page:
        page.goto(stage.start_page("edit", CHAIR))
        page.click("a:has-text('Avbryt och gå tillbaka')")
        page.wait_for_selector("h1:has-text('Hemma igen')")
        assert cart(stage).find("Message/Status").get("code") == "204"


def test_an_oci_visit_is_a_form_from_our_page_and_latin_1_on_the_way_home(stage):
    with page_of("desktop", "light") as page:
        fields = {"USERNAME": "kommunen", "PASSWORD": SECRET, "HOOK_URL": f"{stage.home}/return/oci"}
        inputs = "".join(f'<input type="hidden" name="{name}" value="{html.escape(v)}">' for name, v in fields.items())
        page.set_content(f'<form method="post" action="{stage.shop}/prov/oci">{inputs}<button>Dit</button></form>')
        page.click("button")
        page.click("a:has-text('Ytdesinfektion')")
        page.click("button:has-text('Lägg i korgen')")
        page.click("a.button:has-text('Till er webbshop')")
        page.wait_for_selector("h1:has-text('Hemma igen')")
        body = stage.buyer.posted[-1].body.decode("ascii")
        assert urlencode({"NEW_ITEM-VENDORMAT[1]": "PH-2002"}) in body
        assert "f%F6r+avtorkbara" in body, "the browser posts the form in ISO-8859-1"
