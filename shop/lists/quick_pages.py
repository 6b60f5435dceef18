"""Quick order: pasted lines, shown as they were understood, and then put into the basket or kept as a list."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from shop import articles, basket
from shop.articles import Article
from shop.desk import chosen_unit, one_line, shop_page, today, viewer
from shop.finding.finder import finder_of
from shop.lists import book
from shop.lists.buyable import why_not
from shop.lists.list_pages import Fields
from shop.lists.matching import Match, match
from shop.lists.pasted import MOST_LINES, read
from shop.lists.words import WRONG_QUANTITY, name_of, numbers, wanted_quantity
from shop.reach import reach
from shop.units import Unit
from web.access import BUYER, allow
from web.languages import N_
from web.pages import redirect

router = APIRouter()
MOST_SIGNS = 200_000


@router.get("/quick")
@allow(BUYER)
def quick_page(request: Request) -> Response:
    """Where lines are pasted."""
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        return redirect(request, "/units") if unit is None else _ask(conn, request, unit)


def _ask(conn: sa.Connection, request: Request, unit: Unit, status: int = 200, **more: Any) -> Response:
    facts = {"lines": "", "error": None, "many": 0, "most": MOST_LINES} | more
    return shop_page(conn, request, "shop/lists/quick.html", unit, status=status, **facts)


@router.post("/quick")
@allow(BUYER)
def understood(request: Request, lines: Annotated[str, Form()] = "") -> Response:
    """Each line and what it means; nothing is in the basket yet."""
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        if unit is None:
            return redirect(request, "/units")
        found = read(lines) if len(lines) <= MOST_SIGNS else []
        error = None
        if len(lines) > MOST_SIGNS or len(found) > MOST_LINES:
            error = N_("Paste at most 500 lines at a time.")
        elif not found:
            error = N_("Paste or write at least one line.")
        if error:
            return _ask(conn, request, unit, 422, lines=lines[:MOST_SIGNS], error=error, many=len(found))
        means = match(
            conn, finder_of(request.app), found, reach(conn, unit, today(request)), request.app.state.suppliers
        )
        return _table(conn, request, unit, means, lines)


def _table(
    conn: sa.Connection, request: Request, unit: Unit, means: list[Match], lines: str, status: int = 200, **more: Any
) -> Response:
    counts = {how: sum(1 for one in means if one.how == how) for how in ("number", "several", "words", "later", "none")}
    facts: dict[str, Any] = {"means": means, "counts": counts, "lines": lines, "errors": {}, "taken": {}, "asked": {}}
    facts |= {"name": "", "name_error": None, "nothing": False}
    return shop_page(conn, request, "shop/lists/understood.html", unit, status=status, **facts | more)


class Row(msgspec.Struct, frozen=True):
    """A line of the table as it was sent: its number, the article that was chosen, the quantity as written."""

    number: int
    article: Article
    quantity: str


@router.post("/quick/add")
@allow(BUYER)
def take(
    request: Request,
    number: Fields,
    article: Fields,
    quantity: Fields,
    lines: Annotated[str, Form()] = "",
    to: Annotated[str, Form()] = "basket",
    name: Annotated[str, Form()] = "",
) -> Response:
    """The lines that have an article into the basket, or onto a new list; all of them or none."""
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        if unit is None:
            return redirect(request, "/units")
        rows = _rows(conn, number, article, quantity)
        errors = _errors(conn, request, unit, rows)
        name, wrong_name = name_of(name) if to == "list" else ("", None)
        if errors or wrong_name or not rows:
            means = match(
                conn,
                finder_of(request.app),
                read(lines[:MOST_SIGNS])[:MOST_LINES],
                reach(conn, unit, today(request)),
                _known(request),
            )
            more: dict[str, Any] = {"errors": errors, "name": name, "name_error": wrong_name, "nothing": not rows}
            more |= {
                "taken": {row.number: row.article.id for row in rows},
                "asked": {r.number: r.quantity for r in rows},
            }
            return _table(conn, request, unit, means, lines, 422, **more)
        wanted = [(row.article, wanted_quantity(row.quantity) or Decimal(1)) for row in rows]
        return redirect(request, _put(conn, request, unit, wanted, name if to == "list" else None))


def _known(request: Request) -> Any:
    return request.app.state.suppliers


def _rows(conn: sa.Connection, number: list[str], article: list[str], quantity: list[str]) -> list[Row]:
    """The lines with an article; a line without one, or with quantity 0, is left out by intent."""
    sent = list(zip(number, article, quantity, strict=False))[:MOST_LINES]
    ids = set(numbers([one for _, one, _ in sent]))
    known = {one.id: one for one in articles.many(conn, ids)}
    found = []
    for place, chosen, many in sent:
        one = known.get(next(iter(numbers([chosen])), 0))
        if one is not None and place.isascii() and place.isdigit() and many.strip() not in {"", "0"}:
            found.append(Row(int(place[:9]), one, one_line(many)[:40]))
    return found


def _errors(conn: sa.Connection, request: Request, unit: Unit, rows: list[Row]) -> dict[int, str]:
    """What keeps a line from the basket, a message id by its number."""
    within = reach(conn, unit, today(request))
    wrong: dict[int, str] = {}
    for row in rows:
        why = why_not(row.article, within, _known(request))
        if why is not None:
            wrong[row.number] = why
        elif wanted_quantity(row.quantity) is None:
            wrong[row.number] = WRONG_QUANTITY
    return wrong


def _put(
    conn: sa.Connection, request: Request, unit: Unit, wanted: list[tuple[Article, Decimal]], name: str | None
) -> str:
    """Where the buyer goes next: the basket, or the list that was made."""
    person, now = viewer(request), request.app.state.now()
    if name is not None:
        made: UUID = book.make(conn, name, unit.id, person, now)
        book.add(conn, made, wanted, person, now)
        return f"/lists/{made}"
    mine = basket.open_basket(conn, person.id, unit.id, now)
    for one, many in wanted:
        basket.add(conn, mine, one.id, many, now)
    return "/basket"
