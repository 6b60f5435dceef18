"""Changing and cancelling an order from its page: form, preview, confirmation; and what waits for approval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from fastapi.exceptions import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from gateway.orders import versions
from gateway.orders.book import OrderRow
from gateway.workdays import runs_after
from shop import units
from shop.after import change, wishes
from shop.after.change import CannotChange, Done
from shop.after.change_form import picked, wish_of
from shop.after.dearer import needs_approval
from shop.after.desk import LONGEST, after_page, changeable, desk
from shop.after.facts import facts_of
from shop.after.found import article_of_supplier
from shop.after.wanted import NotWanted, Wish, apply, changed_lines, day_of, in_short
from shop.after.ways import Way, way_of
from shop.desk import one_line, today, viewer
from web import accounts
from web.access import ADMIN, BUYER, PURCHASER, allow
from web.languages import N_
from web.pages import redirect

router = APIRouter()
_NOTE = 300


@router.get("/orders/{number}/change")
@allow(BUYER, PURCHASER, ADMIN)
def change_form(request: Request, number: str) -> Response:
    """The order as a form; where it cannot be changed, why, and what to do instead."""
    with request.app.state.engine.begin() as conn:
        row = changeable(conn, request, number)
        return show_form(conn, request, row)


@router.post("/orders/{number}/change")
@allow(BUYER, PURCHASER, ADMIN)
async def change_sent(request: Request, number: str) -> Response:
    """Shows what would differ; does it when that was seen and confirmed."""
    return await run_in_threadpool(_changed, request, number, await request.form())


def _changed(request: Request, number: str, form: FormData) -> Response:
    said = {name: value for name, value in form.items() if isinstance(value, str)}
    with request.app.state.engine.begin() as conn:
        row = changeable(conn, request, number)
        try:
            seen = int(said.get("seen", ""))
        except ValueError:
            raise HTTPException(422) from None
        try:
            wish = wish_of(conn, row, said, today(request))
            wanted = apply(row.order, wish, versions.of_order(conn, row.id))
        except NotWanted as no:
            return show_form(conn, request, row, said, {no.field: str(no)}, status=422)
        unit = units.get(conn, row.unit_id)
        try:
            change.current(conn, row.id, seen)
            if said.get("step") == "search" or "add" in said:
                return show_form(conn, request, row, said)
            if said.get("step") != "confirm":
                return _preview(conn, request, row, said, wish, wanted)
            with conn.begin_nested():
                given = (viewer(request).login, unit, desk(request), request.app.state.now())
                done = change.ask(conn, row.id, wanted, seen, *given)
        except CannotChange as no:
            return show_form(conn, request, row, said, no=no, status=409)
    return redirect(request, f"/orders/{number}?done={done.value}")


@router.get("/orders/{number}/cancel")
@allow(BUYER, PURCHASER, ADMIN)
def cancel_form(request: Request, number: str) -> Response:
    """Why, and what it means, before anything happens."""
    with request.app.state.engine.begin() as conn:
        return _cancel(conn, request, changeable(conn, request, number))


@router.post("/orders/{number}/cancel")
@allow(BUYER, PURCHASER, ADMIN)
def cancel_sent(
    request: Request, number: str, seen: Annotated[int, Form()], reason: Annotated[str, Form()] = ""
) -> Response:
    """Withdraws it, or asks the supplier."""
    reason = one_line(reason)
    with request.app.state.engine.begin() as conn:
        row = changeable(conn, request, number)
        if not 0 < len(reason) <= LONGEST:
            wrong = N_("Write why: it is told to whoever must know (at most 500 characters).")
            return _cancel(conn, request, row, reason=reason, error=wrong, status=422)
        try:
            with conn.begin_nested():
                given = (viewer(request).login, desk(request), request.app.state.now())
                done = change.cancel(conn, row.id, reason, seen, *given)
        except CannotChange as no:
            return _cancel(conn, request, row, reason=reason, no=no, status=409)
    return redirect(request, f"/orders/{number}?done={'cancel_asked' if done is Done.ASKED else done.value}")


def show_form(
    conn: sa.Connection,
    request: Request,
    row: OrderRow,
    said: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    no: CannotChange | None = None,
    status: int = 200,
) -> Response:
    facts, said, errors = facts_of(conn, row), said or {}, errors or {}
    way, unit = _way(conn, request, row), units.get(conn, row.unit_id)
    found = article_of_supplier(conn, row.supplier_id, one_line(said.get("search", ""))[:80])
    chosen = picked(conn, row, said)
    return after_page(
        conn,
        request,
        "change.html",
        status,
        row=row,
        order=row.order,
        way=way,
        seen=change.newest(facts),
        said=said,
        errors=errors,
        no=no,
        wish=wishes.waiting(conn, row.id),
        found=[one for one in found if one not in chosen],
        picked=chosen,
        wanted_day=day_of(row.order.delivery),
        days=list(runs_after(today(request), unit.weekdays)) if unit else [],
        email=_email(request, row),
    )


def _preview(
    conn: sa.Connection, request: Request, row: OrderRow, said: Mapping[str, str], wish: Wish, wanted: Any
) -> Response:
    unit = units.get(conn, row.unit_id)
    differs = in_short(row.order, wanted)
    if not differs:
        return show_form(conn, request, row, said, {"": N_("Nothing is different from what stands.")}, status=422)
    return after_page(
        conn,
        request,
        "change_preview.html",
        row=row,
        order=row.order,
        wanted=wanted,
        way=_way(conn, request, row),
        said=said,
        differs=differs,
        lines=changed_lines(row.order, wanted),
        was=change.sum_of(row.order),
        now_sum=change.sum_of(wanted),
        waits=needs_approval(conn, row, wanted, unit),
    )


def _cancel(
    conn: sa.Connection,
    request: Request,
    row: OrderRow,
    reason: str = "",
    error: str = "",
    no: CannotChange | None = None,
    status: int = 200,
) -> Response:
    facts = facts_of(conn, row)
    return after_page(
        conn,
        request,
        "cancel.html",
        status,
        row=row,
        order=row.order,
        way=_way(conn, request, row),
        seen=change.newest(facts),
        reason=reason,
        error=error,
        no=no,
        email=_email(request, row),
        names=accounts.names(conn, [row.placed_by]),
    )


def _way(conn: sa.Connection, request: Request, row: OrderRow) -> Way:
    tools = desk(request)
    return way_of(conn, row, tools.suppliers.get(row.supplier_id), tools.dialects, request.app.state.now())


def _email(request: Request, row: OrderRow) -> str | None:
    supplier = desk(request).suppliers.get(row.supplier_id)
    return supplier.email if supplier is not None else None
