"""The worker beside things that break or hang: its database, a server that is polled, a place that is asked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.exchange import poll as polling
from gateway.exchange.inbox_pool import inbox_pool
from gateway.exchange.journal import MessageState
from gateway.exchange.lanes import run_worker
from gateway.exchange.office import Handlers
from gateway.exchange.tables import channels
from gateway.suppliers.supplier import Suppliers
from gateway.transports.contract import Parcel
from gateway.transports.folder import Folder, FolderSettings
from tests.exchange.desk import dialects, office, settings, supplier
from tests.exchange.test_follow import Carrier, Sent, ask, sent, the
from tests.exchange.test_send import Clock
from tests.exchange.test_worker import order_now, until, with_worker

__all__ = ["sent"]


@pytest.fixture
def shut(engine: sa.Engine, server_url: str) -> Iterator[sa.Connection]:
    """A connection to another database, from which the one of the test can be shut and opened."""
    outside = sa.create_engine(server_url, isolation_level="AUTOCOMMIT")
    with outside.connect() as conn:
        yield conn
        conn.exec_driver_sql(f'ALTER DATABASE "{engine.url.database}" ALLOW_CONNECTIONS true')
    outside.dispose()
    engine.dispose()


def test_a_database_that_takes_no_new_connections_is_waited_for(
    engine: sa.Engine, database_url: str, shut: sa.Connection, tmp_path: Path
) -> None:
    """Connections that are open may live on: then what is asked beside the inbox sees it alone."""
    seller = supplier(tmp_path)
    name = engine.url.database

    async def test() -> None:
        await asyncio.sleep(1.5)
        engine.dispose()
        shut.exec_driver_sql(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        others = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        # asyncpg names its own time zone nowhere; what SQLAlchemy opened was last asked by one of our statements.
        shut.exec_driver_sql(others + " AND query NOT ILIKE '%%pgqueuer%%'")
        await asyncio.sleep(2.5)
        shut.exec_driver_sql(others)
        await asyncio.sleep(1)
        shut.exec_driver_sql(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        await asyncio.to_thread(order_now, engine, seller, "26-000001")
        await until(lambda: len(list((tmp_path / seller.id / "in").iterdir())) == 1)

    with_worker(database_url, [seller], test)


def test_a_connection_that_nobody_gives_back_keeps_the_inbox_for_some_seconds_and_not_for_ever(
    engine: sa.Engine, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def leave_one() -> str:
        async with inbox_pool(database_url) as pool:
            left = await pool.acquire()
            return str(await left.fetchval("SELECT pg_backend_pid()"))

    pid = asyncio.run(asyncio.wait_for(leave_one(), 60))
    assert "connections_cut" in caplog.text
    asyncio.run(until(lambda: gone(engine, pid)))


def gone(engine: sa.Engine, pid: str) -> bool:
    with engine.connect() as conn:
        return conn.exec_driver_sql(f"SELECT 1 FROM pg_stat_activity WHERE pid = {pid}").first() is None


class Hanging(Folder):
    """Servers that let whoever looks for answers wait."""

    def __init__(self) -> None:
        super().__init__()
        self.looking = 0

    def fetch(self, settings: FolderSettings) -> Iterator[Parcel]:
        self.looking += 1
        time.sleep(1.5)
        return iter(())


def test_servers_that_hang_when_they_are_polled_do_not_hold_up_the_end(
    engine: sa.Engine, database_url: str, tmp_path: Path
) -> None:
    sellers, hanging = [supplier(tmp_path, f"supplier-{nth}") for nth in range(40)], Hanging()
    rest = (Handlers(), settings(AVROP_POLL_IDLE="0.2"))

    async def both() -> float:
        stop = asyncio.Event()
        run = run_worker(database_url, Suppliers(sellers), dialects(), {"folder": hanging}, *rest, stop)
        worker = asyncio.create_task(run)
        await until(lambda: hanging.looking >= 12)
        began = time.monotonic()
        stop.set()
        await worker
        return time.monotonic() - began

    assert asyncio.run(both()) < 2.6, "only those that are being asked are waited for"


def test_a_place_that_always_fails_to_answer_is_given_up_when_patience_ends(engine: sa.Engine, sent: Sent) -> None:
    clock = Clock()
    desk, message_id = sent(Carrier(AttributeError("no settings"), AttributeError("no settings")), clock)
    ask(desk, clock)
    assert the(engine, message_id).state is MessageState.SENT
    ask(desk, clock, timedelta(days=4))
    assert the(engine, message_id).state is MessageState.HELD


def test_a_clock_that_was_ahead_keeps_no_supplier_unasked(engine: sa.Engine, tmp_path: Path) -> None:
    seller, now = supplier(tmp_path), datetime.now(UTC)
    desk = replace(office(engine, seller), clock=lambda: now)
    with engine.begin() as conn:
        ahead = {"supplier_id": seller.id, "polled_at": now + timedelta(days=1), "failures": 0, "error": ""}
        conn.execute(channels.insert().values(ahead))
    assert polling.due(desk, now + timedelta(days=1)) == [seller.id]
    polling.poll(desk, seller)
    assert polling.due(desk, now + timedelta(days=1)) == []
