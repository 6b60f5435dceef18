"""Orders through the lanes: two worker processes on the embedded database, receivers on the same machine."""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa

from bench.figure import figure
from bench.lane_stage import WORKERS, cpu_seconds, placed, sample, sent, stage, workers
from bench.receivers import receivers
from gateway.exchange.tables import lanes as lane_rows
from gateway.exchange.tables import messages
from gateway.program import Program
from gateway.suppliers.supplier import Supplier
from gateway.transports import TRANSPORTS
from gateway.transports.contract import Parcel

_LANES = 1200
_ORDERS = 20_000
_IDLE = 100
_BACKLOG = 100_000
_POISONED, _OF_A_KIND, _EACH = 1000, 50, 5


def lanes(count: int = _ORDERS) -> dict[str, Any]:
    """Placed → sent: sustained, idle, with a backlog that waits, and with suppliers that are ill.

    Half of the suppliers are folders, half access points; built-in rules on, official packages off.
    """
    with receivers() as address:
        figures = _healthy(address, count)
        figures |= {"poison_ratio": _poison(address)}
    return figures


def _healthy(address: str, count: int) -> dict[str, Any]:
    with stage(_LANES, lambda number: "folder" if number % 2 else "well", address) as program:
        everybody = list(program.suppliers)
        reference = _straight(program, everybody, 500)
        with workers(program) as pids:
            _through(program, everybody, 200)
            idle = sorted(_one(program, everybody[nth]) for nth in range(_IDLE))
            before = cpu_seconds(program, pids)
            rate = _through(program, everybody, count)
            used = {name: seconds - before[name] for name, seconds in cpu_seconds(program, pids).items()}
            plain = _through(program, everybody, max(count // 5, 500))
            _fill(program, everybody)
            with_backlog = _through(program, everybody, max(count // 5, 500))
    cost = {name: round(seconds / count * 1000, 2) for name, seconds in used.items()}
    told = figure(rate, "orders/s", reference, "writing, journaling and sending one by one, without lanes")
    slowest = idle[int(len(idle) * 0.99) - 1]
    slowdown = {"value": round(plain / with_backlog, 2), "unit": "x", "backlog": _BACKLOG}
    return {
        "orders_per_s": told | {"orders": count, "lanes": _LANES, "workers": WORKERS},
        "cpu_ms_per_order": {"value": round(sum(cost.values()), 2), "unit": "ms"} | cost,
        "idle_p99_ms": figure(slowest * 1000, "ms") | {"orders": _IDLE},
        "backlog_slowdown": slowdown | {"reference": round(plain, 1), "reference_is": "orders/s without the backlog"},
    }


def _through(program: Program, suppliers: list[Supplier], count: int) -> float:
    """Orders a second, from the first that is placed to the last that is sent."""
    with program.engine.connect() as conn:
        after = conn.scalar(sa.select(sa.func.max(messages.c.sequence))) or 0
    began = time.perf_counter()
    sent(program, after, placed(program, count, suppliers), suppliers)
    return count / (time.perf_counter() - began)


def _one(program: Program, supplier: Supplier) -> float:
    """Seconds from the placing of one order to its receipt, by the times that are kept with it."""
    with program.engine.connect() as conn:
        after = conn.scalar(sa.select(sa.func.max(messages.c.sequence))) or 0
    highest = placed(program, 1, [supplier])
    sent(program, after, highest, [supplier])
    times = sa.select(messages.c.created_at, messages.c.done_at).where(messages.c.sequence == highest)
    with program.engine.connect() as conn:
        row = conn.execute(times).one()
    return float((row.done_at - row.created_at).total_seconds())


def _fill(program: Program, suppliers: list[Supplier]) -> None:
    """Messages that wait for a later attempt: half of them in the lanes that send, half in lanes that are dead."""
    everybody = [one.id for one in suppliers]
    statement = sa.text("""
        INSERT INTO messages (id, direction, state, supplier_id, document, key, created_at, tries, attempts, next_at)
        SELECT gen_random_uuid(), 'out', 'waiting',
               CASE WHEN nth % 2 = 0 THEN (CAST(:ids AS text[]))[1 + nth % :many] ELSE 'dead-' || nth % 100 END,
               'Order', 'backlog-' || nth, now(), 5, 5, now() + interval '1 day'
        FROM generate_series(1, :count) AS nth
    """)
    with program.engine.begin() as conn:
        conn.execute(statement, {"ids": everybody, "many": len(everybody), "count": _BACKLOG})
        dead = [{"supplier_id": f"dead-{nth}", "failures": 9, "due_at": sa.text("now() + interval '1 day'")}
                for nth in range(100)]  # fmt: skip
        for row in dead:
            conn.execute(lane_rows.insert().values(row))
        conn.execute(sa.text("ANALYZE messages"))


def _poison(address: str) -> dict[str, Any]:
    """How much longer the healthy ones take where some hang, some refuse and some drop the line in mid-upload."""
    kinds = ("hang", "refuse", "drop")

    def way(number: int) -> str:
        return kinds[number // _OF_A_KIND] if number < _OF_A_KIND * len(kinds) else "well"

    seconds = {}
    for name in ("alone", "with the ill"):
        with stage(_POISONED, way, address) as program, workers(program):
            everybody = list(program.suppliers)
            healthy = [one for one in everybody if one.settings.url.endswith("/well")]
            asked = healthy if name == "alone" else everybody
            began = time.perf_counter()
            highest = placed(program, len(asked) * _EACH, asked)
            sent(program, 0, highest, healthy)
            seconds[name] = time.perf_counter() - began
    ratio = {"value": round(seconds["with the ill"] / seconds["alone"], 2), "unit": "x"}
    told = {"reference": round(seconds["alone"], 1), "reference_is": "seconds for the healthy ones alone"}
    return ratio | told | {"healthy": len(healthy), "ill": _OF_A_KIND * len(kinds), "orders_each": _EACH}


def _straight(program: Program, suppliers: list[Supplier], count: int) -> float:
    """The same work without lanes: write, keep the bytes in a commit, send, keep the receipt in a commit."""
    codec = program.dialects["peppol"].codec("Order")
    folders = [one for one in suppliers if one.transport == "folder"]
    with program.engine.begin() as conn:
        conn.execute(sa.text("CREATE TABLE bench_straight (name text, content bytea, receipt text)"))
    order = sample(program)
    began = time.perf_counter()
    for number in range(count):
        parcel = Parcel(key=f"straight-{number}", name=f"straight-{number}.xml", content=codec.write(order))
        with program.engine.begin() as conn:
            facts = {"name": parcel.name, "content": parcel.content}
            conn.execute(sa.text("INSERT INTO bench_straight VALUES (:name, :content)"), facts)
        receipt = TRANSPORTS["folder"].send(folders[number % len(folders)].settings, parcel)
        with program.engine.begin() as conn:
            kept = {"name": parcel.name, "receipt": receipt.evidence}
            conn.execute(sa.text("UPDATE bench_straight SET receipt = :receipt WHERE name = :name"), kept)
    return count / (time.perf_counter() - began)
