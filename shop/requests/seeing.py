"""Who may see what is asked for: the unit's people and the purchasers; a draft only who writes it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from shop import units
from shop.requests.asking import OPEN, Request, State, as_request
from shop.requests.tables import requests
from web.access import ADMIN, PURCHASER
from web.sessions import Viewer

PAGE_SIZE = 25


def may_see(conn: sa.Connection, unit_id: str, person: Viewer) -> bool:
    """Whether what a unit asks for, buys or attaches is this person's to see."""
    return bool({PURCHASER, ADMIN} & person.roles) or unit_id in units.ids_of_user(conn, person.id)


def buys_for(conn: sa.Connection, unit_id: str, person: Viewer) -> bool:
    """Whether this person may order for the unit."""
    return unit_id in units.ids_of_user(conn, person.id, [units.BUYER])


def approves_for(conn: sa.Connection, unit_id: str, person: Viewer) -> bool:
    """Whether this person may say yes for the unit, in their own right."""
    return unit_id in units.own_ids(conn, person.id, [units.APPROVER])


def visible(conn: sa.Connection, found: Request | None, person: Viewer) -> bool:
    """Whether the request exists for this person."""
    if found is None:
        return False
    if found.state is State.DRAFT:
        return found.made_by == person.login
    return may_see(conn, found.unit_id, person)


def of_units(conn: sa.Connection, unit_ids: Collection[str], login: str, whose: str, page: int) -> list[Request]:
    """The newest of these units, or only those that `login` made; one more than a page holds where there are more."""
    drafts = (requests.c.state != State.DRAFT.value) | (requests.c.made_by == login)
    wanted = sa.select(requests).where(requests.c.unit_id.in_(sorted(unit_ids)), drafts)
    if whose == "mine":
        wanted = wanted.where(requests.c.made_by == login)
    return _page(conn, wanted.order_by(requests.c.changed_at.desc(), requests.c.number.desc()), page)


def waiting(conn: sa.Connection, states: Collection[State] = OPEN) -> list[Request]:
    """What the purchasers have before them, oldest first."""
    wanted = sa.select(requests).where(requests.c.state.in_([state.value for state in states]))
    return [as_request(row) for row in conn.execute(wanted.order_by(requests.c.asked_at, requests.c.number).limit(500))]


def with_quotes(conn: sa.Connection, unit_id: str) -> int:
    """How many of the unit's wait for a choice of theirs."""
    mine = (requests.c.unit_id == unit_id) & (requests.c.state == State.QUOTED.value)
    found: int = conn.execute(sa.select(sa.func.count()).select_from(requests).where(mine)).scalar_one()
    return found


def wishes(conn: sa.Connection, unit_ids: Collection[str]) -> list[Request]:
    """Those of these units that ask for a higher ceiling."""
    mine = requests.c.unit_id.in_(sorted(unit_ids)) & requests.c.wish.is_not(None)
    return [as_request(row) for row in conn.execute(sa.select(requests).where(mine).order_by(requests.c.changed_at))]


def _page(conn: sa.Connection, wanted: sa.Select[Any], page: int) -> list[Request]:
    found = conn.execute(wanted.limit(PAGE_SIZE + 1).offset((page - 1) * PAGE_SIZE))
    return [as_request(row) for row in found]
