"""The first page, and one article."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from gateway.orders import book
from gateway.orders.lifecycle import TERMINAL
from shop import articles, basket
from shop.approving.start import waiting_count
from shop.basket_pages import ArticleId
from shop.catalogue import words
from shop.catalogue.facts import facts_of
from shop.desk import chosen_unit, shop_page, viewer
from shop.finding.asked import Query
from shop.lists.at_hand import at_hand
from shop.requests.seeing import with_quotes
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
            quoted=with_quotes(conn, unit.id),
            **at_hand(conn, request, unit),
            to_approve=waiting_count(conn, request),
        )


@router.get("/articles/{article_id}")
@allow(BUYER)
def article_page(request: Request, article_id: ArticleId, back: str = "/") -> Response:
    """Everything known about one article."""
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        if unit is None:
            return redirect(request, "/units")
        found = articles.get(conn, article_id)
        if found is None or found.punchout_id is not None or found.request_id is not None:
            raise HTTPException(404)
        held = in_basket_of(conn, request, unit)
        links: dict[str, Any] = {"back": own_address(back), "in_basket": held} | at_hand(conn, request, unit, found.id)
        links |= {"facts": facts_of(conn, found), "words": words}
        return shop_page(conn, request, "shop/article.html", unit, article=found, **links)


def in_basket_of(conn: sa.Connection, request: Request, unit: Unit) -> dict[int, object]:
    """What the viewer's open basket holds, by article."""
    mine = basket.open_basket(conn, viewer(request).id, unit.id, request.app.state.now())
    return {line.article.id: line.quantity for line in mine.kept}
