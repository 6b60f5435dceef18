"""Baskets that come back from suppliers' shops: posted to the real pages, kept, and answered with the way on."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from bench.figure import figure
from bench.lane_stage import stage
from bench.pages import pages
from gateway.exchange import journal
from gateway.exchange.journal import MessageState
from gateway.exchange.office import utc_now
from gateway.exchange.punchout import visits
from gateway.exchange.tables import messages
from gateway.program import Program

_RETURNS = 4000
_PAGES = 2
_AT_ONCE = 16
_SUPPLIERS = 50
# Of a hundred baskets: most are small, one is as large as they may be.
_MIX = ((95, 20), (4, 500), (1, 5000))
_ITEM = (
    '<ItemIn quantity="2" lineNumber="{n}"><ItemID><SupplierPartID>77-{n}</SupplierPartID></ItemID><ItemDetail>'
    '<UnitPrice><Money currency="SEK">64.90</Money></UnitPrice>'
    '<Description xml:lang="sv">Unders&#246;kningshandske nitril, storlek M</Description><UnitOfMeasure>BX'
    '</UnitOfMeasure><Classification domain="UNSPSC">42132203</Classification></ItemDetail></ItemIn>'
)
_BASKET = (
    '<?xml version="1.0"?><cXML payloadID="{cookie}@shop.example" timestamp="2026-11-25T12:00:00+01:00"><Header/>'
    "<Message><PunchOutOrderMessage><BuyerCookie>{cookie}</BuyerCookie><PunchOutOrderMessageHeader "
    'operationAllowed="edit"><Total><Money currency="SEK">1</Money></Total></PunchOutOrderMessageHeader>{lines}'
    "</PunchOutOrderMessage></Message></cXML>"
)


def punchout(count: int = _RETURNS) -> dict[str, Any]:
    """Baskets a second that are kept and answered, by two processes of the pages; how long the slowest wait.

    The reference keeps the same bytes one by one in one process, without HTTP, visit or key.
    """
    with stage(_SUPPLIERS, lambda _: "folder", "") as program:
        reference = _journaled(program, [body for _, body in _visits(program, min(count, 500))])
        with pages(_PAGES) as ports:
            asyncio.run(_posted(ports, _requests(_visits(program, 200))))
            requests = _requests(_visits(program, count))
            began = time.perf_counter()
            waits = asyncio.run(_posted(ports, requests))
            seconds = time.perf_counter() - began
        _all_kept(program, count)
    told = figure(count / seconds, "baskets/s", reference, "the same bytes kept one by one, without pages")
    size = sum(len(request) for request in requests) / count
    facts = {"baskets": count, "mean_kb": round(size / 1000, 1), "lines": {n: f"{share} %" for share, n in _MIX}}
    slow = statistics.quantiles(waits, n=100)[98]
    return {"returns_per_s": told | facts | {"processes": _PAGES}, "p99_ms": figure(slow * 1000, "ms")}


def _visits(program: Program, count: int) -> list[tuple[str, bytes]]:
    """Visits that are open: the key of each, and what its shop will post."""
    lines = {size: "".join(_ITEM.format(n=n) for n in range(1, size + 1)) for _, size in _MIX}
    sizes = [size for share, size in _MIX for _ in range(share)]
    suppliers, made = list(program.suppliers), []
    with program.engine.begin() as conn:
        for number in range(count):
            who = {"supplier_id": suppliers[number % len(suppliers)].id, "person": "p", "unit_id": "u", "kind": "cxml"}
            visit = visits.open_visit(conn, **who, now=utc_now(), minutes=60, state=visits.State.OPEN)
            text = _BASKET.format(cookie=visit.cookie, lines=lines[sizes[number * 37 % len(sizes)]])
            made.append((visit.token, b"cxml-urlencoded=" + quote(text, safe="").encode()))
    return made


def _requests(made: Sequence[tuple[str, bytes]]) -> list[bytes]:
    head = "POST /punchout/return/{} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n"
    head += "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    return [head.format(token, len(body)).encode() + body for token, body in made]


async def _posted(ports: Sequence[int], requests: Sequence[bytes]) -> list[float]:
    """Posts them all, some at once, on lines that stay open; seconds until each was answered with the way on."""
    waits: list[float] = []
    waiting = iter(requests)

    async def shop(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in waiting:
            began = time.perf_counter()
            writer.write(request)
            await writer.drain()
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 303 " not in head.split(b"\r\n")[0]:
                raise SystemExit(f"a basket was not taken: {head[:200]!r}")
            waits.append(time.perf_counter() - began)
        writer.close()

    await asyncio.gather(*(shop(ports[nth % len(ports)]) for nth in range(_AT_ONCE)))
    return waits


def _journaled(program: Program, bodies: Sequence[bytes]) -> float:
    """Messages a second."""
    began = time.perf_counter()
    for body in bodies:
        facts = {"raw": body, "sha256": journal.digest(body), "journaled_at": utc_now(), "transport": "reference"}
        with program.engine.begin() as conn:
            journal.add(conn, "in", MessageState.PROCESSED, utc_now(), **facts)
    return len(bodies) / (time.perf_counter() - began)


def _all_kept(program: Program, count: int) -> None:
    """Nothing was lost and nothing was kept twice."""
    theirs = messages.c.punchout_id.is_not(None) & (messages.c.transport == visits.TRANSPORT)
    many = sa.select(sa.func.count(), sa.func.count(sa.distinct(messages.c.punchout_id))).where(theirs)
    with program.engine.connect() as conn:
        kept, different = conn.execute(many).one()
    if kept != different or kept < count:
        raise SystemExit(f"{kept} baskets were kept of {different} visits, and {count} were posted")
