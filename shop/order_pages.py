"""Orders of a unit: the list, and one order with its way, its differences and its parcels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from gateway.identifiers import Sscc
from gateway.orders import book
from gateway.orders.book import EventRow, OrderRow
from gateway.orders.lifecycle import TERMINAL, Event
from shop import answers, approval, units
from shop.approving.view import approval_context
from shop.delivery import runs_after
from shop.desk import chosen_unit, shop_page, today, viewer
from shop.events import story_of
from shop.trouble import trouble_of
from shop.units import Unit
from shop.way import steps
from web import accounts
from web.access import ADMIN, APPROVER, BUYER, allow
from web.figures import LOCAL

router = APIRouter()
PAGE_SIZE = 25


@router.get("/orders")
@allow(BUYER, APPROVER)
def order_list(request: Request, page: int = 1) -> Response:
    """The orders of the chosen unit; an approver who does not buy sees those of all their units."""
    page = min(max(page, 1), 10_000)
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        mine = [unit.id] if unit else sorted(units.ids_of_user(conn, viewer(request).id, on=today(request)))
        rows = book.for_units(conn, mine, limit=PAGE_SIZE + 1, offset=(page - 1) * PAGE_SIZE)
        return shop_page(
            conn, request, "shop/orders.html", unit, orders=rows[:PAGE_SIZE], page=page, more=len(rows) > PAGE_SIZE
        )


@router.get("/orders/{number}")
@allow(BUYER, APPROVER, ADMIN)
def order_page(request: Request, number: str) -> Response:
    """One order, whole."""
    with request.app.state.engine.begin() as conn:
        row = visible(conn, request, number)
        return show(conn, request, row)


def visible(conn: sa.Connection, request: Request, number: str) -> OrderRow:
    """The order, if it is of a unit of this person's, one that they approve, or the person is an administrator; else it
    does not exist."""
    row, person = book.get(conn, number), viewer(request)
    if row is None:
        raise HTTPException(404)
    theirs = ADMIN in person.roles or row.unit_id in units.ids_of_user(conn, person.id, on=today(request))
    if not theirs and not approval.concerns(conn, row, person, today(request)):
        raise HTTPException(404)
    return row


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
    delivery = delivery_day(row, events, unit, request.app.state.now().astimezone(LOCAL).date())
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
        steps=steps(row.state, events, names, delivery),
        delivery=delivery,
        lines=answers.lines_of(row.order, events),
        notes=answers.supplier_notes(events),
        parcels=[_label(sscc) for sscc in answers.parcels_of(events)],
        trouble=trouble_of(conn, row, events, names),
        **approval_context(conn, request, row),
        own_order=row.placed_by == viewer(request).login,
        problem=problem,
        errors=errors or {},
        reason=reason,
        out=out,
        out_reason=out_reason,
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
