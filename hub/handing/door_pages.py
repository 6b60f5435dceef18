"""What the driver sends from a door: handed over, not handed over, given back; and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from hub.acts.once import once
from hub.handing import form, handover, homecoming, records, runs
from hub.handing.form import MOST_BYTES, Sent
from hub.handing.handover import Refused
from hub.handing.run_pages import show_run
from hub.handing.tables import delivery_returns
from web.access import ADMIN, DOCK, allow
from web.pages import redirect

router = APIRouter()
Effect = Callable[[sa.Connection, Sent], UUID]
"""What an act does; the id of what it made."""


@router.post("/hub/drive/stops/{stop_id}/hand")
@allow(DOCK, ADMIN, most=MOST_BYTES)
async def hand(request: Request, stop_id: UUID) -> Response:
    """The goods are the unit's, with name and signature or photo."""
    who, now = request.state.viewer.name, request.app.state.now()

    def effect(conn: sa.Connection, sent: Sent) -> UUID:
        return handover.hand(conn, stop_id, sent.said(), who, now, sent.at, sent.act).id

    return await run_in_threadpool(_take, request, stop_id, "hand", await form.read(request), effect)


@router.post("/hub/drive/stops/{stop_id}/fail")
@allow(DOCK, ADMIN, most=MOST_BYTES)
async def fail(request: Request, stop_id: UUID) -> Response:
    """Nobody takes the goods; they stay on the van."""
    who, now = request.state.viewer.name, request.app.state.now()

    def effect(conn: sa.Connection, sent: Sent) -> UUID:
        why, text = sent.texts.get("why", ""), sent.texts.get("fail-text", "")
        return handover.fail(conn, stop_id, why, text, sent.pictures, who, now, sent.at, sent.act).id

    return await run_in_threadpool(_take, request, stop_id, "fail", await form.read(request), effect)


@router.post("/hub/drive/stops/{stop_id}/return")
@allow(DOCK, ADMIN, most=MOST_BYTES)
async def give_back(request: Request, stop_id: UUID) -> Response:
    """The unit sends something back with the van."""
    who, now = request.state.viewer.name, request.app.state.now()

    def effect(conn: sa.Connection, sent: Sent) -> UUID:
        code, text = sent.texts.get("code", ""), sent.texts.get("return-text", "")
        return homecoming.give_back(conn, stop_id, code, text, sent.pictures, who, now, sent.at, sent.act).id

    return await run_in_threadpool(_take, request, stop_id, "return", await form.read(request), effect)


@router.post("/hub/drive/stops/{stop_id}/again")
@allow(DOCK, ADMIN)
def try_again(request: Request, stop_id: UUID) -> Response:
    """The van comes by once more."""
    run_id = _run_of(request, stop_id)
    try:
        with request.app.state.engine.begin() as conn:
            handover.reopen(conn, stop_id)
    except Refused as refused:
        return _refused(request, run_id, stop_id, "again", {}, refused)
    return redirect(request, f"/hub/drive/{run_id}?stop={stop_id}")


@router.post("/hub/drive/deliveries/{delivery_id}/undo")
@allow(DOCK, ADMIN)
def undo(request: Request, delivery_id: UUID) -> Response:
    """The last visit did not happen after all."""
    state = request.app.state
    with state.engine.begin() as conn:
        known = records.get(conn, delivery_id)
        stop = runs.of_stop(conn, known.stop_id) if known and known.stop_id else None
        if stop is None:
            raise HTTPException(404)
        undone = handover.undo(conn, delivery_id, request.state.viewer.name, state.now())
    return redirect(request, f"/hub/drive/{stop[0].id}?stop={stop[1].id}&said={'undone' if undone else 'late'}")


@router.post("/hub/drive/returns/{return_id}/undo")
@allow(DOCK, ADMIN)
def undo_return(request: Request, return_id: UUID) -> Response:
    """It stays at the unit after all."""
    with request.app.state.engine.begin() as conn:
        run_id = conn.scalar(sa.select(delivery_returns.c.run_id).where(delivery_returns.c.id == return_id))
        if run_id is None:
            raise HTTPException(404)
        taken = homecoming.take_return_back(conn, return_id, request.app.state.now())
    return redirect(request, f"/hub/drive/{run_id}?said={'undone' if taken else 'late'}")


def _take(request: Request, stop_id: UUID, kind: str, sent: Sent, effect: Effect) -> Response:
    """Carries an act out once. Where it cannot be, nothing of it is kept, and the page says what to mend."""
    state, run_id, made = request.app.state, _run_of(request, stop_id), sent.act
    try:
        with state.engine.begin() as conn:
            if once(conn, sent.act, kind, request.state.viewer.name, state.now(), sent.at):
                made = effect(conn, sent)
    except Refused as refused:
        return _refused(request, run_id, stop_id, kind, sent.texts, refused)
    said = "&said=returned" if kind == "return" else ""
    return redirect(request, f"/hub/drive/{run_id}?done={made}{said}" + (f"&stop={stop_id}" if said else ""))


def _refused(
    request: Request, run_id: UUID, stop_id: UUID, kind: str, texts: dict[str, str], refused: Refused
) -> Response:
    typed: dict[str, Any] = {"stop": stop_id, "kind": kind, "texts": texts, "problems": refused.problems}
    with request.app.state.engine.begin() as conn:
        return show_run(request, conn, run_id, stop=stop_id, typed=typed, status=422)


def _run_of(request: Request, stop_id: UUID) -> UUID:
    with request.app.state.engine.begin() as conn:
        found = runs.of_stop(conn, stop_id)
    if found is None:
        raise HTTPException(404)
    return found[0].id
