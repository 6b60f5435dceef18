"""The driver's pages: today's runs, one run with its next stop, and coming home."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Form, HTTPException, Request
from starlette.responses import Response

from hub import words as hub_words
from hub.decide import UNDO_WINDOW
from hub.handing import homecoming, records, runs, signature, words
from hub.handing.door import Fate
from hub.handing.handover import Refused
from hub.handing.runs import HOME, OUT, Run, Stop
from hub.handing.scanning import Found, find_on_run
from hub.road.sites import Site
from web.access import ADMIN, DOCK, allow
from web.pages import redirect, render, today_of

router = APIRouter()
_NOTHING: Mapping[str, Any] = {"stop": None, "kind": "", "texts": {}, "problems": ()}


@router.get("/hub/drive")
@allow(DOCK, ADMIN)
def drive(request: Request) -> Response:
    """Today's runs, one's own first."""
    today = today_of(request)
    with request.app.state.engine.begin() as conn:
        found = runs.around(conn, today)
    mine = [run for run in found if run.driver_id == request.state.viewer.id]
    others = [run for run in found if run.driver_id != request.state.viewer.id]
    return render(request, "hub/drive/runs.html", {"mine": mine, "others": others, "today": today}, drive=words)


@router.get("/hub/drive/{run_id}")
@allow(DOCK, ADMIN)
def run_page(
    request: Request,
    run_id: UUID,
    stop: UUID | None = None,
    done: UUID | None = None,
    code: str = "",
    said: str = "",
) -> Response:
    """The next stop, or the one that is asked for; `code` is what was scanned at a door."""
    with request.app.state.engine.begin() as conn:
        return show_run(request, conn, run_id, stop=stop, done=done, code=code[:400], said=said)


@router.post("/hub/drive/{run_id}/mine")
@allow(DOCK, ADMIN)
def drive_it(request: Request, run_id: UUID) -> Response:
    """Whoever presses it drives this run."""
    with request.app.state.engine.begin() as conn:
        if runs.get(conn, run_id, lock=True) is None:
            raise HTTPException(404)
        runs.take(conn, run_id, request.state.viewer.id)
    return redirect(request, f"/hub/drive/{run_id}")


@router.get("/hub/drive/{run_id}/home")
@allow(DOCK, ADMIN)
def homecoming_page(request: Request, run_id: UUID) -> Response:
    """What should still be on the van, to be ticked off while it is carried in."""
    with request.app.state.engine.begin() as conn:
        return _home(request, conn, run_id)


@router.post("/hub/drive/{run_id}/home")
@allow(DOCK, ADMIN)
def come_home(
    request: Request,
    run_id: UUID,
    parcel: Annotated[list[str], Form()] = [],  # noqa: B006 - never changed
) -> Response:
    """The van is home. Said twice it is once: the second time the page says how it was."""
    state = request.app.state
    try:
        with state.engine.begin() as conn:
            seen = {left.id for left in _run(conn, run_id).left_over if str(left.id) in set(parcel)}
            homecoming.come_home(conn, run_id, seen, request.state.viewer.name, state.now())
    except Refused as refused:
        with state.engine.begin() as conn:
            if _run(conn, run_id).state == HOME:
                return redirect(request, f"/hub/drive/{run_id}/home")
            return _home(request, conn, run_id, problem=refused.problems[0][1])
    return redirect(request, f"/hub/drive/{run_id}/home")


def show_run(
    request: Request,
    conn: sa.Connection,
    run_id: UUID,
    *,
    stop: UUID | None = None,
    done: UUID | None = None,
    code: str = "",
    said: str = "",
    typed: Mapping[str, Any] | None = None,
    status: int = 200,
) -> Response:
    """The run's page; `typed` is what stood in a form that could not be carried out, with its problems."""
    run = _run(conn, run_id)
    now = request.app.state.now()
    shown = next((one for one in run.stops if one.id == stop), None) or run.next
    found = find_on_run(conn, run, code) if code.strip() else None
    at_door = _stop_of(run, found) or shown
    made = records.get(conn, done) if done else None
    told = records.of_stops(conn, [one.id for one in run.stops])
    context = {
        "run": run,
        "shown": at_door,
        "found": found,
        "made": made,
        "late": said == "late",
        "said": said,
        "typed": typed or _NOTHING,
        "fates": homecoming.fates_of(told),
        "proofs": {stop.id: [one.id for one in told if one.stop_id == stop.id and one.receiver] for stop in run.stops},
        "returns": homecoming.returns_of(conn, run.id),
        "receivers": records.receivers(conn, [one.site.unit_id for one in run.stops]),
        "sees": lambda site: may_see(request, run, site),
        "may_undo": made is not None and made.undone_at is None and now - made.at < UNDO_WINDOW,
        "today": today_of(request),
    }
    more = {"drive": words, "words": hub_words, "signature": signature, "Fate": Fate}
    return render(request, "hub/drive/run.html", context, status, **more)


def may_see(request: Request, run: Run, site: Site) -> bool:
    """Where a protected unit lies is for whoever drives there, and for the administrators."""
    viewer = request.state.viewer
    return not site.protected or ADMIN in viewer.roles or (run.driver_id == viewer.id and run.state != HOME)


def _stop_of(run: Run, found: Found | None) -> Stop | None:
    return next((stop for stop in run.stops if found and stop.id == found.stop_id), None)


def _home(request: Request, conn: sa.Connection, run_id: UUID, problem: str | None = None) -> Response:
    run = _run(conn, run_id)
    context = {
        "run": run,
        "fates": homecoming.fates_of(records.of_stops(conn, [stop.id for stop in run.stops])),
        "returns": homecoming.returns_of(conn, run.id),
        "problem": problem,
        "open": [stop for stop in run.stops if stop.state == "open" and stop.on_the_van],
        "out": OUT,
    }
    more = {"drive": words, "words": hub_words}
    return render(request, "hub/drive/home.html", context, 409 if problem else 200, **more)


def _run(conn: sa.Connection, run_id: UUID) -> Run:
    run = runs.get(conn, run_id)
    if run is None:
        raise HTTPException(404)
    return run
