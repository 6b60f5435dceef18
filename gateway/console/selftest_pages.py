"""The self-test of a supplier: start it, watch it step by step, and the checklist of what was tried."""

from __future__ import annotations

import time
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from starlette.responses import Response

from gateway.console import selftest_work, words
from gateway.console.desk import office_of, supplier_of
from gateway.console.selftest_words import PROBLEMS, SCENARIOS, STEP_WORDS, can_go_on, in_words, shown
from gateway.exchange.selftest import record as records
from gateway.exchange.selftest import run
from gateway.exchange.selftest.record import Record
from gateway.exchange.selftest.scenario import CONNECTION, PLEASE, Scenario
from gateway.exchange.selftest.tools import Tools, is_running, worker_runs
from gateway.orders import book
from web.access import ADMIN, allow
from web.dialects import dialects_of
from web.languages import language_of
from web.pages import redirect, render

router = APIRouter()
_ADDRESS = "/console/suppliers/{supplier_id}/selftest"
_APPEARS = 2.0  # seconds in which a test that was just started gets its record


@router.get(_ADDRESS)
@allow(ADMIN)
def selftest_page(request: Request, supplier_id: str, problem: str = "") -> Response:
    """The checklist with the last record of each scenario, what runs now, and the history."""
    supplier = supplier_of(request, supplier_id)
    state = request.app.state
    with state.engine.begin() as conn:
        latest, history = records.latest(conn, supplier_id), records.of_supplier(conn, supplier_id, 30)
        running, worker = is_running(conn, supplier_id), worker_runs(conn, state.now())
    tools = Tools(office=office_of(request))
    not_for = {one.value: run.not_applicable(tools, supplier, one) for one in Scenario}
    current = next((one for one in history if one.ended_at is None), None)
    context: dict[str, Any] = {"supplier": supplier, "latest": latest, "history": history, "running": running}
    context |= {"current": current, "worker": worker, "not_for": not_for, "scenarios": SCENARIOS, "please": PLEASE}
    context |= {"problem": PROBLEMS.get(problem, ""), "words": words, "address": _address(supplier_id)}
    return render(
        request,
        "console/selftest.html",
        context | {"step_words": STEP_WORDS, "in_words": in_words(language_of(request))},
    )


@router.post(_ADDRESS)
@allow(ADMIN)
def start(request: Request, supplier_id: str, scenario: Annotated[str, Form()] = CONNECTION) -> Response:
    """Starts it in the background and goes to its record."""
    supplier = supplier_of(request, supplier_id)
    if scenario not in {CONNECTION, "all", *Scenario}:
        raise HTTPException(400)
    wanted = tuple(Scenario) if scenario == "all" else () if scenario == CONNECTION else (Scenario(scenario),)
    state = request.app.state
    with state.engine.begin() as conn:
        if is_running(conn, supplier_id):
            return redirect(request, f"{_address(supplier_id)}?problem=busy")
        before = {one.id for one in records.of_supplier(conn, supplier_id, 1)}
    if not selftest_work.start(state, dialects_of(request), supplier, wanted, request.state.viewer.name):
        return redirect(request, f"{_address(supplier_id)}?problem=many")
    return redirect(request, _fresh(request, supplier_id, before))


@router.get(_ADDRESS + "/{record_id}")
@allow(ADMIN)
def record_page(request: Request, supplier_id: str, record_id: int) -> Response:
    """One record, step by step; while it runs the page asks again every two seconds."""
    supplier, state = supplier_of(request, supplier_id), request.app.state
    with state.engine.begin() as conn:
        found = _record(records.get(conn, record_id), supplier_id)
        running = is_running(conn, supplier_id)
        row = book.get(conn, found.order_id) if found.order_id is not None else None
        later = next((one for one in records.of_supplier(conn, supplier_id, 1) if one.id > record_id), None)
    context: dict[str, Any] = {"supplier": supplier, "record": found, "row": row, "later": later}
    context |= {"steps": shown(found, running), "living": found.ended_at is None and running}
    context |= {"running": running, "lost": found.ended_at is None and not running, "can_go_on": can_go_on(found)}
    context |= {"scenarios": SCENARIOS, "step_words": STEP_WORDS, "please": PLEASE, "address": _address(supplier_id)}
    return render(request, "console/selftest_record.html", context, in_words=in_words(language_of(request)))


@router.post(_ADDRESS + "/{record_id}/end")
@allow(ADMIN)
def end(request: Request, supplier_id: str, record_id: int) -> Response:
    """Ends it by hand; whoever runs it stops at the next look."""
    supplier_of(request, supplier_id)
    state = request.app.state
    with state.engine.begin() as conn:
        _record(records.get(conn, record_id), supplier_id)
        run.end(conn, record_id, request.state.viewer.name, state.now())
    return redirect(request, f"{_address(supplier_id)}/{record_id}")


@router.post(_ADDRESS + "/{record_id}/resume")
@allow(ADMIN)
def resume(request: Request, supplier_id: str, record_id: int) -> Response:
    """Goes on where it stopped."""
    supplier, state = supplier_of(request, supplier_id), request.app.state
    with state.engine.begin() as conn:
        _record(records.get(conn, record_id), supplier_id)
        busy = is_running(conn, supplier_id)
    if busy or not selftest_work.go_on(state, dialects_of(request), supplier, record_id):
        return redirect(request, f"{_address(supplier_id)}?problem={'busy' if busy else 'many'}")
    _until_running(request, supplier_id)
    return redirect(request, f"{_address(supplier_id)}/{record_id}")


def _record(record: Record | None, supplier_id: str) -> Record:
    if record is None or record.supplier_id != supplier_id:
        raise HTTPException(404)
    return record


def _fresh(request: Request, supplier_id: str, before: set[int]) -> str:
    """The page of the record that the background has just made; the checklist where it takes longer."""
    until = time.monotonic() + _APPEARS
    while time.monotonic() < until:
        with request.app.state.engine.begin() as conn:
            for one in records.of_supplier(conn, supplier_id, 1):
                if one.id not in before:
                    return f"{_address(supplier_id)}/{one.id}"
        time.sleep(0.05)
    return _address(supplier_id)


def _until_running(request: Request, supplier_id: str) -> None:
    until = time.monotonic() + _APPEARS
    while time.monotonic() < until:
        with request.app.state.engine.begin() as conn:
            if is_running(conn, supplier_id):
                return
        time.sleep(0.05)


def _address(supplier_id: str) -> str:
    return _ADDRESS.format(supplier_id=supplier_id)
