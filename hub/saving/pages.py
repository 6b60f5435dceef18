"""What the hub saves: the page, its table as a file, and the assumptions that people may change."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa
from fastapi import APIRouter, Request
from starlette.responses import Response

from hub.saving import kept, pictures
from hub.saving.assumptions import ASSUMPTIONS, Chosen, read
from hub.saving.bounds import BOUNDS, bounds
from hub.saving.compare import Comparison, compare, grouped
from hub.saving.days import Day
from web.access import ADMIN, CONTROLLER, DOCK, PURCHASER, allow
from web.figures import Figures
from web.languages import N_, words_of
from web.pages import figures_of, redirect, render, today_of

router = APIRouter()
_CHANGERS: Final = frozenset({ADMIN, CONTROLLER, PURCHASER})
_LATEST: Final = "12"
_SHOWN_WEEKS: Final = 13
_FOLDED_FROM: Final = 4


@router.get("/hub/saving")
@allow(DOCK, ADMIN, CONTROLLER, PURCHASER)
def saving(request: Request, period: str = _LATEST, saved: str = "", undone: str = "") -> Response:
    """The comparison of the latest twelve months or of a year, week by week."""
    return _page(request, period, saved=saved, undone=undone)


@router.get("/hub/saving.csv")
@allow(DOCK, ADMIN, CONTROLLER, PURCHASER)
def as_file(request: Request, period: str = _LATEST) -> Response:
    """The weeks of the period, for a spreadsheet: semicolons, decimal commas, UTF-8 with a mark."""
    with request.app.state.engine.begin() as conn:
        everything, chosen, _ = _known(conn, request)
    words, held = words_of(request), io.StringIO()
    held.write("\ufeff")
    writer = csv.writer(held, delimiter=";", lineterminator="\r\n")
    writer.writerow([words.say(heading) for heading in (N_("Week from"), *pictures.COLUMNS)])
    for monday, one in grouped(_of(everything, period, today_of(request)), _monday, chosen).items():
        writer.writerow([monday.isoformat(), *(_plain(value) for value in pictures.values(one))])
    headers = {"Content-Disposition": 'attachment; filename="hub-saving.csv"'}
    return Response(held.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/hub/saving/assumptions")
@allow(ADMIN, CONTROLLER, PURCHASER)
async def assume(request: Request) -> Response:
    """Sets the assumptions that differ from what is in force; one that is emptied has its default again."""
    form = await request.form()
    typed = {name: str(form[name]) for name in ASSUMPTIONS if name in form}
    wanted: dict[str, Decimal | None] = {}
    wrong: set[str] = set()
    for name, said in typed.items():
        try:
            wanted[name] = read(name, said) if said.strip() else None
        except ValueError:
            wrong.add(name)
    if wrong:
        problems = [(name, _problem(request, name)) for name in typed if name in wrong]
        return _page(request, _LATEST, 422, typed=typed, wrong=wrong, problems=problems)
    with request.app.state.engine.begin() as conn:
        batch = kept.change(conn, wanted, request.state.viewer.name, request.app.state.now())
    return redirect(request, f"/hub/saving?saved={batch}#assumptions" if batch else "/hub/saving#assumptions")


@router.post("/hub/saving/undo")
@allow(ADMIN, CONTROLLER, PURCHASER)
async def undo(request: Request) -> Response:
    """Assumptions as they were before that change, where nobody has changed them since."""
    form = await request.form()
    with request.app.state.engine.begin() as conn:
        done = kept.undo(conn, str(form.get("batch", "")), request.state.viewer.name, request.app.state.now())
    return redirect(request, f"/hub/saving?undone={'yes' if done else 'no'}#assumptions")


def _page(request: Request, period: str, status: int = 200, **more: Any) -> Response:
    with request.app.state.engine.begin() as conn:
        everything, chosen, changes = _known(conn, request)
    words, figures, today = words_of(request), figures_of(request), today_of(request)
    some = _of(everything, period, today)
    weeks = grouped(some, _monday, chosen)
    latest = _whole_weeks(weeks, today)
    context = {
        "whole": compare(some, chosen) if some else None,
        "charts": pictures.drawn(latest, words, figures) if latest else (),
        "headings": [words.say(heading) for heading in pictures.COLUMNS],
        "weeks": [(_week(figures, monday), pictures.cells(figures, one)) for monday, one in reversed(weeks.items())],
        "under": pictures.UNDER,
        "of_a_year": pictures.OF_A_YEAR,
        "folded_from": _FOLDED_FROM,
        "years": [(str(year), pictures.cells(figures, one)) for year, one in _years(everything, chosen).items()],
        "bounds": [(words.say(BOUNDS[name][0]), *_bound(figures, one)) for name, one in bounds(some, chosen).items()],
        "period": period if period.isdecimal() else _LATEST,
        "periods": sorted({str(one.day.year) for one in everything}, reverse=True),
        "assumptions": ASSUMPTIONS.values(),
        "chosen": chosen,
        "changes": changes,
        "may_change": bool(_CHANGERS & request.state.viewer.roles),
        "whole_number": pictures.whole,
    }
    blank: dict[str, Any] = {"typed": {}, "wrong": {}, "problems": [], "saved": "", "undone": ""}
    return render(request, "hub/saving.html", blank | context | more, status)


def _problem(request: Request, name: str) -> str:
    known, figures, words = ASSUMPTIONS[name], figures_of(request), words_of(request)
    said = {"what": words.say(known.words), "low": figures.number(known.low), "high": figures.number(known.high)}
    return words.say(N_("%(what)s: write a number from %(low)s to %(high)s."), **said)


def _bound(figures: Figures, one: Comparison) -> list[str]:
    """Kilometres of both sides, and what is saved of kilometres and CO2e."""
    told = pictures.cells(figures, one)
    return [told[place] for place in (4, 5, 6, 9)]


def _known(conn: sa.Connection, request: Request) -> tuple[list[Day], Chosen, Mapping[str, kept.Change]]:
    """Every day until today, the values in force, and who changed them."""
    changes = kept.changes(conn)
    chosen, first, today = kept.chosen(changes), kept.first_day(conn), today_of(request)
    hub = request.app.state.settings.municipality.hub.place
    if hub is None or first is None or first > today:
        return [], chosen, changes
    return kept.days(conn, first, today, chosen, hub, request.app.state.now()), chosen, changes


def _of(days: list[Day], period: str, today: date) -> list[Day]:
    """The days of a year, or of the latest 52 weeks and the one that runs."""
    if period != _LATEST and period.isdecimal():
        return [one for one in days if str(one.day.year) == period]
    first = today - timedelta(days=today.weekday(), weeks=52)
    return [one for one in days if one.day >= first]


def _whole_weeks(weeks: Mapping[date, Comparison], today: date) -> dict[date, Comparison]:
    """The latest weeks for the pictures; the one that runs would look like a fall, so it is there only if alone."""
    over = {monday: one for monday, one in weeks.items() if monday + timedelta(days=7) <= today}
    return dict(list((over or weeks).items())[-_SHOWN_WEEKS:])


def _years(days: list[Day], chosen: Chosen) -> dict[int, Comparison]:
    return grouped(days, lambda one: one.day.year, chosen)


def _monday(one: Day) -> date:
    return one.day - timedelta(days=one.day.weekday())


def _week(figures: Figures, monday: date) -> tuple[int, str]:
    return figures.week(monday), figures.plain_day(monday)


def _plain(value: Decimal | int | None) -> str:
    return "" if value is None else str(value).replace(".", ",")
