"""Chores: each by one worker at a time, told when it fails, and done again."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.exchange.chores import Chore, chores_forever, do
from gateway.exchange.office import Handlers, Office
from gateway.exchange.single import single
from gateway.settings import load_settings
from gateway.suppliers.supplier import Suppliers


def office(engine: sa.Engine, *chores: Chore) -> Office:
    return Office(
        engine=engine,
        suppliers=Suppliers(()),
        dialects={},
        transports={},
        handlers=Handlers(chores=chores),
        settings=load_settings({}),
    )


def test_a_chore_is_done_by_one_at_a_time(engine: sa.Engine) -> None:
    ran: list[datetime] = []
    chore = Chore(name="count", every=timedelta(seconds=1), run=lambda _, now: ran.append(now))
    with single(engine, "avrop chore count") as mine:
        assert mine
        assert not do(office(engine), chore)
    assert ran == []
    assert do(office(engine), chore)
    assert len(ran) == 1


def test_a_failing_chore_is_told_and_due_again(engine: sa.Engine, caplog: Any) -> None:
    tries: list[int] = []

    def fail(_office: Office, _now: datetime) -> None:
        tries.append(len(tries))
        raise ValueError("the list is gone")

    chore = Chore(name="fail", every=timedelta(seconds=1), run=fail)
    with caplog.at_level(logging.ERROR):
        assert not do(office(engine), chore)
        assert not do(office(engine), chore)
    assert tries == [0, 1]
    assert "the chore fail failed" in caplog.text


@pytest.mark.parametrize("many", [2])
def test_the_worker_does_each_again_and_again(engine: sa.Engine, many: int) -> None:
    """A chore that takes its time keeps the other from nothing."""
    ran: list[str] = []

    async def some_time() -> None:
        stopping = asyncio.Event()

        def slow(_office: Office, _now: datetime) -> None:
            ran.append("slow")
            while not stopping.is_set() and ran.count("quick") < many:
                pass

        quick = Chore(name="quick", every=timedelta(0), run=lambda _office, _now: ran.append("quick"))
        work = asyncio.create_task(
            chores_forever(office(engine, quick, Chore(name="slow", every=timedelta(0), run=slow)), stopping)
        )
        while ran.count("quick") < many:
            await asyncio.sleep(0.05)
        stopping.set()
        await work

    asyncio.run(asyncio.wait_for(some_time(), 30))
    assert ran.count("slow") >= 1


def test_without_chores_it_lasts_all_the_same(engine: sa.Engine) -> None:
    """Whatever ends beside the lanes ends the others too."""

    async def some_time() -> bool:
        stopping = asyncio.Event()
        work = asyncio.create_task(chores_forever(office(engine), stopping))
        await asyncio.sleep(0.05)
        lasted = not work.done()
        stopping.set()
        await asyncio.wait_for(work, 5)
        return lasted

    assert asyncio.run(some_time())
