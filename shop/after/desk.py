"""What the pages after the order share: who sees an order, its unit, and where the exchange is reached."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa
from fastapi import Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from gateway.orders import book
from gateway.orders.book import OrderRow
from shop import approval, units
from shop.after.change import Desk
from shop.desk import chosen_unit, shop_page, today, viewer
from web.access import ADMIN, BUYER, CONTROLLER, PURCHASER

OVERSEERS = frozenset({ADMIN, PURCHASER})
_SEE_ALL = OVERSEERS | {CONTROLLER}
LONGEST = 500


def desk(request: Request) -> Desk:
    """Suppliers as of now, and the dialects that they speak; without dialects nobody can be asked for changes."""
    state = request.app.state
    return Desk(suppliers=state.suppliers.as_of_now(), dialects=getattr(state, "dialects", {}))


def visible(conn: sa.Connection, request: Request, number: str) -> OrderRow:
    """The order, if it is of a unit of this person's, one that they approve, or the person looks after all;
    else it does not exist."""
    row, person, day = book.get(conn, number), viewer(request), today(request)
    if row is None:
        raise HTTPException(404)
    theirs = bool(person.roles & _SEE_ALL) or row.unit_id in units.ids_of_user(conn, person.id, on=day)
    if not theirs and not approval.concerns(conn, row, person, day):
        raise HTTPException(404)
    return row


def changeable(conn: sa.Connection, request: Request, number: str) -> OrderRow:
    """The order, if this person buys for its unit or looks after all."""
    row, person = visible(conn, request, number), viewer(request)
    if not (person.roles & OVERSEERS or buys_for(conn, request, row)):
        raise HTTPException(403)
    return row


def buys_for(conn: sa.Connection, request: Request, row: OrderRow) -> bool:
    """Whether this person is a buyer of the order's unit."""
    person = viewer(request)
    return BUYER in person.roles and row.unit_id in units.ids_of_user(conn, person.id, [units.BUYER], today(request))


def after_page(conn: sa.Connection, request: Request, template: str, status: int = 200, **more: Any) -> Response:
    """A page of this part of the shop."""
    unit = chosen_unit(conn, request) if BUYER in viewer(request).roles else None
    return shop_page(conn, request, f"shop/after/{template}", unit, status=status, **more)


def number_in(text: str) -> Decimal | None:
    """A number as people write it, with comma or point; None for what is none."""
    try:
        found = Decimal("".join(text.split()).replace(",", "."))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
