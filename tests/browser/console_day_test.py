"""A day at the console in a real browser: every page fits a phone, and all of it works without JavaScript too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gateway.exchange import alarms, halting, journal, place
from gateway.exchange.journal import MessageState
from gateway.exchange.tables import lanes
from tests.browser.hub_console_test import everybody
from tests.browser.hub_stage import need_chromium, page_of, photograph, served
from tests.console import house
from tests.exchange.desk import dialects
from tests.orders.samples import sample_order

pytestmark = pytest.mark.slow


def now() -> datetime:
    return datetime.now(UTC)


def busy(engine):
    """A journal with something of everything; a message that waits, and one that was refused."""
    suppliers = house.some_suppliers()
    for number in range(1, 5):
        house.refused_order(engine, now(), f"26-00000{number}")
    house.unreadable_answer(engine, now())
    house.order_by_hand(engine, now())
    with engine.begin() as conn:
        for back in range(1, 12):
            for one in range(back % 4 + 1):
                at = now() - timedelta(days=back, minutes=one)
                journal.add(conn, "out" if one % 2 else "in", MessageState.SENT, at, supplier_id="papper")
        order_id = place.place(conn, sample_order("26-000020"), suppliers.by_id["papper"], "bjorken", "Kim", now())
        (waiting,) = journal.of_order(conn, order_id)
        alarms.raise_alarm(conn, alarms.Kind.LATE_RESPONSE, "papper", "robin", "3 orders wait for an answer", now())
        alarms.raise_alarm(conn, alarms.Kind.EXPIRY, "blomman", "robin", "certificate", now() - timedelta(days=2))
        alarms.recover(conn, alarms.Kind.EXPIRY, "blomman", "it was renewed", now())
        halting.pause(conn, "vilan", "Alex Exempel", now())
        conn.execute(lanes.insert().values(supplier_id="papper", sent_at=now() - timedelta(hours=3), came_at=now()))
    return waiting.id


def log_in(page, address):
    page.goto(f"{address}/login?next=/console/tasks")
    page.fill("#login", "alex")
    page.fill("#password", house.PASSWORD)
    page.click("main button")


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_every_page_fits_and_says_nothing_wrong(engine, size, scheme):
    need_chromium()
    app = house.open_house(engine, now, "alex", suppliers=everybody())
    app.state.dialects = dialects()
    message_id = busy(engine)
    pages = {
        "suppliers": "suppliers?sort=waiting",
        "supplier": "suppliers/papper",
        "dry-run": "suppliers/papper/rehearse",
        "messages": "messages?supplier=papper",
        "message": f"messages/{message_id}",
        "edit": f"messages/{message_id}/edit",
        "stuck": "dead",
        "alarms": "alarms",
        "answer": "orders/26-000007/answer",
    }
    with served(app) as address, page_of(size, scheme) as page:
        problems = []
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        log_in(page, address)
        for name, path in pages.items():
            page.goto(f"{address}/console/{path}")
            photograph(page, f"console-day-{size}-{scheme}-{name}")
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
            assert page.locator("h1").count() == 1, name
            unnamed = "[...document.querySelectorAll('input:not([type=hidden]), select, textarea')].filter(one => "
            unnamed += "!one.labels?.length && !one.ariaLabel).length"
            assert page.evaluate(unnamed) == 0, f"{name}: every field has a name"
        assert problems == []


@pytest.mark.parametrize("javascript", [True, False])
def test_a_message_is_held_corrected_and_many_are_sent_again(engine, javascript):
    need_chromium()
    app = house.open_house(engine, now, "alex")
    app.state.dialects = dialects()
    message_id = busy(engine)
    with served(app) as address, page_of("phone", "light", javascript=javascript) as page:
        log_in(page, address)
        page.goto(f"{address}/console/messages/{message_id}")
        page.click("summary:has-text('Håll …')")
        page.fill("#hold-reason", "Fel leveransdag")
        page.click("button:has-text('Håll det')")
        page.wait_for_selector("text=Hålls. Det går ingenstans")
        page.click("a:has-text('Rätta och skicka')")
        page.fill("[id='delivery.requested.end_date']", "2026-12-24")
        page.click("button:has-text('Kontrollera') >> nth=0")
        page.wait_for_selector("text=Ska det skickas så?")
        photograph(page, f"console-day-check-{javascript}")
        page.click("main form button:has-text('Skicka')")
        page.wait_for_selector("text=Det här är det rättade meddelandet")
        photograph(page, f"console-day-corrected-{javascript}")
        page.goto(f"{address}/console/dead")
        page.click("button:has-text('Det är åtgärdat') >> nth=0")
        page.wait_for_selector("text=Skicka eller läsa 4 meddelanden igen?")
        photograph(page, f"console-day-bulk-{javascript}")
        page.click("main button.big")
        page.wait_for_selector("text=Klart med 4 meddelanden.")
