"""GET /metrics: for whoever has the token, true, and quick however much there is."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from msgspec.structs import replace
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from gateway.exchange import deadlines, tasks, worker_figures
from gateway.exchange.alarms import Kind, raise_alarm
from gateway.exchange.alone import deliver
from gateway.exchange.figures import Attempts, read, resting
from gateway.exchange.metrics_http import Exchange, metrics_router
from gateway.exchange.place import place
from gateway.exchange.tables import configurations, lanes, workers
from gateway.observing import Observing
from gateway.settings import load_settings
from gateway.suppliers.agreement import Deadlines
from gateway.suppliers.supplier import Suppliers
from tests.exchange.desk import message_of, office, supplier
from tests.exchange.postbox import free_port
from tests.orders.samples import NOW, sample_order
from web.app import create_app

TOKEN = "ett långt ord"
BEARER = {"Authorization": f"Bearer {TOKEN}".encode()}


def app_with(engine: sa.Engine, token: str) -> FastAPI:
    router = metrics_router(engine, token, lambda: NOW)
    return create_app(load_settings({}), engine, Suppliers(()), [], [router], now=lambda: NOW)


def figures(text: str) -> dict[tuple[str, ...], float]:
    """`(name, label values by their names)` to value."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def scrape(engine: sa.Engine) -> Callable[[], dict[tuple[str, ...], float]]:
    client = TestClient(app_with(engine, TOKEN))

    def ask() -> dict[tuple[str, ...], float]:
        answer = client.get("/metrics", headers=BEARER)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain")
        return figures(answer.text)

    return ask


def test_without_a_token_there_is_nothing_and_with_another_one_no_entry(engine: sa.Engine) -> None:
    closed, opened = TestClient(app_with(engine, "")), TestClient(app_with(engine, TOKEN))
    assert closed.get("/metrics", headers=BEARER).status_code == 404
    assert closed.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    assert opened.get("/metrics").status_code == 401
    assert opened.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert opened.post("/metrics", headers=BEARER).status_code == 405


def test_how_the_exchange_stands(engine: sa.Engine, tmp_path: Path, scrape: Any) -> None:
    seller = supplier(tmp_path, deadlines=Deadlines(response=timedelta(hours=1)))
    with engine.begin() as conn:
        first = place(conn, sample_order("26-000001"), seller, "g", "anna", NOW - timedelta(minutes=5))
        place(conn, sample_order("26-000002"), replace(seller, id="other"), "g", "anna", NOW - timedelta(minutes=2))
        deadlines.start(conn, [(first, seller, NOW - timedelta(hours=2))])
        deadlines.judge(conn, NOW)
        raise_alarm(conn, Kind.LATE_RESPONSE, seller.id, "kim", "late", NOW)
        tasks.add(conn, tasks.Kind.UNMATCHED, "a task", NOW)
        conn.execute(lanes.insert().values(supplier_id="x", due_at=NOW, broken_at=NOW, paused_by="kim"))
        for name, ago in (("w1", 1), ("w2", 300), ("old", 200_000)):
            seen = NOW - timedelta(seconds=ago)
            conn.execute(workers.insert().values(id=name, started_at=seen, seen_at=seen, configuration=""))
        row = {"digest": "d", "text": "", "suppliers": 7, "accepted": False, "findings": [], "seen_at": NOW}
        conn.execute(configurations.insert().values(row))
    found = scrape()
    assert found["avrop_up",] == 1
    assert found["avrop_messages_unsent",] == 2
    assert found["avrop_oldest_unsent_seconds",] == 300
    assert found["avrop_tasks_open", "unmatched"] == 1
    assert found["avrop_alarms_open", "late_response"] == 1
    assert found["avrop_deadlines", "response", "late"] == 1
    assert [found["avrop_lanes", state] for state in ("due", "sending", "broken", "paused")] == [1, 0, 1, 1]
    assert (found["avrop_workers", "alive"], found["avrop_workers", "silent"]) == (1, 1)
    assert found["avrop_worker_heard_seconds", "w2"] == 300
    assert ("avrop_worker_heard_seconds", "old") not in found
    assert (found["avrop_configuration_accepted",], found["avrop_suppliers",]) == (0, 7)
    assert found["process_resident_memory_bytes",] > 0


