"""Orders through the lanes: two worker processes on the embedded database, each supplier a folder on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from bench.figure import figure
from gateway import database
from gateway.exchange.office import utc_now
from gateway.exchange.place import place
from gateway.exchange.tables import messages
from gateway.formats import example
from gateway.model import Order
from gateway.program import Program, open_program
from gateway.settings import load_settings, mapping_texts
from gateway.suppliers.invent import invent
from gateway.transports import TRANSPORTS
from gateway.transports.contract import Parcel

_SUPPLIERS = 300
_ORDERS = 3000
_IDLE = 60
_WORKERS = 2
_LIMIT = 300.0


def lanes() -> dict[str, Any]:
    """Placed → sent: how many a second through all lanes at once, and how long one takes while nothing else goes on."""
    with _program() as program:
        reference = _straight(program, 500)
        with _workers():
            _sent(program, _placed(program, 20))
            idle = [_one(program) for _ in range(_IDLE)]
            began = time.perf_counter()
            _sent(program, _placed(program, _ORDERS))
            rate = _ORDERS / (time.perf_counter() - began)
    slowest = sorted(idle)[int(len(idle) * 0.99)]
    return {
        "orders_per_s": figure(rate, "orders/s", reference, "writing, journaling and sending one by one, without lanes")
        | {"orders": _ORDERS, "lanes": _SUPPLIERS, "workers": _WORKERS},
        "idle_p99_ms": figure(slowest * 1000, "ms") | {"orders": _IDLE},
    }


@contextmanager
def _program() -> Iterator[Program]:
    home = Path(tempfile.mkdtemp(prefix="avrop-bench-"))
    home.chmod(0o755)
    folders = home / "folders"
    text = "profiles:\n  folder:\n    dialect: peppol\n    participant: '0007:{org}'\n"
    text += f"    transport: {{type: folder, inbox: '{folders}/{{id}}'}}\n"
    listed = [line for line in invent(_SUPPLIERS).splitlines() if line.startswith("  - {id:")]
    text += "suppliers:\n" + "\n".join(_in_folder(line, folders) for line in listed)
    (home / "suppliers.yaml").write_text(text, encoding="utf-8")
    os.environ |= {"AVROP_HOME": str(home), "AVROP_SUPPLIERS": str(home / "suppliers.yaml")}
    program = open_program(load_settings())
    if len(program.suppliers) != _SUPPLIERS:
        raise SystemExit(f"the bench's suppliers do not load: {program.suppliers.findings[:3]}")
    try:
        yield program
    finally:
        program.engine.dispose()
        database.stop_embedded(home / "postgres")
        shutil.rmtree(home, ignore_errors=True)


def _in_folder(line: str, folders: Path) -> str:
    name = re.search(r"id: ([\w-]+)", line)
    if name is not None:
        (folders / name[1]).mkdir(parents=True)
    return re.sub(r"profile: [\w-]+", "profile: folder", line)


@contextmanager
def _workers() -> Iterator[None]:
    command = [sys.executable, "-m", "gateway.cli", "worker"]
    running = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(_WORKERS)]
    time.sleep(4)
    try:
        yield
    finally:
        for worker in running:
            worker.terminate()
        for worker in running:
            worker.wait(20)


def _orders(program: Program, count: int) -> Iterator[tuple[Order, Any]]:
    texts = mapping_texts(program.settings)
    order: Any = example(texts["examples/order.yaml"], "order", Order)
    suppliers = list(program.suppliers)
    stamp = f"{time.time_ns():x}"
    for number in range(count):
        yield msgspec.structs.replace(order, number=f"{stamp}-{number}"), suppliers[number % len(suppliers)]


def _placed(program: Program, count: int) -> int:
    """Places orders, a hundred a commit; gives the highest message number."""
    waiting = list(_orders(program, count))
    for start in range(0, count, 100):
        with program.engine.begin() as conn:
            for order, supplier in waiting[start : start + 100]:
                place(conn, order, supplier, "unit-0001", "bench", utc_now())
    with program.engine.connect() as conn:
        return int(conn.scalar(sa.select(sa.func.max(messages.c.sequence))) or 0)


def _sent(program: Program, highest: int) -> None:
    """Waits until every message is sent."""
    left = sa.select(sa.func.count()).where(messages.c.sequence <= highest, messages.c.state != "sent")
    end = time.monotonic() + _LIMIT
    while time.monotonic() < end:
        with program.engine.connect() as conn:
            if not conn.scalar(left):
                return
        time.sleep(0.05)
    raise SystemExit(f"not everything was sent within {_LIMIT} s")


def _one(program: Program) -> float:
    """Seconds from the commit of one order to its receipt, by the database's own times."""
    highest = _placed(program, 1)
    _sent(program, highest)
    times = sa.select(messages.c.created_at, messages.c.done_at).where(messages.c.sequence == highest)
    with program.engine.connect() as conn:
        row = conn.execute(times).one()
    return float((row.done_at - row.created_at).total_seconds())


def _straight(program: Program, count: int) -> float:
    """The same work without lanes: write, keep the bytes in a commit, send, keep the receipt in a commit."""
    codec = program.dialects["peppol"].codec("Order")
    transport = TRANSPORTS["folder"]
    with program.engine.begin() as conn:
        conn.execute(sa.text("CREATE TABLE bench_straight (name text, content bytea, receipt text)"))
    began = time.perf_counter()
    for order, supplier in _orders(program, count):
        parcel = Parcel(key=order.number, name=f"{order.number}.xml", content=codec.write(order))
        facts = {"name": parcel.name, "content": parcel.content}
        with program.engine.begin() as conn:
            conn.execute(sa.text("INSERT INTO bench_straight VALUES (:name, :content)"), facts)
        receipt = transport.send(supplier.settings, parcel)
        with program.engine.begin() as conn:
            kept = {"name": parcel.name, "receipt": receipt.evidence}
            conn.execute(sa.text("UPDATE bench_straight SET receipt = :receipt WHERE name = :name"), kept)
    return count / (time.perf_counter() - began)
