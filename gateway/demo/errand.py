"""Somebody goes to a supplier's own shop and brings the basket home: page by page, as a browser does."""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec

from gateway.demo.surfing import Browser

CHOSEN: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("PH-1001", "2", {}),
    ("PH-1002", "100", {}),
    ("PH-1100", "1", {"choice0": "gra", "choice1": "arm"}),
)
"""What is put into the cart: a box, something priced by the hundred, and a configured article."""


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """Who goes for whom: log-in and password, the unit, the supplier."""

    address: str
    login: str
    password: str
    unit_id: str
    supplier_id: str


def fetch(errand: Errand) -> str:
    """The whole way; afterwards the lines lie in the unit's basket. The id of the visit.

    Raises httpx.HTTPError or LookupError where a page is not what it should be.
    """
    with Browser() as browser:
        _log_in(browser, errand)
        browser.open("/punchout")
        _start(browser, errand)
        # By cXML the page leads there itself; by OCI and Peppol it is a form with the log-in in it.
        if urlsplit(browser.url).path.endswith("/go"):
            browser.submit("://")
        shop = _shop(browser.url)
        for part, quantity, choices in CHOSEN:
            browser.open(f"{shop}/artikel/{part}")
            browser.submit("/korg", quantity=quantity, **choices)
        browser.open(f"{shop}/home")
        browser.submit("/punchout/return/")
        visit = urlsplit(browser.url).path.rpartition("/")[2]
        browser.submit("/add")
        return visit


def _log_in(browser: Browser, errand: Errand) -> None:
    browser.open(f"{errand.address}/login")
    browser.submit("/login", login=errand.login, password=errand.password)
    browser.open(f"{errand.address}/units")
    browser.submit("/units", unit=errand.unit_id)


def _start(browser: Browser, errand: Errand) -> None:
    known = browser.page.xpath("//form[@action='/punchout/start']//input[@name='supplier']/@value")
    if errand.supplier_id not in known:
        raise LookupError(f"{browser.url} does not lead to the shop of {errand.supplier_id}")
    browser.submit("/punchout/start", supplier=errand.supplier_id)


def _shop(url: str) -> str:
    """The shop's own address of this visit."""
    before, _, after = url.partition("/v/")
    return f"{before}/v/{after.split('/')[0].split('?')[0]}"
