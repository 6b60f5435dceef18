"""Recurring orders as they stand in the database: what, for whom, how often, and the turns that have been."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

import msgspec
import sqlalchemy as sa

from gateway.workdays import runs_after
from shop import units
from shop.lists import book
from shop.lists.dates import dates, order_on, period_of, reachable
from shop.lists.tables import order_lists, recurring_orders, recurring_turns
from shop.tables import units as units_table
from shop.units import Unit
from web.sessions import Viewer
from web.tables import users

LIMIT = Decimal(10)
"""By so many per cent a price may rise before the owner is asked, where they chose nothing else."""


class Recurring(msgspec.Struct, frozen=True, kw_only=True):
    """A list ordered again and again for a unit, in its owner's name; `every` is one of `dates.EVERY`."""

    id: UUID
    list_id: UUID
    unit_id: str
    user_id: UUID
    customer_reference: str
    accounting_cost: str
    every: str
    begins: date
    ends: date | None
    next_from: date
    price_limit: Decimal
    paused_at: datetime | None
    ended_at: datetime | None
    name: str
    unit_name: str
    owner: str


class Problem(msgspec.Struct, frozen=True):
    """Why a turn waits: a message id and what it is filled in with."""

    message: str
    values: dict[str, str] = {}


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery day that was ordered for, or not: ordered, waiting, skipped or missed."""

    period: date
    day: date
    state: str
    at: datetime
    actor: str
    basket_id: UUID | None
    problems: tuple[Problem, ...] = ()


class Coming(msgspec.Struct, frozen=True):
    """The delivery day, and the day on which the order for it is placed."""

    day: date
    ordered_on: date


_TABLE_COLUMNS = tuple(recurring_orders.c[name] for name in Recurring.__struct_fields__ if name in recurring_orders.c)
_WANTED = (
    sa.select(*_TABLE_COLUMNS, order_lists.c.name, units_table.c.name.label("unit_name"), users.c.name.label("owner"))
    .join(order_lists, order_lists.c.id == recurring_orders.c.list_id)
    .join(units_table, units_table.c.id == recurring_orders.c.unit_id)
    .join(users, users.c.id == recurring_orders.c.user_id)
)


def make(conn: sa.Connection, viewer: Viewer, now: datetime, **facts: Any) -> UUID:
    """A new one, with the columns of the table in `facts`."""
    made = uuid4()
    row = {"id": made, "user_id": viewer.id, "created_at": now, "next_from": facts["begins"]} | facts
    conn.execute(recurring_orders.insert(), row)
    return made


def get(conn: sa.Connection, recurring_id: UUID, *, lock: bool = False) -> Recurring | None:
    """The recurring order; None where there is none, or with `lock` where another transaction holds it.

    The lock leaves the key free: a turn that another enters meanwhile refers to it, and each would wait for the other.
    """
    if lock:
        row = sa.select(recurring_orders.c.id).where(recurring_orders.c.id == recurring_id)
        if conn.execute(row.with_for_update(key_share=True, skip_locked=True)).first() is None:
            return None
    found = conn.execute(_WANTED.where(recurring_orders.c.id == recurring_id)).first()
    return Recurring(**found._mapping) if found else None


def of_viewer(conn: sa.Connection, recurring_id: UUID, viewer: Viewer, *, lock: bool = False) -> Recurring | None:
    """The recurring order, if this person buys for its unit. With `lock` it waits until it is free."""
    if lock:
        row = sa.select(recurring_orders.c.id).where(recurring_orders.c.id == recurring_id)
        conn.execute(row.with_for_update(key_share=True))
    found = get(conn, recurring_id)
    if found is None or found.unit_id not in units.ids_of_user(conn, viewer.id, [units.BUYER]):
        return None
    return found


def of_unit(conn: sa.Connection, unit_id: str) -> list[Recurring]:
    """Those of a unit that have not ended, by name."""
    theirs = (recurring_orders.c.unit_id == unit_id) & recurring_orders.c.ended_at.is_(None)
    rows = conn.execute(_WANTED.where(theirs).order_by(order_lists.c.name, recurring_orders.c.id))
    return [Recurring(**row._mapping) for row in rows]


def running(conn: sa.Connection) -> list[UUID]:
    """The ids of all that may have something to order."""
    going = recurring_orders.c.paused_at.is_(None) & recurring_orders.c.ended_at.is_(None)
    return list(conn.scalars(sa.select(recurring_orders.c.id).where(going).order_by(recurring_orders.c.id)))


def change(conn: sa.Connection, recurring_id: UUID, **values: Any) -> None:
    """Sets columns."""
    conn.execute(recurring_orders.update().where(recurring_orders.c.id == recurring_id).values(values))


def turns(conn: sa.Connection, recurring_id: UUID) -> list[Turn]:
    """What has been, the newest day first."""
    mine = recurring_turns.c.recurring_id == recurring_id
    rows = conn.execute(sa.select(recurring_turns).where(mine).order_by(recurring_turns.c.day.desc()))
    return [_turn(dict(row._mapping)) for row in rows]


def _turn(facts: dict[str, Any]) -> Turn:
    del facts["recurring_id"]
    facts["problems"] = tuple(Problem(one["message"], one["values"]) for one in facts["problems"])
    return Turn(**facts)


def waiting_for(conn: sa.Connection, viewer: Viewer) -> list[tuple[UUID, str]]:
    """The person's recurring orders with a turn that waits for them: id and the list's name."""
    wanted = (
        sa.select(recurring_orders.c.id, order_lists.c.name)
        .join(order_lists, order_lists.c.id == recurring_orders.c.list_id)
        .join(recurring_turns, recurring_turns.c.recurring_id == recurring_orders.c.id)
        .where(recurring_orders.c.user_id == viewer.id, recurring_turns.c.state == "waiting")
        .where(recurring_orders.c.ended_at.is_(None))
    )
    return [(row[0], row[1]) for row in conn.execute(wanted.distinct().order_by(order_lists.c.name))]


def lead_days(lines: Sequence[book.Line]) -> int:
    """So many days the slowest article of a list takes to the hub."""
    return max((line.article.lead_days for line in lines), default=0)


def coming(recurring: Recurring, unit: Unit, had: Sequence[Turn], lead: int, many: int = 3) -> list[Coming]:
    """The next delivery days that have had no turn; a period is served once, also when delivery days have moved."""
    periods = {turn.period for turn in had}
    days = dates(recurring.every, unit.weekdays, recurring.begins, recurring.ends, recurring.next_from)
    left = (day for day in days if period_of(recurring.every, day) not in periods)
    taken = {turn.day for turn in had}
    return [
        Coming(day, order_on(day, lead, unit.weekdays)) for day in islice((d for d in left if d not in taken), many)
    ]


def first_day(today: date, unit: Unit, lead: int, wanted: date) -> date:
    """From which day on a new or resumed one may want goods: what is ordered today must be able to be there."""
    return max(wanted, reachable(today, lead, unit.weekdays))


def delivery_from(day: date, unit: Unit) -> date:
    """The day itself if something is delivered then, else the next such day; the day where there is none."""
    return next(runs_after(day - timedelta(days=1), unit.weekdays), day)
