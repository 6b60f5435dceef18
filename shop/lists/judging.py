"""What keeps a turn of a recurring order from being ordered as it was meant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import sqlalchemy as sa

from gateway.suppliers.supplier import Suppliers
from shop import units
from shop.lists.book import Line
from shop.lists.buyable import dearer, why_not
from shop.lists.recurring import Problem, Recurring
from shop.lists.tables import order_lists
from shop.measures import plain
from shop.reach import reach
from web import sessions
from web.access import BUYER
from web.languages import N_
from web.sessions import Viewer
from web.tables import users

GONE: Final = Problem(N_("Its owner no longer orders for this unit. Somebody who does can take it over."))


def owner_of(conn: sa.Connection, found: Recurring) -> Viewer | None:
    """The owner, if they may still order for the unit."""
    row = conn.execute(sa.select(users).where(users.c.id == found.user_id, users.c.active)).first()
    if row is None or BUYER not in row.roles or found.unit_id not in units.ids_of_user(conn, row.id, [units.BUYER]):
        return None
    return sessions.Viewer(id=row.id, login=row.login, name=row.name, roles=frozenset(row.roles), remembered={})


def problems_of(
    conn: sa.Connection,
    suppliers: Suppliers,
    found: Recurring,
    lines: Sequence[Line],
    owner: Viewer | None,
    today: date,
) -> list[Problem]:
    """Everything that keeps the turn from being ordered as it was meant."""
    unit = units.get(conn, found.unit_id)
    assert unit is not None
    within = reach(conn, unit, today)
    wrong = [] if owner else [GONE]
    wrong += empty(conn, found, lines)
    for line in lines:
        why, risen = why_not(line.article, within, suppliers), dearer(line.price, line.article.price)
        if why is not None:
            wrong.append(Problem(N_("%(name)s: %(why)s"), {"name": line.article.name, "why": why}))
        elif risen > found.price_limit:
            values = {"name": line.article.name, "percent": str(risen), "limit": str(plain(found.price_limit))}
            wrong.append(Problem(N_("%(name)s has become %(percent)s %% dearer; the limit is %(limit)s %%."), values))
    return wrong


def empty(conn: sa.Connection, found: Recurring, lines: Sequence[Line]) -> list[Problem]:
    if conn.scalar(sa.select(order_lists.c.removed_at).where(order_lists.c.id == found.list_id)) is not None:
        return [Problem(N_("The list has been thrown away."))]
    return [] if lines else [Problem(N_("Nothing on the list can be ordered."))]
