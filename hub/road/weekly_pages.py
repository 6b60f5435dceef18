"""Fixed weekly runs: made, put in order, and taken away."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from fastapi.exceptions import HTTPException
from sqlalchemy.exc import IntegrityError
from starlette.responses import Response

from hub import lanes
from hub.road import fleet, sites, typed, weekly, words
from hub.road.driving import drive
from hub.road.planning import in_best_order
from hub.road.seeing import hub_place
from hub.road.waves import load_of
from web.access import ADMIN, DOCK, allow
from web.languages import N_
from web.pages import redirect, render, today_of

router = APIRouter()
_MOST = 80


@router.get("/hub/weekly")
@allow(DOCK, ADMIN)
def listed(request: Request, done: str = "") -> Response:
    """The fixed runs by weekday, and the units that lack one on a day of theirs."""
    return _listed(request, done=done)


@router.post("/hub/weekly")
@allow(DOCK, ADMIN)
def make(
    request: Request,
    name: Annotated[str, Form()] = "",
    weekday: Annotated[str, Form()] = "",
    vehicle: Annotated[str, Form()] = "",
) -> Response:
    """A new fixed run without stops."""
    given = {"name": name, "weekday": weekday, "vehicle": vehicle}
    errors = _errors(request, given)
    if errors:
        return _listed(request, 422, given=given, errors=errors)
    try:
        with request.app.state.engine.begin() as conn:
            made = weekly.keep(conn, int(weekday), typed.name(name), vehicle)
    except IntegrityError:
        return _listed(request, 422, given=given, errors={"name": _TAKEN})
    return redirect(request, f"/hub/weekly/{made}?done=made")


@router.get("/hub/weekly/{run_id}")
@allow(DOCK, ADMIN)
def one(request: Request, run_id: UUID, done: str = "") -> Response:
    """One fixed run with its units in order."""
    return _one(request, run_id, done=done)


@router.post("/hub/weekly/{run_id}")
@allow(DOCK, ADMIN)
def change(
    request: Request,
    run_id: UUID,
    name: Annotated[str, Form()] = "",
    weekday: Annotated[str, Form()] = "",
    vehicle: Annotated[str, Form()] = "",
    reorder: Annotated[str, Form()] = "",
) -> Response:
    """Another name, day or vehicle; or that the best order is found each day."""
    given = {"name": name, "weekday": weekday, "vehicle": vehicle, "reorder": reorder}
    errors = _errors(request, given)
    if errors:
        return _one(request, run_id, 422, given=given, errors=errors)
    try:
        with request.app.state.engine.begin() as conn:
            _found(conn, run_id)
            weekly.keep(conn, int(weekday), typed.name(name), vehicle, bool(reorder), run_id)
    except IntegrityError:
        return _one(request, run_id, 422, given=given, errors={"name": _TAKEN})
    return redirect(request, f"/hub/weekly/{run_id}?done=changed")


@router.post("/hub/weekly/{run_id}/stops")
@allow(DOCK, ADMIN)
def stops(
    request: Request, run_id: UUID, unit: Annotated[str, Form()] = "", what: Annotated[str, Form()] = "add"
) -> Response:
    """Adds a unit at the end, moves it up or down, or takes it off; `best` finds the shortest order."""
    with request.app.state.engine.begin() as conn:
        found = _found(conn, run_id)
        if what == "best":
            order = _best(request, conn, found)
        elif what == "add":
            if sites.get(conn, unit) is None or len(found.units) >= _MOST:
                return _one(request, run_id, 422, errors={"unit": N_("Choose a unit in the list.")})
            order = (*(one for one in found.units if one != unit), unit)
        elif what == "remove":
            order = tuple(one for one in found.units if one != unit)
        else:
            order = weekly.moved(found.units, unit, -1 if what == "up" else 1)
        weekly.order(conn, run_id, order)
    return redirect(request, f"/hub/weekly/{run_id}?done={'best' if what == 'best' else 'order'}#stops")


@router.post("/hub/weekly/{run_id}/remove")
@allow(DOCK, ADMIN)
def remove(request: Request, run_id: UUID, sure: Annotated[str, Form()] = "") -> Response:
    """The fixed run is no more, once that is ticked."""
    if not sure:
        return _one(request, run_id, 422, errors={"sure": N_("Tick that the fixed run is to go.")})
    with request.app.state.engine.begin() as conn:
        weekly.remove(conn, _found(conn, run_id).id)
    return redirect(request, "/hub/weekly?done=removed")


_TAKEN = N_("There is a fixed run of that name on that weekday.")


def _errors(request: Request, given: dict[str, str]) -> dict[str, str]:
    errors = {}
    if not typed.one_line(given["name"], 80):
        errors["name"] = N_("Write a name.")
    if given["weekday"] not in ("1", "2", "3", "4", "5", "6", "7"):
        errors["weekday"] = N_("Choose among the days of the week.")
    with request.app.state.engine.connect() as conn:
        if fleet.get(conn, given["vehicle"]) is None:
            errors["vehicle"] = N_("Choose a vehicle in the list.")
    return errors


def _listed(request: Request, status: int = 200, **more: Any) -> Response:
    with request.app.state.engine.connect() as conn:
        everyone = weekly.everyone(conn)
        vehicles = {one.id: one for one in fleet.everyone(conn)}
        names = {site.unit_id: site.name for site in sites.find(conn)}
        days = lanes.weekdays(conn)
    served = {(run.weekday, unit) for run in everyone for unit in run.units}
    lacking = {
        weekday: [names[unit] for unit, mine in days.items() if weekday in mine and unit in names]
        for weekday in {run.weekday for run in everyone}
    }
    by_name = {name: unit for unit, name in names.items()}
    lacking = {
        weekday: [name for name in mine if (weekday, by_name[name]) not in served] for weekday, mine in lacking.items()
    }
    context = {
        "runs": everyone,
        "vehicles": vehicles,
        "lacking": {weekday: sorted(mine) for weekday, mine in sorted(lacking.items()) if mine},
        "given": {"name": "", "weekday": "", "vehicle": ""},
        "errors": {},
        "done": "",
        "words": words,
    }
    return render(request, "hub/road/weekly.html", context | more, status)


def _one(request: Request, run_id: UUID, status: int = 200, **more: Any) -> Response:
    with request.app.state.engine.connect() as conn:
        found = _found(conn, run_id)
        everyone = {site.unit_id: site for site in sites.find(conn)}
        days = lanes.weekdays(conn)
        made = _drive(request, conn, found)
        context = {
            "run": found,
            "sites": everyone,
            "others": [
                site
                for unit, site in everyone.items()
                if unit not in found.units and found.weekday in days.get(unit, ())
            ],
            "rest": [
                site
                for unit, site in everyone.items()
                if unit not in found.units and found.weekday not in days.get(unit, ())
            ],
            "vehicles": fleet.everyone(conn),
            "drive": made,
            "given": {
                "name": found.name,
                "weekday": str(found.weekday),
                "vehicle": found.vehicle_id,
                "reorder": "yes" if found.reorder else "",
            },
            "errors": {},
            "done": "",
        }
    return render(request, "hub/road/weekly_run.html", context | more, status)


def _drive(request: Request, conn: sa.Connection, run: weekly.WeeklyRun) -> Any:
    """How far and how long it would be to all its units, where all have a place."""
    vehicle, loads = fleet.get(conn, run.vehicle_id), _loads(request, conn, run)
    if vehicle is None or not loads or any(load.place is None for load in loads):
        return None
    return drive(vehicle.van, loads, hub_place(request))


def _loads(request: Request, conn: sa.Connection, run: weekly.WeeklyRun) -> list[Any]:
    known = {site.unit_id: site for site in sites.find(conn)}
    return [load_of(known[unit], 1, today_of(request)) for unit in run.units if unit in known]


def _best(request: Request, conn: sa.Connection, run: weekly.WeeklyRun) -> tuple[str, ...]:
    vehicle = fleet.get(conn, run.vehicle_id)
    loads = [load for load in _loads(request, conn, run) if load.place is not None]
    if vehicle is None or len(loads) < 2:
        return run.units
    ordered = [load.unit_id for load in in_best_order(loads, vehicle.van, hub_place(request))]
    return (*ordered, *(unit for unit in run.units if unit not in set(ordered)))


def _found(conn: sa.Connection, run_id: UUID) -> weekly.WeeklyRun:
    found = weekly.get(conn, run_id)
    if found is None:
        raise HTTPException(404)
    return found
