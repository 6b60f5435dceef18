"""Change and cancellation between a real worker and a real sandbox, over real folders: nobody's part is played."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from gateway.exchange import changing
from gateway.orders import book, versions
from gateway.orders.amend import with_quantities
from gateway.orders.lifecycle import Event, State
from gateway.sandbox.behaviour import Behaviour
from gateway.sandbox.serve import start_sandbox
from gateway.suppliers.supplier import Supplier
from tests.exchange.desk import dialects, supplier
from tests.exchange.test_worker import order_now, until, with_worker
from tests.orders.samples import sample_order

MORE = with_quantities(sample_order(), {"1": Decimal(7)})
pytestmark = pytest.mark.slow


class Order:
    """One order in the book, as the buyer sees it."""

    def __init__(self, engine: sa.Engine, seller: Supplier) -> None:
        self.engine, self.seller = engine, seller
        self.id: UUID = order_now(engine, seller, "26-000001")

    def ask(self, what: Callable[..., Any], wanted: object) -> None:
        with self.engine.begin() as conn:
            what(conn, self.id, wanted, self.seller, dialects(), "anna", datetime.now(UTC))

    @property
    def row(self) -> book.OrderRow:
        with self.engine.connect() as conn:
            row = book.get(conn, self.id)
        assert row is not None
        return row

    @property
    def told(self) -> list[Event]:
        with self.engine.connect() as conn:
            return [event.event for event in book.timeline(conn, self.id)]

    @property
    def versions(self) -> list[str]:
        with self.engine.connect() as conn:
            return [version.state.value for version in versions.of_order(conn, self.id)]

    async def hears(self, event: Event) -> None:
        await until(lambda: event in self.told, 30)


def play(
    engine: sa.Engine, url: str, root: Path, behaviour: Behaviour, story: Callable[[Order], Awaitable[None]]
) -> Order:
    """Places an order with a sandbox supplier that behaves so, and lives through the story beside a worker."""
    seller = supplier(root, dialect="peppol-advanced")
    sandbox = start_sandbox(
        root / "sandbox", [seller], dialects(), "http://127.0.0.1:9", "lekplats", behaviours={seller.id: behaviour}
    )
    try:
        order = Order(engine, seller)
        with_worker(url, [seller], lambda: story(order))
        assert sandbox.complaints == []
    finally:
        sandbox.stop()
    return order


def test_an_accepted_change_and_a_refused_cancellation(engine: sa.Engine, database_url: str, tmp_path: Path) -> None:
    async def story(order: Order) -> None:
        await order.hears(Event.CONFIRMED)
        await asyncio.to_thread(order.ask, changing.change, MORE)
        await order.hears(Event.CHANGE_ACCEPTED)
        await asyncio.to_thread(order.ask, changing.cancel, "Behövs inte")
        await order.hears(Event.CANCEL_REFUSED)
        assert order.row.state is State.CONFIRMED
        await order.hears(Event.DESPATCHED)

    order = play(engine, database_url, tmp_path, Behaviour.KEEP_ORDERS, story)
    assert (order.row.version, order.row.order) == (2, MORE)
    assert order.versions == ["replaced", "standing"]
    assert order.told == [
        Event.PLACED,
        Event.SENT,
        Event.CONFIRMED,
        Event.CHANGE_ASKED,
        Event.SENT,
        Event.CHANGE_ACCEPTED,
        Event.CANCEL_ASKED,
        Event.SENT,
        Event.CANCEL_REFUSED,
        Event.DESPATCHED,
    ]
    with engine.connect() as conn:
        (line, _) = book.timeline(conn, order.id)[-1].detail["lines"]
    assert line["delivered"]["value"] == "7"


def test_a_refused_change_leaves_the_old_version(engine: sa.Engine, database_url: str, tmp_path: Path) -> None:
    async def story(order: Order) -> None:
        await order.hears(Event.CONFIRMED)
        await asyncio.to_thread(order.ask, changing.change, MORE)
        await order.hears(Event.CHANGE_REFUSED)

    order = play(engine, database_url, tmp_path, Behaviour.REFUSE_CHANGES, story)
    assert (order.row.version, order.row.order) == (1, sample_order("26-000001"))
    assert order.versions == ["standing", "refused"]


def test_an_accepted_cancellation_keeps_the_goods_at_home(engine: sa.Engine, database_url: str, tmp_path: Path) -> None:
    async def story(order: Order) -> None:
        await order.hears(Event.CONFIRMED)
        await asyncio.to_thread(order.ask, changing.cancel, "Behövs inte")
        await order.hears(Event.CANCEL_ACCEPTED)
        await asyncio.sleep(4)

    order = play(engine, database_url, tmp_path, Behaviour.ACCEPT, story)
    assert order.row.state is State.CANCELLED
    assert Event.DESPATCHED not in order.told


def test_the_seller_takes_an_order_back(engine: sa.Engine, database_url: str, tmp_path: Path) -> None:
    async def story(order: Order) -> None:
        await order.hears(Event.CANCELLED_BY_SELLER)

    order = play(engine, database_url, tmp_path, Behaviour.CANCEL, story)
    assert order.row.state is State.CANCELLED
