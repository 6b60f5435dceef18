"""Vehicles: what the municipality drives with."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Form, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from hub.road import fleet, typed, words
from hub.road.fleet import Vehicle
from hub.road.seeing import may_see_protected
from web.access import ADMIN, DOCK, allow
from web.languages import N_
from web.pages import redirect, render

router = APIRouter()
_NEW = {
    "name": "",
    "fuel": "electric",
    "parcels": "60",
    "cold": "",
    "range_km": "",
    "starts": "06.30",
    "hours": "8",
    "active": "yes",
}


@router.get("/hub/vehicles")
@allow(DOCK, ADMIN)
def listed(request: Request, done: str = "") -> Response:
    """All vehicles, those in use first."""
    with request.app.state.engine.connect() as conn:
        everyone = fleet.everyone(conn)
    admin = may_see_protected(request)
    return render(request, "hub/road/vehicles.html", vehicles=everyone, words=words, admin=admin, done=done)


@router.get("/hub/vehicles/{vehicle_id}")
@allow(ADMIN)
def one(request: Request, vehicle_id: str) -> Response:
    """One vehicle to change, or `new`."""
    found = _known(request, vehicle_id)
    return _form(request, vehicle_id, _given(found) if found else _NEW)


@router.post("/hub/vehicles/{vehicle_id}")
@allow(ADMIN)
def keep(
    request: Request,
    vehicle_id: str,
    name: Annotated[str, Form()] = "",
    fuel: Annotated[str, Form()] = "",
    parcels: Annotated[str, Form()] = "",
    cold: Annotated[str, Form()] = "",
    range_km: Annotated[str, Form()] = "",
    starts: Annotated[str, Form()] = "",
    hours: Annotated[str, Form()] = "",
    active: Annotated[str, Form()] = "",
) -> Response:
    """A new vehicle, or new facts about one."""
    _known(request, vehicle_id)
    given = {"name": name, "fuel": fuel, "parcels": parcels, "cold": cold, "range_km": range_km}
    given |= {"starts": starts, "hours": hours, "active": active}
    values, errors = _read(given)
    if errors:
        return _form(request, vehicle_id, given, 422, errors=errors)
    made = _named(values["name"]) if vehicle_id == "new" else vehicle_id
    with request.app.state.engine.begin() as conn:
        fleet.keep(conn, Vehicle(id=made, **values))
    return redirect(request, "/hub/vehicles?done=yes")


def _read(given: dict[str, str]) -> tuple[dict[str, Any], dict[str, tuple[str, dict[str, Any]]]]:
    readers = {
        "name": typed.name,
        "parcels": lambda text: typed.whole(text, 1, 2000),
        "range_km": lambda text: typed.whole(text, 1, 2000) if text.strip() else None,
        "starts": lambda text: typed.clock(text) or time(6, 30),
        "hours": lambda text: typed.whole(text, 1, 13),
    }
    values: dict[str, Any] = {"cold": bool(given["cold"]), "active": bool(given["active"]), "fuel": given["fuel"]}
    errors: dict[str, tuple[str, dict[str, Any]]] = {}
    for name, reader in readers.items():
        try:
            values[name] = reader(given[name])
        except typed.Wrong as wrong:
            errors[name] = (wrong.args[0], wrong.args[1] if len(wrong.args) > 1 else {})
    if given["fuel"] not in fleet.FUELS:
        errors["fuel"] = (N_("Choose one of the fuels."), {})
    values["minutes"] = 60 * values.pop("hours", 8)
    return values, errors


def _known(request: Request, vehicle_id: str) -> Vehicle | None:
    """The vehicle, None for a new one; 404 where there is none of that name."""
    with request.app.state.engine.connect() as conn:
        found = fleet.get(conn, vehicle_id)
    if found is None and vehicle_id != "new":
        raise HTTPException(404)
    return found


def _named(name: str) -> str:
    """An id that people can read and that is nobody else's."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower().translate(str.maketrans("åäö", "aao"))).strip("-")
    return f"{plain[:30] or 'van'}-{uuid4().hex[:6]}"


def _given(vehicle: Vehicle) -> dict[str, str]:
    return {
        "name": vehicle.name,
        "fuel": vehicle.fuel,
        "parcels": str(vehicle.parcels),
        "cold": "yes" if vehicle.cold else "",
        "range_km": str(vehicle.range_km or ""),
        "starts": vehicle.starts.strftime("%H.%M"),
        "hours": str(vehicle.minutes // 60),
        "active": "yes" if vehicle.active else "",
    }


def _form(request: Request, vehicle_id: str, given: dict[str, str], status: int = 200, **more: Any) -> Response:
    context = {"id": vehicle_id, "given": given, "errors": {}, "fuels": words.FUELS}
    return render(request, "hub/road/vehicle.html", context | more, status)
