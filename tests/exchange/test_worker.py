"""The worker as it runs: lanes, inbox and polling together, and what is left when it is killed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from gateway.exchange import journal, tasks
from gateway.exchange.lanes import run_worker
from gateway.exchange.office import Handlers
from gateway.exchange.place import place
from gateway.model import DespatchAdvice
from gateway.orders import book
from gateway.orders.lifecycle import Event
from gateway.suppliers.supplier import Supplier, Suppliers
from gateway.transports import TRANSPORTS
from tests.exchange.desk import advice, dialects, only, response, settings, supplier
from tests.orders.samples import sample_order

NO_HANDLERS = Handlers()


def order_now(engine: sa.Engine, seller: Supplier, number: str) -> UUID:
    with engine.begin() as conn:
        return place(conn, sample_order(number), seller, "glantan", "anna", datetime.now(UTC))


async def until(true: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(true):
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.05)


def with_worker(
    url: str,
    suppliers: list[Supplier],
    test: Callable[[], Awaitable[None]],
    handlers: Handlers = NO_HANDLERS,
    **changes: str,
) -> None:
    """Runs `test` beside a worker, and stops the worker in good order."""

    async def both() -> None:
        stop = asyncio.Event()
        worker = asyncio.create_task(
            run_worker(url, Suppliers(suppliers), dialects(), TRANSPORTS, handlers, settings(**changes), stop)
        )
        tested = asyncio.ensure_future(test())
        try:
            await asyncio.wait({tested, worker}, return_when=asyncio.FIRST_COMPLETED)
            assert not worker.done(), "the worker ended by itself"
            await tested
        finally:
            stop.set()
            await asyncio.wait_for(worker, 15)

    asyncio.run(both())


def test_an_order_goes_out_and_its_answers_come_back(engine: sa.Engine, database_url: str, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    order_id = order_now(engine, seller, "26-000001")

    def state(wanted: str) -> Callable[[], bool]:
        return lambda: bool(only(engine, "SELECT state FROM orders") == wanted)

    async def journey() -> None:
        await until(state("sent"))
        order = sample_order("26-000001")
        for name, document, wanted in (("svar", response(order), "confirmed"), ("avi", advice(order), "despatched")):
            (tmp_path / seller.id / "out" / f"{name}.xml").write_bytes(dialects()["peppol"].write(document))
            await until(state(wanted))

    with_worker(database_url, [seller], journey)
    assert only(engine, "SELECT state FROM orders") == "despatched"
    with engine.connect() as conn:
        told = [event.event for event in book.timeline(conn, order_id)]
        assert [message.direction for message in journal.of_order(conn, order_id)] == ["out", "in", "in"]
    assert told == [Event.PLACED, Event.SENT, Event.CONFIRMED, Event.DESPATCHED]


def test_a_lane_that_the_worker_does_not_know_is_held_not_stranded(
    engine: sa.Engine, database_url: str, tmp_path: Path
) -> None:
    order_now(engine, supplier(tmp_path, "glomd"), "26-000001")

    async def held() -> None:
        await until(lambda: only(engine, "SELECT state FROM orders") == "held")

    with_worker(database_url, [supplier(tmp_path)], held)
    with engine.connect() as conn:
        (task,) = tasks.open_tasks(conn)
    assert "no supplier is called 'glomd'" in task.finding


def test_an_answer_that_our_own_code_chokes_on_ends_with_a_person(
    engine: sa.Engine, database_url: str, tmp_path: Path
) -> None:
    def broken(conn: sa.Connection, row: book.OrderRow, told: DespatchAdvice, now: datetime) -> None:
        raise RuntimeError("the hub fell over")

    seller = supplier(tmp_path)
    order_now(engine, seller, "26-000001")
    (tmp_path / seller.id / "out" / "avi.xml").write_bytes(
        dialects()["peppol"].write(advice(sample_order("26-000001")))
    )

    async def told() -> None:
        await until(lambda: only(engine, "SELECT count(*) FROM tasks") == 1)

    with_worker(database_url, [seller], told, Handlers(despatch_advice=broken), AVROP_RETRY_FIRST="0.01")
    with engine.connect() as conn:
        (task,) = tasks.open_tasks(conn)
        assert task.message_id is not None
        assert journal.raw(conn, task.message_id)
    assert task.finding == "RuntimeError: the hub fell over [internal]"
    assert only(engine, "SELECT state FROM orders") == "sent"


def test_a_dead_server_keeps_nobody_waiting_and_comes_back(
    engine: sa.Engine, database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    dead, alive = supplier(tmp_path, "dod"), supplier(tmp_path, "levande")
    (tmp_path / "dod" / "in").rmdir()
    for place_, seller in enumerate([dead, alive] * 5):
        order_now(engine, seller, f"26-{place_:06d}")

    def sent(name: str) -> Callable[[], bool]:
        counted = f"SELECT count(*) FROM orders WHERE state = 'sent' AND supplier_id = '{name}'"
        return lambda: bool(only(engine, counted) == 5)

    async def both() -> None:
        await until(sent("levande"))
        assert only(engine, "SELECT count(*) FROM orders WHERE supplier_id = 'dod' AND state = 'placed'") == 5
        await until(lambda: only(engine, "SELECT count(*) FROM attempts WHERE outcome = 'not_sent'") > 0)
        (tmp_path / "dod" / "in").mkdir()
        await until(sent("dod"))

    with_worker(database_url, [dead, alive], both)
    assert sent("dod")()
    line = next(record.getMessage() for record in caplog.records if record.getMessage().startswith("not_sent "))
    assert "supplier=dod" in line
    assert "cause=" in line
    names = sorted(file.name for file in (tmp_path / "dod" / "in").iterdir())
    assert len(names) == 5


def test_a_lane_keeps_its_order(engine: sa.Engine, database_url: str, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    for place_ in range(12):
        order_now(engine, seller, f"26-{place_:06d}")

    async def all_sent() -> None:
        await until(lambda: only(engine, "SELECT count(*) FROM orders WHERE state = 'sent'") == 12)

    with_worker(database_url, [seller], all_sent)
    with engine.connect() as conn:
        sent = conn.scalars(sa.text("SELECT number FROM orders JOIN messages ON order_id = orders.id ORDER BY done_at"))
        assert list(sent) == [f"26-{place_:06d}" for place_ in range(12)]
