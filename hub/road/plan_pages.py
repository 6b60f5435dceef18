"""Planning a day: what waits, the runs it became, and what does not fit and why."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from gateway.workdays import due_on, is_run, run_of
from hub import decide
from hub.road import fleet, reorder, runs, sites, typed, waves, weekly, words
from hub.road.distance import Point
from hub.road.drawing import picture
from hub.road.invented import HUB
from hub.road.runs import Run
from hub.road.sites import Site
from hub.road.tables import runs as runs_table
from web.access import ADMIN, DOCK, allow
from web.languages import N_
from web.pages import redirect, render, today_of
from web.tables import users

router = APIRouter()
_FIRST, _LAST = date(2020, 1, 1), date(2100, 1, 1)
_FAR = 40


def hub_place(request: Request) -> Point:
    """Where the hub lies, by the settings; without that, pictures are drawn around an invented place."""
    place: Point | None = request.app.state.settings.municipality.hub.place
    return place or HUB


def day_of(request: Request, text: str) -> date:
    """The day that an address or a form names; today where it names none."""
    try:
        found = typed.day(text)
    except typed.Wrong:
        found = None
    return found if found and _FIRST <= found <= _LAST else today_of(request)


def may_see_protected(request: Request) -> bool:
    """Only those who lead the hub; a driver sees the way to his own stops on his own pages."""
    return ADMIN in request.state.viewer.roles


@router.get("/hub/plan")
@allow(DOCK, ADMIN)
def plan(request: Request, day: str = "", done: str = "", undone: str = "") -> Response:
    """The day's runs, or what there is to plan."""
    return _plan(request, day_of(request, day), done=done, undone=undone)


@router.post("/hub/plan")
@allow(DOCK, ADMIN)
def make(
    request: Request,
    day: Annotated[str, Form()] = "",
    kind: Annotated[str, Form()] = waves.FREE,
    awaited: Annotated[str, Form()] = "",
) -> Response:
    """Plans the day anew; what was planned and not begun is replaced."""
    chosen, state = day_of(request, day), request.app.state
    if problem := _problem(request, chosen, kind):
        return _plan(request, chosen, 422, problem=problem)
    who = request.state.viewer.name
    waves.make(state.engine, chosen, kind, who, state.now(), hub_place(request), awaited=bool(awaited))
    return redirect(request, f"/hub/plan?day={chosen}&done=yes")


@router.post("/hub/plan/undo")
@allow(DOCK, ADMIN)
def undo(request: Request, day: Annotated[str, Form()] = "") -> Response:
    """Takes the day's plan back; what is being loaded stays."""
    chosen, state = day_of(request, day), request.app.state
    with state.engine.begin() as conn:
        gone = waves.undo(conn, chosen, request.state.viewer.name, state.now())
    return redirect(request, f"/hub/plan?day={chosen}&undone={gone}")


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


def _problem(request: Request, day: date, kind: str) -> str:
    if day < today_of(request):
        return N_("That day is past. Choose today or a later day.")
    if day > today_of(request) + timedelta(days=_FAR):
        return N_("Choose a day within the next weeks.")
    if request.app.state.settings.municipality.hub.place is None:
        return N_("Nobody has said where the hub lies. Write hub.place in the municipality's file.")
    if kind not in waves.KINDS:
        return N_("Choose how the day is planned.")
    with request.app.state.engine.connect() as conn:
        if kind == waves.WEEKLY and not any(is_run(day, [one.weekday]) for one in weekly.everyone(conn)):
            return N_("There is no fixed run on that weekday yet. Make one under Fixed runs, or plan freely.")
        return "" if fleet.vans(conn) else N_("There is no vehicle in use. Enter one under Vehicles.")


