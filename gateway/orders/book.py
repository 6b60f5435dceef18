"""The order book: one row per order, one event per happening. Everything runs in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.model import Order
from gateway.orders import versions
from gateway.orders.lifecycle import Event, Life, State, step
from gateway.orders.tables import order_events, order_numbers, orders


class OrderRow(msgspec.Struct, frozen=True, kw_only=True):
    """An order as the book knows it: the document of the version that stands, and where the order stands.

    `beneath` is how far it had come when what is pending was asked for. `test`: a self-test placed it.
    """

    id: UUID
    number: str
    version: int
    supplier_id: str
    unit_id: str
    placed_by: str
    placed_at: datetime
    state: State
    order: Order
    beneath: State | None = None
    test: bool = False

    @property
    def life(self) -> Life:
        return Life(self.state, self.beneath)


class EventRow(msgspec.Struct, frozen=True, kw_only=True):
    """One happening: what, who, when, the state after it, and details as told by whoever recorded it."""

    id: int
    at: datetime
    event: Event
    actor: str
    state: State
    detail: dict[str, Any]


def next_number(conn: sa.Connection, year: int) -> str:
    """The next order number of the year, `26-000123`; without gaps, because a rollback gives the number back."""
    return f"{year % 100:02d}-{_count(conn, year):06d}"


def next_test_number(conn: sa.Connection, year: int) -> str:
    """The next number of a self-test's order, `T26-000123`: a series of its own, so that no real one is missing."""
    return f"T{year % 100:02d}-{_count(conn, -year):06d}"


def _count(conn: sa.Connection, series: int) -> int:
    """A series is a year; the tests of a year are counted under its negative."""
    row = insert(order_numbers).values(year=series, last=1)
    row = row.on_conflict_do_update(index_elements=["year"], set_={"last": order_numbers.c.last + 1})
    last: int = conn.execute(row.returning(order_numbers.c.last)).scalar_one()
    return last


# One statement and one copy of the document over the wire: a hundred orders may be placed in one commit.
_ADD = sa.text("""
    WITH given AS (SELECT CAST(:document AS jsonb) AS document), entered AS (
        INSERT INTO orders (id, number, supplier_id, unit_id, placed_by, placed_at, state, document, test)
        SELECT :id, :number, :supplier_id, :unit_id, :placed_by, :placed_at, :state, document, :test FROM given
    ), told AS (
        INSERT INTO order_events (order_id, at, event, actor, state, detail)
        VALUES (:id, :placed_at, :event, :placed_by, :state, '{}')
    )
    INSERT INTO order_versions (order_id, version, document, state, at)
    SELECT :id, 1, document, :standing, :placed_at FROM given
""")


def add(
    conn: sa.Connection,
    order: Order,
    supplier_id: str,
    unit_id: object,
    placed_by: object,
    now: datetime,
    state: State | str = State.PLACED,
    *,
    test: bool = False,
) -> UUID:
    """Enter an order with its first version and event.

    `unit_id` and `placed_by` are kept as text, whatever the shop's keys are; `test`: nobody wants goods.
    """
    order_id = uuid4()
    row = {"id": order_id, "number": order.number, "supplier_id": supplier_id, "unit_id": str(unit_id)}
    row |= {"placed_by": str(placed_by), "placed_at": now, "state": State(state).value, "test": test}
    document = msgspec.json.encode(order, enc_hook=str).decode()
    standing = {"standing": versions.Standing.STANDING.value, "event": Event.PLACED.value}
    conn.execute(_ADD, row | standing | {"document": document})
    return order_id


def get(conn: sa.Connection, key: UUID | str) -> OrderRow | None:
    """The order with this id or number."""
    column = orders.c.id if isinstance(key, UUID) else orders.c.number
    row = conn.execute(sa.select(orders).where(column == key)).first()
    return _order_row(row) if row is not None else None


def number_of(conn: sa.Connection, order_id: UUID) -> str | None:
    """The number alone, which can be told of an order whose document cannot be read."""
    found: str | None = conn.execute(sa.select(orders.c.number).where(orders.c.id == order_id)).scalar()
    return found


def by_numbers(conn: sa.Connection, numbers: Iterable[str]) -> list[OrderRow]:
    """The orders with these numbers, in the order of the numbers; unknown ones are left out."""
    found = conn.execute(sa.select(orders).where(orders.c.number.in_(list(numbers))).order_by(orders.c.number))
    return [_order_row(row) for row in found]


def for_units(conn: sa.Connection, unit_ids: Iterable[object], limit: int = 50, offset: int = 0) -> list[OrderRow]:
    """The newest orders of these units, those of self-tests aside."""
    wanted = sa.select(orders).where(orders.c.unit_id.in_([str(unit) for unit in unit_ids]), ~orders.c.test)
    return _page(conn, wanted, limit, offset)


def recent(conn: sa.Connection, states: Sequence[State] = (), limit: int = 50, offset: int = 0) -> list[OrderRow]:
    """The newest orders of all units, those in `states` if any are given; self-tests aside."""
    wanted = sa.select(orders).where(~orders.c.test)
    return _page(conn, wanted.where(orders.c.state.in_(states)) if states else wanted, limit, offset)


def suppliers_in(conn: sa.Connection, states: Iterable[State]) -> set[str]:
    """The suppliers that have an order in one of these states; a self-test's order, which nobody ends, is none."""
    open_ones = orders.c.state.in_(list(states)) & ~orders.c.test
    return set(conn.scalars(sa.select(orders.c.supplier_id).where(open_ones).distinct()))


