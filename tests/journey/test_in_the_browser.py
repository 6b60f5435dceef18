"""One order by hand, from the basket to the unit's door, in a real browser against the demo's real processes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.sandbox.behaviour import Behaviour, behaviour_of
from gateway.suppliers.invent import invent
from tests.browser.hub_stage import need_chromium, page_of, photograph

pytestmark = pytest.mark.slow
_SUPPLIERS = 60


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """`avrop demo` as a person starts it, on any free port; what it says when it answers."""
    need_chromium()
    home: Path = tmp_path_factory.mktemp("demo")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AVROP_")}
    size = ("--suppliers", str(_SUPPLIERS), "--units", "12", "--articles", "1500")
    running = subprocess.Popen(
        [sys.executable, "-m", "gateway.cli", "demo", "--port", "0", "--json", *size],
        env=environ | {"AVROP_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=(home / "demo.log").open("wb"),
    )
    try:
        assert running.stdout is not None
        said = running.stdout.readline()
        assert said, (home / "demo.log").read_text()[-3000:]
        yield json.loads(said)
    finally:
        running.terminate()
        running.wait(30)


@pytest.mark.parametrize(("transport", "profile"), [("Peppol", "peppol"), ("a CSV file by SFTP", "uppkontor")])
def test_from_the_basket_to_the_units_door(demo: dict[str, Any], transport: str, profile: str) -> None:
    supplier = _one_that_accepts(profile)
    with page_of("desktop", "light") as page:
        _log_in(page, demo, "kim")
        _order(page, demo["address"], supplier)
        order = page.url
        labels = _when_on_its_way(page)
        _log_in(page, demo, "dani")
        for label in labels:
            page.goto(f"{demo['address']}/hub/dock")
            page.fill("form.search input[name=code]", label)
            page.keyboard.press("Enter")
            page.wait_for_selector(".dock:has-text('Mottaget')")
        page.goto(f"{demo['address']}/hub/units")
        page.locator("input[name=unit]").first.check()
        page.click("button:has-text('Ut på bilen')")
        page.goto(f"{demo['address']}/hub/van")
        page.locator("input[name=receiver]").first.fill("Robin Exempel")
        page.locator("button:has-text('Levererat')").first.click()
        page.wait_for_selector(".notice.good")
        _log_in(page, demo, "kim")
        page.goto(order)
        way = page.locator("ol.way li")
        assert "Levererad" in way.last.inner_text()
        assert page.locator("ol.way li.done").count() == way.count()
        assert "Robin Exempel" in page.locator("main").inner_text()


@pytest.mark.parametrize("profile", ["cxml-oci", "cxml-shop", "cxml-peppol"])
def test_from_the_suppliers_own_shop_to_the_order(demo: dict[str, Any], profile: str) -> None:
    with page_of("desktop", "light") as page:
        _log_in(page, demo, "kim")
        page.click("text=Förskolan Björken")
        page.goto(f"{demo['address']}/punchout")
        (supplier,) = re.findall(rf"\{{id: ([\w-]+), .*profile: {profile},", invent(_SUPPLIERS))
        page.locator("form", has=page.locator(f"input[value={supplier}]")).locator("button").click()
        page.wait_for_url(f"{demo['shops']}/{supplier}/v/*")
        _choose_there(page)
        page.click("a.button:has-text('Till er webbshop')")
        page.wait_for_url(f"{demo['address']}/punchout/*")
        photograph(page, f"punchout-{profile}")
        seen = page.locator("main").inner_text()
        assert seen.count("Läggs inte till") == 1, "the wine is blocked"
        assert "Handdesinfektion" in seen
        page.click("button:has-text('Lägg i varukorgen')")
        page.wait_for_url(f"{demo['address']}/basket")
        assert "Kontorsstol Sitta" in page.locator("main").inner_text()
        page.click("button:text-is('Beställ')")
        page.wait_for_selector("h1:has-text('Tack, nu är det beställt')")


def _choose_there(page: Any) -> None:
    """A configured chair, something dearer than agreed, and something that may not be bought."""
    page.click("a:has-text('Välj utförande')")
    page.check("text=med armstöd")
    page.click("button:has-text('Lägg i korgen')")
    for name in ("Handdesinfektion", "Mousserande"):
        page.click("a:has-text('Handla mer')")
        page.locator("li", has_text=name).locator("button").click()


def _one_that_accepts(profile: str) -> str:
    """The name of a supplier of this profile who takes every order as it is."""
    for line in invent(_SUPPLIERS).splitlines():
        found = re.search(r"\{id: ([\w-]+), name: ([^,]+), .*profile: ([\w-]+),", line)
        if found and found[3] == profile and behaviour_of(found[1]) is Behaviour.ACCEPT:
            return found[2]
    raise AssertionError(f"no supplier with the profile {profile} accepts everything")


def _log_in(page: Any, demo: dict[str, Any], login: str) -> None:
    page.context.clear_cookies()
    password = next(person["password"] for person in demo["people"] if person["login"] == login)
    page.goto(f"{demo['address']}/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password)
    page.click("main button")
    page.wait_for_load_state()


def _order(page: Any, address: str, supplier: str) -> None:
    """One article of this supplier into the basket, ordered, and its page opened."""
    page.click("text=Förskolan Björken")
    page.goto(f"{address}/search?q={supplier}")
    row = page.locator(".article", has_text=supplier).first
    row.locator("button:has-text('Lägg till')").click()
    page.wait_for_selector("text=i korgen")
    page.goto(f"{address}/basket")
    page.click("button:text-is('Beställ')")
    page.wait_for_selector("h1:has-text('Tack, nu är det beställt')")
    page.locator("main .card a").first.click()
    page.wait_for_selector("ol.way")


def _when_on_its_way(page: Any) -> list[str]:
    """Reloads the order's page until the supplier has announced its parcels; their labels as people read them."""
    end = time.monotonic() + 40
    while time.monotonic() < end:
        labels: list[str] = re.findall(r"\(00\)[\d ]{18,}", page.locator("main").inner_text())
        if labels:
            return [label.strip() for label in labels]
        time.sleep(1)
        page.reload()
    raise AssertionError("no parcel was announced: " + page.locator("main").inner_text()[:2000])