def _plan(request: Request, day: date, status: int = 200, **more: Any) -> Response:
    with request.app.state.engine.connect() as conn:
        kept = runs.of_day(conn, day)
        goods = waves.waiting(conn, day, today_of(request))
        known = {site.unit_id: site for site in sites.find(conn)}
        loads = runs.by_stop(conn, [stop.id for run in kept for stop in run.stops])
        counts = {run.id: sum(len(decide.boxes(loads[stop.id])) for stop in run.stops) for run in kept}
        vehicles = {one.id: one for one in fleet.everyone(conn)}
        found = runs.plan_of(conn, day)
        planned = {parcel.id for mine in loads.values() for parcel in mine}
    rest = {unit: [one for one in mine if one.id not in planned] for unit, mine in goods.items()}
    shown = [[_shown(request, known.get(stop.unit_id)) for stop in run.stops] for run in kept]
    context = {
        "chosen": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "past": day < today_of(request),
        "instead": run_of(day),
        "also": [one for one in due_on(day) if one != day],
        "runs": kept,
        "counts": counts,
        "vehicles": vehicles,
        "plan": found,
        "waiting": sum(len(mine) for mine in rest.values()),
        "units": sum(1 for mine in rest.values() if mine),
        "picture": picture(hub_place(request), shown) if kept else None,
        "totals": _totals(kept, counts, vehicles),
        "words": words,
        "problem": "",
        "done": "",
        "undone": "",
    }
    return render(request, "hub/road/plan.html", context | more, status)


def _totals(kept: list[Run], counts: dict[UUID, int], vehicles: dict[str, fleet.Vehicle]) -> dict[str, int]:
    room = sum(vehicles[run.vehicle_id].parcels for run in kept)
    carried = sum(counts.values())
    clean = sum(run.km for run in kept if vehicles[run.vehicle_id].fuel != "diesel")
    way = sum(run.km for run in kept)
    return {
        "stops": sum(len(run.stops) for run in kept),
        "parcels": carried,
        "km": round(way),
        "fill": round(100 * carried / room) if room else 0,
        "clean": round(100 * clean / way) if way else 0,
    }


def _run(request: Request, run_id: UUID, status: int = 200, **more: Any) -> Response:
    with request.app.state.engine.connect() as conn:
        found = _found(conn, run_id)
        known = {site.unit_id: site for site in sites.find(conn)}
        loads = runs.by_stop(conn, [stop.id for stop in found.stops])
        vehicle = fleet.get(conn, found.vehicle_id)
        context = {
            "run": found,
            "vehicle": vehicle,
            "sites": known,
            "counts": {stop.id: len(decide.boxes(loads[stop.id])) for stop in found.stops},
            "drivers": _drivers(conn),
            "obstacle": reorder.obstacle_of(conn, found, hub_place(request)) if found.state == runs.PLANNED else None,
        }
    hidden = {stop.id for stop in found.stops if not may_see(request, known.get(stop.unit_id))}
    # The ways to and from a hidden stop would say where it lies.
    near = {stop.id for before, stop in zip(found.stops, found.stops[1:], strict=False) if before.id in hidden}
    shown = [_shown(request, known.get(stop.unit_id)) for stop in found.stops]
    context |= {"hidden": hidden, "no_km": hidden | near, "picture": picture(hub_place(request), [shown])}
    context |= {"words": words, "problem": None, "done": ""}
    return render(request, "hub/road/run.html", context | more, status)


def may_see(request: Request, site: Site | None) -> bool:
    """Whether the one who looks may see where the unit lies."""
    return site is None or not site.protected or may_see_protected(request)


def _shown(request: Request, site: Site | None) -> Point | None:
    return site.place if site and may_see(request, site) else None


def _found(conn: sa.Connection, run_id: UUID, lock: bool = False) -> Run:
    found = runs.get(conn, run_id, lock)
    if found is None:
        raise HTTPException(404)
    return found


def _drivers(conn: sa.Connection) -> list[Any]:
    """Those of the dock, by name: id and name."""
    wanted = sa.select(users.c.id, users.c.name).where(users.c.active, sa.literal(DOCK) == sa.any_(users.c.roles))
    return list(conn.execute(wanted.order_by(users.c.name)))
