"""What a person does with one message, from its page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from gateway.console.desk import do
from gateway.console.message_pages import story_page
from gateway.exchange import bulk, resending
from gateway.exchange.allowed import Action
from web.access import ADMIN, allow
from web.pages import redirect

router = APIRouter()
Reason = Annotated[str, Form()]


@router.post("/console/messages/{message_id}/hold")
@allow(ADMIN)
def hold(request: Request, message_id: UUID, reason: Reason = "") -> Response:
    """It waits for a person."""
    return _act(request, message_id, Action.HOLD, reason)


@router.post("/console/messages/{message_id}/release")
@allow(ADMIN)
def release(request: Request, message_id: UUID) -> Response:
    """It goes after all."""
    return _act(request, message_id, Action.RELEASE)


@router.post("/console/messages/{message_id}/skip")
@allow(ADMIN)
def skip(request: Request, message_id: UUID, reason: Reason = "") -> Response:
    """It is not sent."""
    return _act(request, message_id, Action.SKIP, reason)


@router.post("/console/messages/{message_id}/now")
@allow(ADMIN)
def try_now(request: Request, message_id: UUID) -> Response:
    """It does not wait for its next attempt."""
    return _act(request, message_id, Action.NOW)


@router.post("/console/messages/{message_id}/resend")
@allow(ADMIN)
def resend(request: Request, message_id: UUID, how: Annotated[str, Form()] = "") -> Response:
    """Once more under the same key, or (`how` is new) as a new message, whose page comes next."""
    if how != "new":
        return _act(request, message_id, Action.RESEND)

    def anew(conn: sa.Connection, who: str, now: datetime) -> UUID:
        return resending.resend(conn, message_id, who, now, as_new=True)

    return _done(request, message_id, anew, "new")


def _act(request: Request, message_id: UUID, action: Action, reason: str = "") -> Response:
    def act(conn: sa.Connection, who: str, now: datetime) -> UUID:
        return bulk.apply(conn, message_id, action, who, reason, now)

    return _done(request, message_id, act, action.value)


def _done(
    request: Request, message_id: UUID, deed: Callable[[sa.Connection, str, datetime], UUID], did: str
) -> Response:
    """The page of the message that goes on, or this one with the reasons why nothing was done."""
    went, problems = do(request, deed)
    if problems:
        return story_page(request, message_id, problems=problems, status=422)
    return redirect(request, f"/console/messages/{went}?did={did}")
