"""Alarms: what is wrong now, what was, and who has taken note of it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from gateway.console import words
from gateway.console.desk import do
from gateway.exchange import alarms
from web.access import ADMIN, allow
from web.pages import redirect, render

router = APIRouter()
PAGE = 50


@router.get("/console/alarms")
@allow(ADMIN)
def alarm_list(request: Request, page: int = 1) -> Response:
    """Open ones first, then those that have recovered, the newest first."""
    state, page = request.app.state, max(page, 1)
    with state.engine.connect() as conn:
        open_ones = alarms.open_alarms(conn) if page == 1 else []
        recent = alarms.recent(conn, limit=PAGE + 1, offset=(page - 1) * PAGE)
    past = [one for one in recent[:PAGE] if one.recovered_at is not None]
    context = {"open_ones": open_ones, "past": past, "more": len(recent) > PAGE, "page": page, "words": words}
    return render(request, "console/alarms.html", context, suppliers=state.suppliers)


@router.post("/console/alarms/{alarm_id}/seen")
@allow(ADMIN)
def seen(request: Request, alarm_id: int) -> Response:
    """The viewer has taken note of it; who was first stays."""

    def note(conn: sa.Connection, who: str, now: datetime) -> None:
        if alarms.get(conn, alarm_id) is None:
            raise HTTPException(404)
        alarms.seen(conn, alarm_id, who)

    do(request, note)
    return redirect(request, "/console/alarms")
