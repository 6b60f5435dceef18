"""What the lanes are measured on: the embedded database, invented suppliers, workers in processes of their own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import psutil
import sqlalchemy as sa

from gateway import database
from gateway.exchange.office import utc_now
from gateway.exchange.place import place
from gateway.exchange.tables import messages
from gateway.formats import example
from gateway.model import Order
from gateway.program import Program, open_program
from gateway.settings import load_settings, mapping_texts
from gateway.suppliers.invent import invent
from gateway.suppliers.supplier import Supplier

_PLACERS = 2
_A_COMMIT = 100
WORKERS = 2

Way = Callable[[int], str]
"""How the supplier of this number is reached: "folder", or the kind of receiver that it is."""


@contextmanager
def stage(suppliers: int, way: Way, receiver: str) -> Iterator[Program]:
    """A program of its own on an empty database, removed afterwards."""
    home = Path(tempfile.mkdtemp(prefix="avrop-bench-"))
    home.chmod(0o755)
    (home / "suppliers.yaml").write_text(_file(home, suppliers, way, receiver), encoding="utf-8")
    os.environ |= {"AVROP_HOME": str(home), "AVROP_SUPPLIERS": str(home / "suppliers.yaml"), "AVROP_BENCH_TOKEN": "x"}
    program = open_program(load_settings())
    if len(program.suppliers) != suppliers:
        raise SystemExit(f"the bench's suppliers do not load: {program.suppliers.findings[:3]}")
    try:
        yield program
    finally:
        program.engine.dispose()
        database.stop_embedded(home / "postgres")
        shutil.rmtree(home, ignore_errors=True)


def _file(home: Path, suppliers: int, way: Way, receiver: str) -> str:
    text = "profiles:\n  bench: {dialect: peppol, participant: '0007:{org}'}\nsuppliers:\n"
    listed = [line for line in invent(suppliers).splitlines() if line.startswith("  - {id:")]
    for number, line in enumerate(listed):
        name = re.search(r"id: ([\w-]+)", line)
        kind = way(number)
        if kind == "folder" and name is not None:
            folder = home / "folders" / name[1]
            folder.mkdir(parents=True)
            reached = f"{{type: folder, inbox: '{folder}'}}"
        else:
            reached = f"{{type: access_point, url: '{receiver}/{kind}', token: 'env:AVROP_BENCH_TOKEN'}}"
        text += re.sub(r"profile: [\w-]+", f"profile: bench, transport: {reached}", line) + "\n"
    return text


@contextmanager
def workers(program: Program) -> Iterator[list[int]]:
    """Their process ids, once each of them is at work."""
    command = [sys.executable, "-m", "gateway.cli", "worker"]
    running = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(WORKERS)]
    try:
        _until(lambda: _asked(program, "SELECT count(*) FROM workers") == WORKERS, 60)
        yield [worker.pid for worker in running]
    finally:
        for worker in running:
            worker.terminate()
        for worker in running:
            worker.wait(60)


def sample(program: Program) -> Order:
    """The order of the mapping tables' own example."""
    found: Any = example(mapping_texts(program.settings)["examples/order.yaml"], "order", Order)
    return found


def placed(program: Program, count: int, suppliers: Sequence[Supplier]) -> int:
    """Places orders in turn, a hundred a commit, two at a time; gives the highest message number."""
    order = sample(program)
    stamp = f"{time.time_ns():x}"

    def some(start: int) -> None:
        with program.engine.begin() as conn:
            for number in range(start, min(start + _A_COMMIT, count)):
                mine = msgspec.structs.replace(order, number=f"{stamp}-{number}")
                place(conn, mine, suppliers[number % len(suppliers)], "unit-0001", "bench", utc_now())

    with ThreadPoolExecutor(_PLACERS) as threads:
        list(threads.map(some, range(0, count, _A_COMMIT)))
    with program.engine.connect() as conn:
        return int(conn.scalar(sa.select(sa.func.max(messages.c.sequence))) or 0)


def sent(program: Program, after: int, highest: int, suppliers: Sequence[Supplier], seconds: float = 600) -> None:
    """Waits until everything of these suppliers is sent."""
    left = sa.select(sa.func.count()).where(
        messages.c.sequence > after,
        messages.c.sequence <= highest,
        messages.c.state.in_(("queued", "waiting")),
        messages.c.supplier_id.in_([one.id for one in suppliers]),
    )
    _until(lambda: _asked(program, left) == 0, seconds)


def cpu_seconds(program: Program, pids: Sequence[int]) -> dict[str, float]:
    """What each part has used so far: the workers, the database with all its processes, and this process."""
    postmaster = int((program.settings.home / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])
    server = psutil.Process(postmaster)
    parts = {"workers": [psutil.Process(pid) for pid in pids], "database": [server, *server.children(recursive=True)]}
    parts["placing"] = [psutil.Process()]
    return {name: sum(_used(one) for one in processes) for name, processes in parts.items()}


def _used(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def _asked(program: Program, question: Any) -> int:
    with program.engine.connect() as conn:
        return int(conn.scalar(sa.text(question) if isinstance(question, str) else question) or 0)


def _until(true: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise SystemExit(f"it did not happen within {seconds} s")
        time.sleep(0.05)
