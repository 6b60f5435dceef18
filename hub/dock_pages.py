"""The dock: one field, one answer."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from hub import overview, receiving, store, words
from hub.answer import Kind, ScanResult, place_in_order
from hub.counting import compare, counted
from hub.hints import BAD
from hub.labels import Label
from hub.parcel import Parcel, State
from hub.tables import parcels
from web.access import ADMIN, DOCK, allow
from web.languages import N_
from web.pages import is_fragment, own_address, redirect, render

router = APIRouter()
LONGEST = 400
_NO_NUMBER = N_("Write how many with digits, for example 3 or 2,5.")


@router.get("/hub/dock")
@allow(DOCK, ADMIN)
def dock(request: Request, parcel: UUID | None = None, reported: str = "") -> Response:
    """The field with nothing scanned yet, or with a parcel that something has just been noted about."""
    with request.app.state.engine.begin() as conn:
        shown = _looked_up(conn, parcel) if parcel else None
        return _answer(request, conn, shown, reported=reported if reported in words.REPORTS else "")


@router.get("/hub/scan")
@allow(DOCK, ADMIN)
def scan_again(request: Request) -> Response:
    """Somebody reloads or changes language after a scan: back to the field."""
    return redirect(request, "/hub/dock")


@router.post("/hub/scan")
@allow(DOCK, ADMIN)
def scan(request: Request, code: Annotated[str, Form()] = "", anew: Annotated[str, Form()] = "") -> Response:
    """What was scanned or typed, received if it can be. Asking twice is harmless: the second answer says so.

    `anew`: a code that was delivered lately is on another parcel now.
    """
    state = request.app.state
    with state.engine.begin() as conn:
        found = receiving.scan(conn, code[:LONGEST], request.state.viewer.name, state.now(), anew=bool(anew))
        return _answer(request, conn, found)


@router.post("/hub/receive")
@allow(DOCK, ADMIN)
def receive(
    request: Request,
    parcel: Annotated[UUID, Form()],
    code: Annotated[str, Form()] = "",
    anyway: Annotated[str, Form()] = "",
    line: Annotated[str, Form()] = "",
    quantity: Annotated[str, Form()] = "",
) -> Response:
    """One of several parcels that go by what was typed, with what was counted of one of its lines."""
    state, who, now = request.app.state, request.state.viewer.name, request.app.state.now()
    with state.engine.begin() as conn:
        try:
            many = counted(quantity)
        except ValueError:
            again = receiving.scan(conn, code[:LONGEST], who, now)
            typed = {"parcel": parcel, "quantity": quantity[:40]}
            return _answer(request, conn, again, problem=_NO_NUMBER, typed=typed)
        found = receiving.receive(conn, [parcel], who, now, code[:LONGEST], anyway=bool(anyway))
        differs = None
        if many is not None and found.kind is Kind.RECEIVED:
            differs = compare(conn, found.parcels[0], line, many, who, now)
        return _answer(request, conn, found, counted=differs)


@router.post("/hub/undo")
@allow(DOCK, ADMIN)
def undo(request: Request, batch: Annotated[UUID, Form()], next: Annotated[str, Form()] = "") -> Response:
    """Takes back the last step; `next` is the page that offered it, where that is not the dock."""
    state = request.app.state
    with state.engine.begin() as conn:
        taken = receiving.undo(conn, batch, request.state.viewer.name, state.now())
        if next:
            return redirect(request, own_address(next, "/hub/dock") + ("?undone=yes" if taken else "?undone=no"))
        return _answer(request, conn, None, undone=taken, late=not taken)


def _answer(
    request: Request, conn: sa.Connection, found: ScanResult | None, undone: tuple[Parcel, ...] = (), **more: Any
) -> Response:
    context: dict[str, Any] = {
        "answer": found,
        "undone": undone,
        "kept": any(parcel.state in (State.RECEIVED, State.UNKNOWN) for parcel in undone),
        "late": False,
        "reported": "",
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
