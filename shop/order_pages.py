"""Orders of a unit: the list, and one order with its way, its differences and its parcels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.orders import book
from gateway.orders.book import OrderRow
from shop import answers, units
from shop.after.desk import visible
from shop.after.order_view import dues_of, order_view
from shop.approving.view import approval_context
from shop.desk import chosen_unit, shop_page, today, viewer
from shop.events import story_of
from shop.trouble import trouble_of
from web import accounts
from web.access import ADMIN, APPROVER, BUYER, CONTROLLER, PURCHASER, allow

router = APIRouter()
PAGE_SIZE = 25


@router.get("/orders")
@allow(BUYER, APPROVER, PURCHASER)
def order_list(request: Request, page: int = 1) -> Response:
    """The orders of the chosen unit; an approver who does not buy sees those of all their units, a purchaser all."""
    page = min(max(page, 1), 10_000)
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        mine = [unit.id] if unit else sorted(units.ids_of_user(conn, viewer(request).id, on=today(request)))
        most, offset = PAGE_SIZE + 1, (page - 1) * PAGE_SIZE
        everybody = unit is None and PURCHASER in viewer(request).roles
        rows = book.recent(conn, (), most, offset) if everybody else book.for_units(conn, mine, most, offset)
        shown = rows[:PAGE_SIZE]
        dues, more = dues_of(conn, request, shown), len(rows) > PAGE_SIZE
        return shop_page(conn, request, "shop/orders.html", unit, orders=shown, dues=dues, page=page, more=more)


@router.get("/orders/{number}")
@allow(BUYER, APPROVER, ADMIN, PURCHASER, CONTROLLER)
def order_page(request: Request, number: str) -> Response:
    """One order, whole."""
    with request.app.state.engine.begin() as conn:
        row = visible(conn, request, number)
        return show(conn, request, row)


def show(
    conn: sa.Connection,
    request: Request,
    row: OrderRow,
    status: int = 200,
    problem: str = "",
    errors: Mapping[str, str] | None = None,
    reason: str = "",
    out: Sequence[str] = (),
    out_reason: str = "",
) -> Response:
    """The page of an order; `errors` are message ids by field of the approver's form, the rest what was written."""
    events = book.timeline(conn, row.id)
    unit = units.get(conn, row.unit_id)
    acted = [str(event.detail["for"]) for event in events if "for" in event.detail]
    names = accounts.names(conn, [row.placed_by, *acted, *(event.actor for event in events)])
    return shop_page(
        conn,
        request,
        "shop/order.html",
        chosen_unit(conn, request) if BUYER in viewer(request).roles else None,
        status=status,
        row=row,
        order=row.order,
        story=[(event, story_of(event, names)) for event in events],
        names=names,
        notes=answers.supplier_notes(events),
        trouble=trouble_of(conn, row, events, names),
        own_order=row.placed_by == viewer(request).login,
        problem=problem,
        errors=errors or {},
        reason=reason,
        out=out,
        out_reason=out_reason,
        done=request.query_params.get("done", ""),
        **approval_context(conn, request, row),
        **order_view(conn, request, row, events, unit, names),
    )
