"""A turn of a recurring order: judged, and placed through the ordinary checkout in its owner's name, once.

The turn's row and the orders are made in one transaction. Whoever is killed has done nothing; of two who try at once
the second finds the row, because a recurring order has one turn per period and per day.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.settings import Municipality
from gateway.suppliers.supplier import Suppliers
from shop import units
from shop.approving.coding import Coding
from shop.checkout import CannotPlace, checkout
from shop.delivery import at_unit
from shop.document import Terms
from shop.lists import book, recurring
from shop.lists.book import Line
from shop.lists.buyable import why_not
from shop.lists.dates import period_of
from shop.lists.judging import GONE, empty, owner_of, problems_of
from shop.lists.recurring import Problem, Recurring
from shop.lists.tables import recurring_turns
from shop.reach import reach
from shop.tables import basket_lines, baskets
from shop.units import Unit
from web.figures import LOCAL
from web.sessions import Viewer

AVROP: Final = "avrop"
_LOG = logging.getLogger(__name__)
_MOST_AT_ONCE: Final = 60


class House(msgspec.Struct, frozen=True):
    """What placing needs beside the database."""

    suppliers: Suppliers
    municipality: Municipality
    coding: Coding = Coding()


def place_due(engine: sa.Engine, house: House, now: datetime) -> int:
    """Every turn whose day to order has come; how many orders' worth of turns were placed. Commits turn by turn."""
    with engine.connect() as conn:
        ids = recurring.running(conn)
    placed = 0
    for recurring_id in ids:
        try:
            placed += _all_due(engine, house, recurring_id, now)
        except Exception:
            # One that cannot be done keeps no other from its day, and is tried again.
            _LOG.exception("the recurring order %s failed; it is tried again", recurring_id)
    return placed


def _all_due(engine: sa.Engine, house: House, recurring_id: UUID, now: datetime) -> int:
    placed = 0
    for _ in range(_MOST_AT_ONCE):
        with engine.begin() as conn:
            state = next_turn(conn, house, recurring_id, now)
        if state is None:
            break
        placed += state == "ordered"
    return placed


def next_turn(conn: sa.Connection, house: House, recurring_id: UUID, now: datetime) -> str | None:
    """The next turn, if its day to order has come; the state it got, or None where there is nothing to do yet."""
    found = recurring.get(conn, recurring_id, lock=True)
    if found is None or found.paused_at is not None or found.ended_at is not None:
        return None
    today = now.astimezone(LOCAL).date()
    day = next_day(conn, found)
    if day is None or day.ordered_on > today:
        return None
    if day.day < today:
        return _enter(conn, found, day.day, "missed", AVROP, now)
    return take(conn, house, found, day.day, AVROP, now)


def next_day(conn: sa.Connection, found: Recurring) -> recurring.Coming | None:
    """The next delivery day without a turn."""
    unit = units.get(conn, found.unit_id)
    assert unit is not None
    lead = recurring.lead_days(book.lines_of(conn, found.list_id))
    return next(iter(recurring.coming(found, unit, recurring.turns(conn, found.id), lead, 1)), None)


def take(conn: sa.Connection, house: House, found: Recurring, day: date, actor: str, now: datetime) -> str | None:
    """The turn of a day: ordered, or waiting with what is wrong. None where it has been taken already."""
    if _enter(conn, found, day, "waiting", actor, now) is None:
        return None
    lines = book.lines_of(conn, found.list_id)
    owner = owner_of(conn, found)
    problems = problems_of(conn, house.suppliers, found, lines, owner, now.astimezone(LOCAL).date())
    basket_id = None
    if not problems and owner is not None:
        basket_id, problems = _placed(conn, house, found, lines, owner, day, now)
    state = "waiting" if problems else "ordered"
    settle(conn, found, period_of(found.every, day), state, basket_id, problems)
    return state


