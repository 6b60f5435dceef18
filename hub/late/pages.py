"""Awaited: what is late, what is missing, what comes today and after."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from hub import words
from hub.late import asking, listing
from hub.late.listing import Standing
from hub.parcel import State
from web.access import ADMIN, DOCK, PURCHASER, allow
from web.languages import N_
from web.pages import redirect, render, today_of

router = APIRouter()
_NO_DAY = N_("Choose a day from today on, at most half a year ahead.")
_NOTHING = N_("Nothing of that is awaited any more.")
_NOTHING_TYPED: dict[str, Any] = {"order": None, "advice": "", "text": "", "due": ""}
_TICK = N_("Tick the parcels that will not come.")


@router.get("/hub/awaited")
@allow(DOCK, ADMIN, PURCHASER)
def awaited(request: Request, done: str = "", gone: UUID | None = None, undone: str = "") -> Response:
    """The longest late first; what is to come only as a count for each day."""
    return _page(request, done=done, gone=gone, undone=undone)


@router.post("/hub/awaited/asked")
@allow(DOCK, ADMIN, PURCHASER)
def asked(
    request: Request,
    order: Annotated[UUID, Form()],
    advice: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
    due: Annotated[str, Form()] = "",
) -> Response:
    """Somebody has asked the supplier, and writes what it said and which day it promised."""
    state, who = request.app.state, request.state.viewer.name
    typed = {"order": order, "advice": advice, "text": text[:500], "due": due[:10]}
    try:
        day = date.fromisoformat(due) if due else None
        with state.engine.begin() as conn:
            kept = asking.asked(conn, order, advice[:200], who, state.now(), text=text, due=day)
    except ValueError:
        return _page(request, problem=("due", _NO_DAY), typed=typed)
    return redirect(request, "/hub/awaited?done=asked") if kept else _page(request, problem=("", _NOTHING))


@router.post("/hub/awaited/gone")
@allow(DOCK, ADMIN, PURCHASER)
def give_up(
    request: Request,
    order: Annotated[UUID | None, Form()] = None,
    advice: Annotated[str, Form()] = "",
    parcel: Annotated[list[UUID], Form()] = [],  # noqa: B006 - never changed
) -> Response:
    """The ticked parcels will not come."""
    state, who = request.app.state, request.state.viewer.name
    if not parcel:
        return _page(request, problem=("gone", _TICK), typed={"order": order, "advice": advice[:200]})
    with state.engine.begin() as conn:
        batch = asking.give_up(conn, parcel, who, state.now())
    return redirect(request, f"/hub/awaited?gone={batch}") if batch else _page(request, problem=("", _NOTHING))


def _page(
    request: Request, *, problem: tuple[str, str] | None = None, typed: dict[str, Any] | None = None, **more: Any
) -> Response:
    today = today_of(request)
    with request.app.state.engine.begin() as conn:
        found = listing.awaited(conn, today)
        later = listing.coming(conn, today)
    by_standing = {one: [group for group in found if group.standing is one] for one in Standing}
    context = {"found": by_standing, "later": later, "today": today, "Standing": Standing, "words": words}
    context |= {"problem": problem, "typed": _NOTHING_TYPED | (typed or {})}
    context |= {"State": State, "most": listing.MOST, "all": len(found)}
    context |= {"done": "", "gone": None, "undone": ""}
    return render(request, "hub/awaited.html", context, 422 if problem else 200, **more)
