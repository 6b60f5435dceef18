"""Edit and resend: a form with the few fields, and JSON for experts; first what differs, then it goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gateway.console import words
from gateway.console.desk import do, office_of
from gateway.console.message_pages import story_page
from gateway.exchange import correcting, fields, journal
from gateway.exchange.correcting import Correction
from gateway.exchange.journal import Message
from gateway.findings import Finding, Rejected
from gateway.model import Document, Order
from web.access import ADMIN, allow
from web.pages import redirect, render

router = APIRouter()
_LONGEST = 2_000_000


@router.get("/console/messages/{message_id}/edit")
@allow(ADMIN)
def edit_form(request: Request, message_id: UUID) -> Response:
    """The form as the document stands; where it cannot be corrected, the message's page says why."""
    try:
        message, before = _original(request, message_id)
    except Rejected as rejected:
        return story_page(request, message_id, problems=rejected.findings, status=422)
    return _form(request, message, before, {})


@router.post("/console/messages/{message_id}/edit")
@allow(ADMIN)
async def edit(request: Request, message_id: UUID) -> Response:
    """`step` is check (the form), json (the expert's text) or send (what was checked, once more)."""
    given = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    return await run_in_threadpool(_edit, request, message_id, given)


def _edit(request: Request, message_id: UUID, given: Mapping[str, str]) -> Response:
    try:
        message, before = _original(request, message_id)
    except Rejected as rejected:
        return story_page(request, message_id, problems=rejected.findings, status=422)
    step = given.get("step", "check")
    try:
        wanted = _wanted(before, given, step)
        correction = correcting.check(office_of(request), message_id, wanted)
    except Rejected as rejected:
        return _form(request, message, before, given, rejected.findings)
    if step != "send" or (correction.warnings and given.get("sure") != "yes"):
        return _preview(request, message, correction, asked_twice=step == "send")
    new, problems = do(request, lambda conn, who, now: correcting.send(conn, message_id, correction, who, now))
    if problems:
        return _form(request, message, before, given, problems)
    return redirect(request, f"/console/messages/{new}?did=corrected")


def _original(request: Request, message_id: UUID) -> tuple[Message, Document]:
    with request.app.state.engine.connect() as conn:
        message = journal.get(conn, message_id)
        if message is None:
            raise HTTPException(404)
        return message, correcting.original(conn, message)


def _wanted(before: Document, given: Mapping[str, str], step: str) -> Document:
    if step in {"json", "send"}:
        return correcting.decoded(given.get("document", "")[:_LONGEST].encode(), type(before).__name__)
    if not isinstance(before, Order):
        raise HTTPException(400)
    said = {name: given[name] for name in fields.FIELDS if name in given}
    quantities = {name.removeprefix("quantity."): text for name, text in given.items() if name.startswith("quantity.")}
    return fields.corrected(before, said, quantities)


def _form(
    request: Request,
    message: Message,
    before: Document,
    given: Mapping[str, str],
    problems: tuple[Finding, ...] = (),
) -> Response:
    """What was written stays in the form."""
    is_order = isinstance(before, Order)
    values = (fields.read(before) if isinstance(before, Order) else {}) | dict(given)
    json = given.get("document") or msgspec.json.format(msgspec.json.encode(before), indent=2).decode()
    context: dict[str, Any] = {"message": message, "before": before, "values": values, "problems": problems}
    context |= {"json": json, "is_order": is_order, "fields": fields.FIELDS, "words": words}
    return render(request, "console/edit.html", context, 422 if problems else 200)


def _preview(request: Request, message: Message, correction: Correction, asked_twice: bool) -> Response:
    context: dict[str, Any] = {"message": message, "correction": correction, "words": words}
    context |= {"json": msgspec.json.encode(correction.document).decode(), "asked_twice": asked_twice}
    return render(request, "console/edit_check.html", context, 422 if asked_twice else 200)
