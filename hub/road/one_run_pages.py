"""One planned run: its picture, its stops and their order, stops that go elsewhere, its driver."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from hub import decide
from hub.road import between, fleet, reorder, runs, sites, typed, weekly, words
from hub.road.drawing import picture
from hub.road.runs import Run
from hub.road.seeing import hub_place, may_see, shown_place
from hub.road.tables import runs as runs_table
from web.access import ADMIN, DOCK, allow
from web.languages import N_
from web.pages import redirect, render
from web.tables import users

router = APIRouter()


@router.get("/hub/runs/{run_id}")
@allow(DOCK, ADMIN)
def run(request: Request, run_id: UUID, done: str = "") -> Response:
    """One run: its picture, its stops with their times, its driver."""
    return _run(request, run_id, done=done)


@router.post("/hub/runs/{run_id}/move")
@allow(DOCK, ADMIN)
def move(request: Request, run_id: UUID, stop: Annotated[UUID, Form()], by: Annotated[str, Form()] = "1") -> Response:
    """One stop earlier or later; all times after it are reckoned anew."""
    with request.app.state.engine.begin() as conn:
        found = _found(conn, run_id, lock=True)
        moved = reorder.move(conn, found, stop, -1 if by == "-1" else 1, hub_place(request))
    return redirect(request, f"/hub/runs/{run_id}?done={'moved' if moved else 'begun'}#stops")


@router.post("/hub/runs/{run_id}/give")
@allow(DOCK, ADMIN)
def give(
    request: Request, run_id: UUID, stop: Annotated[UUID, Form()], to: Annotated[UUID | None, Form()] = None
) -> Response:
    """One stop goes with another run of the day, or off all of them where none is named."""
    with request.app.state.engine.begin() as conn:
        found = _found(conn, run_id)
        given = between.give(conn, run_id, stop, to, hub_place(request))
        left = runs.get(conn, run_id)
    if not given:
        return redirect(request, f"/hub/runs/{run_id}?done=begun#stops")
    if to:
        return redirect(request, f"/hub/runs/{to}?done=given#stops")
    return redirect(request, f"/hub/runs/{run_id}?done=off#stops" if left else f"/hub/plan?day={found.day}&done=off")


@router.post("/hub/runs/{run_id}/driver")
@allow(DOCK, ADMIN)
def driver(request: Request, run_id: UUID, driver: Annotated[str, Form()] = "") -> Response:
    """Who drives; nobody where nothing is chosen."""
    with request.app.state.engine.begin() as conn:
        found = _found(conn, run_id, lock=True)
        chosen = next((one for one in _drivers(conn) if str(one.id) == driver), None)
        if driver and chosen is None:
            return _run(request, run_id, 422, problem=("driver", N_("Choose somebody in the list.")))
        values = {"driver_id": chosen.id if chosen else None}
        conn.execute(runs_table.update().where(runs_table.c.id == found.id).values(**values))
    return redirect(request, f"/hub/runs/{run_id}?done=driver")


@router.post("/hub/runs/{run_id}/weekly")
@allow(DOCK, ADMIN)
def keep_weekly(request: Request, run_id: UUID, name: Annotated[str, Form()] = "") -> Response:
    """The run becomes a fixed one of its weekday, with its van and its order."""
    with request.app.state.engine.begin() as conn:
        found = _found(conn, run_id)
        wanted = typed.one_line(name, 80) or found.name
        weekday = found.day.isoweekday()
        if any((one.weekday, one.name) == (weekday, wanted) for one in weekly.everyone(conn)):
            return _run(
                request, run_id, 422, problem=("name", N_("There is a fixed run of that name on that weekday."))
            )
        made = weekly.keep(conn, weekday, wanted, found.vehicle_id)
        weekly.order(conn, made, [stop.unit_id for stop in found.stops])
    return redirect(request, f"/hub/weekly/{made}?done=kept")


def _run(request: Request, run_id: UUID, status: int = 200, **more: Any) -> Response:
    with request.app.state.engine.connect() as conn:
        found = _found(conn, run_id)
        known = {site.unit_id: site for site in sites.find(conn)}
        loads = runs.by_stop(conn, [stop.id for stop in found.stops])
        vehicle = fleet.get(conn, found.vehicle_id)
        planned = found.state == runs.PLANNED
        context = {
            "run": found,
            "vehicle": vehicle,
            "sites": known,
            "counts": {stop.id: len(decide.boxes(loads[stop.id])) for stop in found.stops},
            "drivers": _drivers(conn),
            "others": between.others(conn, found) if planned else [],
            "obstacle": reorder.obstacle_of(conn, found, hub_place(request)) if planned else None,
        }
    hidden = {stop.id for stop in found.stops if not may_see(request, known.get(stop.unit_id))}
    # The ways to and from a hidden stop would say where it lies.
    near = {stop.id for before, stop in zip(found.stops, found.stops[1:], strict=False) if before.id in hidden}
    shown = [shown_place(request, known.get(stop.unit_id)) for stop in found.stops]
    context |= {"hidden": hidden, "no_km": hidden | near, "picture": picture(hub_place(request), [shown])}
    context |= {"words": words, "problem": None, "done": ""}
    return render(request, "hub/road/run.html", context | more, status)


def _found(conn: sa.Connection, run_id: UUID, lock: bool = False) -> Run:
    found = runs.get(conn, run_id, lock)
    if found is None:
        raise HTTPException(404)
    return found


def _drivers(conn: sa.Connection) -> list[Any]:
    """Those of the dock, by name: id and name."""
    wanted = sa.select(users.c.id, users.c.name).where(users.c.active, sa.literal(DOCK) == sa.any_(users.c.roles))
    return list(conn.execute(wanted.order_by(users.c.name)))