def record(
    conn: sa.Connection,
    order_id: UUID,
    event: Event | str,
    actor: object,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> State:
    """Tell an event and move order and versions as their lifecycle says; the new state. LookupError: no such order.

    The order's row is locked, so two events at the same moment are told one after the other.
    """
    happened = Event(event)
    life = lock(conn, order_id)
    if life is None:
        raise LookupError(f"no order has the id {order_id}: nothing was recorded of {happened.value!r}")
    after = step(life, happened)
    if after != life:
        conn.execute(orders.update().where(orders.c.id == order_id).values(state=after.state, beneath=after.beneath))
    if after != life or happened in versions.ANSWERS_A_CHANGE:
        versions.decide(conn, order_id, happened)
    _tell(conn, order_id, happened, str(actor), now, after.state, detail or {})
    return after.state


_LOCK_ALL = sa.text("SELECT id, state, beneath FROM orders WHERE id = ANY(:ids) ORDER BY number FOR UPDATE")
_MOVE_ALL = sa.text("""
    UPDATE orders SET state = moved.state, beneath = moved.beneath
    FROM unnest(CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:beneaths AS text[])) AS moved (id, state, beneath)
    WHERE orders.id = moved.id
""")
_TELL_ALL = sa.text("""
    INSERT INTO order_events (order_id, at, event, actor, state, detail)
    SELECT told.order_id, :at, :event, :actor, told.state, CAST(told.detail AS jsonb)
    FROM unnest(CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:details AS text[]))
        AS told (order_id, state, detail)
""")


def record_all(
    conn: sa.Connection, event: Event, actor: object, now: datetime, told: Sequence[tuple[UUID, Mapping[str, Any]]]
) -> None:
    """One event of many orders, each with its detail, in a few statements; locked in the order of their numbers."""
    lives = lock_all(conn, [order_id for order_id, _ in told])
    if missing := {order_id for order_id, _ in told} - lives.keys():
        raise LookupError(f"no orders have the ids {sorted(map(str, missing))}: {event.value!r} was not recorded")
    after = {order_id: step(life, event) for order_id, life in lives.items()}
    moved = [order_id for order_id in after if after[order_id] != lives[order_id]]
    if moved:
        beneaths = [after[order_id].beneath for order_id in moved]
        facts = {"ids": moved, "states": [after[order_id].state.value for order_id in moved]}
        conn.execute(_MOVE_ALL, facts | {"beneaths": [one.value if one else None for one in beneaths]})
    for order_id in after if event in versions.ANSWERS_A_CHANGE else moved:
        versions.decide(conn, order_id, event)
    rows = {"ids": [order_id for order_id, _ in told], "states": [after[order_id].state.value for order_id, _ in told]}
    details = [msgspec.json.encode(detail).decode() for _, detail in told]
    conn.execute(_TELL_ALL, rows | {"details": details, "at": now, "event": event.value, "actor": str(actor)})


def lock_all(conn: sa.Connection, order_ids: Sequence[UUID]) -> dict[UUID, Life]:
    """Where these orders stand, their rows locked in the order of their numbers until the transaction ends."""
    rows = conn.execute(_LOCK_ALL, {"ids": list(order_ids)}) if order_ids else ()
    return {row.id: Life(State(row.state), State(row.beneath) if row.beneath else None) for row in rows}


def lock(conn: sa.Connection, order_id: UUID) -> Life | None:
    """Where the order stands, its row locked until the transaction ends; None for an unknown order."""
    wanted = sa.select(orders.c.state, orders.c.beneath).where(orders.c.id == order_id).with_for_update()
    row = conn.execute(wanted).first()
    return Life(State(row.state), State(row.beneath) if row.beneath else None) if row is not None else None


def timeline(conn: sa.Connection, order_id: UUID) -> list[EventRow]:
    """All that has happened to the order, oldest first."""
    columns = [column for column in order_events.c if column.name != "order_id"]
    told = conn.execute(sa.select(*columns).where(order_events.c.order_id == order_id).order_by(order_events.c.id))
    return [EventRow(**dict(row._mapping) | {"event": Event(row.event), "state": State(row.state)}) for row in told]


def timelines(conn: sa.Connection, order_ids: Sequence[UUID]) -> dict[UUID, list[EventRow]]:
    """The same for many orders at once; one that is unknown has an empty one."""
    found: dict[UUID, list[EventRow]] = {order_id: [] for order_id in order_ids}
    wanted = sa.select(order_events).where(order_events.c.order_id.in_(list(order_ids))).order_by(order_events.c.id)
    for row in conn.execute(wanted) if found else ():
        facts = dict(row._mapping) | {"event": Event(row.event), "state": State(row.state)}
        found[facts.pop("order_id")].append(EventRow(**facts))
    return found


def _page(conn: sa.Connection, wanted: sa.Select[Any], limit: int, offset: int) -> list[OrderRow]:
    newest = wanted.order_by(orders.c.placed_at.desc(), orders.c.number.desc()).limit(limit).offset(offset)
    return [_order_row(row) for row in conn.execute(newest)]


def _tell(
    conn: sa.Connection,
    order_id: UUID,
    event: Event,
    actor: str,
    now: datetime,
    state: State,
    detail: Mapping[str, Any],
) -> None:
    row = {"order_id": order_id, "at": now, "event": event.value, "actor": actor, "state": state.value}
    conn.execute(order_events.insert().values(row | {"detail": dict(detail)}))


def _order_row(row: sa.Row[Any]) -> OrderRow:
    found = dict(row._mapping)
    document = msgspec.convert(found.pop("document"), Order)
    beneath = State(row.beneath) if row.beneath else None
    return OrderRow(**found | {"state": State(row.state), "beneath": beneath, "order": document})
