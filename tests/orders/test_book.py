"""The order book on the real database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from gateway.orders import book
from gateway.orders.lifecycle import Event, State
from tests.orders.samples import NOW, sample_order


def test_an_order_comes_back_as_it_was_placed(engine: sa.Engine) -> None:
    order = sample_order()
    with engine.begin() as conn:
        order_id = book.add(conn, order, "papperslagret", "glantan", "anna", NOW)
    with engine.begin() as conn:
        by_id, by_number = book.get(conn, order_id), book.get(conn, order.number)
    assert by_id is not None
    assert by_id == by_number
    assert by_id.order == order
    assert (by_id.state, by_id.placed_at, by_id.unit_id) == (State.PLACED, NOW, "glantan")


def test_numbers_have_no_gaps_and_no_twins(engine: sa.Engine) -> None:
    def take(rolled_back: bool) -> str:
        with engine.connect() as conn:
            number = book.next_number(conn, 2026)
            conn.rollback() if rolled_back else conn.commit()
        return "" if rolled_back else number

    with ThreadPoolExecutor(8) as pool:
        numbers = sorted(filter(None, pool.map(take, [place % 3 == 0 for place in range(30)])))
    assert numbers == [f"26-{place:06d}" for place in range(1, 21)]
    with engine.begin() as conn:
        assert book.next_number(conn, 2027) == "27-000001"


def test_the_timeline_tells_everything_also_what_moved_nothing(engine: sa.Engine) -> None:
    with engine.begin() as conn:
        order_id = book.add(conn, sample_order(), "papperslagret", "glantan", "anna", NOW)
        later = NOW + timedelta(hours=1)
        assert book.record(conn, order_id, "despatched", "Papperslagret", later, {"sscc": 2}) is State.DESPATCHED
        assert book.record(conn, order_id, Event.CONFIRMED, "Papperslagret", later) is State.DESPATCHED
    with engine.begin() as conn:
        told = book.timeline(conn, order_id)
    assert [event.event for event in told] == [Event.PLACED, Event.DESPATCHED, Event.CONFIRMED]
    assert told[1].detail == {"sscc": 2}
    assert told[0].at == NOW


def test_an_event_of_no_order_is_an_error(engine: sa.Engine) -> None:
    with engine.begin() as conn, pytest.raises(LookupError, match="no order has the id"):
        book.record(conn, uuid4(), "sent", "us", NOW)


def test_pages_of_units(engine: sa.Engine) -> None:
    with engine.begin() as conn:
        for place in range(5):
            unit = "glantan" if place % 2 == 0 else "skogen"
            order = sample_order(f"26-{place:06d}")
            book.add(conn, order, "papperslagret", unit, "anna", NOW + timedelta(minutes=place))
        newest = book.for_units(conn, ["glantan"], limit=2)
        assert [row.number for row in newest] == ["26-000004", "26-000002"]
        assert [row.number for row in book.for_units(conn, ["glantan"], limit=2, offset=2)] == ["26-000000"]
        assert book.suppliers_in(conn, [State.PLACED]) == {"papperslagret"}
