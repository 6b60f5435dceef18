"""Against the demo as people start it: real worker, pages, sandbox and register; every way of sending is green."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway import database
from gateway.demo.stage import Size, Stage, stage
from gateway.exchange.office import utc_now
from gateway.exchange.selftest.run import ALL, not_applicable, try_out
from gateway.exchange.selftest.tools import opened, worker_runs
from gateway.program import HANDLERS, look_up
from gateway.transports import TRANSPORTS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    home: Path = tmp_path_factory.mktemp("demo")
    before = dict(os.environ)
    try:
        with stage(home, Size(suppliers=80, units=5, articles=500), speed=20) as running:
            _until_the_worker_is_seen(running)
            yield running
    finally:
        database.stop_embedded(home / "postgres")
        os.environ.clear()
        os.environ.update(before)


def _until_the_worker_is_seen(running: Stage) -> None:
    end = time.monotonic() + 60
    with running.program.engine.connect() as conn:
        while not worker_runs(conn, utc_now()):
            assert time.monotonic() < end, (running.program.settings.home / "worker.log").read_text()
            time.sleep(0.2)


@pytest.mark.parametrize("profile", ["peppol", "peppol-advanced", "malarkem"])
def test_every_scenario_is_green_against_the_demo(demo: Stage, profile: str) -> None:
    program = demo.program
    seller = next(one for one in program.suppliers if one.profile == profile)
    facts = (program.engine, program.suppliers, program.dialects, TRANSPORTS, program.settings, HANDLERS)
    with opened(*facts, lookup=look_up(program), patience=timedelta(seconds=40), look_every=0.1) as tools:
        assert not tools.hands, "the demo's worker is seen"
        wanted = ["connection", *(one.value for one in ALL if not not_applicable(tools, seller, one))]
        done = try_out(tools, seller, "alex", ALL)
    told = [(record.scenario, record.good, record.steps[-1]) for record in done]
    assert [scenario for scenario, _, _ in told] == wanted, told
    assert all(good for _, good, _ in told), told
    lookup, shop = done[0].steps[-2:]
    assert (shop.step, shop.good) == ("shop", None)
    assert (lookup.step, lookup.good) == ("lookup", None if profile == "malarkem" else True)
    assert demo.sandbox.complaints == []
