"""Self-tests for tests: the real exchange, and suppliers that answer what a test wants, in files of their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from gateway.exchange.office import Handlers, Office
from gateway.exchange.selftest.record import Record, Step
from gateway.exchange.selftest.run import try_out
from gateway.exchange.selftest.scenario import Scenario
from gateway.exchange.selftest.tools import Tools
from gateway.findings import Rejected
from gateway.model import Document, Order
from gateway.sandbox.speaking import say
from gateway.suppliers.supplier import Supplier, Suppliers
from gateway.transports import TRANSPORTS
from tests.exchange.desk import dialects, settings

Answers = Callable[[Order], Sequence[Document | bytes]]


def tools(
    engine: sa.Engine, *sellers: Supplier, seconds: float = 20, handlers: Handlers | None = None, **facts: Any
) -> Tools:
    """Ready to test these suppliers, with its own hands where nothing else is said."""
    desk = Office(
        engine=engine,
        suppliers=Suppliers(sellers),
        dialects=dialects(),
        transports=TRANSPORTS,
        settings=settings(),
        handlers=handlers or Handlers(),
    )
    return Tools(office=desk, patience=timedelta(seconds=seconds), look_every=0.05, **{"hands": True} | facts)


def play(engine: sa.Engine, seller: Supplier, scenario: Scenario, seconds: float = 20, **facts: Any) -> Record:
    """One scenario, without the connection's steps."""
    (record,) = try_out(tools(engine, seller, seconds=seconds, **facts), seller, "alex", [scenario], ())
    return record


def last(record: Record) -> Step:
    return record.steps[-1]


@contextmanager
def answering(seller: Supplier, answers: Answers) -> Iterator[None]:
    """A supplier behind two folders that gives these answers to each order, and nothing else."""
    stop = threading.Event()
    inbox, outbox = Path(seller.settings.inbox), Path(seller.settings.outbox)

    def work() -> None:
        seen: set[str] = set()
        while not stop.is_set():
            for path in inbox.iterdir():
                if path.name not in seen and not path.name.startswith("."):
                    seen.add(path.name)
                    _give(outbox, seller, answers, path)
            time.sleep(0.02)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(5)


def _give(outbox: Path, seller: Supplier, answers: Answers, path: Path) -> None:
    tongue = dialects()[seller.dialect]
    try:
        order = tongue.read(path.read_bytes(), path.name).document
    except Rejected:
        return
    if not isinstance(order, Order):
        return
    for place, answer in enumerate(answers(order)):
        content = answer if isinstance(answer, bytes) else say(tongue, answer)
        part = outbox / f".{path.name}-{place}.part"
        part.write_bytes(content)
        part.rename(outbox / f"svar-{place}{path.suffix}")
