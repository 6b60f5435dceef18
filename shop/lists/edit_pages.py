"""Changing a list: quantities, order, lines out and in, its name; several people may do so at once."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from shop import articles
from shop.desk import chosen_unit, one_line, shop_page, today, viewer
from shop.finding.finder import finder_of
from shop.lists import book, changes
from shop.lists.candidates import candidates
from shop.lists.list_pages import Fields, own_list, standing_of
from shop.lists.words import OWN, WRONG_QUANTITY, name_of, numbers, wanted_quantity
from shop.reach import reach
from web import accounts
from web.access import BUYER, allow
from web.languages import N_, words_of
from web.pages import redirect

router = APIRouter()


@router.get("/lists/{list_id}/edit")
@allow(BUYER)
def edit_page(request: Request, list_id: UUID, q: str = "") -> Response:
    """The list with everything that can be changed; `q` looks for articles to add."""
    with request.app.state.engine.begin() as conn:
        return _show(conn, request, list_id, q=one_line(q)[:200])


def _show(
    conn: sa.Connection, request: Request, list_id: UUID, status: int = 200, q: str = "", **more: Any
) -> Response:
    unit, found = chosen_unit(conn, request), book.get(conn, list_id, viewer(request))
    if unit is None:
        return redirect(request, "/units")
    if found is None:
        raise HTTPException(404)
    lines = book.lines_of(conn, list_id, request.app.state.now())
    within, suppliers = reach(conn, unit, today(request)), request.app.state.suppliers
    offered = candidates(conn, finder_of(request.app), q, within, suppliers, 8) if q else []
    names = accounts.names(conn, [found.changed_by, *(line.changed_by for line in lines)])
    facts = {"list": found, "lines": lines, "stands": standing_of(conn, request, unit, lines), "names": names}
    facts |= {"q": q, "offered": offered, "there": {line.article.id for line in lines if not line.removed}}
    other: dict[str, Any] = {"asked": {}, "errors": {}, "notes": [], "name": None, "name_error": None}
    return shop_page(conn, request, "shop/lists/edit.html", unit, status=status, **facts | other | more)


@router.post("/lists/{list_id}/edit")
@allow(BUYER)
def edit(
    request: Request,
    list_id: UUID,
    line: Fields,
    seen: Fields,
    quantity: Fields,
    act: Annotated[str, Form()] = "save",
    back: Annotated[str, Form()] = "edit",
) -> Response:
    """Saves the quantities and does what the pressed button says: `up:7`, `down:7`, `remove:7`, `replace:7:123` …"""
    asked = dict(zip(numbers(line), zip(seen, quantity, strict=False), strict=False))
    with request.app.state.engine.begin() as conn:
        found = own_list(conn, request, list_id)
        if found.removed_at is not None:
            return _show(conn, request, list_id, status=409)
        errors = _save(conn, request, list_id, asked)
        touched = _act(conn, request, list_id, act)
        if errors:
            typed = {id: many for id, (_, many) in asked.items()}
            return _show(conn, request, list_id, status=409, errors=errors, asked=typed)
    if back == "use":
        return redirect(request, f"/lists/{list_id}")
    return redirect(request, f"/lists/{list_id}/edit{_place(act, touched)}")


def _place(act: str, touched: int) -> str:
    """The button that the keyboard goes on with: browsers focus what an address points at."""
    verb = act.partition(":")[0]
    next_one = {"up": "up", "down": "down", "remove": "restore", "restore": "many"}.get(verb, "line")
    return f"#{next_one}-{touched}" if touched else ""


def _save(conn: sa.Connection, request: Request, list_id: UUID, asked: dict[int, tuple[str, str]]) -> dict[int, str]:
    """Changed quantities; what is wrong by line, in words. What somebody else changed meanwhile is not overwritten."""
    person, now, words = viewer(request), request.app.state.now(), words_of(request)
    errors: dict[int, str] = {}
    for line_id, (before, after) in asked.items():
        if before == after:
            continue
        many, known = wanted_quantity(after), wanted_quantity(before)
        if many is None or known is None:
            errors[line_id] = words.say(WRONG_QUANTITY)
            continue
        other = changes.set_quantity(conn, list_id, line_id, known, many, person, now)
        if other is not None:
            message = N_("Somebody changed it to %(count)s while you wrote. Save again to have yours.")
            errors[line_id] = words.say(message, count=str(other).replace(".", ","))
    return errors


def _act(conn: sa.Connection, request: Request, list_id: UUID, act: str) -> int:
    """Does it; the line it was done to, 0 where it was none."""
    verb, _, rest = act.partition(":")
    ids = numbers(rest.split(":"))
    if not ids:
        return 0
    line_id, by = ids[0], (viewer(request), request.app.state.now())
    if verb in {"up", "down"}:
        changes.move(conn, list_id, line_id, verb == "up", *by)
    elif verb == "remove":
        changes.remove(conn, list_id, line_id, *by)
    elif verb == "restore":
        changes.restore(conn, list_id, line_id, *by)
    elif verb == "accept":
        changes.accept_price(conn, list_id, line_id, *by)
    elif verb == "replace" and len(ids) == 2:
        article = articles.get(conn, ids[1])
        if article is not None and article.active:
            changes.replace(conn, list_id, line_id, article, *by)
    elif verb == "add":
        article = articles.get(conn, line_id)
        if article is not None and article.active:
            book.add(conn, list_id, [(article, Decimal(1))], *by)
        return 0
    return line_id


@router.post("/lists/{list_id}/name")
@allow(BUYER)
def rename(
    request: Request, list_id: UUID, name: Annotated[str, Form()] = "", seen: Annotated[str, Form()] = ""
) -> Response:
    """Another name, unless somebody gave it one meanwhile."""
    name, error = name_of(name)
    with request.app.state.engine.begin() as conn:
        found = own_list(conn, request, list_id)
        if not error and found.name not in {seen, name}:
            error = N_("Somebody has given the list another name. Save again to have yours.")
        if error:
            return _show(conn, request, list_id, status=422, name=name[:500], name_error=error)
        book.touch(conn, list_id, viewer(request), request.app.state.now(), name=name)
    return redirect(request, f"/lists/{list_id}/edit")


@router.post("/lists/{list_id}/copy")
@allow(BUYER)
def copy(request: Request, list_id: UUID, whose: Annotated[str, Form()] = OWN) -> Response:
    """The same lines on a list of one's own, or of the chosen unit."""
    person, now = viewer(request), request.app.state.now()
    with request.app.state.engine.begin() as conn:
        unit, found = chosen_unit(conn, request), book.get(conn, list_id, person)
        if unit is None or found is None:
            raise HTTPException(404)
        name = words_of(request).say(N_("%(name)s (copy)"), name=found.name)[: book.LONGEST_NAME]
        made = book.make(conn, name, None if whose == OWN else unit.id, person, now)
        lines = [(line.article, line.quantity) for line in book.lines_of(conn, list_id)]
        book.add(conn, made, lines, person, now)
    return redirect(request, f"/lists/{made}/edit")


@router.post("/lists/{list_id}/remove")
@allow(BUYER)
def remove(request: Request, list_id: UUID) -> Response:
    """Thrown away; it can be had back."""
    with request.app.state.engine.begin() as conn:
        own_list(conn, request, list_id)
        now = request.app.state.now()
        book.touch(conn, list_id, viewer(request), now, removed_at=now)
    return redirect(request, "/lists")


@router.post("/lists/{list_id}/restore")
@allow(BUYER)
def restore(request: Request, list_id: UUID) -> Response:
    """The list as it was."""
    with request.app.state.engine.begin() as conn:
        own_list(conn, request, list_id)
        book.touch(conn, list_id, viewer(request), request.app.state.now(), removed_at=None)
    return redirect(request, f"/lists/{list_id}")
