"""What was wrong with a parcel: noting it at the dock, and sorting it out afterwards."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, HTTPException, Request
from starlette.responses import Response

from hub import receiving, reports, store, words
from hub.counting import amount
from hub.parcel import Parcel
from hub.tables import parcels
from web.access import ADMIN, DOCK, allow
from web.languages import N_
from web.pages import redirect, render

router = APIRouter()


@router.get("/hub/parcels/{parcel_id}/report/{kind}")
@allow(DOCK, ADMIN)
def report_page(request: Request, parcel_id: UUID, kind: str) -> Response:
    """Which article, how many, and what there is to say."""
    return _report_page(request, _parcel(request, parcel_id), kind)


@router.post("/hub/parcels/{parcel_id}/report/{kind}")
@allow(DOCK, ADMIN)
def report(
    request: Request,
    parcel_id: UUID,
    kind: str,
    line: Annotated[str, Form()] = "",
    quantity: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
) -> Response:
    """Keeps the report and shows the parcel again."""
    if kind not in words.REPORTS or kind == "unknown":
        raise HTTPException(404)
    parcel, state = _parcel(request, parcel_id), request.app.state
    typed = {"line": line, "quantity": quantity, "text": text}
    try:
        many = amount(quantity)
    except ValueError:
        problem = N_("Write how many with digits, for example 3 or 2,5. Leave it empty if you do not know.")
        return _report_page(request, parcel, kind, typed, problem)
    with state.engine.begin() as conn:
        who, now = request.state.viewer.name, state.now()
        receiving.report(conn, parcel.id, kind, who, now, text=text, line=line or None, quantity=many)
    return redirect(request, f"/hub/dock?parcel={parcel.id}&reported={kind}")


@router.get("/hub/questions")
@allow(DOCK, ADMIN)
def questions(request: Request, done: str = "") -> Response:
    """Everything that waits for a person."""
    return _questions(request, done=done)


@router.post("/hub/questions/{report_id}/order")
@allow(DOCK, ADMIN)
def give_to_order(
    request: Request,
    report_id: UUID,
    parcel: Annotated[UUID, Form()],
    number: Annotated[str, Form()] = "",
) -> Response:
    """The unknown parcel belongs to this order."""
    state = request.app.state
    with state.engine.begin() as conn:
        given = receiving.assign(conn, parcel, number, request.state.viewer.name, state.now())
    if given is None:
        return _questions(request, wrong=(report_id, number))
    return redirect(request, f"/hub/dock?parcel={given.id}")


@router.post("/hub/questions/{report_id}/close")
@allow(DOCK, ADMIN)
def close(request: Request, report_id: UUID, outcome: Annotated[str, Form()] = "") -> Response:
    """Dealt with; what was reported stays on the order's timeline."""
    state = request.app.state
    with state.engine.begin() as conn:
        reports.close(conn, report_id, request.state.viewer.name, outcome[:500], state.now())
    return redirect(request, "/hub/questions?done=yes")


def _parcel(request: Request, parcel_id: UUID) -> Parcel:
    with request.app.state.engine.begin() as conn:
        found = store.find(conn, parcels.c.id == parcel_id)
    if not found:
        raise HTTPException(404)
    return found[0]


def _report_page(
    request: Request, parcel: Parcel, kind: str, typed: dict[str, str] | None = None, problem: str | None = None
) -> Response:
    if kind not in words.REPORTS or kind == "unknown":
        raise HTTPException(404)
    only = parcel.contents[0].line if len(parcel.contents) == 1 else ""
    context: dict[str, Any] = {"parcel": parcel, "kind": kind, "words": words, "problem": problem}
    context["typed"] = typed or {"line": only, "quantity": "", "text": ""}
    return render(request, "hub/report.html", context, 422 if problem else 200)


def _questions(request: Request, done: str = "", wrong: tuple[UUID, str] | None = None) -> Response:
    with request.app.state.engine.begin() as conn:
        waiting = reports.open_reports(conn)
    context = {"waiting": waiting, "words": words, "done": done == "yes", "wrong": wrong}
    return render(request, "hub/questions.html", context, 422 if wrong else 200)
