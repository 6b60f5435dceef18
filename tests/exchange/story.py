"""One order and its supplier in the real exchange: what we do, what they answer, where it then stands."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from gateway.exchange import journal, tasks
from gateway.exchange.alone import deliver
from gateway.exchange.journal import MessageState
from gateway.exchange.place import place
from gateway.exchange.process import process
from gateway.exchange.receive import receive
from gateway.model import Document, Order, OrderResponse
from gateway.orders import book, versions
from gateway.orders.amend import ADVANCED, with_quantities
from gateway.orders.lifecycle import Event, State
from gateway.suppliers.supplier import Supplier
from tests.exchange.desk import dialects, office, response, supplier
from tests.orders.samples import NOW, sample_order

ORDER = sample_order()
MORE = with_quantities(ORDER, {"1": Decimal(7)})


class Story:
    """One order and its supplier: what we do, what they answer, and where it then stands."""

    def __init__(self, engine: sa.Engine, seller: Supplier) -> None:
        self.engine, self.seller, self.desk = engine, seller, office(engine, seller)
        self.answers = 0
        with engine.begin() as conn:
            self.order_id: UUID = place(conn, ORDER, seller, "glantan", "anna", NOW)

    def ask(self, what: Callable[..., Any], *facts: Any) -> Any:
        with self.engine.begin() as conn:
            return what(conn, self.order_id, *facts, self.seller, dialects(), "anna", NOW)

    def send(self) -> Document:
        """Delivers what is next in the lane; what then lies in the supplier's inbox, as they read it."""
        with self.engine.connect() as conn:
            messages = [one for one in journal.of_order(conn, self.order_id) if one.state is MessageState.QUEUED]
        assert deliver(self.desk, messages[0].id) is None
        with self.engine.connect() as conn:
            sent = journal.raw(conn, messages[0].id) or b""
        return dialects()[self.seller.dialect].read(sent, "sent").document

    def answer(self, code: str, change: str | None = None, status: str = "5", **facts: Any) -> journal.Message:
        self.answers += 1
        told = response(self.row.order, code, status, facts.pop("number", f"OS-{self.answers}"))
        told = replace(told, change=change, **facts)
        if self.seller.dialect == "peppol-advanced":
            told = replace(told, profile=ADVANCED)
        return self.hear(told)

    def hear(self, told: OrderResponse) -> journal.Message:
        raw = dialects()[self.seller.dialect].write(told)
        remote = f"{journal.digest(raw)}-{self.answers}"
        with self.engine.begin() as conn:
            kept = receive(conn, raw, "folder:papperslagret/svar.xml", self.seller.id, "folder", remote, NOW)
            process(conn, kept.message_id, self.desk, NOW)
            message = journal.get(conn, kept.message_id)
        assert message is not None
        return message

    @property
    def row(self) -> book.OrderRow:
        with self.engine.connect() as conn:
            row = book.get(conn, self.order_id)
        assert row is not None
        return row

    @property
    def states(self) -> list[str]:
        with self.engine.connect() as conn:
            return [version.state.value for version in versions.of_order(conn, self.order_id)]

    @property
    def events(self) -> list[Event]:
        with self.engine.connect() as conn:
            return [event.event for event in book.timeline(conn, self.order_id)]

    @property
    def tasks(self) -> list[tasks.Task]:
        with self.engine.connect() as conn:
            return tasks.open_tasks(conn)


@pytest.fixture
def story(engine: sa.Engine, tmp_path: Path) -> Story:
    return Story(engine, supplier(tmp_path, dialect="peppol-advanced"))


@pytest.fixture
def agreed(story: Story) -> Story:
    """Sent and confirmed."""
    sent = story.send()
    assert isinstance(sent, Order)
    assert sent.profile == ADVANCED
    story.answer("AP")
    assert story.row.state is State.CONFIRMED
    return story
