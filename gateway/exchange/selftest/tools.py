"""What a self-test works with, and what it tells while it runs."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from gateway.exchange.office import Handlers, Office
from gateway.exchange.selftest.record import Step
from gateway.exchange.tables import workers
from gateway.formats import Dialect
from gateway.rules.judge import Rules
from gateway.rules.pool import Limits, Pool
from gateway.settings import Settings
from gateway.suppliers.supplier import Supplier, Suppliers
from gateway.transports.contract import Check, Transport

PATIENCE: Final = timedelta(minutes=10)
"""How long a supplier has for each thing that is waited for; people and programs answer test orders the same day."""
_ALIVE = timedelta(minutes=1)
_LOCKS: Final = 4026  # the first half of the advisory locks' key; the second is the supplier's


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Something happened: a record `began`, a `step` was taken, or `waiting` has lasted `seconds` of `limit`."""

    record_id: int
    scenario: str
    began: bool = False
    step: Step | None = None
    waiting: str = ""
    seconds: float = 0.0
    limit: float = 0.0


class Looked(msgspec.Struct, frozen=True):
    """What the Peppol network says of a supplier. `down`: it could not be asked, which is nobody's fault here.

    `check` is None for a supplier that is not addressed there.
    """

    check: Check | None
    down: bool = False


@dataclass(frozen=True, kw_only=True)
class Tools:
    """`lookup` asks the Peppol network, None where nobody can ask. `look_every` in seconds.

    `hands`: no worker runs, so that sending, fetching and reading is done here, for the supplier that is tested alone.
    """

    office: Office
    lookup: Callable[[Supplier], Looked] | None = None
    patience: timedelta = PATIENCE
    tell: Callable[[Told], None] = lambda _: None
    hands: bool = False
    look_every: float = 0.5


class Busy(Exception):
    """Another self-test of this supplier runs."""


@contextmanager
def alone(engine: sa.Engine, supplier_id: str) -> Iterator[None]:
    """One self-test for each supplier at a time, in all processes; a process that dies lets go. Raises Busy."""
    key = sa.func.pg_try_advisory_lock(_LOCKS, _half(supplier_id))
    with engine.connect() as conn:
        if not conn.execute(sa.select(key)).scalar_one():
            raise Busy(f"a self-test of {supplier_id} runs already: wait for it, or look at its record")
        conn.commit()
        try:
            yield
        finally:
            conn.execute(sa.select(sa.func.pg_advisory_unlock(_LOCKS, _half(supplier_id))))
            conn.commit()


def is_running(conn: sa.Connection, supplier_id: str) -> bool:
    """Whether a living process tests this supplier now."""
    held = sa.text(
        "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = :kind AND objid = :half"
        " AND objsubid = 2 AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
    )
    found: bool = conn.execute(held, {"kind": _LOCKS, "half": _half(supplier_id) & 0xFFFFFFFF}).scalar_one()
    return found


def worker_runs(conn: sa.Connection, now: datetime) -> bool:
    """Whether any worker was seen within a minute."""
    return conn.execute(sa.select(sa.exists().where(workers.c.seen_at > now - _ALIVE))).scalar_one()


def _half(supplier_id: str) -> int:
    """32 bits with a sign, as PostgreSQL counts them."""
    return int.from_bytes(zlib.crc32(supplier_id.encode()).to_bytes(4), signed=True)


@contextmanager
def opened(
    engine: sa.Engine,
    suppliers: Suppliers,
    dialects: Mapping[str, Dialect],
    transports: Mapping[str, Transport],
    settings: Settings,
    handlers: Handlers,
    lookup: Callable[[Supplier], Looked] | None = None,
    **facts: Any,
) -> Iterator[Tools]:
    """Tools with the official rules in force; their processes start when first needed and end here.

    `facts` are fields of Tools. Where no worker runs, the self-test works with its own hands.
    """
    limits = Limits(workers=1, seconds=settings.rules_seconds, memory=settings.rules_memory)
    with Pool(limits) as pool:
        office = Office(
            engine=engine,
            suppliers=suppliers,
            dialects=dialects,
            transports=transports,
            settings=settings,
            handlers=handlers,
            rules=Rules(settings.rules_dir, pool),
        )
        with engine.begin() as conn:
            hands = not worker_runs(conn, office.clock())
        yield Tools(office=office, lookup=lookup, **{"hands": hands} | facts)
