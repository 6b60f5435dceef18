"""Every scenario, end to end: a real worker, a real sandbox, real folders; and what stands in the records."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.exchange.office import Handlers, Office
from gateway.exchange.selftest.record import Record
from gateway.exchange.selftest.run import ALL, try_out
from gateway.exchange.selftest.scenario import Scenario
from gateway.exchange.selftest.tools import Tools
from gateway.sandbox.behaviour import Behaviour
from gateway.sandbox.serve import start_sandbox
from gateway.suppliers.supplier import Supplier, Suppliers
from gateway.transports import TRANSPORTS
from tests.exchange.desk import dialects, settings, supplier
from tests.exchange.test_worker import with_worker

pytestmark = pytest.mark.slow


def tools(engine: sa.Engine, *sellers: Supplier, **facts: object) -> Tools:
    desk = Office(
        engine=engine,
        suppliers=Suppliers(sellers),
        dialects=dialects(),
        transports=TRANSPORTS,
        settings=settings(),
        handlers=Handlers(),
    )
    return Tools(office=desk, patience=timedelta(seconds=20), look_every=0.1, **facts)


def played(
    engine: sa.Engine, url: str, root: Path, dialect: str, scenarios: tuple[Scenario, ...], hands: bool = False
) -> list[Record]:
    seller = supplier(root, dialect=dialect)
    sandbox = start_sandbox(
        root / "sandbox",
        [seller],
        dialects(),
        "http://127.0.0.1:9",
        "lekplats",
        behaviours={seller.id: Behaviour.SILENT},
        speed=10,
    )
    done: list[Record] = []

    def run() -> None:
        done.extend(try_out(tools(engine, seller, hands=hands), seller, "alex", scenarios, steps=()))

    try:
        if hands:
            run()
        else:
            with_worker(url, [seller], lambda: asyncio.to_thread(run))
        assert sandbox.complaints == []
    finally:
        sandbox.stop()
    return done


@pytest.mark.parametrize("dialect", ["peppol", "csv", "malarkem", "svehandel", "peppol-advanced"])
def test_all_scenarios_are_green_against_the_sandbox(
    engine: sa.Engine, database_url: str, tmp_path: Path, dialect: str
) -> None:
    done = played(engine, database_url, tmp_path, dialect, ALL)
    for record in done:
        print(record.scenario, [(s.step, s.good, s.evidence, s.findings) for s in record.steps])
    wanted = ALL if dialect == "peppol-advanced" else ALL[:-1]
    assert [record.scenario for record in done] == [one.value for one in wanted]
    assert [(record.scenario, record.good) for record in done] == [(one.value, True) for one in wanted]
