"""What needs a person: the list, and one task that can be taken, noted and closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from math import ceil
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Form, HTTPException, Request
from starlette.responses import Response

from gateway.console import lookup, words
from gateway.exchange import journal, place, tasks
from gateway.exchange.journal import MessageState
from gateway.exchange.tasks import Kind, Task
from gateway.formats import letter
from gateway.orders import book
from gateway.orders.lifecycle import Event
from web.access import ADMIN, allow
from web.languages import N_
from web.pages import redirect, render

router = APIRouter()
PAGE = 50


@router.get("/console/tasks")
@allow(ADMIN)
def task_list(request: Request, page: int = 1, done: str = "") -> Response:
    """Open tasks: the reader's own first, then those that nobody has taken."""
    state, page = request.app.state, max(page, 1)
    with state.engine.begin() as conn:
        found = tasks.open_tasks(conn, PAGE, (page - 1) * PAGE)
        count = tasks.count_open(conn)
        numbers = lookup.order_numbers(conn, (task.order_id for task in found))
        causes = journal.first_findings(conn, (task.message_id for task in found))
    who = request.state.viewer.name
    groups = (
        (N_("Yours"), [task for task in found if task.taken_by == who]),
        (N_("Nobody has taken these"), [task for task in found if task.taken_by is None]),
        (N_("Taken by others"), [task for task in found if task.taken_by not in {None, who}]),
    )
    context = {"groups": groups, "count": count, "numbers": numbers, "page": page, "pages": ceil(count / PAGE)}
    context |= {"words": words, "suppliers": state.suppliers, "done": done == "yes", "causes": causes}
    return render(request, "console/tasks.html", context)


@router.get("/console/tasks/{task_id}")
@allow(ADMIN)
def task_page(request: Request, task_id: int, late: str = "", noted: str = "") -> Response:
    """One task with all that is needed to finish it."""
    return _page(request, task_id, late=late == "yes", noted=noted == "yes")


@router.post("/console/tasks/{task_id}/take")
@allow(ADMIN)
def take(request: Request, task_id: int) -> Response:
    """It is mine from now on."""
    return _act(request, task_id, lambda conn, who, now: tasks.take(conn, task_id, who, now))


@router.post("/console/tasks/{task_id}/note")
@allow(ADMIN)
def note(request: Request, task_id: int, text: Annotated[str, Form()] = "") -> Response:
    """One line more in the note."""
    if not text.strip():
        return _page(request, task_id, problem=N_("Write what there is to remember."))

    def remember(conn: sa.Connection, who: str, now: datetime) -> None:
        tasks.note(conn, task_id, who, text[:2000], now)

    return _act(request, task_id, remember, then=f"/console/tasks/{task_id}?noted=yes")


@router.post("/console/tasks/{task_id}/close")
@allow(ADMIN)
def close(
    request: Request, task_id: int, outcome: Annotated[str, Form()] = "", text: Annotated[str, Form()] = ""
) -> Response:
    """Done: `ordered` confirms the order by hand, `cancelled` ends it with a reason, `done` only closes the task."""
    if outcome not in {tasks.ORDERED, "cancelled", "done"}:
        raise HTTPException(400)
    if outcome == "cancelled" and not text.strip():
        return _page(request, task_id, problem=N_("Write why nothing is ordered: the one who ordered will read it."))

    def finish(conn: sa.Connection, who: str, now: datetime) -> None:
        if text.strip():
            tasks.note(conn, task_id, who, text[:2000], now)
        task = tasks.close(conn, task_id, who, outcome, now)
        if outcome == "cancelled" and task.order_id is not None:
            book.record(conn, task.order_id, Event.CANCELLED, who, now, {"task": task_id, "reason": text.strip()})

    return _act(request, task_id, finish, then="/console/tasks?done=yes")


@router.post("/console/tasks/{task_id}/release")
@allow(ADMIN)
def release(request: Request, task_id: int) -> Response:
    """Sends the held message again under its old key; its tasks are closed."""

    def send(conn: sa.Connection, who: str, now: datetime) -> None:
        task = tasks.get(conn, task_id)
        if task is None or task.message_id is None:
            raise LookupError(f"task {task_id} has no message")
        place.release(conn, task.message_id, who, now)

    return _act(request, task_id, send, then="/console/tasks?done=yes")


def _act(
    request: Request, task_id: int, what: Callable[[sa.Connection, str, datetime], object], then: str = ""
) -> Response:
    """Does it in one transaction; somebody else may have been faster, and the page then says how it stands."""
    state = request.app.state
    try:
        with state.engine.begin() as conn:
            what(conn, request.state.viewer.name, state.now())
    except LookupError as error:
        raise HTTPException(404) from error
    except ValueError:
        return redirect(request, f"/console/tasks/{task_id}?late=yes")
    return redirect(request, then or f"/console/tasks/{task_id}")


def _page(
    request: Request, task_id: int, *, problem: str | None = None, late: bool = False, noted: bool = False
) -> Response:
    state = request.app.state
    with state.engine.begin() as conn:
        task = tasks.get(conn, task_id)
        if task is None:
            raise HTTPException(404)
        row = book.get(conn, task.order_id) if task.order_id is not None else None
        message = journal.get(conn, task.message_id) if task.message_id is not None else None
        findings = journal.findings_of(conn, task.message_id) if task.message_id is not None else []
    supplier = state.suppliers.get(task.supplier_id or "")
    context: dict[str, Any] = {"task": task, "row": row, "message": message, "findings": findings, "supplier": supplier}
    context |= {"words": words, "letter": letter, "problem": problem, "choices": _choices(task, message)}
    context |= {"late": late, "noted": noted}
    context["mail"] = None
    if row is not None and supplier is not None and supplier.email:
        context["mail"] = letter.mail_link(row.order, supplier.email)
    return render(request, "console/task.html", context, 422 if problem else 200)


def _choices(task: Task, message: journal.Message | None) -> set[str]:
    """What this task can end in."""
    held = message is not None and message.state is MessageState.HELD
    if task.kind is Kind.BY_HAND:
        return {"ordered", "cancelled"}
    return {"release", "ordered"} if held and task.order_id is not None else {"done"}
