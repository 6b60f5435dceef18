"""Fifty people who shop at once: search while they type, article, basket, order, timeline; how long each page takes."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from bench.figure import figure
from bench.lane_stage import stage
from bench.pages import pages
from bench.shopper import Shopper, Visit
from gateway.exchange.office import utc_now
from gateway.orders.tables import orders
from gateway.program import Program
from shop.seed import Person, seed
from web.access import BUYER

_PEOPLE = 50
_PROCESSES = 2
_SUPPLIERS = 100
_ARTICLES = 20_000
_COMING = 25.0
"""Seconds over which people come: whoever comes logs in, and a password takes a while on purpose."""
_SECONDS = 75.0
_THINKS = 3.0
_ALONE = 4
"""Rounds of the one who is alone, who does not think: nobody waits for anybody."""
_PASSWORD = "en lång mening som lösenord"


def checkout(count: int = _PEOPLE) -> dict[str, Any]:
    """The 99th percentile over all pages and of each kind, with `count` people who look at each page for 3 s.

    The reference is one person alone, in the same run. An error is an answer that is none, an order that is missing
    or one too many.
    """
    with stage(_SUPPLIERS, lambda _: "folder", "") as program:
        _stocked(program, count)
        with pages(_PROCESSES) as ports:
            alone = asyncio.run(_alone(ports))
            together = asyncio.run(_together(ports, count))
        lost = abs(_orders(program) - sum(visit.ordered for visit in (*alone, *together)))
    waits = _measured(together)
    everything = [wait for kind in waits.values() for wait in kind]
    told = figure(_p99(everything), "ms", _p99(_flat(alone)), "the same pages, one person alone")
    kinds = {kind: {"p99_ms": _p99(some), "pages": len(some)} for kind, some in sorted(waits.items())}
    facts = {"people": count, "pages": len(everything), "median_ms": round(statistics.median(everything), 1)}
    log_in = [wait for visit in together for wait in visit.waits["log in"]]
    wrong = [error for visit in (*alone, *together) for error in visit.errors]
    told_errors = figure(len(wrong) + lost, "errors") | {"orders": sum(one.ordered for one in together), "lost": lost}
    return {
        "page_p99_ms": told | facts | {"processes": _PROCESSES, "kinds": kinds, "log_in_p99_ms": _p99(log_in)},
        "errors": told_errors | ({"first": wrong[:3]} if wrong else {}),
    }


def _stocked(program: Program, count: int) -> None:
    """A shop with a unit for each person, who may buy for all of them."""
    people = [Person(login=f"person{n}", name=f"Person {n}", roles=(BUYER,), units=count + 1) for n in range(count + 1)]
    passwords = {one.login: _PASSWORD for one in people}
    with program.engine.begin() as conn:
        seed(
            conn,
            program.suppliers,
            passwords=passwords,
            now=utc_now(),
            units=count + 1,
            articles=_ARTICLES,
            people=people,
        )


async def _alone(ports: list[int]) -> list[Visit]:
    """One person, at each of the processes: what is compiled at the first request is compiled before it counts."""
    found = []
    for port in ports:
        async with Shopper(port, "person0", _PASSWORD, "unit-0001", think=0) as shopper:
            await shopper.round()
            shopper.visit.waits.clear()
            for _ in range(_ALONE):
                await shopper.round()
            found.append(shopper.visit)
    return found


async def _together(ports: list[int], count: int) -> list[Visit]:
    """Everybody at once. What is waited for while some are still coming does not count."""
    begins = time.monotonic() + _COMING
    end = begins + _SECONDS

    async def shop(n: int) -> Visit:
        await asyncio.sleep(_COMING * (n - 1) / count)
        unit = f"unit-{n + 1:04}"
        async with Shopper(ports[n % len(ports)], f"person{n}", _PASSWORD, unit, _THINKS, begins) as shopper:
            while time.monotonic() < end:
                await shopper.round(end)
            return shopper.visit

    return list(await asyncio.gather(*(shop(n) for n in range(1, count + 1))))


def _measured(found: Iterable[Visit]) -> dict[str, list[float]]:
    """Milliseconds by kind of page."""
    waits: dict[str, list[float]] = defaultdict(list)
    for visit in found:
        for kind, some in visit.waits.items():
            if kind != "log in":
                waits[kind].extend(some)
    return waits


def _flat(found: Iterable[Visit]) -> list[float]:
    return [wait for some in _measured(found).values() for wait in some]


def _p99(waits: list[float]) -> float:
    return round(statistics.quantiles(waits, n=100)[98], 1) if len(waits) > 1 else round(sum(waits), 1)


def _orders(program: Program) -> int:
    with program.engine.connect() as conn:
        return int(conn.scalar(sa.select(sa.func.count()).select_from(orders)) or 0)
