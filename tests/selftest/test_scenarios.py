"""Every scenario, end to end: a real worker, a real sandbox, real channels; and what stands in the records."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import uvicorn
from fastapi import FastAPI

from gateway.exchange.inbox_http import PATH, inbox_router
from gateway.exchange.office import Handlers
from gateway.exchange.selftest import record as records
from gateway.exchange.selftest.run import ALL, not_applicable, try_out
from gateway.exchange.selftest.scenario import STEPS, Scenario
from gateway.orders import book
from gateway.sandbox.behaviour import Behaviour
from gateway.sandbox.serve import open_door, start_sandbox
from gateway.sandbox.sftp_server import listen
from gateway.suppliers.supplier import Supplier
from hub.receiving import expect, scan
from hub.tables import parcels
from tests.exchange.desk import dialects, only, supplier
from tests.exchange.test_worker import with_worker
from tests.sandbox.orders import by_access_point, by_sftp
from tests.selftest.house import play, tools

pytestmark = pytest.mark.slow
NOWHERE = "http://127.0.0.1:9"


@contextmanager
def sandbox_of(seller: Supplier, root: Path, url: str = NOWHERE, **facts: Any) -> Iterator[Any]:
    """The seller answers no order but those of a self-test."""
    silent = {seller.id: Behaviour.SILENT}
    sandbox = start_sandbox(
        root / "sandbox", [seller], dialects(), url, "lekplats", behaviours=silent, speed=10, **facts
    )
    try:
        yield sandbox
        assert sandbox.complaints == []
    finally:
        sandbox.stop()


@pytest.mark.parametrize("dialect", ["peppol-advanced", "skogsbagaren"])
def test_all_scenarios_are_green_beside_a_worker(
    engine: sa.Engine, database_url: str, tmp_path: Path, dialect: str
) -> None:
    seller, done = supplier(tmp_path, dialect=dialect), []
    desk = tools(engine, seller, hands=False)
    applicable = [one for one in ALL if not not_applicable(desk, seller, one)]
    assert applicable == list(ALL if dialect == "peppol-advanced" else ALL[:-1])

    def run() -> None:
        done.extend(try_out(desk, seller, "alex", ALL))

    with sandbox_of(seller, tmp_path):
        with_worker(database_url, [seller], lambda: asyncio.to_thread(run))
    assert [(one.scenario, one.good) for one in done] == [
        ("connection", True),
        *((one.value, True) for one in applicable),
    ]
    for record in done:
        assert [step.step for step in record.steps] == list(STEPS[record.scenario])
        assert record.ended_at is not None
    with engine.connect() as conn:
        assert records.latest(conn, seller.id) == {one.scenario: one for one in done}
    assert only(engine, "SELECT count(*) FROM tasks WHERE closed_at IS NULL") == 0


@pytest.mark.parametrize("dialect", ["csv", "malarkem", "svehandel", "peppol"])
def test_without_a_worker_it_works_with_its_own_hands(engine: sa.Engine, tmp_path: Path, dialect: str) -> None:
    seller = supplier(tmp_path, dialect=dialect)
    with sandbox_of(seller, tmp_path):
        split, backorder = (play(engine, seller, one) for one in (Scenario.SPLIT, Scenario.BACKORDER))
    assert (split.good, backorder.good) == (True, True)
    assert split.steps[-1].evidence.count("FS-") == 2
    assert "line 1: 2 changed" in backorder.steps[3].evidence or "line 2: 1 changed" in backorder.steps[3].evidence


def test_over_sftp(engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVROP_TEST_TOKEN", "lekplats")
    door = open_door(tmp_path / "sandbox")
    key = f"file:{tmp_path / 'sandbox' / 'host_key.pub'}"
    seller = by_sftp("bagaren", "5500006597", "tradgard", door.port, key)
    with sandbox_of(seller, tmp_path, door=door):
        connection, change = try_out(tools(engine, seller), seller, "alex", [Scenario.CHANGE])
    assert [(step.step, step.good) for step in connection.steps] == [
        ("configuration", True), ("connect", True), ("write", True), ("list", True), ("lookup", None), ("shop", None),
    ]  # fmt: skip
    assert change.good
    assert "bagaren@127.0.0.1" in change.steps[2].evidence


def test_over_an_access_point_and_our_inbox(engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVROP_TEST_TOKEN", "lekplats")
    app, socket = FastAPI(), listen()
    url = f"http://127.0.0.1:{socket.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    app.include_router(inbox_router(engine, "lekplats", 1_000_000))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    thread.start()
    seller = by_access_point("grossisten", "5500006597", f"{url}/ap")
    try:
        with sandbox_of(seller, tmp_path, f"{url}{PATH}") as sandbox:
            app.include_router(sandbox.router, prefix="/ap")
            accept, reject = try_out(tools(engine, seller), seller, "alex", [Scenario.ACCEPT, Scenario.REJECT], ())
    finally:
        server.should_exit = True
        thread.join(5)
    assert (accept.good, reject.good) == (True, True)
    assert accept.order_id is not None


def test_a_test_order_troubles_nobody(engine: sa.Engine, tmp_path: Path) -> None:
    """Own series, marked everywhere, in nobody's list; the dock expects nothing and takes nothing in for it."""
    seller = supplier(tmp_path)
    with sandbox_of(seller, tmp_path):
        record = play(engine, seller, Scenario.ACCEPT, handlers=Handlers(despatch_advice=expect))
    assert record.good
    with engine.begin() as conn:
        row = book.get(conn, "T26-000001") or book.by_numbers(conn, ["T26-000001"])[0]
        assert (row.test, row.id) == (True, record.order_id)
        assert book.recent(conn) == []
        assert book.for_units(conn, [row.unit_id]) == []
        assert book.suppliers_in(conn, [row.state]) == set()
        assert book.next_number(conn, 2026) == "26-000001"
        assert conn.execute(sa.select(sa.func.count()).select_from(parcels)).scalar_one() == 0
        assert scan(conn, row.number, "dani", record.began_at).kind.value == "nothing"
    texts = [row.order.note or "", *(line.item.name or "" for line in row.order.lines)]
    assert all("TEST – leverera inte" in text for text in texts)
    assert only(engine, "SELECT bool_and(test) FROM messages") is True
    assert only(engine, "SELECT count(*) FROM messages") == 3
