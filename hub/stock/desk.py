"""What the pages of the crisis stock have in common."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from fastapi import HTTPException, Request
from starlette.responses import Response

from hub.acts import once
from hub.acts.form import Act
from hub.stock import words
from hub.stock.goods import Goods
from hub.stock.picture import Stock, look
from hub.stock.store import Doing
from web.access import ADMIN, CONTROLLER, DOCK, PURCHASER
from web.pages import render, today_of

READERS = (DOCK, ADMIN, PURCHASER, CONTROLLER)
WORKERS = (DOCK, ADMIN, PURCHASER)
DECIDERS = (ADMIN, PURCHASER)


def stock_now(request: Request, conn: sa.Connection) -> Stock:
    """All of it as it stands."""
    return look(conn, today_of(request))


def goods_of(stock: Stock, goods_id: int | None) -> Goods:
    """The goods; 404 where there are none with that id."""
    found = stock.goods.get(goods_id or 0)
    if found is None:
        raise HTTPException(404)
    return found


def doing(request: Request, act: Act, note: str = "") -> Doing:
    """Who does something, and when."""
    note = " ".join(note.split())
    return Doing(who=request.state.viewer.name, now=request.app.state.now(), at=act.at, note=note)


def is_new(request: Request, conn: sa.Connection, act: Act, kind: str) -> bool:
    """Whether this was not done before: a phone that got no answer sends again."""
    now = request.app.state.now()
    return once.once(conn, act.id, f"stock {kind}", request.state.viewer.name, now, act.at)


def page(request: Request, template: str, stock: Stock, status: int = 200, **more: Any) -> Response:
    """A page with what all of them need."""
    roles = request.state.viewer.roles
    context = {"stock": stock, "words": words, "today": stock.today}
    context |= {"may_work": bool(roles & set(WORKERS)), "may_decide": bool(roles & set(DECIDERS))}
    return render(request, f"hub/stock/{template}", context, status, **more)
