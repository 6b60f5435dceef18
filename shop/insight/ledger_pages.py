"""Purchases beside the contract: the year's goal, uploaded ledgers, and how a file is read."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.exceptions import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from shop.desk import one_line, viewer
from shop.insight import columns, goal, ledgers
from shop.insight.columns import FIELDS, Mapping, number
from shop.insight.desk import KEEPERS, Desk, Picture, page
from shop.insight.found import by_category, by_seller, fates
from shop.insight.goal import Standing
from shop.insight.ledgers import Ledger, TooLarge
from shop.insight.shown import KRONOR, NUMBER, Column, Row, Table
from shop.insight.signs import ENCODINGS
from web import charts
from web.access import allow
from web.charts import Chart
from web.languages import N_
from web.pages import is_fragment, redirect

router = APIRouter()
MOST_GOAL = 100_000_000_000


@router.get("/insight/beside")
@allow(*KEEPERS)
def beside(request: Request) -> Response:
    """The running total against the year's goal, and where most is bought beside the contracts."""
    return _beside(request)


def _beside(request: Request, status: int = 200, error: str = "", given: str = "") -> Response:
    with request.app.state.engine.begin() as conn:
        desk = Desk(conn, request)
        year = desk.asked.start.year if desk.asked.period != "12" else desk.today.year
        standing = goal.standing(conn, year, desk.today)
        pictures = [Picture(_course(desk, standing), _months(desk, standing)), *_where(desk)]
        seen = ledgers.newest(conn, 5)
        return page(
            desk,
            "beside.html",
            pictures if standing.saved or standing.missed else pictures[:1],
            status=status,
            standing=standing,
            ledgers=seen,
            error=desk.words.say(error) if error else "",
            given=given,
            done=request.query_params.get("done", ""),
        )


def _course(desk: Desk, standing: Standing) -> Chart:
    """Saved, and what it would be with everything on contract, month by month added up, beside an even pace."""
    say, saved, whole = desk.words.say, goal.ZERO, goal.ZERO
    so_far: list[Any] = []
    could: list[Any] = []
    for one in standing.months:
        saved, whole = saved + one.saved, whole + one.saved + one.missed
        begun = one.month <= desk.today
        so_far.append(saved if begun else None)
        could.append(whole if begun else None)
    pace = [standing.goal * place / 12 for place in range(1, 13)]
    values = {
        "saved": desk.kronor(standing.saved),
        "goal": desk.kronor(standing.goal),
        "rest": desk.kronor(standing.remains),
    }
    return charts.lines(
        "goal",
        say(N_("Saved so far in %(year)s, against the goal"), year=standing.year),
        say(N_("%(saved)s saved of %(goal)s; %(rest)s remain."), **values),
        [desk.month(one.month) for one in standing.months],
        [so_far, could, pace],
        [say(N_("Saved")), say(N_("If all had been bought on contract")), say(N_("Even pace to the goal"))],
        desk.short,
    )


def _months(desk: Desk, standing: Standing) -> Table:
    names = (N_("Month"), N_("Saved"), N_("Would have been saved"), N_("Saved so far"), N_("Even pace"))
    rows, saved = [], goal.ZERO
    for place, one in enumerate(standing.months, start=1):
        saved += one.saved
        rows.append(Row((desk.month(one.month, True), one.saved, one.missed, saved, standing.goal * place / 12)))
    total = Row((desk.words.say(N_("In all")), standing.saved, standing.missed, standing.saved, standing.goal))
    heads = (Column(names[0]), *(Column(name, KRONOR) for name in names[1:]))
    return Table(caption=N_("Month by month"), file="goal-months", columns=heads, rows=tuple(rows), total=total)


def _where(desk: Desk) -> list[Picture]:
    parts = (
        ("sellers", N_("Bought beside the contract of"), N_("Supplier"), by_seller(desk.conn, desk.asked), str),
        ("kinds", N_("What was bought beside the contract"), N_("Category"), by_category(desk.conn, desk.asked),
         lambda key: desk.category(key) if key else desk.words.say(N_("Kind of goods not known"))),
    )  # fmt: skip
    return [_where_one(desk, *part) for part in parts]


def _where_one(desk: Desk, name: str, title: str, heading: str, found: list[Any], word: Any) -> Picture:
    say = desk.words.say
    bars = [(word(one.key), desk.kronor(one.saving), (one.saving,)) for one in found[:12]]
    rows = tuple(Row((word(one.key), one.rows, one.amount, one.difference, one.saving)) for one in found)
    heads = (
        Column(heading), Column(N_("Rows"), NUMBER), Column(N_("Paid"), KRONOR), Column(N_("Difference"), KRONOR),
        Column(N_("Would have been saved"), KRONOR),
    )  # fmt: skip
    about = say(N_("What the contracts would have saved, the most first."))
    return Picture(
        charts.bars(name, say(title), about, bars),
        Table(caption=title, file=f"beside-{name}", columns=heads, rows=rows),
    )


@router.post("/insight/goal")
@allow(*KEEPERS)
def set_goal(request: Request, amount: Annotated[str, Form()] = "", year: Annotated[int, Form()] = 0) -> Response:
    """Another goal for a year."""
    wanted = number(amount)
    if wanted is None or not 0 < wanted <= MOST_GOAL or not 2000 <= year < 2100:
        return _beside(request, 422, N_("Write the goal in kronor, above 0."), amount)
    with request.app.state.engine.begin() as conn:
        goal.set_goal(conn, year, wanted, viewer(request).login, request.app.state.now())
    return redirect(request, "/insight/beside?done=goal")


@router.get("/insight/ledgers")
@allow(*KEEPERS)
def listed(request: Request) -> Response:
    """All uploaded ledgers, and the way to upload another."""
    return _listed(request)


