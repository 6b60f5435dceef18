"""What the dock says of an article, a date, a closed unit and a pallet, and what is awaited: in a real browser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from gateway.model.party import Identifier
from gateway.orders import book
from hub import lanes
from hub.receiving import expect
from hub.road import sites
from hub.road.sites import Address
from hub.road.tables import sites as site_table
from hub.tables import parcels
from tests.browser.hub_dock_test import log_in, no_sideways, scan
from tests.browser.hub_stage import SIZES, need_chromium, page_of, photograph, served
from tests.hub.advices import advice, line, sscc, unit
from tests.hub.house import open_house
from tests.orders.samples import sample_order

pytestmark = pytest.mark.slow
GTIN = "7350001000077"
SIZES.setdefault("tablet", {"width": 820, "height": 1180})


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def address(engine):
    need_chromium()
    app = open_house(engine, now, "alva")
    with engine.begin() as conn:
        announce(conn)
    with served(app) as found:
        yield found


def announce(conn) -> None:
    """A pallet of pallets, a parcel for a closed unit, one of a cancelled order, and one that is three days late."""
    lanes.plan(conn, "bjorken", weekdays=(2, 4), lane="B4")
    facts = {"street": "Skolgatan 1", "postal_code": "750 00", "city": "Exempelstad"}
    sites.learn(conn, [Address(id="granen", name="Äldreboendet Granen", gln="7350001000022", **facts)])
    today = now().date()
    closed = {"closed_from": today, "closed_to": today + timedelta(days=20)}
    conn.execute(site_table.update().values(**closed))
    made = line("1", "12")
    item = msgspec.structs.replace(made.item, standard_id=Identifier(value=GTIN, scheme="0160"), name="Mjölk 1,5 l")
    lines = (msgspec.structs.replace(made, item=item), line("2", "3"), line("3", "6"))
    pallet = unit(1, units=(unit(2, units=(unit(3, "1"), unit(4, "2"))), unit(5, "3")))
    for number, unit_id, packing, many in (
        ("26-000123", "bjorken", (pallet,), 3),
        ("26-000124", "granen", (unit(6, "1"),), 1),
        ("26-000125", "bjorken", (unit(7, "1"),), 1),
        ("26-000126", "bjorken", (unit(8, "1"), unit(9, "2")), 2),
    ):
        order_id = book.add(conn, sample_order(number), "papperslagret", unit_id, "Kim Exempel", now(), "confirmed")
        if number == "26-000125":
            book.record(conn, order_id, "cancelled_by_seller", "Papperslagret", now())
        expect(conn, book.get(conn, order_id), advice(*packing, lines=lines[:many], number=f"DA-{number[-3:]}"), now())
    late = parcels.c.order_number == "26-000126"
    conn.execute(parcels.update().where(late).values(due=today - timedelta(days=3)))


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("tablet", "light"), ("phone", "dark")])
def test_each_scan_says_what_to_do_next(address, size, scheme):
    with page_of(size, scheme) as page:
        problems = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        name = f"scans-{size}"
        log_in(page, address)
        scan(page, GTIN, "Vilket ligger den i?")
        assert page.locator(".offer").count() == 3
        assert page.locator(".offer input.many").first.input_value() == "12"
        assert no_sideways(page)
        photograph(page, f"{name}-1-article")
        page.locator(".offer", has_text="26-000126").locator("input.many").fill("9")
        page.locator(".offer", has_text="26-000126").locator("button").click()
        page.wait_for_selector("#answer >> text=Noterat: Saknas något")
        photograph(page, f"{name}-2-counted")
        scan(page, f"(00){sscc(6)}(17)200131", "Datumet har gått ut")
        assert page.is_visible("text=Äldreboendet Granen är stängd till och med")
        photograph(page, f"{name}-3-expired-closed")
        scan(page, sscc(7), "Ta inte emot")
        photograph(page, f"{name}-4-cancelled")
        page.click("text=Det blir kvar här")
        page.wait_for_selector("#answer >> text=Beställning 26-000125 skulle inte komma längre")
        scan(page, "(8003)07350001000015123", "lånad back")
        photograph(page, f"{name}-5-crate")
        scan(page, GTIN[:-1] + "0", "Siffra 13 är 0")
        assert no_sideways(page)
        assert problems == []


@pytest.mark.parametrize(("size", "scheme"), [("tablet", "light"), ("phone", "light")])
def test_a_pallet_is_opened_level_by_level(address, size, scheme):
    with page_of(size, scheme) as page:
        log_in(page, address)
        scan(page, sscc(1), "Pall med 3 kolli")
        photograph(page, f"pallet-{size}-1-answer")
        page.click("text=Öppna pallen")
        page.wait_for_selector("text=3 av 3 kolli på den har kommit")
        photograph(page, f"pallet-{size}-2-outer")
        page.click("text=Öppna den")
        page.wait_for_selector("text=2 av 2 kolli på den har kommit")
        page.locator("button", has_text="Det är inte här").first.click()
        page.wait_for_selector("text=Det väntas igen")
        assert page.is_visible("text=1 av 2 kolli på den har kommit")
        assert no_sideways(page)
        photograph(page, f"pallet-{size}-3-not-here")
        assert page.locator(".on-it button").first.bounding_box()["height"] >= 71
        page.click("text=Ta emot allt på den")
        page.wait_for_selector("text=2 av 2 kolli på den har kommit")


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_what_is_late_is_asked_for_and_given_up_without_javascript(address, size, scheme):
    with page_of(size, scheme, javascript=False) as page:
        log_in(page, address)
        page.goto(f"{address}/hub/awaited")
        late = page.locator("section.late")
        assert "3 dagar sent" in late.inner_text()
        assert no_sideways(page)
        photograph(page, f"awaited-{size}-1")
        late.locator("summary").click()
        late.locator("text=De kommer inte").click()
        page.wait_for_selector(".errors >> text=Bocka för de kolli som inte kommer.")
        page.locator("section.late input[type=checkbox]").first.check()
        photograph(page, f"awaited-{size}-2-ticked")
        page.locator("section.late >> text=De kommer inte").click()
        page.wait_for_selector("text=Avskrivet")
        page.locator("section.late input[name=text]").fill("Bilen gick sönder, kommer på torsdag")
        page.locator("section.late input[name=due]").fill((now().date() + timedelta(days=2)).isoformat())
        page.click("text=Jag har frågat")
        page.wait_for_selector("text=Noterat")
        assert page.locator("section.late").count() == 0
        photograph(page, f"awaited-{size}-3-asked")
