"""Two taps at the dock: something is wrong, and what. A photo, a number and a word can come along or afterwards."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Form, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from hub import counting, photos, receiving, reports, store, words
from hub.acts.form import ActForm, uuid_in
from hub.acts.once import answer_of, keep, once
from hub.cases import book
from hub.cases.decide import kinds_for
from hub.cases.forms import FORM_BYTES, Filled, filled_in
from hub.parcel import Parcel
from hub.tables import parcels
from web.access import ADMIN, DOCK, PURCHASER, allow
from web.languages import N_
from web.pages import redirect, render

router = APIRouter()
NO_NUMBER = N_("Write how many with digits, for example 3 or 2,5. Leave it empty if you do not know.")
NO_PHOTO = N_("The photo could not be read. Take it again, as JPEG, PNG or WebP of at most 12 MB.")


@router.get("/hub/parcels/{parcel_id}/report")
@allow(DOCK, ADMIN)
def kinds_page(request: Request, parcel_id: UUID) -> Response:
    """What is wrong: one press notes it; the other way leads to photo and number first."""
    return _page(request, _parcel(request, parcel_id), "")


@router.get("/hub/parcels/{parcel_id}/report/{kind}")
@allow(DOCK, ADMIN)
def report_page(request: Request, parcel_id: UUID, kind: str) -> Response:
    """Which article, how many, and what there is to say."""
    parcel = _parcel(request, parcel_id)
    if kind not in kinds_for(parcel):
        raise HTTPException(404)
    return _page(request, parcel, kind)


@router.post("/hub/parcels/{parcel_id}/report/{kind}")
@allow(DOCK, ADMIN, most=FORM_BYTES)
async def report(request: Request, parcel_id: UUID, kind: str) -> Response:
    """Keeps the report and shows the parcel again."""
    return await run_in_threadpool(_report, request, parcel_id, kind, await filled_in(request))


@router.post("/hub/cases/{case_id}/withdraw")
@allow(DOCK, ADMIN)
def withdraw(request: Request, case_id: UUID, act: ActForm, parcel: str = Form("")) -> Response:
    """A slip of the finger: the report is closed as a mistake, and the order's timeline says so."""
    state, who, now = request.app.state, request.state.viewer.name, request.app.state.now()
    with state.engine.begin() as conn:
        if once(conn, act.id, "withdraw", who, now, act.at):
            case = book.get(conn, case_id, lock=True)
            taken = case is not None and reports.take_back(conn, case.parcel, case_id, who, now)
            keep(conn, act.id, {"taken": taken})
        else:
            taken = bool((answer_of(conn, act.id) or {}).get("taken")) if act.id else False
    back = f"/hub/dock?parcel={uuid_in(parcel)}&withdrawn=yes" if uuid_in(parcel) else f"/hub/cases/{case_id}"
    return redirect(request, back if taken else f"/hub/cases/{case_id}?late=yes")


@router.get("/hub/photos/{photo_id}")
@allow(DOCK, ADMIN, PURCHASER)
def photo(request: Request, photo_id: UUID) -> Response:
    """The picture; it never changes, and is nobody else's to keep."""
    with request.app.state.engine.begin() as conn:
        jpeg = photos.jpeg_of(conn, photo_id)
    if jpeg is None:
        raise HTTPException(404)
    return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=86400"})


def _report(request: Request, parcel_id: UUID, kind: str, form: Filled) -> Response:
    parcel, state = _parcel(request, parcel_id), request.app.state
    if kind not in kinds_for(parcel):
        raise HTTPException(404)
    try:
        amount = counting.amount(form.text("quantity"))
    except ValueError:
        return _page(request, parcel, kind, form, ("quantity", NO_NUMBER))
    act = form.act()
    with state.engine.begin() as conn:
        who, now = request.state.viewer.name, state.now()
        if not once(conn, act.id, "report", who, now, act.at):
            known = answer_of(conn, act.id) if act.id else None
            return _noted(request, parcel, kind, str((known or {}).get("case", "")))
        try:
            photo_id = photos.keep(conn, form.photo, who, now) if form.photo else None
        except ValueError:
            conn.rollback()
            return _page(request, parcel, kind, form, ("photo", NO_PHOTO))
        case_id = _case_of(conn, parcel, kind, form, amount, who, now)
        if photo_id:
            book.add_photo(conn, case_id, photo_id, who, now)
        keep(conn, act.id, {"case": str(case_id)})
    return _noted(request, parcel, kind, str(case_id))


def _case_of(
    conn: sa.Connection, parcel: Parcel, kind: str, form: Filled, amount: Decimal | None, who: str, now: datetime
) -> UUID:
    """A new case; what is said of an unknown parcel joins the one that its scan began."""
    standing = reports.open_of(conn, parcel.id, kind) if kind == "unknown" else None
    case = book.get(conn, standing, lock=True) if standing else None
    if case is not None:
        book.say(conn, case, form.text("text"), who, now)
        return case.id
    line = form.text("line")
    return receiving.report(conn, parcel.id, kind, who, now, text=form.text("text"), line=line or None, quantity=amount)


def _noted(request: Request, parcel: Parcel, kind: str, case: str) -> Response:
    return redirect(request, f"/hub/dock?parcel={parcel.id}&reported={kind}&case={case}")


def _parcel(request: Request, parcel_id: UUID) -> Parcel:
    with request.app.state.engine.begin() as conn:
        return _found(conn, parcel_id)


def _found(conn: sa.Connection, parcel_id: UUID) -> Parcel:
    found = store.find(conn, parcels.c.id == parcel_id)
    if not found:
        raise HTTPException(404)
    return found[0]


def _page(
    request: Request, parcel: Parcel, kind: str, form: Filled | None = None, problem: tuple[str, str] | None = None
) -> Response:
    only = parcel.contents[0].line if len(parcel.contents) == 1 else ""
    typed = {name: form.text(name) for name in ("line", "quantity", "text")} if form else {}
    context: dict[str, Any] = {"parcel": parcel, "kind": kind, "kinds": kinds_for(parcel), "words": words}
    context["typed"] = {"line": only, "quantity": "", "text": ""} | typed
    return render(request, "hub/report.html", context, 422 if problem else 200, problem=problem)
