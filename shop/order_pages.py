"""Orders of a unit: the list, and one order with its way, its differences and its parcels."""

from __future__ import annotations

from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from gateway.orders import book
from gateway.orders.book import OrderRow
from shop import answers, approval, units
from shop.after import wishes
from shop.after.desk import visible
from shop.after.order_view import dues_of, order_view
from shop.approval import NotYours
from shop.desk import chosen_unit, one_line, shop_page, viewer
from shop.events import story_of
from shop.trouble import trouble_of
from web import accounts
from web.access import ADMIN, APPROVER, BUYER, PURCHASER, allow
from web.languages import N_
from web.pages import redirect

router = APIRouter()
PAGE_SIZE = 25
LONGEST_REASON = 500


@router.get("/orders")
@allow(BUYER, APPROVER, PURCHASER)
def order_list(request: Request, page: int = 1) -> Response:
    """The orders of the chosen unit; an approver who does not buy sees those of all their units, a purchaser all."""
    page = min(max(page, 1), 10_000)
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        mine = [unit.id] if unit else sorted(units.ids_of_user(conn, viewer(request).id))
        most, offset = PAGE_SIZE + 1, (page - 1) * PAGE_SIZE
        everybody = unit is None and PURCHASER in viewer(request).roles
        rows = book.recent(conn, (), most, offset) if everybody else book.for_units(conn, mine, most, offset)
        shown = rows[:PAGE_SIZE]
        dues, more = dues_of(conn, request, shown), len(rows) > PAGE_SIZE
        return shop_page(conn, request, "shop/orders.html", unit, orders=shown, dues=dues, page=page, more=more)


@router.get("/orders/{number}")
@allow(BUYER, APPROVER, PURCHASER, ADMIN)
def order_page(request: Request, number: str) -> Response:
    """One order, whole."""
    with request.app.state.engine.begin() as conn:
        row = visible(conn, request, number)
        return _show(conn, request, row)


@router.get("/approvals")
@allow(APPROVER)
def approvals(request: Request) -> Response:
    """What waits for this approver."""
    with request.app.state.engine.begin() as conn:
        mine = units.ids_of_user(conn, viewer(request).id, [units.APPROVER])
        rows = approval.waiting(conn, mine)
        changes = wishes.waiting_for(conn, mine)
        names = accounts.names(conn, [row.placed_by for row in rows] + [wish.asked_by for wish, _ in changes])
        return shop_page(conn, request, "shop/approvals.html", None, orders=rows, changes=changes, names=names)


@router.post("/orders/{number}/approve")
@allow(APPROVER)
def approve(request: Request, number: str) -> Response:
    """Approves; the order goes on its way."""
    with request.app.state.engine.begin() as conn:
        row = visible(conn, request, number)
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
        row = visible(conn, request, number)
        if not 0 < len(reason) <= LONGEST_REASON:
            wrong = N_("Write why, so that the buyer knows what to do (at most 500 characters).")
            return _show(conn, request, row, status=422, reason_error=wrong, reason=reason)
        try:
            approval.decline(conn, row.id, viewer(request), reason, request.app.state.now())
        except NotYours as no:
            return _show(conn, request, row, status=409, problem=str(no))
    return redirect(request, f"/orders/{number}?done=declined")


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
        notes=answers.supplier_notes(events),
        trouble=trouble_of(conn, row, events, names),
        may_decide=approval.may_decide(conn, row, viewer(request)),
        own_order=row.placed_by == viewer(request).login,
        problem=problem,
        reason_error=reason_error,
        reason=reason,
        done=request.query_params.get("done", ""),
        **order_view(conn, request, row, events, unit, names),
    )
