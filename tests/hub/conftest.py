"""A dock with one order and its despatch advice, on the real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from gateway.orders import book
from gateway.orders.book import OrderRow
from hub.receiving import expect
from tests.hub.advices import advice, line, unit
from tests.orders.samples import sample_order

NOW = datetime(2026, 11, 23, 6, 55, tzinfo=UTC)


@pytest.fixture
def conn(engine: sa.Engine) -> Iterator[sa.Connection]:
    with engine.begin() as connection:
        yield connection


@pytest.fixture
def ordered(conn: sa.Connection) -> Callable[..., OrderRow]:
    """Places an order for a unit and gives its row."""

    def place(number: str = "26-000123", unit_id: str = "bjorken", state: str = "confirmed") -> OrderRow:
        order_id: UUID = book.add(conn, sample_order(number), "papperslagret", unit_id, "Kim Exempel", NOW, state)
        row = book.get(conn, order_id)
        assert row is not None
        return row

    return place


@pytest.fixture
def two_boxes(conn: sa.Connection, ordered: Callable[..., OrderRow]) -> OrderRow:
    """An order whose two boxes, SSCC 1 and 2, are on their way."""
    row = ordered()
    sent = advice(unit(1, "1"), unit(2, "2"), lines=(line("1", "3"), line("2", "12")))
    book.record(conn, row.id, "despatched", "Papperslagret", NOW)
    expect(conn, row, sent, NOW)
    return row


@pytest.fixture
def events(conn: sa.Connection) -> Callable[[UUID], list[tuple[str, dict[str, Any]]]]:
    """What the order book has been told of an order, without the beginning."""

    def told(order_id: UUID) -> list[tuple[str, dict[str, Any]]]:
        rows = book.timeline(conn, order_id)
        return [(row.event.value, row.detail) for row in rows if row.event not in ("placed", "despatched")]

    return told
