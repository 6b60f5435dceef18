"""Three pages: choose a dialect, see what we send, and have judged what you send. Nothing that is uploaded is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, File, Form, HTTPException, Request, UploadFile
from starlette.responses import Response

from gateway.exchange.selftest.scenario import PLEASE, Scenario
from gateway.formats import Dialect
from gateway.rules.judge import Rules
from gateway.rules.pool import Limits, Pool
from gateway.sandbox.practice import facts, papers
from gateway.sandbox.practice.judge import Bench, judge
from gateway.sandbox.practice.papers import Paper
from web.access import ADMIN, allow
from web.dialects import dialects_of
from web.languages import N_
from web.pages import render
from web.trade import DOCUMENTS, SCENARIOS

router = APIRouter()
PATH = "/practice"
MOST_FILES, MOST_BYTES = 10, 5_000_000
_HERE = ZoneInfo("Europe/Stockholm")


@router.get(PATH)
@allow(ADMIN)
def choose(request: Request) -> Response:
    """Which dialect was agreed."""
    spoken = {name: one for name, one in sorted(dialects_of(request).items()) if "Order" in one.documents}
    kinds = {name: one.codec("Order").suffix.lstrip(".").upper() for name, one in spoken.items()}
    return render(request, "practice/choose.html", {"kinds": kinds, "path_of": _path})


@router.get(PATH + "/{dialect}")
@allow(ADMIN)
def see(request: Request, dialect: str, scenario: str = Scenario.ACCEPT.value) -> Response:
    """What we send in one scenario, to look at and to download; below it, the form for what you send."""
    return _show(request, _dialect(request, dialect), _scenario(scenario))


@router.get(PATH + "/{dialect}/{scenario}/{place}")
@allow(ADMIN)
def download(request: Request, dialect: str, scenario: str, place: int) -> Response:
    """One of our documents, exactly as it would go over the wire."""
    found = papers.papers(_dialect(request, dialect), _scenario(scenario), _now(request))
    if not 0 <= place < len(found):
        raise HTTPException(404)
    headers = {"Content-Disposition": f'attachment; filename="{found[place].name}"'}
    return Response(found[place].content, media_type=found[place].media_type, headers=headers)


@router.post(PATH + "/{dialect}")
@allow(ADMIN)
def judged(
    request: Request,
    dialect: str,
    files: Annotated[list[UploadFile] | None, File()] = None,
    scenario: Annotated[str, Form()] = Scenario.ACCEPT.value,
) -> Response:
    """What our inbox would make of the files."""
    speaker, asked = _dialect(request, dialect), _scenario(scenario)
    given = [file for file in files or () if file.filename]
    if problem := _problem(given):
        return _show(request, speaker, asked, problem)
    read = [(_name(file), file.file.read(MOST_BYTES)) for file in given]
    now = _now(request)
    with _rules(request) as rules:
        bench = Bench(dialects_of(request), rules)
        outcome = judge(bench, speaker, read, papers.order_of(speaker, asked, now), now.date(), asked)
    context = {
        "outcome": outcome,
        "facts": facts,
        "dialect": speaker.name,
        "scenario": asked,
        "scenarios": SCENARIOS,
        "kinds": DOCUMENTS,
    }
    return render(request, "practice/judged.html", context | {"path_of": _path}, 200 if outcome.good else 422)


@contextmanager
def _rules(request: Request) -> Iterator[Rules]:
    """The program's, or for this one time: the processes start only where packages are installed."""
    state = request.app.state
    if getattr(state, "rules", None) is not None:
        yield state.rules
        return
    settings = state.settings
    with Pool(Limits(workers=1, seconds=settings.rules_seconds, memory=settings.rules_memory)) as pool:
        yield Rules(settings.rules_dir, pool)


def _show(request: Request, dialect: Dialect, scenario: Scenario, problem: str = "") -> Response:
    found = papers.papers(dialect, scenario, _now(request))
    context: dict[str, Any] = {
        "dialect": dialect.name,
        "scenario": scenario,
        "scenarios": SCENARIOS,
        "problem": problem,
    }
    context |= {"papers": [(paper, _text(paper)) for paper in found], "please": PLEASE, "kinds": DOCUMENTS}
    context |= {"fits": {one: papers.applies(dialect, one) for one in Scenario}, "path_of": _path}
    return render(request, "practice/dialect.html", context | {"most": MOST_FILES}, 422 if problem else 200)


def _problem(files: list[UploadFile]) -> str:
    if not files:
        return N_("Choose at least one file.")
    if len(files) > MOST_FILES:
        return N_("At most ten files are judged at a time.")
    if any((file.size or 0) > MOST_BYTES for file in files):
        return N_("A file is larger than five megabytes. Answers to an order are much smaller.")
    return ""


def _text(paper: Paper) -> str:
    """For people to read; the file itself is in the supplier's own character set."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return paper.content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return paper.content.decode("latin-1")


def _name(file: UploadFile) -> str:
    """Only for people: no folder is named, and nothing is opened by it."""
    return "".join(sign for sign in (file.filename or "")[-80:] if sign.isprintable()) or "file"


def _dialect(request: Request, name: str) -> Dialect:
    found = dialects_of(request).get(name)
    if found is None or "Order" not in found.documents:
        raise HTTPException(404)
    return found


def _scenario(word: str) -> Scenario:
    if word not in set(Scenario):
        raise HTTPException(404)
    return Scenario(word)


def _now(request: Request) -> datetime:
    now: datetime = request.app.state.now()
    return now.astimezone(_HERE)


def _path(*parts: str) -> str:
    return "/".join([PATH, *parts])
