"""Lists: those of the unit and one's own, one list put into the basket, and the making of a new one."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from shop import articles, basket
from shop.articles import Article
from shop.desk import chosen_unit, shop_page, today, viewer
from shop.lists import book, favourites, recurring
from shop.lists.book import OrderList
from shop.lists.buyable import Standing, standings, why_not
from shop.lists.words import OWN, SHARED, WRONG_QUANTITY, name_of, numbers, wanted_quantity
from shop.reach import reach
from shop.units import Unit
from web import accounts
from web.access import BUYER, allow
from web.languages import N_, words_of
from web.pages import own_address, redirect

router = APIRouter()
Fields = Annotated[list[str], Form(default_factory=list)]


@router.get("/lists")
@allow(BUYER)
def lists_page(request: Request) -> Response:
    """The lists of the unit, one's own, favourites and what recurs."""
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        return redirect(request, "/units") if unit is None else _index(conn, request, unit)


def _index(conn: sa.Connection, request: Request, unit: Unit, status: int = 200, **more: Any) -> Response:
    person, now = viewer(request), request.app.state.now()
    found = book.lists_for(conn, person, unit.id, now)
    return shop_page(
        conn,
        request,
        "shop/lists/lists.html",
        unit,
        status=status,
        shared=[one for one in found if one.unit_id],
        own=[one for one in found if not one.unit_id],
        names=accounts.names(conn, [one.changed_by for one in found]),
        favourite_count=favourites.count(conn, person.id),
        waiting=recurring.waiting_for(conn, person),
        recurring_count=len(recurring.of_unit(conn, unit.id)),
        **{"name": "", "error": None, "whose": SHARED} | more,
    )


@router.post("/lists")
@allow(BUYER)
def make_list(
    request: Request,
    name: Annotated[str, Form()] = "",
    whose: Annotated[str, Form()] = SHARED,
    source: Annotated[str, Form(alias="from")] = "",
) -> Response:
    """A new list: empty, or of what is in the basket or among the favourites."""
    person, now = viewer(request), request.app.state.now()
    name, error = name_of(name)
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        if unit is None:
            return redirect(request, "/units")
        if error:
            return _index(conn, request, unit, 422, name=name[:500], error=error, whose=whose)
        made = book.make(conn, name, None if whose == OWN else unit.id, person, now)
        book.add(conn, made, _from(conn, request, unit, source), person, now)
    return redirect(request, f"/lists/{made}/edit")


def _from(conn: sa.Connection, request: Request, unit: Unit, source: str) -> list[tuple[Article, Decimal]]:
    person, now = viewer(request), request.app.state.now()
    if source == "basket":
        kept = basket.open_basket(conn, person.id, unit.id, now).kept
        return [(line.article, line.quantity) for line in kept if line.article.punchout_id is None]
    if source == "favourites":
        return [(one, Decimal(1)) for one, removed in favourites.of_user(conn, person.id, now) if not removed]
    return []


@router.post("/lists/add")
@allow(BUYER)
def add_article(
    request: Request,
    article: Annotated[int, Form(ge=1, lt=2**63)],
    to: Annotated[str, Form()] = "",
    quantity: Annotated[str, Form()] = "1",
    back: Annotated[str, Form()] = "/lists",
) -> Response:
    """An article onto a list that exists; it is found again at the end of it."""
    person, now = viewer(request), request.app.state.now()
    with request.app.state.engine.begin() as conn:
        mine = own_list(conn, request, UUID(to)) if _is_id(to) else None
        found = articles.get(conn, article)
        if mine is None or found is None or found.punchout_id or found.request_id:
            raise HTTPException(404)
        book.add(conn, mine.id, [(found, wanted_quantity(quantity) or Decimal(1))], person, now)
    return redirect(request, own_address(back))


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def own_list(conn: sa.Connection, request: Request, list_id: UUID) -> OrderList:
    """The list, locked, if it is this person's to change; else it does not exist."""
    found = book.get(conn, list_id, viewer(request), lock=True)
    if found is None:
        raise HTTPException(404)
    return found


@router.get("/lists/{list_id}")
@allow(BUYER)
def list_page(request: Request, list_id: UUID) -> Response:
    """One list, ready to be put into the basket; quantities and choice are for this time only."""
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        if unit is None:
            return redirect(request, "/units")
        return _show(conn, request, unit, list_id)


def _show(conn: sa.Connection, request: Request, unit: Unit, list_id: UUID, status: int = 200, **more: Any) -> Response:
    found = book.get(conn, list_id, viewer(request))
    if found is None:
        raise HTTPException(404)
    lines = book.lines_of(conn, list_id)
    stands = standing_of(conn, request, unit, lines)
    names = accounts.names(conn, [found.changed_by])
    facts = {"list": found, "lines": lines, "stands": stands, "names": names, "sums": _sums(lines, stands)}
    other: dict[str, Any] = {"asked": {}, "left_out": frozenset(), "errors": {}, "notes": []}
    return shop_page(conn, request, "shop/lists/list.html", unit, status=status, **facts | other | more)


def _sums(lines: list[book.Line], stands: dict[int, Standing]) -> Decimal:
    """Without VAT, of what can be bought, at today's prices."""
    kept = (line for line in lines if stands[line.article.id].why is None)
    return sum((line.article.price * line.quantity for line in kept), Decimal(0))


def standing_of(conn: sa.Connection, request: Request, unit: Unit, lines: list[book.Line]) -> dict[int, Standing]:
    """How it stands with the article of each line, by the article's id."""
    within = reach(conn, unit, today(request))
    return standings(conn, [(line.article, line.price) for line in lines], within, request.app.state.suppliers)


@router.post("/lists/{list_id}/basket")
@allow(BUYER)
def into_basket(request: Request, list_id: UUID, line: Fields, quantity: Fields, take: Fields) -> Response:
    """The chosen lines into the basket, or the page again with what must be corrected: then nothing is put there."""
    asked = dict(zip(numbers(line), quantity, strict=False))
    chosen = set(numbers(take))
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        if unit is None:
            return redirect(request, "/units")
        if book.get(conn, list_id, viewer(request)) is None:
            raise HTTPException(404)
        lines = [one for one in book.lines_of(conn, list_id) if one.id in chosen]
        errors = {one.id: WRONG_QUANTITY for one in lines if wanted_quantity(asked.get(one.id, "")) is None}
        within, suppliers = reach(conn, unit, today(request)), request.app.state.suppliers
        closed = [one for one in lines if why_not(one.article, within, suppliers) is not None]
        notes = [] if lines else [words_of(request).say(N_("Choose at least one line."))]
        if len(lines) < len(chosen):
            notes.append(words_of(request).say(N_("Somebody has taken lines out of the list. Look through it again.")))
        if errors or closed or notes:
            left = frozenset(one for one in asked if one not in chosen)
            return _show(conn, request, unit, list_id, 422, asked=asked, left_out=left, errors=errors, notes=notes)
        mine = basket.open_basket(conn, viewer(request).id, unit.id, request.app.state.now())
        for one in lines:
            many = wanted_quantity(asked[one.id]) or Decimal(1)
            basket.add(conn, mine, one.article.id, many, request.app.state.now())
    return redirect(request, "/basket")
