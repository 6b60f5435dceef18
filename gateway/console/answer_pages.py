"""Typing in what a supplier said by telephone or e-mail: the order's lines, each with what they answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gateway.console import words
from gateway.console.desk import do, supplier_of
from gateway.exchange import tasks
from gateway.exchange.answer_form import CODES, answer_in
from gateway.exchange.typed import type_in
from gateway.findings import Finding, Rejected
from gateway.orders import book
from gateway.orders.book import OrderRow
from web.access import ADMIN, allow
from web.dialects import dialects_of
from web.pages import redirect, render

router = APIRouter()


@router.get("/console/orders/{number}/answer")
@allow(ADMIN)
def answer_form(request: Request, number: str) -> Response:
    """The order with room for what they say of each line."""
    return _form(request, _row(request, number), {})


@router.post("/console/orders/{number}/answer")
@allow(ADMIN)
async def answer(request: Request, number: str) -> Response:
    """The answer moves the order as a received one would; tasks to order by hand are done with it."""
    given = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    return await run_in_threadpool(_answer, request, number, given)


def _answer(request: Request, number: str, given: Mapping[str, str]) -> Response:
    row = _row(request, number)
    supplier = supplier_of(request, row.supplier_id)
    try:
        said = answer_in(row, given)
    except Rejected as rejected:
        return _form(request, row, given, rejected.findings)

    def keep(conn: sa.Connection, who: str, now: datetime) -> UUID:
        message_id = type_in(conn, row, said, supplier, dialects_of(request), who, now)
        for task in tasks.for_order(conn, row.id):
            if task.closed_at is None and task.kind is tasks.Kind.BY_HAND:
                tasks.close(conn, task.id, who, "answered", now)
        return message_id

    message_id, problems = do(request, keep)
    if problems:
        return _form(request, row, given, problems)
    return redirect(request, f"/console/messages/{message_id}?did=answered")


def _row(request: Request, number: str) -> OrderRow:
    with request.app.state.engine.connect() as conn:
        row = book.get(conn, number)
    if row is None:
        raise HTTPException(404)
    return row


def _form(request: Request, row: OrderRow, given: Mapping[str, str], problems: tuple[Finding, ...] = ()) -> Response:
    """What was written stays; each problem stands at its field as well."""
    at = {finding.place.path: finding for finding in problems}
    context: dict[str, Any] = {"row": row, "given": given, "problems": problems, "at": at, "words": words}
    context |= {"codes": CODES, "supplier": request.app.state.suppliers.get(row.supplier_id)}
    return render(request, "console/answer.html", context, 422 if problems else 200)
