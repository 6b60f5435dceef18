"""The dock: one field, one answer."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Form, HTTPException, Request
from starlette.responses import Response

from hub import overview, receiving, store, words
from hub.acts.form import ActForm, uuid_in
from hub.acts.taking import Undone, take, take_back
from hub.answer import Kind, ScanResult, place_in_order
from hub.counting import compare, counted
from hub.hints import BAD
from hub.labels import Label
from hub.parcel import State
from hub.tables import parcels
from web.access import ADMIN, DOCK, allow
from web.languages import N_
from web.pages import is_fragment, own_address, redirect, render

router = APIRouter()
LONGEST = 400
_NO_NUMBER = N_("Write how many with digits, for example 3 or 2,5.")


@router.get("/hub/dock")
@allow(DOCK, ADMIN)
def dock(
    request: Request, parcel: UUID | None = None, reported: str = "", case: str = "", withdrawn: str = ""
) -> Response:
    """The field with nothing scanned yet, or with a parcel that something has just been noted about."""
    with request.app.state.engine.begin() as conn:
        shown = _looked_up(conn, parcel) if parcel else None
        noted = {"reported": reported if reported in words.REPORTS else "", "case": uuid_in(case)}
        return _answer(request, conn, shown, **noted, withdrawn=bool(withdrawn))


@router.get("/hub/scan")
@allow(DOCK, ADMIN)
def scan_again(request: Request) -> Response:
    """Somebody reloads or changes language after a scan: back to the field."""
    return redirect(request, "/hub/dock")


@router.post("/hub/scan")
@allow(DOCK, ADMIN)
def scan(
    request: Request, act: ActForm, code: Annotated[str, Form()] = "", anew: Annotated[str, Form()] = ""
) -> Response:
    """What was scanned or typed, received if it can be. Asking twice is harmless: the second answer says so.

    `anew`: a code that was delivered lately is on another parcel now.
    """
    state, who, now = request.app.state, request.state.viewer.name, request.app.state.now()
    with state.engine.begin() as conn:
        found = take(
            conn, act, "scan", who, now, lambda: receiving.scan(conn, code[:LONGEST], who, now, anew=bool(anew))
        )
        return _answer(request, conn, found)


@router.post("/hub/receive")
@allow(DOCK, ADMIN)
def receive(
    request: Request,
    act: ActForm,
    parcel: Annotated[UUID, Form()],
    code: Annotated[str, Form()] = "",
    anyway: Annotated[str, Form()] = "",
    line: Annotated[str, Form()] = "",
    quantity: Annotated[str, Form()] = "",
) -> Response:
    """One of several parcels that go by what was typed, with what was counted of one of its lines."""
    state, who, now = request.app.state, request.state.viewer.name, request.app.state.now()
    differs = None

    def do() -> ScanResult:
        nonlocal differs
        found = receiving.receive(conn, [parcel], who, now, code[:LONGEST], anyway=bool(anyway))
        if many is not None and found.kind is Kind.RECEIVED:
            differs = compare(conn, found.parcels[0], line, many, who, now)
        return found

    with state.engine.begin() as conn:
        try:
            many = counted(quantity)
        except ValueError:
            again = receiving.scan(conn, code[:LONGEST], who, now)
            typed = {"parcel": parcel, "quantity": quantity[:40]}
            return _answer(request, conn, again, problem=_NO_NUMBER, typed=typed)
        found = take(conn, act, "receive", who, now, do)
        return _answer(request, conn, found, counted=differs)


@router.post("/hub/undo")
@allow(DOCK, ADMIN)
def undo(
    request: Request,
    act: ActForm,
    batch: Annotated[UUID | None, Form()] = None,
    of: Annotated[UUID | None, Form()] = None,
    next: Annotated[str, Form()] = "",
) -> Response:
    """Takes back the step `batch`, or `of` the act that a phone has kept; `next` is the page that offered it."""
    state = request.app.state
    if batch is None and of is None:
        raise HTTPException(400)
    with state.engine.begin() as conn:
        taken = take_back(conn, act, batch, of, request.state.viewer.name, state.now())
        if next:
            return redirect(request, own_address(next, "/hub/dock") + ("?undone=yes" if taken.undone else "?undone=no"))
        return _answer(request, conn, None, taken)


def _answer(
    request: Request, conn: sa.Connection, found: ScanResult | None, undone: Undone | None = None, **more: Any
) -> Response:
    context: dict[str, Any] = {
        "answer": found,
        "undone": undone is not None and undone.undone,
        "kept": undone is not None and undone.kept,
        "late": undone is not None and not undone.undone,
        "reported": "",
        "case": None,
        "withdrawn": False,
        "counted": None,
        "problem": None,
        "typed": {},
        "today": overview.today(conn, request.app.state.now()),
        "words": words,
        "bad_hints": BAD,
        "Kind": Kind,
        "State": State,
    }
    whole = not is_fragment(request)
    status = 422 if more.get("problem") and whole else 200
    return render(request, "hub/dock.html" if whole else "hub/answer.html", context, status, **more)


def _looked_up(conn: sa.Connection, parcel_id: UUID) -> ScanResult | None:
    """A parcel shown again, without moving it."""
    everything = store.concerned(conn, (), [parcel_id])
    chosen = next((parcel for parcel in everything if parcel.id == parcel_id), None)
    if chosen is None:
        return None
    rows = store.find(conn, (parcels.c.key == chosen.key) & (parcels.c.state == chosen.state.value))
    number, of, boxes = place_in_order(chosen, everything)
    kind = Kind.UNKNOWN if chosen.state is State.UNKNOWN else Kind.AGAIN
    return ScanResult(
        kind=kind, label=Label(text=""), parcels=rows, number=number, of=of, boxes=boxes, before=chosen.state
    )
