"""Hearts and the choice of articles to compare: one press on an article, and the pages that show them."""

from __future__ import annotations

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Form, Query, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from shop import articles, basket
from shop.articles import Article
from shop.catalogue.words import ALLERGENS
from shop.desk import chosen_unit, one_line, shop_page, today, viewer
from shop.finding.finder import finder_of
from shop.lists import comparing, favourites
from shop.lists.candidates import candidates
from shop.lists.comparing import MOST
from shop.reach import reach
from web import sessions
from web.access import BUYER, allow
from web.pages import is_fragment, own_address, redirect
from web.security import SESSION_COOKIE

router = APIRouter()
ON = "1"
ArticleField = Annotated[int, Form(ge=1, lt=2**63)]


@router.get("/favourites")
@allow(BUYER)
def favourites_page(request: Request) -> Response:
    """What this person has put a heart on."""
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        if unit is None:
            return redirect(request, "/units")
        person, now = viewer(request), request.app.state.now()
        found = favourites.of_user(conn, person.id, now)
        held = {line.article.id: line.quantity for line in basket.open_basket(conn, person.id, unit.id, now).kept}
        return shop_page(conn, request, "shop/lists/favourites.html", unit, found=found, in_basket=held)


@router.post("/favourites")
@allow(BUYER)
def press_heart(
    request: Request,
    article: ArticleField,
    on: Annotated[str, Form()] = ON,
    back: Annotated[str, Form()] = "/favourites",
) -> Response:
    """A heart, or none; pressed again it is as before."""
    person, now = viewer(request), request.app.state.now()
    with request.app.state.engine.begin() as conn:
        found = _article(conn, article)
        if on == ON:
            favourites.put(conn, person.id, found.id, now)
        else:
            favourites.take(conn, person.id, found.id, now)
        if not is_fragment(request):
            return redirect(request, f"{own_address(back)}#article-{found.id}")
        unit = chosen_unit(conn, request)
        return shop_page(conn, request, "shop/lists/heart.html", unit, article=found, back=own_address(back))


@router.get("/compare")
@allow(BUYER)
def compare_page(
    request: Request,
    a: Annotated[list[str], Query(default_factory=list)],
    q: str = "",
    full: str = "",
) -> Response:
    """Up to four articles side by side: those of the address, else those that were chosen."""
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        if unit is None:
            return redirect(request, "/units")
        wanted = comparing.ids_in(a) or comparing.chosen(viewer(request))
        found = [one for id in wanted if (one := articles.get(conn, id)) and one.punchout_id is None]
        within, q = reach(conn, unit, today(request)), one_line(q)[:200]
        offered = candidates(conn, finder_of(request.app), q, within, request.app.state.suppliers, 8) if q else []
        person, now = viewer(request), request.app.state.now()
        held = {line.article.id: line.quantity for line in basket.open_basket(conn, person.id, unit.id, now).kept}
        closed = {one.id: why for one in found if (why := within.allows(one))}
        facts: dict[str, Any] = {"found": found, "prices": comparing.prices(found), "closed": closed, "in_basket": held}
        more: dict[str, Any] = {"q": q, "offered": offered, "full": bool(full), "most": MOST, "allergens": ALLERGENS}
        return shop_page(conn, request, "shop/lists/compare.html", unit, **facts, **more)


@router.post("/compare")
@allow(BUYER)
def press_compare(
    request: Request,
    article: ArticleField,
    on: Annotated[str, Form()] = ON,
    back: Annotated[str, Form()] = "/compare",
) -> Response:
    """One more to compare, at most four, or one less; the session remembers."""
    with request.app.state.engine.begin() as conn:
        found = _article(conn, article)
        had = comparing.chosen(viewer(request))
        wanted = [id for id in had if id != found.id] + ([found.id] if on == ON else [])
        full = len(wanted) > MOST
        wanted = had if full else wanted
        sessions.remember(conn, request.cookies[SESSION_COOKIE], **{comparing.KEPT: wanted})
        if not is_fragment(request):
            return redirect(request, "/compare?full=1" if full else f"{own_address(back)}#article-{found.id}")
        unit = chosen_unit(conn, request)
        facts: dict[str, Any] = {"article": found, "back": own_address(back), "compared": wanted, "full": full}
        return shop_page(conn, request, "shop/lists/compared.html", unit, **facts)


def _article(conn: sa.Connection, article_id: int) -> Article:
    found = articles.get(conn, article_id)
    if found is None or found.punchout_id is not None or found.request_id is not None:
        raise HTTPException(404)
    return found
