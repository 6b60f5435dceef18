"""Coding for those who look after it: what is wrong with coding.yaml, lists read in and taken back, a try."""

from __future__ import annotations

from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from gateway.findings import Finding
from gateway.wording import Language, explain
from shop import units
from shop.approving import coding as rules
from shop.approving import coding_lists
from shop.approving.coded import where_of
from shop.approving.coding import IMPORTED
from shop.approving.coding_now import coding_of, read
from shop.approving.form import PREFIX, coding_fields, fields_of, said
from shop.approving.value_list import Mistake, read_values
from shop.categories import CATEGORIES
from shop.desk import one_line, shop_page, today, viewer
from web import accounts
from web.access import ADMIN, BUYER, CONTROLLER, allow
from web.languages import N_, language_of, words_of
from web.pages import redirect, render

router = APIRouter()
LARGEST = 20_000_000
SHOWN = 20


@router.get("/coding")
@allow(CONTROLLER, ADMIN)
def overview(request: Request) -> Response:
    """The dimensions with their lists, what the file says wrong, and a try."""
    with request.app.state.engine.begin() as conn:
        return _show(conn, request)


@router.post("/coding/import")
@allow(CONTROLLER, ADMIN)
def load(
    request: Request,
    dimension: Annotated[str, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """A new list instead of the one that held; nothing is taken over where a row cannot be read."""
    known = coding_of(request.app.state.settings).dimension(dimension)
    if known is None or known.values != IMPORTED:
        raise HTTPException(404)
    raw = file.file.read(LARGEST + 1) if file is not None else b""
    name = one_line(file.filename or "")[:100] if file is not None else ""
    with request.app.state.engine.begin() as conn:
        if not raw or len(raw) > LARGEST:
            return _show(conn, request, 422, {"file": N_("Choose a CSV file of at most 20 MB.")})
        try:
            entries, mistakes = read_values(_decoded(raw))
        except ValueError as error:
            return _show(conn, request, 422, {"file": N_("The file cannot be read.")}, [(0, str(error))])
        if mistakes or not entries:
            return _show(conn, request, 422, {"file": N_("Nothing was taken over: mend these rows.")}, mistakes)
        coding_lists.load(conn, known.id, entries, name, viewer(request).login, request.app.state.now())
    return redirect(request, f"/coding?done={len(entries)}")


@router.post("/coding/undo")
@allow(CONTROLLER, ADMIN)
def undo(request: Request, number: Annotated[int, Form(ge=1, le=2**62)]) -> Response:
    """The list before it holds again."""
    with request.app.state.engine.begin() as conn:
        if not coding_lists.undo(conn, number, request.app.state.now()):
            return _show(conn, request, 409, {"": N_("That list does not hold any more, so it cannot be taken back.")})
    return redirect(request, "/coding?done=undone")


@router.get("/coding/choices")
@allow(BUYER, CONTROLLER, ADMIN)
def choices(request: Request) -> Response:
    """Values that fit what is being typed, for the field's list; the field is named in the address."""
    asked = next(((name, text) for name, text in request.query_params.items() if name.startswith(PREFIX)), ("", ""))
    known = coding_of(request.app.state.settings).dimension(asked[0].removeprefix(PREFIX))
    if known is None:
        raise HTTPException(404)
    with request.app.state.engine.begin() as conn:
        found = coding_lists.suggestions(conn, known, today(request), one_line(asked[1])[:60])
    return render(request, "shop/approving/choices.html", choices=found)


@router.post("/coding/try")
@allow(CONTROLLER, ADMIN)
def attempt(
    request: Request,
    fields: Annotated[dict[str, str], Depends(coding_fields)],
    unit: Annotated[str, Form()] = "",
    category: Annotated[str, Form()] = "",
) -> Response:
    """What a coding becomes for goods of a kind at a unit, and what is wrong with it."""
    coding, day, words = coding_of(request.app.state.settings), today(request), words_of(request)
    with request.app.state.engine.begin() as conn:
        chosen = units.get(conn, unit)
        if chosen is None or (category and category not in CATEGORIES):
            return _show(conn, request, 422, {"unit": N_("Choose a unit from the list.")})
        where = where_of(conn, chosen)
        usual = rules.of_unit(coding, where)
        written = {name: value for name, value in fields.items() if value}
        goods = rules.of_goods(coding, where, category, None)
        values = rules.of_line(coding, {**usual, **written}, usual, goods, {})
        lists = coding_lists.lists_for(conn, coding, [values], day)
        wrong = said(list(rules.wrongs(coding, values, lists, day)), words)
        tried = {"cost": rules.joined(coding, values), "unit": unit, "category": category, "wrong": wrong}
        return _show(conn, request, values=values, tried=tried)


def _show(
    conn: sa.Connection,
    request: Request,
    status: int = 200,
    errors: dict[str, str] | None = None,
    mistakes: list[Mistake] | None = None,
    values: dict[str, str] | None = None,
    tried: dict[str, object] | None = None,
) -> Response:
    found, day = read(request.app.state.settings), today(request)
    coding, told = found.coding, coding_lists.imports(conn)
    names = conn.execute(sa.select(units.units.c.id, units.units.c.name).order_by(units.units.c.name)).all()
    return shop_page(
        conn,
        request,
        "shop/approving/coding.html",
        None,
        status=status,
        coding=coding,
        file_name=request.app.state.settings.coding_file.name,
        file_findings=found.findings,
        imports=told,
        held=coding_lists.current(conn),
        sizes={one.id: one.rows for one in told},
        mistakes=[(line, _said(text, language_of(request))) for line, text in (mistakes or [])[:SHOWN]],
        more_mistakes=max(0, len(mistakes or []) - SHOWN),
        errors=errors or {},
        fields=fields_of(coding, values or {}, language_of(request), coding_lists.offers(conn, coding, day)),
        tried=tried,
        all_units={row.id: row.name for row in names},
        categories={code: word for code, (word, _) in CATEGORIES.items()},
        names=accounts.names(conn, [one.by for one in told]),
        done=request.query_params.get("done", ""),
    )


def _said(message: str, language: Language) -> str:
    """What is wrong with a row, in the reader's language."""
    return explain(Finding(rule="coding-values", message=message), language).what


def _decoded(raw: bytes) -> str:
    """As UTF-8, else as Windows writes it here."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
