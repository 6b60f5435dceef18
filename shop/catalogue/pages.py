"""Pages of catalogues: what came in, how far its reading is, what it changes, and what the owner decides."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from fastapi import APIRouter, Form, Path, Request, UploadFile
from fastapi.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from gateway.findings import Rejected
from shop.catalogue import deciding, download, found, jobs, reviewing, store, words
from shop.catalogue.chore import units_of
from shop.catalogue.deciding import CannotDecide
from shop.catalogue.jobs import Import, State
from shop.catalogue.staging import Tools
from shop.catalogue.terms import Terms, all_terms, terms_of
from shop.desk import one_line, shop_page, supplier_name, viewer
from web.access import ADMIN, PURCHASER, allow
from web.languages import N_, words_of
from web.pages import is_fragment, redirect

router = APIRouter()
AT_ONCE = 2_000
"""So many changes come in force while the owner waits; more are a worker's."""
MOST_CHOICES = 50
Number = Annotated[int, Path(ge=1, le=2**62)]


@router.get("/catalogues")
@allow(PURCHASER, ADMIN)
def catalogue_list(request: Request, state: str = "", supplier: str = "") -> Response:
    """What came in, the newest first."""
    wanted = State(state) if state in set(State) else None
    with request.app.state.engine.begin() as conn:
        rows = jobs.recent(conn, 100, supplier_id=supplier, state=wanted)
        return shop_page(conn, request, "shop/catalogue/list.html", None, imports=rows, words=words, chosen=wanted)


@router.get("/catalogues/new")
@allow(PURCHASER)
def upload_form(request: Request, q: str = "", supplier: str = "", contract: str = "") -> Response:
    """The form for one contract, which is chosen first."""
    with request.app.state.engine.begin() as conn:
        return _form(conn, request, q=one_line(q), chosen=terms_of(conn, supplier, contract))


def _form(
    conn: sa.Connection,
    request: Request,
    *,
    q: str = "",
    chosen: Terms | None = None,
    error: str = "",
    status: int = 200,
) -> Response:
    choices = [] if chosen else [one for one in all_terms(conn) if _is_named(request, one, q)]
    mine = viewer(request).login
    choices.sort(key=lambda one: (one.owner != mine, one.name.lower()))
    more = {"choices": choices[:MOST_CHOICES], "more": len(choices) > MOST_CHOICES, "q": q, "id": uuid4()}
    return shop_page(conn, request, "shop/catalogue/new.html", None, status=status, chosen=chosen, error=error, **more)


def _is_named(request: Request, terms: Terms, q: str) -> bool:
    text = f"{supplier_name(request, terms.supplier_id)} {terms.number} {terms.name} {terms.supplier_id}".lower()
    return all(word in text for word in q.lower().split())


@router.post("/catalogues")
@allow(PURCHASER)
def upload(
    request: Request,
    id: Annotated[UUID, Form()],
    supplier: Annotated[str, Form()],
    contract: Annotated[str, Form()],
    replaces: Annotated[str, Form()] = "",
    file: UploadFile | None = None,
) -> Response:
    """Keeps the file; a worker reads it. Pressed twice it is one import."""
    now, how = request.app.state.now(), {"yes": True, "no": False}.get(replaces)
    with request.app.state.engine.begin() as conn:
        chosen = terms_of(conn, supplier, contract)
        if chosen is None:
            return _form(conn, request, error=N_("Choose the contract that the prices belong to."), status=422)
        if file is None or not file.filename:
            return _form(conn, request, chosen=chosen, error=N_("Choose a file."), status=422)
        name = one_line(file.filename)[-200:] or "katalog"
        try:
            digest = store.keep(conn, file.file, name, now)
        except Rejected:
            return _form(conn, request, chosen=chosen, error=N_("The file is empty or larger than 1 GB."), status=422)
        by = viewer(request).login
        made, _ = jobs.add(conn, id, digest, name, supplier, by, now, contract=contract, replaces=how)
    return redirect(request, f"/catalogues/{made.number}")


@router.get("/catalogues/{number}")
@allow(PURCHASER, ADMIN)
def one_catalogue(request: Request, number: Number, kind: str = "", page: int = 1) -> Response:
    """One import with its progress, findings, changes and decision; htmx asks for how far it is."""
    with request.app.state.engine.begin() as conn:
        return _show(conn, request, _wanted(conn, number), kind=kind, page=min(max(page, 1), 100_000))


def _wanted(conn: sa.Connection, number: int) -> Import:
    job = jobs.numbered(conn, number)
    if job is None:
        raise HTTPException(404)
    return job