def order_waiting(
    conn: sa.Connection, house: House, found: Recurring, turn: recurring.Turn, viewer: Viewer, now: datetime
) -> bool:
    """Orders what a waiting turn can, at today's prices, because the owner said so. False: it still waits."""
    unit = units.get(conn, found.unit_id)
    owner = owner_of(conn, found)
    assert unit is not None
    within = reach(conn, unit, now.astimezone(LOCAL).date())
    lines = book.lines_of(conn, found.list_id)
    lines = [line for line in lines if why_not(line.article, within, house.suppliers) is None]
    problems = empty(conn, found, lines) or ([] if owner else [GONE])
    basket_id = None
    if not problems and owner is not None:
        basket_id, problems = _placed(conn, house, found, lines, owner, turn.day, now)
    state = "waiting" if problems else "ordered"
    values = {"at": now, "actor": viewer.login}
    settle(conn, found, turn.period, state, basket_id, problems, **values)
    return state == "ordered"


def skip(conn: sa.Connection, found: Recurring, day: date, viewer: Viewer, now: datetime) -> None:
    """Nothing is ordered for that day."""
    _enter(conn, found, day, "skipped", viewer.login, now)


def unskip(conn: sa.Connection, found: Recurring, day: date) -> None:
    """The day is ordered for after all."""
    mine = (recurring_turns.c.recurring_id == found.id) & (recurring_turns.c.day == day)
    conn.execute(recurring_turns.delete().where(mine, recurring_turns.c.state == "skipped"))


def _placed(
    conn: sa.Connection,
    house: House,
    found: Recurring,
    lines: Sequence[Line],
    owner: Viewer,
    day: date,
    now: datetime,
) -> tuple[UUID | None, list[Problem]]:
    """The basket that was ordered, or what the checkout had against it."""
    unit = units.get(conn, found.unit_id)
    assert unit is not None
    terms = _terms(found, unit, lines, day, now)
    try:
        with conn.begin_nested():
            basket_id = _basket(conn, found, lines, now)
            checkout(conn, basket_id, owner, now, house.suppliers, house.municipality, terms=terms, coding=house.coding)
    except CannotPlace as no:
        return None, [Problem(no.message, no.values)]
    return basket_id, []


def _terms(found: Recurring, unit: Unit, lines: Sequence[Line], day: date, now: datetime) -> Terms:
    """The day is wished for where it can be kept; who is late asks for the soonest."""
    soonest = at_unit(now.astimezone(LOCAL).date(), recurring.lead_days(lines), unit.weekdays)
    wanted = day if soonest is not None and soonest <= day else None
    reference, cost = found.customer_reference, found.accounting_cost
    return Terms(customer_reference=reference, accounting_cost=cost, wanted=wanted)


def _basket(conn: sa.Connection, found: Recurring, lines: Sequence[Line], now: datetime) -> UUID:
    """A basket of its own: the owner's open one is not touched."""
    row = {"id": uuid4(), "user_id": found.user_id, "unit_id": found.unit_id, "created_at": now, "apart": True}
    conn.execute(baskets.insert(), row)
    each = {"basket_id": row["id"], "added_at": now}
    wanted = [each | {"article_id": line.article.id, "quantity": line.quantity} for line in lines]
    conn.execute(basket_lines.insert(), wanted)
    return UUID(str(row["id"]))


def _enter(conn: sa.Connection, found: Recurring, day: date, state: str, actor: str, now: datetime) -> str | None:
    """The turn's row; None where the day or its period has one."""
    row = {"recurring_id": found.id, "period": period_of(found.every, day), "day": day, "state": state}
    made = insert(recurring_turns).values(row | {"at": now, "actor": actor}).on_conflict_do_nothing()
    return state if conn.execute(made.returning(recurring_turns.c.day)).first() is not None else None


def settle(
    conn: sa.Connection,
    found: Recurring,
    period: date,
    state: str,
    basket_id: UUID | None,
    problems: Sequence[Problem],
    **values: object,
) -> None:
    """How the turn ended, or why it waits."""
    told = [{"message": one.message, "values": one.values} for one in problems]
    mine = (recurring_turns.c.recurring_id == found.id) & (recurring_turns.c.period == period)
    values |= {"state": state, "basket_id": basket_id, "problems": told}
    conn.execute(recurring_turns.update().where(mine).values(values))
