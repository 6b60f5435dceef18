"""Catalogues that come by themselves, and a worker that is killed in the middle of one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from gateway.exchange import journal, receive
from gateway.exchange.office import Handlers, Office
from gateway.exchange.process import process
from gateway.program import HANDLERS
from gateway.settings import load_settings
from gateway.suppliers.supplier import Suppliers
from gateway.transports import TRANSPORTS
from shop.catalogue import chore, deciding, jobs
from shop.catalogue.jobs import State
from shop.catalogue.tables import catalogue_lines
from tests.shop.catalogues import CONTRACT, contract, dialects, given, row, rows, tools
from tests.web.conftest import Clock

NOW = datetime(2026, 11, 20, 8, 12, tzinfo=UTC)
HEAD = (
    "list_number;list_date;contract;supplier;buyer;valid_from;line;article;description;unit;vat_category;vat_percent;"
    "price;currency"
)


@pytest.fixture
def office(engine: sa.Engine, suppliers: Suppliers) -> Office:
    """One supplier, who speaks the standard rows."""
    one = next(one for one in suppliers if one.active)
    known = Suppliers([msgspec.structs.replace(one, dialect="csv")])
    handlers = Handlers(documents=HANDLERS.documents, streamed=HANDLERS.streamed, chores=HANDLERS.chores)
    given = {"engine": engine, "suppliers": known, "dialects": dialects(), "transports": TRANSPORTS}
    return Office(**given, settings=load_settings({}), handlers=handlers, clock=Clock())


def _sent(office: Office, number: str, *prices: str) -> journal.Message:
    """A price list as the supplier's file arrives."""
    lines = [
        f"PL-1;2026-11-01;{number};0007:5500006597;0007:2120009994;2026-11-01;{at};A-{at};Penna;C62;S;25;{price};SEK"
        for at, price in enumerate(prices, 1)
    ]
    seller = next(iter(office.suppliers)).id
    with office.engine.begin() as conn:
        raw = rows(lines, HEAD)
        message = receive.receive(conn, raw, f"in/{number}.csv", seller, "sftp", f"r-{number}", NOW).message_id
    with office.engine.begin() as conn:
        process(conn, message, office, NOW)
        found = journal.get(conn, message)
    assert found is not None
    return found


def test_a_catalogue_from_the_inbox_becomes_an_import(office: Office) -> None:
    seller = next(iter(office.suppliers)).id
    contract(office.engine, seller)
    message = _sent(office, CONTRACT, "10", "-3")
    assert message.state is journal.MessageState.PROCESSED
    chore.work(office, NOW)
    with office.engine.connect() as conn:
        job = jobs.get(conn, message.id)
    assert job is not None
    assert (job.state, job.contract, job.counts["new"], job.rows_bad) == (State.REVIEW, CONTRACT, 1, 1)


def test_a_catalogue_for_no_contract_of_ours_waits_for_a_person(office: Office) -> None:
    contract(office.engine, next(iter(office.suppliers)).id)
    message = _sent(office, "X-77", "10")
    assert message.state is journal.MessageState.UNMATCHED
    with office.engine.connect() as conn:
        assert [one.rule for one in journal.findings_of(conn, message.id)] == ["catalogue-contract"]
        assert jobs.recent(conn) == []


_WORKER = """
import sys
from datetime import UTC, datetime
from uuid import UUID
from gateway import database
from gateway.suppliers.invent import DIALECTS, invent
from gateway.suppliers.load import load
from gateway.transports import TRANSPORTS
from shop.catalogue import deciding, jobs
from tests.shop.catalogues import tools
engine = database.engine(sys.argv[1])
now = lambda: datetime.now(UTC)
made = tools(engine, load(invent(40), "suppliers.yaml", TRANSPORTS, DIALECTS), now)
with engine.begin() as conn:
    job = jobs.claim(conn, now(), UUID(sys.argv[2]))
deciding.read(made, job)
"""


def test_a_killed_worker_s_job_is_begun_anew(engine: sa.Engine, suppliers: Suppliers, database_url: str) -> None:
    seller = next(one.id for one in suppliers if one.active)
    contract(engine, seller)
    later = datetime.now(UTC) + jobs.LEASE * 2
    made = tools(engine, suppliers, lambda: later)
    job = given(made, rows(row(f"A-{at}", "-1" if at == 5 else "9.50") for at in range(60_000)), seller)
    worker = subprocess.Popen(
        [sys.executable, "-c", _WORKER, database_url, str(job.id)], env=os.environ | {"PYTHONPATH": "."}
    )
    try:
        _wait(lambda: _now(engine, job).rows_read > 0)
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    stopped = _now(engine, job)
    assert (stopped.state, stopped.rows_read < 60_000) == (State.READING, True)
    with engine.begin() as conn:
        again = jobs.claim(conn, made.now())
    assert again is not None
    done = deciding.read(made, again)
    assert (done.state, done.rows_read, done.rows_bad, done.counts["new"]) == (State.REVIEW, 60_000, 1, 59_999)
    with engine.connect() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(catalogue_lines)) == 59_999


def _now(engine: sa.Engine, job: jobs.Import) -> jobs.Import:
    with engine.connect() as conn:
        found = jobs.get(conn, job.id)
    assert found is not None
    return found


def _wait(until: Any) -> None:
    patience = time.monotonic() + 60
    while not until():
        assert time.monotonic() < patience
        time.sleep(0.05)
