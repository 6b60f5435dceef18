"""Out on the van, and over to the unit."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from hub import overview, receiving, store, words
from hub.overview import Shelf
from hub.parcel import Parcel
from hub.tables import parcel_moves, parcels
from web.access import ADMIN, DOCK, allow
from web.pages import redirect, render

router = APIRouter()


@router.get("/hub/units")
@allow(DOCK, ADMIN)
def units(request: Request, out: UUID | None = None, undone: str = "", nothing: str = "") -> Response:
    """What stands here for each unit, the soonest delivery day first."""
    with request.app.state.engine.begin() as conn:
        shelves = overview.shelves(conn)
        here = [shelf for shelf in shelves if shelf.parcels]
        context = {
            "days": _by_day(here),
            "awaited": [shelf for shelf in shelves if not shelf.parcels],
            "reports": overview.reports_by_parcel(conn, (parcel for shelf in here for parcel in shelf.parcels)),
            "gone": _of_batch(conn, out),
            "batch": out,
        }
    return render(request, "hub/units.html", context, undone=undone, nothing=bool(nothing), words=words)


@router.post("/hub/units/out")
@allow(DOCK, ADMIN)
def send_out(request: Request, unit: Annotated[list[str], Form()] = []) -> Response:  # noqa: B006 - never changed
    """Everything that stands here for the ticked units goes on the van."""
    state = request.app.state
    with state.engine.begin() as conn:
        gone = receiving.send_out(conn, unit, request.state.viewer.name, state.now())
    return redirect(request, f"/hub/units?out={gone.batch}" if gone.batch else "/hub/units?nothing=yes")


@router.get("/hub/van")
@allow(DOCK, ADMIN)
def van(request: Request, done: UUID | None = None, undone: str = "") -> Response:
    """What is on the van, unit by unit."""
    return _van(request, done, undone=undone)


@router.post("/hub/van/deliver")
@allow(DOCK, ADMIN)
def deliver(
    request: Request,
    unit: Annotated[str, Form()] = "",
    parcel: Annotated[list[UUID], Form()] = [],  # noqa: B006 - never changed
    receiver: Annotated[str, Form()] = "",
) -> Response:
    """Handed over at the unit to somebody with a name."""
    state = request.app.state
    if not receiver.strip() or not parcel:
        return _van(request, None, wrong=unit, receiver=receiver, chosen=parcel)
    with state.engine.begin() as conn:
        gone = receiving.deliver(conn, parcel, request.state.viewer.name, receiver[:200], state.now())
    return redirect(request, f"/hub/van?done={gone.batch}" if gone.batch else "/hub/van")


def _van(request: Request, done: UUID | None, undone: str = "", **typed: Any) -> Response:
    with request.app.state.engine.begin() as conn:
        stops = overview.on_the_way(conn)
        context = {
            "stops": stops,
            "reports": overview.reports_by_parcel(conn, (parcel for stop in stops for parcel in stop.parcels)),
            "gone": _of_batch(conn, done),
            "batch": done,
            "typed": typed,
            "undone": undone,
        }
    return render(request, "hub/van.html", context, 422 if typed else 200, words=words)


def _of_batch(conn: sa.Connection, batch: UUID | None) -> tuple[Parcel, ...]:
    """The parcels that one press moved, unless it was undone."""
    if batch is None:
        return ()
    moved = sa.select(parcel_moves.c.parcel_id).where(parcel_moves.c.batch == batch, parcel_moves.c.undone_at.is_(None))
    return store.find(conn, parcels.c.id.in_(moved))


def _by_day(shelves: list[Shelf]) -> list[tuple[date | None, list[Shelf]]]:
    return [(day, list(group)) for day, group in groupby(shelves, key=lambda shelf: shelf.delivery_day)]
