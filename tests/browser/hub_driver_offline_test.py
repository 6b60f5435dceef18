"""The driver where there is no network: doors are signed for, the page outlives a reload, all is sent once later."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.orders import book
from hub.handing.tables import deliveries, delivery_photos
from tests.browser.hub_acts_test import kept_by_worker
from tests.browser.hub_handing_test import house, log_in, pytestmark, sign
from tests.browser.hub_stage import page_of, photograph
from tests.hub.test_photos import picture

__all__ = ["house", "pytestmark"]


def test_two_doors_without_a_network_then_all_is_sent_once(house, engine):
    address, run = house
    with page_of("phone", "light") as page:
        log_in(page, address, "alva")
        page.goto(run)
        kept_by_worker(page)
        page.context.set_offline(True)
        page.fill(".at-door.now input[name=receiver]", "Lo Exempel")
        sign(page)
        photo = {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": picture()}
        page.set_input_files(".at-door.now form.hand input[type=file]", photo)
        page.click(".at-door.now form.hand button.big")
        page.wait_for_selector("#kept:visible")
        page.wait_for_selector(".at-door.now >> text=Granens skola")
        photograph(page, "handing-phone-offline-1")
        page.click(".at-door.now >> text=Det går inte att lämna")
        page.check(".at-door.now input[value=nobody]")
        page.click(".at-door.now >> text=Behåll det på bilen")
        page.wait_for_selector("#waiting-acts li >> nth=1")
        page.reload()
        page.wait_for_selector("#waiting-acts li >> nth=1")
        assert page.locator(".at-door.waits form.hand:visible").count() == 0
        assert page.locator(".at-door.waits").count() == 2
        photograph(page, "handing-phone-offline-2")
        with engine.begin() as conn:
            assert conn.scalar(sa.select(sa.func.count()).select_from(deliveries)) == 0
        page.context.set_offline(False)
        page.wait_for_selector("#waiting-scans", state="hidden", timeout=30_000)
        page.goto(run)
        page.wait_for_selector("text=2 av 3 hållplatser avklarade")
    with engine.begin() as conn:
        kept = conn.execute(sa.select(deliveries.c.outcome, deliveries.c.signed).order_by(deliveries.c.at)).all()
        assert [tuple(row) for row in kept] == [("handed", "drawn"), ("failed", None)]
        assert conn.scalar(sa.select(sa.func.count()).select_from(delivery_photos)) == 1
        assert book.get(conn, "26-000123").state.value == "delivered"
