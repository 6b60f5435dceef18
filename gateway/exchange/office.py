"""Everything the exchange works with, put together once by the program and passed on."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from gateway.exchange.alarms import Kind
from gateway.exchange.chores import Chore
from gateway.findings import Finding
from gateway.formats import Dialect
from gateway.model import DespatchAdvice, Document, Order
from gateway.model.item import Price
from gateway.model.order import OrderLine
from gateway.orders.book import OrderRow
from gateway.orders.proof import Proof
from gateway.rules.judge import Rules
from gateway.settings import Settings
from gateway.suppliers.supplier import Supplier, Suppliers
from gateway.transports.contract import Transport

DespatchHandler = Callable[[sa.Connection, OrderRow, DespatchAdvice, datetime], None]
DocumentHandler = Callable[[sa.Connection, Supplier, UUID, Document, datetime], Sequence[Finding]]
"""Gets the message's id too; a fatal finding means that nothing was done, and a person must see it."""
PriceBook = Callable[[sa.Connection, str, Collection[str]], Mapping[str, Price]]
"""Contract prices of a supplier's articles, by its article numbers; what has none is left out."""
Sampler = Callable[[sa.Connection, str], Sequence[OrderLine]]
"""A few lines with articles and prices of a supplier's own, for a test order."""
VisitOrders = Callable[[sa.Connection, UUID], Sequence[UUID]]
ProofFinder = Callable[[sa.Connection, UUID], Proof | None]
PhotoFinder = Callable[[sa.Connection, UUID, UUID], bytes | None]
UnitFinder = Callable[[sa.Connection, Order], str | None]
AddressFinder = Callable[[sa.Connection, str], str | None]


@dataclass(frozen=True, kw_only=True)
class Handlers:
    """What the rooms above want to be told. Each runs in the transaction that moves the order."""

    despatch_advice: DespatchHandler | None = None
    documents: Mapping[str, DocumentHandler] = field(default_factory=dict)
    """By canonical name: "Invoice", "Catalogue" ... What has no handler is kept with a task."""
    streamed: tuple[str, ...] = ()
    """Those of them that are handed over without their lines: the handler reads the message's bytes line by line."""
    contract_prices: PriceBook | None = None
    unit_of: UnitFinder | None = None
    """For whom an order was bought that the supplier registers."""
    address_of: AddressFinder | None = None
    """The e-mail address of a log-in, None where there is none."""
    some_goods: Sampler | None = None
    orders_of_visit: VisitOrders | None = None
    """The orders that what somebody brought back from a supplier's shop was placed with."""
    proof_of: ProofFinder | None = None
    """The proof of a delivery by its number."""
    proof_photo: PhotoFinder | None = None
    """A photo of a proof, as JPEG: the delivery's number, the photo's."""
    chores: tuple[Chore, ...] = ()
    """What a worker does for them now and then."""
    wrongs: tuple[Callable[[sa.Connection, Office, datetime], dict[tuple[Kind, str], str]], ...] = ()
    """What is wrong in their tables now, by kind and supplier; the watch raises alarms of it and ends them."""


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
    rules: Rules | None = None
    clock: Callable[[], datetime] = utc_now
    chance: Callable[[], float] = random.random

    @property
    def first_delay(self) -> timedelta:
        """How long to wait after the first attempt that failed."""
        return timedelta(seconds=self.settings.retry_first)
