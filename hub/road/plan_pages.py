"""Planning a day: what waits, the runs it became, and what does not fit and why."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from gateway.workdays import due_on, is_run, run_of
from hub import decide
from hub.road import between, fleet, runs, sites, typed, waves, weekly, words
from hub.road.drawing import picture
from hub.road.runs import Run
from hub.road.seeing import hub_place, shown_place
from web.access import ADMIN, DOCK, allow
from web.languages import N_
from web.pages import redirect, render, today_of

router = APIRouter()
_FIRST, _LAST = date(2020, 1, 1), date(2100, 1, 1)
_FAR = 40


def day_of(request: Request, text: str) -> date:
    """The day that an address or a form names; today where it names none."""
    try:
        found = typed.day(text)
    except typed.Wrong:
        found = None
    return found if found and _FIRST <= found <= _LAST else today_of(request)


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


@router.post("/hub/plan/put")
@allow(DOCK, ADMIN)
def put(
    request: Request, run: Annotated[UUID, Form()], unit: Annotated[str, Form()] = "", day: Annotated[str, Form()] = ""
) -> Response:
    """What a unit still has waiting for that day goes with a run that has not begun."""
    with request.app.state.engine.begin() as conn:
        added = between.add(conn, run, unit, today_of(request), hub_place(request))
    if added:
        return redirect(request, f"/hub/runs/{run}?done=given#stops")
    return redirect(request, f"/hub/plan?day={day_of(request, day)}&done=begun")


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
        known = {site.unit_id: site for site in sites.find(conn)}
        loads = runs.by_stop(conn, [stop.id for run in kept for stop in run.stops])
        counts = {run.id: sum(len(decide.boxes(loads[stop.id])) for stop in run.stops) for run in kept}
        vehicles = {one.id: one for one in fleet.everyone(conn)}
        found = runs.plan_of(conn, day)
        resting = waves.loads_of(conn, day, between.on_no_run(conn, day, today_of(request), kept))
    shown = [[shown_place(request, known.get(stop.unit_id)) for stop in run.stops] for run in kept]
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
        "left": between.resting(found, kept, resting),
        "targets": [run for run in kept if run.state == runs.PLANNED],
        "waiting": sum(load.parcels for load in resting),
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
