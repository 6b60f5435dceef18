"""The same for many messages: first what it would do, then a hundred at a time with how far it has come."""

from __future__ import annotations

import time
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import msgspec
from fastapi import APIRouter, Form, HTTPException, Request
from starlette.responses import Response

from gateway.console import lookup, words
from gateway.console.asked import asked, wanted
from gateway.exchange import bulk
from gateway.exchange.allowed import Action
from gateway.exchange.search import Wanted
from gateway.findings import Finding
from web.access import ADMIN, allow
from web.languages import N_
from web.pages import render

router = APIRouter()
_SECONDS = 2.0
"""How long one step may take before the page says how far it has come."""
_REASONED = frozenset({Action.HOLD, Action.SKIP})


@router.post("/console/messages/bulk")
@allow(ADMIN)
def try_out(
    request: Request,
    action: Annotated[Action, Form()],
    scope: Annotated[str, Form()] = "ticked",
    chosen: Annotated[str, Form()] = "",
    id: Annotated[list[UUID], Form()] = [],  # noqa: B006 - FastAPI only reads it
) -> Response:
    """The dry run: how many, which, and what would be refused and why. `chosen` are the filters of the list."""
    ids = id if scope == "ticked" else []
    return _confirm(request, action, _query(asked(dict(parse_qsl(chosen))).said, ids), nothing=not ids and not chosen)


@router.post("/console/messages/bulk/go")
@allow(ADMIN)
def go(
    request: Request,
    action: Annotated[Action, Form()],
    chosen: Annotated[str, Form()],
    before: Annotated[int, Form()],
    count: Annotated[int, Form()],
    done: Annotated[int, Form()] = 0,
    refused: Annotated[int, Form()] = 0,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Batches for two seconds; then the page says how far it has come, and goes on from there."""
    if action in _REASONED and not reason.strip():
        return _confirm(request, action, chosen, problem=N_("Write why: it is told on each order's timeline."))
    state, who = request.app.state, request.state.viewer.name
    given, began = _wanted(request, chosen), time.monotonic()
    why: list[tuple[UUID, Finding]] = []
    following: int | None = before
    while following is not None:
        with state.engine.begin() as conn:
            outcome = bulk.batch(conn, given, action, who, reason, state.now(), following)
        done, refused, following = done + outcome.done, refused + len(outcome.refused), outcome.next
        why += outcome.refused
        if time.monotonic() - began > _SECONDS:
            break
    context: dict[str, Any] = {"action": action, "chosen": chosen, "count": count, "done": done, "refused": refused}
    context |= {"next": following, "reason": reason, "why": why[:20], "words": words}
    return render(request, "console/bulk_going.html", context)


def _confirm(
    request: Request, action: Action, chosen: str, *, problem: str | None = None, nothing: bool = False
) -> Response:
    state = request.app.state
    if nothing:
        trial = bulk.Trial(action=action, count=0, goes=0, refused={}, some=(), newest=0)
        numbers: dict[UUID, str] = {}
    else:
        with state.engine.connect() as conn:
            trial = bulk.try_out(conn, _wanted(request, chosen), action, state.now())
            numbers = lookup.order_numbers(conn, (message.order_id for message in trial.some))
    context: dict[str, Any] = {"trial": trial, "chosen": chosen, "problem": problem, "numbers": numbers}
    context |= {"words": words, "suppliers": state.suppliers, "most": bulk.MOST, "reasoned": action in _REASONED}
    return render(request, "console/bulk.html", context, 422 if problem else 200)


def _query(said: dict[str, str], ids: list[UUID]) -> str:
    """Filters, or the ticked ones, as one text that a form can carry."""
    return urlencode({"ids": ",".join(map(str, ids))} if ids else said)


def _wanted(request: Request, chosen: str) -> Wanted:
    """What a form carried; 400 where it means nothing, so that nobody's mistake means every message."""
    parts = dict(parse_qsl(chosen))
    try:
        ids = tuple(UUID(one) for one in parts.get("ids", "").split(",") if one)
    except ValueError as error:
        raise HTTPException(400) from error
    found = wanted(asked(parts), request.app.state.suppliers)
    if not ids and not found.narrow:
        raise HTTPException(400)
    return msgspec.structs.replace(found, ids=ids)
