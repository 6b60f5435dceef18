"""Forms that are acts, refused and taken: what is wrong stands by its field, what was right leads on."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from hub.cases.tables import cases
from hub.stock.tables import stock_entries
from tests.browser.hub_dock_test import log_in, scan
from tests.browser.hub_stage import dock, page_of, photograph
from tests.hub.advices import sscc
from tests.hub.cases.stage import picture
from tests.hub.stock.shelves import stand

pytestmark = pytest.mark.slow


@pytest.fixture
def address(engine):
    with dock(engine) as found:
        with engine.begin() as conn:
            stand(conn)
        yield found


def refused(page, field: str) -> None:
    """The summary has the focus and leads to the field, which says what is wrong."""
    page.wait_for_selector(".errors li")
    assert page.evaluate("document.activeElement.classList.contains('errors')")
    assert page.get_attribute(field, "aria-invalid") == "true"
    assert page.is_hidden("#waiting-scans"), "nothing waits: it was answered"


def test_a_report_with_a_wrong_number_is_put_right(address, engine, tmp_path):
    with page_of("phone", "light") as page:
        log_in(page, address)
        scan(page, sscc(1), "Mottaget.")
        page.click("text=Skadat")
        page.fill("#quantity", "många")
        page.fill("#text", "blött hörn")
        page.click(".report button")
        refused(page, "#quantity")
        assert page.input_value("#text") == "blött hörn"
        photograph(page, "refused-phone-1-report")
        page.fill("#quantity", "2")
        page.click(".report button")
        page.wait_for_selector(".noted >> text=Noterat: Skadat")
        page.click(".noted >> text=Bild och mer")
        _say(page, tmp_path)
    with engine.begin() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(cases)) == 1


def _say(page, folder) -> None:
    """A photo that is none, then one that is."""
    (folder / "brev.jpg").write_text("ingen bild")
    (folder / "skada.jpg").write_bytes(picture())
    page.fill("#text", "ringde dem")
    page.set_input_files("#photo", folder / "brev.jpg")
    page.click("button:has-text('Lägg till')")
    refused(page, "#photo")
    photograph(page, "refused-phone-2-case")
    page.set_input_files("#photo", folder / "skada.jpg")
    page.click("button:has-text('Lägg till')")
    page.wait_for_selector("text=Sparat.")
    assert page.is_visible(".photos img")


def test_stock_is_put_in_taken_out_and_counted(address, engine):
    with page_of("phone", "dark") as page:
        log_in(page, address)
        page.goto(f"{address}/hub/stock/receive?article=1")
        page.click(".report button")
        refused(page, "#quantity")
        photograph(page, "refused-phone-3-stock")
        page.fill("#quantity", "40")
        page.click(".report button")
        page.wait_for_url("**/hub/stock/goods/1?done=*")
        page.goto(f"{address}/hub/stock/issue?article=1")
        page.fill("#quantity", "9999")
        page.click(".report button")
        refused(page, "#quantity")
        page.fill("#quantity", "3")
        page.click(".report button")
        page.wait_for_url("**/hub/stock/goods/1?done=*")
        page.click("form[action='/hub/stock/undo'] button")
        page.wait_for_selector("text=Ångrat")
    with engine.begin() as conn:
        entries = conn.execute(sa.select(stock_entries.c.undone_at).order_by(stock_entries.c.id)).scalars().all()
    assert [one is not None for one in entries[-2:]] == [False, True], "the last one only"
