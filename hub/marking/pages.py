"""Labels at the hub: marking what came without a code, printing again, and the series that numbers are taken from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Form, HTTPException, Request
from starlette.responses import Response

from hub import decide, overview, store, words
from hub.acts.form import uuid_in
from hub.marking import pool, sheets
from hub.marking.forms import written
from hub.marking.sheets import House, Sheet
from hub.marking.svg import write as svg
from hub.parcel import State
from hub.tables import parcels, stops
from web.access import ADMIN, DOCK, allow
from web.languages import N_
from web.pages import redirect, render

router = APIRouter()
_LONGEST, _SHOWN, _LATEST = 400, 60, 12
EMPTY = N_("There are no numbers to take: an administrator opens a series of SSCCs under Series of numbers.")


@router.get("/hub/labels")
@allow(DOCK, ADMIN)
def labels(request: Request, q: str = "", nothing: str = "") -> Response:
    """What needs a label, what can be printed again, and what was printed last."""
    return _labels(request, q[:_LONGEST].strip(), nothing == "yes")


@router.post("/hub/labels")
@allow(DOCK, ADMIN)
def mark(
    request: Request,
    parcel: Annotated[list[str], Form()] = [],  # noqa: B006 - never changed
    unit: Annotated[list[str], Form()] = [],  # noqa: B006 - never changed
    run: Annotated[str, Form()] = "",
) -> Response:
    """Labels for these parcels, for all that stands here for these units, or for all that a run takes."""
    state = request.app.state
    try:
        with state.engine.begin() as conn:
            chosen = _chosen(conn, parcel, unit, run)
            sheet = sheets.make(conn, chosen, house_of(request), request.state.viewer.name, state.now())
    except pool.NoNumbers:
        return _labels(request, problem=EMPTY)
    return redirect(request, f"/hub/labels/sheets/{sheet.id}" if sheet else "/hub/labels?nothing=yes")


@router.get("/hub/labels/sheets/{sheet_id}")
@allow(DOCK, ADMIN)
def sheet(request: Request, sheet_id: UUID) -> Response:
    """Labels that were made together, as they will be printed."""
    return render(
        request, "hub/sheet.html", shown(_sheet(request, sheet_id)) | {"at": f"/hub/labels/sheets/{sheet_id}"}
    )


@router.get("/hub/labels/sheets/{sheet_id}/{name}")
@allow(DOCK, ADMIN)
def sheet_file(request: Request, sheet_id: UUID, name: str) -> Response:
    """The same as a file for a printer."""
    return file_of(_sheet(request, sheet_id), name)


@router.get("/hub/labels/series")
@allow(ADMIN)
def series(request: Request, opened: str = "") -> Response:
    """Where numbers come from, and how many are left."""
    return _series(request, opened=opened == "yes")


@router.post("/hub/labels/series")
@allow(ADMIN)
def open_series(
    request: Request,
    prefix: Annotated[str, Form()] = "",
    extension: Annotated[str, Form()] = "",
    supplier: Annotated[str, Form()] = "",
) -> Response:
    """A new series, of the municipality or of a supplier that has a prefix of its own."""
    state, typed = request.app.state, {"prefix": prefix[:40], "extension": extension[:4], "supplier": supplier[:80]}
    digit = extension.strip() or "0"
    if supplier.strip() and state.suppliers.get(supplier.strip()) is None:
        return _series(request, typed, {"supplier": N_("There is no supplier with that id.")})
    if not (digit.isascii() and digit.isdigit() and len(digit) == 1):
        return _series(request, typed, {"extension": N_("The extension digit is one digit, 0 to 9.")})
    try:
        with state.engine.begin() as conn:
            who, now = request.state.viewer.name, state.now()
            more = {"extension": int(digit), "supplier_id": supplier.strip() or None}
            pool.open_series(conn, prefix, who, now, **more)
    except ValueError:
        said = N_(
            "Write the company prefix with 4 to 12 digits. A prefix and digit that are in use cannot be opened again."
        )
        return _series(request, typed, {"prefix": said})
    return redirect(request, "/hub/labels/series?opened=yes")


def house_of(request: Request) -> House:
    """What labels say of the hub."""
    municipality = request.app.state.settings.municipality
    return House(municipality.hub.name, municipality.company_prefix)


def shown(found: Sheet) -> dict[str, Any]:
    """What the page of a sheet shows; the drawings are ours, with what people wrote in them escaped."""
    return {"sheet": found, "drawn": [svg(one) for one in found.labels]}


def file_of(found: Sheet, name: str) -> Response:
    """A file of the sheet; 404 for a name that none has."""
    made = written(found.labels, name)
    if made is None:
        raise HTTPException(404)
    form, body = made
    how = "inline" if form.shown else "attachment"
    called = {"Content-Disposition": f'{how}; filename="etiketter-{found.at:%y%m%d-%H%M}-{name}"'}
    return Response(body, media_type=form.media_type, headers=called)


def _sheet(request: Request, sheet_id: UUID) -> Sheet:
    with request.app.state.engine.connect() as conn:
        found = sheets.get(conn, sheet_id)
    if found is None:
        raise HTTPException(404)
    return found


def _labels(request: Request, q: str = "", nothing: bool = False, problem: str | None = None) -> Response:
    with request.app.state.engine.begin() as conn:
        shelves = overview.shelves(conn)
        context = {
            "found": sheets.called(conn, q)[:_SHOWN] if q else (),
            "bare": sheets.unmarked(conn)[:_SHOWN],
            "shelves": [shelf for shelf in shelves if shelf.parcels],
            "latest": sheets.find(conn, sa.true(), _LATEST),
        }
    context |= {"q": q, "nothing": nothing, "problem": problem, "words": words, "admin": _is_admin(request)}
    return render(request, "hub/labels.html", context, 409 if problem else 200)


def _is_admin(request: Request) -> bool:
    return ADMIN in request.state.viewer.roles


def _chosen(conn: sa.Connection, ids: Iterable[str], units: Iterable[str], run: str) -> set[UUID]:
    """The parcels that are meant; a unit's and a run's are counted in boxes, pallets left out."""
    chosen = {found for text in ids if (found := uuid_in(text))}
    where = parcels.c.unit_id.in_(list(units)) & (parcels.c.state == State.RECEIVED.value)
    if (run_id := uuid_in(run)) is not None:
        of_run = sa.select(stops.c.id).where(stops.c.run_id == run_id)
        where |= parcels.c.stop_id.in_(of_run) & parcels.c.state.in_([State.RECEIVED.value, State.OUT.value])
    return chosen | {parcel.id for parcel in decide.boxes(store.find(conn, where))}


def _series(
    request: Request, typed: dict[str, str] | None = None, wrong: dict[str, str] | None = None, opened: bool = False
) -> Response:
    with request.app.state.engine.connect() as conn:
        found = pool.all_series(conn)
    typed = typed or {"prefix": "", "extension": "0", "supplier": ""}
    context = {"series": found, "typed": typed, "wrong": wrong or {}, "opened": opened, "house": house_of(request)}
    return render(request, "hub/series.html", context, 422 if wrong else 200)