def _show(
    conn: sa.Connection,
    request: Request,
    job: Import,
    *,
    kind: str = "",
    page: int = 1,
    error: str = "",
    status: int = 200,
) -> Response:
    if is_fragment(request) and not error and job.state not in {State.WAITING, State.READING}:
        return Response(status_code=204, headers={"HX-Refresh": "true"})
    terms = terms_of(conn, job.supplier_id, job.contract) if job.contract else None
    kind = kind if kind in words.KINDS else ""
    seen: dict[str, Any] = {"changes": [], "bars": [], "big": 0}
    if terms is not None and job.counts:
        seen = {
            "changes": reviewing.changes(conn, job.number, terms, kind, page),
            "bars": reviewing.spread(conn, job.number),
            "big": reviewing.count_big(conn, job.number, terms),
        }
    total = sum(job.counts.get(one, 0) for one in ([kind] if kind else words.KINDS))
    return shop_page(
        conn,
        request,
        "shop/catalogue/progress.html" if is_fragment(request) and not error else "shop/catalogue/one.html",
        None,
        status=status,
        job=job,
        terms=terms,
        mine=terms is not None and terms.owner == viewer(request).login and PURCHASER in viewer(request).roles,
        findings=[one.finding for one in found.of_import(conn, job.number, job.filename, limit=20)],
        rules=found.by_rule(conn, job.number),
        kind=kind,
        page=page,
        pages=-(-total // reviewing.PAGE),
        page_address=lambda to: f"/catalogues/{job.number}?kind={kind}&page={to}",
        words=words,
        error=error,
        open=job.state in jobs.OPEN,
        **seen,
    )


@router.get("/catalogues/{number}/findings.csv")
@allow(PURCHASER, ADMIN)
def findings_file(request: Request, number: Number) -> Response:
    """Every finding that is kept, for the supplier: a row file that spreadsheets open."""
    engine = request.app.state.engine
    with engine.connect() as conn:
        job = _wanted(conn, number)
    rows = download.findings(engine, job, words_of(request).language)
    headers = {"Content-Disposition": f'attachment; filename="katalog-{number}-fel.csv"'}
    return StreamingResponse(rows, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/catalogues/{number}/lines.csv")
@allow(PURCHASER, ADMIN)
def bad_lines_file(request: Request, number: Number) -> Response:
    """The lines that could not be used, as they stood in the file, to be mended and sent again."""
    engine = request.app.state.engine
    with engine.connect() as conn:
        job = _wanted(conn, number)
    headers = {"Content-Disposition": f'attachment; filename="katalog-{number}-rader.csv"'}
    return StreamingResponse(download.bad_lines(engine, job), media_type="application/octet-stream", headers=headers)


@router.post("/catalogues/{number}/approve")
@allow(PURCHASER)
def approve(request: Request, number: Number, which: Annotated[str, Form()] = "all") -> Response:
    """All of it, or what is within the contract's limits."""

    def act(tools: Tools, job: Import, by: str) -> None:
        deciding.approve(tools, job.id, by, only_small=which == "small")
        deciding.settle(tools, job.id, most=AT_ONCE)

    return _decided(request, number, act)


@router.post("/catalogues/{number}/decline")
@allow(PURCHASER)
def decline(request: Request, number: Number, reason: Annotated[str, Form()] = "") -> Response:
    """None of it, and why."""
    why = one_line(reason)[:500]
    if not why:
        with request.app.state.engine.begin() as conn:
            error = N_("Write why, so that the supplier can be told.")
            return _show(conn, request, _wanted(conn, number), error=error, status=422)
    return _decided(request, number, lambda tools, job, by: deciding.decline(tools, job.id, by, why))


def _decided(request: Request, number: int, act: Any) -> Response:
    engine = request.app.state.engine
    with engine.begin() as conn:
        job = _wanted(conn, number)
        terms = terms_of(conn, job.supplier_id, job.contract) if job.contract else None
        if terms is not None and terms.owner != viewer(request).login:
            raise HTTPException(403)
    try:
        act(tools_of(request), job, viewer(request).login)
    except CannotDecide as problem:
        with engine.begin() as conn:
            return _show(conn, request, _wanted(conn, number), error=problem.message, status=409)
    return redirect(request, f"/catalogues/{number}")


def tools_of(request: Request) -> Tools:
    """What deciding needs; nothing is read here, so the dialects may be missing."""
    state = request.app.state
    return Tools(
        engine=state.engine,
        dialects=getattr(state, "dialects", {}),
        suppliers=state.suppliers,
        units=partial(units_of, state.settings),
        now=state.now,
    )
