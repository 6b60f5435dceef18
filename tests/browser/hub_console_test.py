"""The console in a real browser, with all suppliers of the file on the wall."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.suppliers.load import load
from gateway.suppliers.supplier import Suppliers
from gateway.transports import TRANSPORTS
from tests.browser.hub_stage import need_chromium, page_of, photograph, served
from tests.console import house

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


def now() -> datetime:
    return datetime.now(UTC)


def everybody() -> Suppliers:
    """The suppliers of the repository's own file, with the tests' few among them."""
    dialects = {path.name for path in (ROOT / "mappings").rglob("*") if path.is_dir()} | {"csv", "peppol"}
    text = (ROOT / "suppliers.yaml").read_text(encoding="utf-8")
    few = house.some_suppliers()
    return Suppliers([*few, *load(text, "suppliers.yaml", TRANSPORTS, dialects, {})], few.findings)


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_an_admin_finds_takes_and_closes(engine, size, scheme):
    need_chromium()
    app = house.open_house(engine, now, "alex", suppliers=everybody())
    task_id = house.order_by_hand(engine, now())
    house.refused_order(engine, now())
    message_id = house.unreadable_answer(engine, now())
    house.failing_channel(engine, now())
    with served(app) as address, page_of(size, scheme) as page:
        problems = []
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        name = f"console-{size}-{scheme}"
        page.goto(f"{address}/login?next=/console/tasks")
        page.fill("#login", "alex")
        page.fill("#password", house.PASSWORD)
        page.click("main button")
        for number, path in enumerate(
            ("tasks", f"tasks/{task_id}", "messages", f"messages/{message_id}", "suppliers", "suppliers/papper"), 1
        ):
            page.goto(f"{address}/console/{path}")
            photograph(page, f"{name}-{number}-{path.split('/')[0]}{'-one' if '/' in path else ''}")
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        page.goto(f"{address}/console/tasks/{task_id}")
        page.click("text=Jag tar den")
        page.wait_for_selector("text=tagen av Alex Exempel")
        page.fill("#text", "Ringde, kommer på tisdag")
        page.click("button:has-text('Beställt')")
        page.wait_for_selector("text=Klart. Här är det som är kvar.")
        assert problems == []