def _listed(request: Request, status: int = 200, error: str = "") -> Response:
    with request.app.state.engine.begin() as conn:
        desk = Desk(conn, request)
        done = request.query_params.get("done", "")
        said = desk.words.say(error) if error else ""
        return page(desk, "ledgers.html", status=status, ledgers=ledgers.newest(conn), error=said, done=done)


@router.post("/insight/ledgers")
@allow(*KEEPERS)
async def upload(request: Request) -> Response:
    """Takes a file in; the same file a second time leads to what is there."""
    file = (await request.form()).get("file")
    if not isinstance(file, UploadFile) and not hasattr(file, "filename"):
        return await run_in_threadpool(_listed, request, 422, N_("Choose a file first."))
    return await run_in_threadpool(_take_in, request, file)


def _take_in(request: Request, file: Any) -> Response:
    name = one_line(file.filename or "")[-120:]
    if not name or not file.size:
        return _listed(request, 422, N_("Choose a file first: the one that came was empty."))
    try:
        with request.app.state.engine.begin() as conn:
            who, now = viewer(request).login, request.app.state.now()
            ledger_id, new = ledgers.store(conn, file.file, name, who, now)
    except TooLarge:
        return _listed(request, 413, N_("The file is larger than 500 MB. Divide it by month and upload each part."))
    return redirect(request, f"/insight/ledgers/{ledger_id}" + ("" if new else "?done=same"))


@router.get("/insight/ledgers/{ledger_id}")
@allow(*KEEPERS)
def one(request: Request, ledger_id: UUID) -> Response:
    """How the file is to be read; how far the reading has come; what was found."""
    return _one(request, ledger_id)


def _one(
    request: Request, ledger_id: UUID, status: int = 200, mapping: Mapping | None = None, problems: Any = ()
) -> Response:
    with request.app.state.engine.begin() as conn:
        desk = Desk(conn, request)
        ledger = _get(conn, ledger_id)
        template = "ledger_progress.html" if is_fragment(request) else "ledger.html"
        asking = ledger.state == ledgers.NEW or request.query_params.get("read") == "again" or bool(problems)
        said = [(field, desk.words.say(message)) for field, message in problems]
        more: dict[str, Any] = {
            "ledger": ledger,
            "mapping": mapping or ledger.mapping,
            "asking": asking and not ledger.moving,
        }
        more |= {"fields": FIELDS, "encodings": ENCODINGS, "problems": said, "errors": dict(said)}
        more["sample"] = ledgers.first_rows(conn, ledger) if asking and ledger.kind == "csv" else []
        counted = fates(conn, ledger_id) if ledger.state == ledgers.DONE else {}
        more["fates"] = {word: counted.get(word) for word in ("shop", "beside", "none")}
        more["share"] = _share(ledger)
        return page(desk, template, status=status, done=request.query_params.get("done", ""), **more)


def _share(ledger: Ledger) -> int:
    """How far the work has come, per cent: reading is the first half, matching the second."""
    read = min(1.0, ledger.read / ledger.size) if ledger.size else 1.0
    matched = min(1.0, ledger.matched / ledger.rows) if ledger.rows else 0.0
    return round(50 * read + 50 * matched)


def _get(conn: sa.Connection, ledger_id: UUID) -> Ledger:
    found = ledgers.get(conn, ledger_id)
    if found is None:
        raise HTTPException(404)
    return found


@router.post("/insight/ledgers/{ledger_id}/read")
@allow(*KEEPERS)
async def read(request: Request, ledger_id: UUID) -> Response:
    """From now on a worker reads the file this way."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    return await run_in_threadpool(_read, request, ledger_id, form)


def _read(request: Request, ledger_id: UUID, form: dict[str, str]) -> Response:
    with request.app.state.engine.begin() as conn:
        ledger = _get(conn, ledger_id)
        mapping = _mapping(ledger, form)
        problems = list(columns.problems(mapping)) if ledger.kind == "csv" else []
        if not 0 <= (number(form.get("vat", "25")) or 0) <= 100:
            problems.append(("vat", N_("Write a rate from 0 to 100.")))
        if not problems:
            ledgers.begin(conn, ledger, mapping, viewer(request).login, request.app.state.now())
    if problems:
        return _one(request, ledger_id, 422, mapping, problems)
    return redirect(request, f"/insight/ledgers/{ledger_id}")


def _mapping(ledger: Ledger, form: dict[str, str]) -> Mapping:
    """What the form says, of the columns that there are."""
    known = ledger.mapping
    chosen = {field: form.get(field, "") for field in FIELDS}
    places = {field: int(text) for field, text in chosen.items() if text.isascii() and text.isdigit() and len(text) < 5}
    encoding = form.get("encoding", known.encoding)
    return Mapping(
        encoding=encoding if encoding in ENCODINGS else known.encoding,
        delimiter=known.delimiter,
        columns={field: place for field, place in places.items() if place < len(known.headings)},
        headings=known.headings,
        vat=number(form.get("vat", "")) or known.vat,
        accounts=one_line(form.get("accounts", ""))[:200],
    )


@router.post("/insight/ledgers/{ledger_id}/remove")
@allow(*KEEPERS)
def remove(request: Request, ledger_id: UUID, sure: Annotated[str, Form()] = "") -> Response:
    """Removes the file and its rows; who means it has ticked the box."""
    if sure != "yes":
        return redirect(request, f"/insight/ledgers/{ledger_id}?done=unsure")
    with request.app.state.engine.begin() as conn:
        _get(conn, ledger_id)
        ledgers.remove(conn, ledger_id)
    return redirect(request, "/insight/ledgers?done=removed")
