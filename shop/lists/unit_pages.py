"""Choosing the unit that one orders for: the latest on top, a search, and the tree of departments."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from shop import desk, units
from shop.desk import chosen_unit, shop_page, viewer
from shop.lists import hierarchy
from web.access import BUYER, allow
from web.pages import redirect

router = APIRouter()
FEW = 20
"""So many units stand open; where there are more, departments are opened one by one."""


@router.get("/units")
@allow(BUYER)
def unit_list(request: Request, q: str = "") -> Response:
    """The units a person may order for; with `q` those whose name or department holds its words."""
    q = desk.one_line(q)[:200]
    with request.app.state.engine.begin() as conn:
        mine, known = hierarchy.all_of_user(conn, viewer(request).id), hierarchy.all_departments(conn)
        found = hierarchy.matching(mine, known, q) if q else mine
        latest = [] if q or len(mine) <= hierarchy.RECENT else hierarchy.recent(conn, viewer(request).id)
        facts: dict[str, Any] = {"tree": hierarchy.tree(found, known), "mine": mine, "found": found, "recent": latest}
        return shop_page(conn, request, "shop/units.html", chosen_unit(conn, request), q=q, few=FEW, **facts)


@router.post("/units")
@allow(BUYER)
def choose_unit(request: Request, unit: Annotated[str, Form()]) -> Response:
    """From now on, and until log-out, orders are for this unit."""
    with request.app.state.engine.begin() as conn:
        if unit not in units.ids_of_user(conn, viewer(request).id, [units.BUYER]):
            raise HTTPException(403)
        desk.choose_unit(conn, request, unit)
        hierarchy.remember(conn, viewer(request).id, unit, request.app.state.now())
    return redirect(request, "/")
