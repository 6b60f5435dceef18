"""At the van: scan what goes in, see what is missing, close the doors."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from hub import words as dock_words
from hub.acts.form import ActForm
from hub.acts.once import once
from hub.road import fleet, loading, runs, words
from hub.road.loading import Told
from hub.road.runs import Run
from hub.road.tables import runs as runs_table
from hub.tables import parcel_moves, parcels
from web.access import ADMIN, DOCK, allow
from web.pages import is_fragment, redirect, render, today_of

router = APIRouter()
_LONGEST = 400
_MANY = 200


@router.get("/hub/load")
@allow(DOCK, ADMIN)
def choose(request: Request) -> Response:
    """The runs that are to be loaded: today's, and those of other days that have not left."""
    day = today_of(request)
    waiting = runs_table.c.state.in_([runs.PLANNED, runs.LOADING]) & (runs_table.c.day >= day)
    with request.app.state.engine.connect() as conn:
        mine = runs.find(conn, waiting | (runs_table.c.day == day))[:_MANY]
        counts = {run.id: _count(loading.rows_of(conn, run)) for run in mine}
        vehicles = {one.id: one for one in fleet.everyone(conn)}
    return render(request, "hub/road/loads.html", runs=mine, counts=counts, vehicles=vehicles, words=words)


@router.get("/hub/load/{run_id}")
@allow(DOCK, ADMIN)
def load(request: Request, run_id: UUID, out: UUID | None = None, undone: str = "", sure: str = "") -> Response:
    """The field, and the stops in the order they are loaded."""
    with request.app.state.engine.begin() as conn:
        return _page(request, conn, _found(conn, run_id), None, out=out, undone=undone, sure=bool(sure))


@router.post("/hub/load/{run_id}")
@allow(DOCK, ADMIN)
def scan(
    request: Request,
    run_id: UUID,
    act: ActForm,
    code: Annotated[str, Form()] = "",
    parcel: Annotated[UUID | None, Form()] = None,
) -> Response:
    """What was scanned, or the parcel that was pressed, stands in the van from now on if it goes with this run."""
    state, who = request.app.state, request.state.viewer.name
    with state.engine.begin() as conn:
        found = _found(conn, run_id, lock=True)
        if once(conn, act.id, "load", who, state.now(), act.at):
            answer = loading.load(conn, found, code[:_LONGEST], who, state.now(), parcel)
        else:
            answer = loading.loaded_before(conn, found, code[:_LONGEST], parcel)
        return _page(request, conn, _found(conn, run_id), answer)


@router.post("/hub/load/{run_id}/unload")
@allow(DOCK, ADMIN)
def unload(request: Request, run_id: UUID, act: ActForm, parcel: Annotated[UUID, Form()]) -> Response:
    """Out of the van again."""
    state = request.app.state
    with state.engine.begin() as conn:
        found = _found(conn, run_id, lock=True)
        if once(conn, act.id, "unload", request.state.viewer.name, state.now(), act.at):
            loading.unload(conn, found, [parcel])
        return _page(request, conn, _found(conn, run_id), None, undone="unloaded")


@router.post("/hub/load/{run_id}/leave")
@allow(DOCK, ADMIN)
def leave(request: Request, run_id: UUID, sure: Annotated[str, Form()] = "") -> Response:
    """The doors close. With something missing it is asked once more."""
    state = request.app.state
    with state.engine.begin() as conn:
        found = _found(conn, run_id, lock=True)
        rows = loading.rows_of(conn, found)
        if loading.missing(rows) and not sure:
            return redirect(request, f"/hub/load/{run_id}?sure=ask")
        gone = loading.leave(conn, found, request.state.viewer.name, state.now())
    return redirect(request, f"/hub/load/{run_id}" + (f"?out={gone.batch}" if gone.batch else "?undone=empty"))


@router.post("/hub/load/{run_id}/back")
@allow(DOCK, ADMIN)
def back(request: Request, run_id: UUID, batch: Annotated[UUID, Form()]) -> Response:
    """The van has not left after all."""
    state = request.app.state
    with state.engine.begin() as conn:
        found = _found(conn, run_id, lock=True)
        done = loading.back(conn, found, batch, request.state.viewer.name, state.now())
    return redirect(request, f"/hub/load/{run_id}?undone={'yes' if done else 'no'}")


def _page(request: Request, conn: sa.Connection, run: Run, answer: loading.Answer | None, **more: Any) -> Response:
    rows = loading.rows_of(conn, run)
    loaded, of = _count(rows)
    context = {
        "run": run,
        "vehicle": fleet.get(conn, run.vehicle_id),
        "rows": rows,
        "loaded": loaded,
        "of": of,
        "missing": loading.missing(rows),
        "answer": answer,
        "Told": Told,
        "tone": words.TONES.get(answer.told, "bad") if answer else "good",
        "words": words,
        "dock": dock_words,
        "sure": False,
        "undone": "",
        "out": None,
    }
    context |= more
    context["gone"] = _gone(conn, context["out"], run)
    template = "hub/road/load_answer.html" if is_fragment(request) else "hub/road/load.html"
    return render(request, template, context)


def _gone(conn: sa.Connection, batch: UUID | None, run: Run) -> int:
    """How many parcels the leaving moved, unless it was undone or is another run's."""
    if batch is None:
        return 0
    moved = (
        sa.select(sa.func.count())
        .select_from(parcel_moves.join(parcels, parcels.c.id == parcel_moves.c.parcel_id))
        .where(parcel_moves.c.batch == batch, parcel_moves.c.undone_at.is_(None))
        .where(parcels.c.stop_id.in_([stop.id for stop in run.stops]))
    )
    return conn.scalar(moved) or 0


def _count(rows: list[loading.Row]) -> tuple[int, int]:
    boxes = [parcel for row in rows for parcel in row.parcels]
    return len(boxes) - len(loading.missing(rows)), len(boxes)


def _found(conn: sa.Connection, run_id: UUID, lock: bool = False) -> Run:
    found = runs.get(conn, run_id, lock)
    if found is None:
        raise HTTPException(404)
    return found
