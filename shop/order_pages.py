"""Orders of a unit: the list, and one order with its way, its differences and its parcels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from gateway.identifiers import Sscc
from gateway.orders import book
from gateway.orders.book import EventRow, OrderRow
from gateway.orders.lifecycle import TERMINAL, Event
from shop import answers, approval, units
from shop.approval import NotYours
from shop.delivery import runs_after
from shop.desk import chosen_unit, one_line, shop_page, viewer
from shop.events import story_of
from shop.trouble import trouble_of
from shop.units import Unit
from shop.way import steps
from web import accounts
from web.access import ADMIN, APPROVER, BUYER, CONTROLLER, PURCHASER, allow
from web.figures import LOCAL
from web.languages import N_
from web.pages import redirect

router = APIRouter()
PAGE_SIZE = 25
LONGEST_REASON = 500
_SEE_ALL = frozenset({ADMIN, PURCHASER, CONTROLLER})


@router.get("/orders")
@allow(BUYER, APPROVER)
def order_list(request: Request, page: int = 1) -> Response:
    """The orders of the chosen unit; an approver who does not buy sees those of all their units."""
    page = min(max(page, 1), 10_000)
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        mine = [unit.id] if unit else sorted(units.ids_of_user(conn, viewer(request).id))
        rows = book.for_units(conn, mine, limit=PAGE_SIZE + 1, offset=(page - 1) * PAGE_SIZE)
        return shop_page(
            conn, request, "shop/orders.html", unit, orders=rows[:PAGE_SIZE], page=page, more=len(rows) > PAGE_SIZE
        )


@router.get("/orders/{number}")
@allow(BUYER, APPROVER, ADMIN, PURCHASER, CONTROLLER)
def order_page(request: Request, number: str) -> Response:
    """One order, whole."""
    with request.app.state.engine.begin() as conn:
        row = _visible(conn, request, number)
        return _show(conn, request, row)


@router.get("/approvals")
@allow(APPROVER)
def approvals(request: Request) -> Response:
    """What waits for this approver."""
    with request.app.state.engine.begin() as conn:
        mine = units.ids_of_user(conn, viewer(request).id, [units.APPROVER])
        rows = approval.waiting(conn, mine)
        names = accounts.names(conn, [row.placed_by for row in rows])
        return shop_page(conn, request, "shop/approvals.html", None, orders=rows, names=names)


@router.post("/orders/{number}/approve")
@allow(APPROVER)
def approve(request: Request, number: str) -> Response:
    """Approves; the order goes on its way."""
    with request.app.state.engine.begin() as conn:
        row = _visible(conn, request, number)
        try:
            approval.approve(conn, row.id, viewer(request), request.app.state.suppliers, request.app.state.now())
        except NotYours as no:
            return _show(conn, request, row, status=409, problem=str(no))
    return redirect(request, f"/orders/{number}?done=approved")


@router.post("/orders/{number}/decline")
@allow(APPROVER)
def decline(request: Request, number: str, reason: Annotated[str, Form()] = "") -> Response:
    """Declines with a reason that the buyer reads."""
    reason = one_line(reason)
    with request.app.state.engine.begin() as conn:
        row = _visible(conn, request, number)
        if not 0 < len(reason) <= LONGEST_REASON:
            wrong = N_("Write why, so that the buyer knows what to do (at most 500 characters).")
            return _show(conn, request, row, status=422, reason_error=wrong, reason=reason)
        try:
            approval.decline(conn, row.id, viewer(request), reason, request.app.state.now())
        except NotYours as no:
            return _show(conn, request, row, status=409, problem=str(no))
    return redirect(request, f"/orders/{number}?done=declined")


def _visible(conn: sa.Connection, request: Request, number: str) -> OrderRow:
    """The order, if it is of a unit of this person's or the person looks after all; else it does not exist."""
    row, person = book.get(conn, number), viewer(request)
    theirs = row is not None and row.unit_id in units.ids_of_user(conn, person.id)
    if row is None or not (theirs or person.roles & _SEE_ALL):
        raise HTTPException(404)
    return row


def _show(
    conn: sa.Connection,
    request: Request,
    row: OrderRow,
    status: int = 200,
    problem: str = "",
    reason_error: str = "",
    reason: str = "",
) -> Response:
    events = book.timeline(conn, row.id)
    unit = units.get(conn, row.unit_id)
    names = accounts.names(conn, [row.placed_by, *(event.actor for event in events)])
    delivery = delivery_day(row, events, unit, request.app.state.now().astimezone(LOCAL).date())
    return shop_page(
        conn,
        request,
        "shop/order.html",
        chosen_unit(conn, request) if BUYER in viewer(request).roles else None,
        status=status,
        row=row,
        order=row.order,
        story=[(event, story_of(event)) for event in events],
        names=names,
        steps=steps(row.state, events, names, delivery),
        delivery=delivery,
        lines=answers.lines_of(row.order, events),
        notes=answers.supplier_notes(events),
        parcels=[_label(sscc) for sscc in answers.parcels_of(events)],
        trouble=trouble_of(conn, row, events, names),
        may_decide=approval.may_decide(conn, row, viewer(request)),
        own_order=row.placed_by == viewer(request).login,
        problem=problem,
        reason_error=reason_error,
        reason=reason,
        done=request.query_params.get("done", ""),
    )


def delivery_day(row: OrderRow, events: Sequence[EventRow], unit: Unit | None, today: date) -> date | None:
    """When the goods are at the unit: the wished day, or the first run after the day they are promised at the hub."""
    if row.state in TERMINAL or unit is None:
        return None
    delivery = row.order.delivery
    wished = delivery.requested.end_date if delivery and delivery.requested else None
    arrived = next((event.at.astimezone(LOCAL).date() for event in events if event.event is Event.AT_HUB), None)
    promised = arrived or answers.expected_at_hub(events) or answers.promised_day(events)
    if promised is None:
        return wished if wished and wished >= today else None
    run = next(runs_after(promised, unit.weekdays), None)
    return max(run, wished) if run and wished else run or wished


def _label(sscc: str) -> str:
    """An SSCC as people read it aloud; a supplier's own number as it is."""
    try:
        return format(Sscc(sscc), "label")
    except ValueError:
        return sscc
