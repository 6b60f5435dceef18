"""A pallet and what stands on it, opened level by level."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, HTTPException, Request
from starlette.responses import Response

from hub import pallets, receiving, undoing, words
from hub.acts.form import ActForm
from hub.acts.once import once
from hub.parcel import State
from web.access import ADMIN, DOCK, allow
from web.pages import redirect, render

router = APIRouter()


@router.get("/hub/pallets/{parcel_id}")
@allow(DOCK, ADMIN)
def pallet(request: Request, parcel_id: UUID, done: UUID | None = None, undone: str = "", back: str = "") -> Response:
    """One level: each box can be received or said not to be there, each pallet on it opened."""
    with request.app.state.engine.begin() as conn:
        level = pallets.open_pallet(conn, parcel_id)
    if level is None:
        raise HTTPException(404)
    context = {"level": level, "words": words, "State": State, "done": done, "undone": undone, "back": back}
    return render(request, "hub/pallet.html", context)


@router.post("/hub/pallets/{parcel_id}/here")
@allow(DOCK, ADMIN)
def here(request: Request, parcel_id: UUID, act: ActForm, parcel: Annotated[UUID, Form()]) -> Response:
    """Receives one thing on the pallet, or with the pallet's own id everything on it."""
    state, who = request.app.state, request.state.viewer.name
    with state.engine.begin() as conn:
        new = once(conn, act.id, "receive", who, state.now(), act.at)
        batch = receiving.receive(conn, [parcel], who, state.now()).batch if new else None
    return redirect(request, f"/hub/pallets/{parcel_id}" + (f"?done={batch}" if batch else ""))


@router.post("/hub/pallets/{parcel_id}/not-here")
@allow(DOCK, ADMIN)
def not_here(request: Request, parcel_id: UUID, act: ActForm, parcel: Annotated[UUID, Form()]) -> Response:
    """A box that was received with its pallet is not on it: it is awaited again."""
    state, who = request.app.state, request.state.viewer.name
    with state.engine.begin() as conn:
        new = once(conn, act.id, "not_here", who, state.now(), act.at)
        gone = undoing.not_here(conn, parcel, who, state.now()) if new else None
    return redirect(request, f"/hub/pallets/{parcel_id}" + ("?back=yes" if gone else ""))
