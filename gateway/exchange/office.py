"""Everything the exchange works with, put together once by the program and passed on."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from gateway.formats import Dialect
from gateway.model import DespatchAdvice
from gateway.orders.book import OrderRow
from gateway.settings import Settings
from gateway.suppliers.supplier import Suppliers
from gateway.transports.contract import Transport

DespatchHandler = Callable[[sa.Connection, OrderRow, DespatchAdvice, datetime], None]


@dataclass(frozen=True, kw_only=True)
class Handlers:
    """What the rooms above want to be told. Each runs in the transaction that moves the order."""

    despatch_advice: DespatchHandler | None = None


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Office:
    """The exchange's tools; `clock` and `chance` (in [0, 1)) are here so that tests can hold them still."""

    engine: sa.Engine
    suppliers: Suppliers
    dialects: Mapping[str, Dialect]
    transports: Mapping[str, Transport]
    settings: Settings
    handlers: Handlers = field(default_factory=Handlers)
    clock: Callable[[], datetime] = utc_now
    chance: Callable[[], float] = random.random

    @property
    def first_delay(self) -> timedelta:
        """How long to wait after the first attempt that failed."""
        return timedelta(seconds=self.settings.retry_first)