def test_attempts_are_counted_as_they_come(engine: sa.Engine, tmp_path: Path) -> None:
    seller, counter = supplier(tmp_path), Attempts()
    desk = office(engine, seller)

    def look() -> dict[str, int]:
        with engine.connect() as conn:
            return dict(counter.look(conn))

    def send(number: str) -> None:
        with engine.begin() as conn:
            order_id = place(conn, sample_order(number), seller, "g", "anna", NOW)
        deliver(desk, message_of(engine, order_id))

    send("26-000001")
    assert look() == {}  # what was before it began is not its own
    send("26-000002")
    send("26-000003")
    assert [look(), look(), look()] == [{}, {"delivered": 2}, {"delivered": 2}]


def test_many_scrapes_ask_the_database_once_and_one_that_is_away_is_told(engine: sa.Engine) -> None:
    asked: list[None] = []
    sa.event.listen(engine, "begin", lambda conn: asked.append(None))
    exchange = Exchange(engine, lambda: NOW)
    assert [exchange.collect(), exchange.collect()][0] is exchange.collect()
    assert len(asked) == 1
    nowhere = sa.create_engine(f"postgresql+psycopg://x@127.0.0.1:{free_port()}/x")
    (only,) = Exchange(nowhere, lambda: NOW).collect()
    assert (only.name, only.samples[0].value) == ("avrop_up", 0)


def test_a_worker_shows_how_long_its_attempts_took_on_a_port_of_its_own(engine: sa.Engine, tmp_path: Path) -> None:
    assert worker_figures.show(Observing()) == 0
    port = worker_figures.show(Observing(worker_metrics=free_port()))
    seller = supplier(tmp_path)
    with engine.begin() as conn:
        order_id = place(conn, sample_order("26-000001"), seller, "g", "anna", NOW)
    deliver(office(engine, seller), message_of(engine, order_id))
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        found = figures(answer.read().decode())
    assert found["avrop_send_seconds_count", "delivered", "folder"] >= 1
    assert found["avrop_sent_bytes_total", "folder"] > 1000
    assert found["avrop_compose_seconds_count",] >= 1


@pytest.mark.slow
def test_a_long_history_is_no_slower_to_tell(engine: sa.Engine) -> None:
    """Of a database with a history: 300,000 messages sent, 5,000 waiting over 1,000 lanes, 300,000 attempts."""
    fill = """
        INSERT INTO messages (id, direction, state, supplier_id, created_at, key)
        SELECT gen_random_uuid(), 'out', CASE WHEN n % 60 = 0 THEN 'queued' ELSE 'sent' END, 's' || n % 1000,
               now(), n::text FROM generate_series(1, 300000) AS n;
        INSERT INTO attempts (message_id, n, at, outcome, evidence)
        SELECT id, 1, now(), 'delivered', '' FROM messages;
    """
    with engine.begin() as conn:
        conn.execute(sa.text(fill))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(sa.text("VACUUM ANALYZE messages, attempts"))
    counter = Attempts()
    with engine.begin() as conn:
        counter.look(conn)  # from here on it counts
    with engine.begin() as conn:
        found = read(conn, NOW)
        counter.look(conn)
        rows = conn.execute(sa.text(_ROWS_READ)).scalar_one()
    assert found.unsent == 5000
    with engine.connect() as conn:
        assert resting(conn)["out", "sent"] == pytest.approx(295_000, rel=0.05)
    # What waits is read, what is done is not: time would tell how busy the machine is.
    assert rows < 20_000


_ROWS_READ = """
    SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables
    WHERE relname IN ('messages', 'attempts')
"""
