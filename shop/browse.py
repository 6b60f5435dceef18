"""The first page, choosing a unit, and one article."""

from __future__ import annotations

from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from gateway.orders import book
from gateway.orders.lifecycle import TERMINAL
from shop import articles, basket, desk, units
from shop.basket_pages import ArticleId
from shop.desk import chosen_unit, shop_page, viewer
from shop.finding.asked import Query
from shop.units import Unit
from shop.visit_pages import shops
from web.access import BUYER, ROLES, allow
from web.pages import own_address, redirect

router = APIRouter()
MANY = 20


@router.get("/")
@allow(*ROLES)
def start(request: Request) -> Response:
    """The search box, usual purchases and what is on its way; who does not buy goes to their own first page."""
    if BUYER not in viewer(request).roles:
        mine = [item.path for item in request.app.state.menu if item.roles & viewer(request).roles]
        if not mine:
            raise HTTPException(403)
        return redirect(request, mine[0])
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        if unit is None:
            return redirect(request, "/units")
        coming = [row for row in book.for_units(conn, [unit.id], limit=MANY) if row.state not in TERMINAL]
        usual = articles.usual(conn, unit.id)
        held = in_basket_of(conn, request, unit)
        query = Query()
        return shop_page(
            conn,
            request,
            "shop/front.html",
            unit,
            query=query,
            usual=usual,
            coming=coming[:5],
            in_basket=held,
            shops=shops(request),
        )


@router.get("/units")
@allow(BUYER)
def unit_list(request: Request, q: str = "") -> Response:
    """The units a person may order for; with a filter where they are many."""
    with request.app.state.engine.begin() as conn:
        mine = units.of_user(conn, viewer(request).id, units.BUYER, desk.one_line(q))
        return shop_page(conn, request, "shop/units.html", chosen_unit(conn, request), mine=mine, q=q, many=MANY)


@router.post("/units")
@allow(BUYER)
def choose_unit(request: Request, unit: Annotated[str, Form()]) -> Response:
    """From now on, and until log-out, orders are for this unit."""
    with request.app.state.engine.begin() as conn:
        if unit not in units.ids_of_user(conn, viewer(request).id, [units.BUYER]):
            raise HTTPException(403)
        desk.choose_unit(conn, request, unit)
    return redirect(request, "/")


@router.get("/articles/{article_id}")
@allow(BUYER)
def article_page(request: Request, article_id: ArticleId, back: str = "/") -> Response:
    """Everything known about one article."""
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        if unit is None:
            return redirect(request, "/units")
        found = articles.get(conn, article_id)
        if found is None or found.punchout_id is not None:
            raise HTTPException(404)
        held = in_basket_of(conn, request, unit)
        links = {"back": own_address(back), "in_basket": held}
        return shop_page(conn, request, "shop/article.html", unit, article=found, **links)


def in_basket_of(conn: sa.Connection, request: Request, unit: Unit) -> dict[int, object]:
    """What the viewer's open basket holds, by article."""
    mine = basket.open_basket(conn, viewer(request).id, unit.id, request.app.state.now())
    return {line.article.id: line.quantity for line in mine.kept}
