"""The units as the hub drives to them: days, hours, the way in, cold goods, protected addresses, closed days."""

from __future__ import annotations

import re
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from fastapi.exceptions import HTTPException
from sqlalchemy.exc import IntegrityError
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from hub import lanes
from hub.road import placing, sites, typed
from hub.road.seeing import may_see, may_see_protected
from hub.road.sites import Site
from hub.road.tables import sites as table
from web.access import ADMIN, DOCK, allow
from web.languages import N_
from web.pages import redirect, render

router = APIRouter()
_PER_PAGE = 40
SHOW = {
    "": N_("All"),
    "unplaced": N_("Without a position"),
    "closed": N_("With closed days"),
    "cold": N_("Cold goods"),
    "protected": N_("Protected address"),
}
_ALLOWED = re.compile(r"[A-ZÅÄÖ]{1,2}\d{1,2}")


@router.get("/hub/sites")
@allow(DOCK, ADMIN)
def listed(request: Request, q: str = "", show: str = "", page: str = "1", placed: str = "") -> Response:
    """All units, searched by name, GLN or street."""
    with request.app.state.engine.connect() as conn:
        found = [site for site in sites.find(conn, _matching(show)) if _found(request, site, q)]
        days, names = lanes.weekdays(conn), lanes.names(conn)
    count = max(1, -(-len(found) // _PER_PAGE))
    number = min(max(int(page), 1), count) if page.isascii() and page.isdigit() and len(page) < 6 else 1
    context = {
        "sites": found[(number - 1) * _PER_PAGE : number * _PER_PAGE],
        "total": len(found),
        "days": days,
        "lanes": names,
        "q": q[:80],
        "show": show if show in SHOW else "",
        "shows": SHOW,
        "page": number,
        "count": count,
        "placed": placed if placed.isdigit() else "",
        "may_see": lambda site: may_see(request, site),
        "admin": may_see_protected(request),
    }
    return render(request, "hub/road/sites.html", context)


@router.get("/hub/sites/{unit_id}")
@allow(DOCK, ADMIN)
def site(request: Request, unit_id: str, done: str = "") -> Response:
    """One unit; the dock reads, an administrator changes."""
    return _site(request, unit_id, done=done)


@router.post("/hub/sites/{unit_id}")
@allow(ADMIN)
def change(
    request: Request,
    unit_id: str,
    weekday: Annotated[list[str], Form()] = [],  # noqa: B006 - never changed
    lane: Annotated[str, Form()] = "",
    opens: Annotated[str, Form()] = "",
    closes: Annotated[str, Form()] = "",
    minutes: Annotated[str, Form()] = "6",
    access_note: Annotated[str, Form()] = "",
    latitude: Annotated[str, Form()] = "",
    longitude: Annotated[str, Form()] = "",
    cold: Annotated[str, Form()] = "",
    protected: Annotated[str, Form()] = "",
    closed_from: Annotated[str, Form()] = "",
    closed_to: Annotated[str, Form()] = "",
) -> Response:
    """New facts about the way to a unit; its days are from now on those set here."""
    given = {
        "weekday": weekday,
        "lane": lane.strip().upper(),
        "opens": opens,
        "closes": closes,
        "minutes": minutes,
        "access_note": access_note,
        "latitude": latitude,
        "longitude": longitude,
        "cold": cold,
        "protected": protected,
        "closed_from": closed_from,
        "closed_to": closed_to,
    }
    values, errors = _read(given)
    if errors:
        return _site(request, unit_id, 422, given=given, errors=errors)
    try:
        with request.app.state.engine.begin() as conn:
            _keep(conn, unit_id, given, values)
    except IntegrityError:
        wrong = {"lane": (N_("Another unit has that lane."), {})}
        return _site(request, unit_id, 422, given=given, errors=wrong)
    return redirect(request, f"/hub/sites/{unit_id}?done=yes")


@router.get("/hub/places")
@allow(ADMIN)
def places(request: Request) -> Response:
    """Where units lie, as a file to fetch, fill in and read in."""
    return render(request, "hub/road/places.html", bad=(), problem="", changed=0, right=0)


@router.get("/hub/places.csv")
@allow(ADMIN)
def places_file(request: Request) -> Response:
    """All units with what is known."""
    with request.app.state.engine.connect() as conn:
        text = placing.written(sites.find(conn))
    name = {"Content-Disposition": 'attachment; filename="positions.csv"'}
    return Response("\ufeff" + text, media_type="text/csv; charset=utf-8", headers=name)


@router.post("/hub/places")
@allow(ADMIN, most=placing.MOST_BYTES + 10_000)
async def read_places(request: Request) -> Response:
    """Enters the lines that are right, and tells which are not."""
    file = (await request.form()).get("file")
    raw = await file.read() if file is not None and not isinstance(file, str) else b""
    return await run_in_threadpool(_take_in, request, raw)


def _take_in(request: Request, raw: bytes) -> Response:
    if not raw or len(raw) > placing.MOST_BYTES:
        problem = N_("Choose a CSV file of at most 1 MB first.")
        return render(request, "hub/road/places.html", status=422, bad=(), problem=problem, changed=0, right=0)
    with request.app.state.engine.begin() as conn:
        found = placing.read(raw, sites.find(conn))
        changed = placing.keep(conn, found.places)
    if not found.bad:
        return redirect(request, f"/hub/sites?placed={changed}")
    shown = {"bad": found.bad[:100], "problem": "", "changed": changed, "right": len(found.places)}
    return render(request, "hub/road/places.html", shown, 422)


def _read(given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, tuple[str, dict[str, Any]]]]:
    readers = {
        "opens": typed.clock,
        "closes": typed.clock,
        "minutes": lambda text: typed.whole(text, 1, 240),
        "latitude": lambda text: typed.degrees(text, 90),
        "longitude": lambda text: typed.degrees(text, 180),
        "closed_from": typed.day,
        "closed_to": typed.day,
    }
    values: dict[str, Any] = {"access_note": typed.one_line(given["access_note"], 500)}
    values |= {"cold": bool(given["cold"]), "protected": bool(given["protected"])}
    errors: dict[str, tuple[str, dict[str, Any]]] = {}
    for name, reader in readers.items():
        try:
            values[name] = reader(given[name])
        except typed.Wrong as wrong:
            errors[name] = (wrong.args[0], wrong.args[1] if len(wrong.args) > 1 else {})
    return values, errors | _together(given, values)


def _together(given: dict[str, Any], values: dict[str, Any]) -> dict[str, tuple[str, dict[str, Any]]]:
    """What is right by itself and wrong beside something else."""
    errors: dict[str, tuple[str, dict[str, Any]]] = {}
    if values.get("opens") and values.get("closes") and values["closes"] <= values["opens"]:
        errors["closes"] = (N_("It must close after it opens."), {})
    if "latitude" in values and "longitude" in values and (values["latitude"] is None) != (values["longitude"] is None):
        errors["longitude"] = (N_("Write both latitude and longitude, or neither."), {})
    if values.get("closed_to") and not values.get("closed_from"):
        errors["closed_from"] = (N_("Write from which day it is closed."), {})
    elif values.get("closed_to") and values["closed_to"] < values["closed_from"]:
        errors["closed_to"] = (N_("The last closed day is before the first."), {})
    if given["lane"] and not _ALLOWED.fullmatch(given["lane"]):
        errors["lane"] = (N_("Write a lane such as B4."), {})
    if any(day not in "1234567" or len(day) != 1 for day in given["weekday"]):
        errors["weekday"] = (N_("Choose among the days of the week."), {})
    return errors


def _keep(conn: sa.Connection, unit_id: str, given: dict[str, Any], values: dict[str, Any]) -> None:
    before = sites.get(conn, unit_id)
    if before is None:
        raise HTTPException(404)
    days = sorted({int(day) for day in given["weekday"]})
    lane = lanes.lane_of(conn, unit_id)
    own = before.days_here or (bool(days) and tuple(days) != lane.weekdays)
    lanes.plan(conn, unit_id, days, given["lane"] or None)
    conn.execute(table.update().where(table.c.unit_id == unit_id).values(**values, days_here=own))


def _site(request: Request, unit_id: str, status: int = 200, **more: Any) -> Response:
    with request.app.state.engine.begin() as conn:
        found = sites.get(conn, unit_id)
        if found is None:
            raise HTTPException(404)
        lane = lanes.lane_of(conn, unit_id)
    context = {
        "site": found,
        "lane": lane,
        "given": _given(found, lane),
        "errors": {},
        "done": "",
        "seen": may_see(request, found),
        "admin": may_see_protected(request),
    }
    return render(request, "hub/road/site.html", context | more, status)


def _given(site: Site, lane: lanes.Lane) -> dict[str, Any]:
    return {
        "weekday": [str(day) for day in lane.weekdays],
        "lane": lane.lane,
        "opens": site.opens.strftime("%H.%M") if site.opens else "",
        "closes": site.closes.strftime("%H.%M") if site.closes else "",
        "minutes": str(site.minutes),
        "access_note": site.access_note,
        "latitude": f"{site.latitude:.6f}".replace(".", ",") if site.latitude is not None else "",
        "longitude": f"{site.longitude:.6f}".replace(".", ",") if site.longitude is not None else "",
        "cold": site.cold,
        "protected": site.protected,
        "closed_from": site.closed_from or "",
        "closed_to": site.closed_to or "",
    }


def _matching(show: str) -> sa.ColumnElement[bool] | None:
    wanted: dict[str, sa.ColumnElement[bool]] = {
        "unplaced": table.c.latitude.is_(None),
        "closed": table.c.closed_from.is_not(None),
        "cold": table.c.cold,
        "protected": table.c.protected,
    }
    return wanted.get(show)


def _found(request: Request, site: Site, q: str) -> bool:
    """A protected street is not found by those who may not see it either."""
    text = " ".join(q.lower().split())
    street = site.street.lower() if may_see(request, site) else ""
    return text in site.name.lower() or text in street or (text == site.gln)
