"""An order, its message and its job: all of them or none."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.exchange import journal, tasks
from gateway.exchange.place import approve, decline, place
from gateway.orders import book
from gateway.orders.lifecycle import Event, State
from tests.exchange.desk import only, supplier
from tests.orders.samples import NOW, sample_order


def counts(engine: sa.Engine) -> tuple[int, ...]:
    return tuple(only(engine, f"SELECT count(*) FROM {table}") for table in ("orders", "messages", "stirs", "tasks"))


def test_order_message_and_job_commit_together(engine: sa.Engine, tmp_path: Path) -> None:
    with engine.begin() as conn:
        order_id = place(conn, sample_order(), supplier(tmp_path), "glantan", "anna", NOW)
        assert counts(engine) == (0, 0, 0, 0), "nobody sees any of it before the commit"
    assert counts(engine) == (1, 1, 1, 0)
    assert only(engine, "SELECT supplier_id FROM stirs") == "papperslagret"
    assert only(engine, "SELECT key FROM messages") == journal.message_key(order_id, "Order", 1)


def test_a_rollback_takes_the_job_along(engine: sa.Engine, tmp_path: Path) -> None:
    def fail() -> None:
        with engine.begin() as conn:
            place(conn, sample_order(), supplier(tmp_path), "glantan", "anna", NOW)
            raise RuntimeError("the shop fell over")

    with pytest.raises(RuntimeError, match="fell over"):
        fail()
    assert counts(engine) == (0, 0, 0, 0)


def test_a_supplier_we_cannot_send_to_becomes_a_task_by_hand(engine: sa.Engine, tmp_path: Path) -> None:
    later = supplier(tmp_path, transport="email", by_hand=True, settings=None)
    with engine.begin() as conn:
        order_id = place(conn, sample_order(), later, "glantan", "anna", NOW)
        (task,) = tasks.open_tasks(conn)
        assert task.kind is tasks.Kind.BY_HAND
        assert task.order_id == order_id
        tasks.take(conn, task.id, "berit", NOW)
        with pytest.raises(ValueError, match="was taken by berit"):
            tasks.take(conn, task.id, "cecilia", NOW)
        tasks.note(conn, task.id, "berit", "Ringde, levererar på torsdag", NOW)
        tasks.close(conn, task.id, "berit", tasks.ORDERED, NOW)
        with pytest.raises(ValueError, match="was closed by berit"):
            tasks.note(conn, task.id, "berit", "mer", NOW)
        assert tasks.open_tasks(conn) == []
        told = [(event.event, event.state) for event in book.timeline(conn, order_id)]
    assert told == [
        (Event.PLACED, State.BY_HAND),
        (Event.TAKEN_BY_HAND, State.BY_HAND),
        (Event.NOTE, State.BY_HAND),
        (Event.CLOSED_BY_HAND, State.CONFIRMED),
    ]
    assert counts(engine) == (1, 0, 0, 1)


def test_approval_is_given_by_somebody_else_and_starts_the_order(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    with engine.begin() as conn:
        order_id = place(conn, sample_order(), seller, "glantan", "anna", NOW, approved=False)
    assert counts(engine) == (1, 0, 0, 0)
    with engine.begin() as conn, pytest.raises(ValueError, match="somebody else must approve it"):
        approve(conn, order_id, seller, "anna", NOW)
    with engine.begin() as conn:
        assert approve(conn, order_id, seller, "berit", NOW) is State.PLACED
    with engine.begin() as conn, pytest.raises(ValueError, match="does not await approval"):
        approve(conn, order_id, seller, "berit", NOW)
    assert counts(engine) == (1, 1, 1, 0)


def test_a_declined_order_goes_nowhere(engine: sa.Engine, tmp_path: Path) -> None:
    with engine.begin() as conn:
        order_id = place(conn, sample_order(), supplier(tmp_path), "glantan", "anna", NOW, approved=False)
        assert decline(conn, order_id, "berit", "Köp på avtalet i stället", NOW) is State.CANCELLED
    assert counts(engine) == (1, 0, 0, 0)
