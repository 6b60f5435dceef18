"""Typing in what a supplier said by telephone or e-mail: the order's lines, each with what they answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gateway.console import words
from gateway.console.desk import do, supplier_of
from gateway.exchange import tasks
from gateway.exchange.typed import TypedAnswer, TypedLine, type_in
from gateway.findings import Finding, Place, Rejected
from gateway.orders import book
from gateway.orders.book import OrderRow
from web.access import ADMIN, allow
from web.dialects import dialects_of
from web.pages import redirect, render

router = APIRouter()
_CODES = ("AP", "CA", "RE", "AB")


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
        said = _said(row, given)
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


def _said(row: OrderRow, given: Mapping[str, str]) -> TypedAnswer:
    """The form as an answer. Raises `Rejected` with a finding at each field that cannot be read."""
    wrong: list[Finding] = []
    code = given.get("code", "")
    promised = _day("promised", given.get("promised", ""), wrong)
    found = [_line(place, line.id, given, wrong) for place, line in enumerate(row.order.lines)] if code == "CA" else []
    lines = tuple(one for one in found if one is not None)
    if code not in _CODES:
        wrong.append(_wrong("code", "choose what they answered"))
    if wrong:
        raise Rejected(wrong)
    facts = {"promised": promised, "note": given.get("note", "").strip()[:2000] or None}
    return TypedAnswer(code=code, number=given.get("number", "").strip()[:80], lines=lines, **facts)  # type: ignore[arg-type]


def _line(place: int, line_id: str, given: Mapping[str, str], wrong: list[Finding]) -> TypedLine | None:
    """What was written about one line; None where nothing was, which means as ordered."""
    said = {name: given.get(f"lines.{place}.{name}", "").strip() for name in ("quantity", "promised", "price")}
    refused = given.get(f"lines.{place}.refused") == "yes"
    if not any(said.values()) and not refused:
        return None
    quantity = Decimal(0) if refused else _number(f"lines.{place}.quantity", said["quantity"], wrong)
    return TypedLine(
        line=line_id,
        quantity=quantity,
        promised=_day(f"lines.{place}.promised", said["promised"], wrong),
        price=_number(f"lines.{place}.price", said["price"], wrong),
    )


def _number(path: str, text: str, wrong: list[Finding]) -> Decimal | None:
    if not text:
        return None
    try:
        return Decimal(text.replace(",", ".").replace("\xa0", "").replace(" ", ""))
    except InvalidOperation:
        wrong.append(_wrong(path, f"{text!r} is no number"))
        return None


def _day(path: str, text: str, wrong: list[Finding]) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        wrong.append(_wrong(path, f"{text!r} is no day"))
        return None


def _wrong(path: str, why: str) -> Finding:
    return Finding(rule="answer-field", message=why, place=Place(path=path))


def _form(request: Request, row: OrderRow, given: Mapping[str, str], problems: tuple[Finding, ...] = ()) -> Response:
    """What was written stays; each problem stands at its field as well."""
    at = {finding.place.path: finding for finding in problems}
    context: dict[str, Any] = {"row": row, "given": given, "problems": problems, "at": at, "words": words}
    context |= {"codes": _CODES, "supplier": request.app.state.suppliers.get(row.supplier_id)}
    return render(request, "console/answer.html", context, 422 if problems else 200)
