"""Deviations and cases in a real browser: two taps, a photo, a case from report to answer; nothing sticks out."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.cases import book
from tests.browser.hub_dock_test import log_in, no_sideways, scan
from tests.browser.hub_stage import dock, page_of, photograph
from tests.browser.looking import axe
from tests.hub.advices import sscc
from tests.hub.cases.stage import picture

pytestmark = pytest.mark.slow
SIZES = {"tablet": {"width": 820, "height": 1180}}


@pytest.fixture
def address(engine):
    with dock(engine) as found:
        yield found


def seen(page, name: str) -> None:
    photograph(page, name)
    assert no_sideways(page), name
    assert axe(page) == [], name


def _look(page, name: str, javascript: bool) -> None:
    """Without JavaScript axe cannot look."""
    if javascript:
        seen(page, name)


def _reported(page, name: str, javascript: bool, photo: Path) -> None:
    """One slip that is taken back, then damage with photo, number and word."""
    if javascript:
        scan(page, sscc(3), "Mottaget.")
    else:
        page.fill("#code", sscc(3))
        page.press("#code", "Enter")
    page.click("text=Något annat är fel")
    page.wait_for_selector("text=Vad är fel?")
    low = [one.bounding_box()["height"] for one in page.query_selector_all(".kinds button, .kinds .button")]
    assert min(low) >= 72
    _look(page, f"{name}-1-kinds", javascript)
    page.click(".kinds button >> text=För mycket")
    page.wait_for_selector(".noted >> text=Noterat: För mycket")
    _look(page, f"{name}-2-noted", javascript)
    page.click(".noted >> text=Ångra")
    page.wait_for_selector("text=Tillbakataget")
    page.click("text=Skadat")
    page.check("label:has-text('Vara 2') input")
    page.fill("#quantity", "4")
    page.set_input_files("#photo", photo)
    page.fill("#text", "hörnet är blött")
    _look(page, f"{name}-3-report", javascript)
    page.click(".report button:has-text('Spara')")
    page.wait_for_selector(".noted >> text=Noterat: Skadat")


def _worked(page, address: str, name: str, javascript: bool) -> None:
    """The case is taken, claimed, answered and closed."""
    page.goto(f"{address}/hub/cases")
    _look(page, f"{name}-4-cases", javascript)
    page.click(".case h2 a")
    page.click("text=Jag tar ärendet")
    page.wait_for_selector("text=Sparat.")
    assert page.is_visible(".photos img")
    _look(page, f"{name}-5-case", javascript)
    page.check("#wanted-replace")
    page.click("text=Reklamera")
    page.wait_for_selector("text=Reklamation 26-000124-R1")
    page.check("input[name=answer][value=replaced]")
    _look(page, f"{name}-6-claim", javascript)
    page.click("text=Spara svaret")
    page.wait_for_selector("text=ersätts med nya varor")
    page.fill("#outcome", "nya kommer på torsdag")
    page.click("button:has-text('Utrett')")
    page.wait_for_selector("text=Inget att reda ut")
    _look(page, f"{name}-7-done", javascript)


@pytest.mark.parametrize(
    ("size", "scheme", "javascript"),
    [("desktop", "light", True), ("tablet", "light", True), ("phone", "dark", True), ("phone", "light", False)],
)
def test_from_two_taps_to_the_suppliers_answer(address, engine, tmp_path: Path, size, scheme, javascript):
    photo = tmp_path / "skada.jpg"
    photo.write_bytes(picture())
    more = {"viewport": SIZES[size]} if size in SIZES else {}
    with page_of("phone" if size in SIZES else size, scheme, javascript, **more) as page:
        problems = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        name = f"cases-{size}-{scheme}"
        log_in(page, address)
        _reported(page, name, javascript, photo)
        _worked(page, address, name, javascript)
        assert problems == []
    with engine.begin() as conn:
        done = {one.kind: one for one in book.listed(conn, "done", "")}
    assert (done["over"].outcome, done["damaged"].outcome) == ("mistake", "nya kommer på torsdag")
    assert len(done["damaged"].photos) == 1
