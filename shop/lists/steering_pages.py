"""What one does with a recurring order: pause, skip, order now, decide on a turn that waits, take over, end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from shop import units
from shop.approving.coding_now import coding_of
from shop.desk import one_line, today, viewer
from shop.lists import book, changes, recurring, turns
from shop.lists.dates import MARGIN
from shop.lists.recurring import Recurring, Turn
from shop.lists.recurring_pages import Draft, date_of, limit_of, own, show
from shop.lists.turns import House
from web.access import BUYER, allow
from web.languages import N_
from web.pages import redirect

router = APIRouter()
DayField = Annotated[date, Form()]
NOT_YOURS = N_("Only its owner can do that. Take it over first.")
CHANGED = N_("Something has happened meanwhile. Look at the page as it is now.")


def _house(request: Request) -> House:
    state = request.app.state
    return House(state.suppliers, state.settings.municipality, coding_of(state.settings))


def _done(request: Request, recurring_id: UUID) -> Response:
    return redirect(request, f"/recurring/{recurring_id}")


@router.post("/recurring/{recurring_id}/pause")
@allow(BUYER)
def pause(request: Request, recurring_id: UUID) -> Response:
    """Nothing is ordered until somebody goes on with it."""
    with request.app.state.engine.begin() as conn:
        found = own(conn, request, recurring_id)
        if found.paused_at is None:
            recurring.change(conn, found.id, paused_at=request.app.state.now())
    return _done(request, recurring_id)


@router.post("/recurring/{recurring_id}/resume")
@allow(BUYER)
def resume(request: Request, recurring_id: UUID) -> Response:
    """On with the first day that is ordered for tomorrow or later; the pause is not made up for."""
    with request.app.state.engine.begin() as conn:
        found = own(conn, request, recurring_id)
        recurring.change(conn, found.id, paused_at=None, ended_at=None, next_from=_first(conn, request, found))
    return _done(request, recurring_id)


def _first(conn: sa.Connection, request: Request, found: Recurring) -> date:
    unit = units.get(conn, found.unit_id)
    assert unit is not None
    lead = recurring.lead_days(book.lines_of(conn, found.list_id))
    soonest = today(request) + timedelta(days=1 + MARGIN)
    return recurring.first_day(soonest, unit, lead, found.next_from)


@router.post("/recurring/{recurring_id}/end")
@allow(BUYER)
def end(request: Request, recurring_id: UUID) -> Response:
    """Over; the page offers to go on with it."""
    with request.app.state.engine.begin() as conn:
        found = own(conn, request, recurring_id)
        recurring.change(conn, found.id, ended_at=request.app.state.now())
    return _done(request, recurring_id)


@router.post("/recurring/{recurring_id}/skip")
@allow(BUYER)
def skip(request: Request, recurring_id: UUID, day: DayField) -> Response:
    """Nothing is ordered for the next day; a day that is not the next one any more is left alone."""
    with request.app.state.engine.begin() as conn:
        found = own(conn, request, recurring_id)
        coming = turns.next_day(conn, found)
        if coming is None or coming.day != day:
            return show(conn, request, found, 409, problem=CHANGED)
        turns.skip(conn, found, day, viewer(request), request.app.state.now())
    return _done(request, recurring_id)


@router.post("/recurring/{recurring_id}/unskip")
@allow(BUYER)
def unskip(request: Request, recurring_id: UUID, day: DayField) -> Response:
    """The day is ordered for after all, if it has not been."""
    with request.app.state.engine.begin() as conn:
        found = own(conn, request, recurring_id)
        if day > today(request):
            turns.unskip(conn, found, day)
    return _done(request, recurring_id)


@router.post("/recurring/{recurring_id}/now")
@allow(BUYER)
def order_now(request: Request, recurring_id: UUID, day: DayField) -> Response:
    """The next day's order is placed at once, and not again on its day; sent twice it orders once."""
    with request.app.state.engine.begin() as conn:
        found = own(conn, request, recurring_id)
        if found.user_id != viewer(request).id:
            return show(conn, request, found, 409, problem=NOT_YOURS)
        coming = turns.next_day(conn, found)
        if coming is not None and coming.day == day and found.ended_at is None:
            turns.take(conn, _house(request), found, day, viewer(request).login, request.app.state.now())
        elif _turn(conn, found, day) is None:
            return show(conn, request, found, 409, problem=CHANGED)
    return _done(request, recurring_id)


def _turn(conn: sa.Connection, found: Recurring, day: date) -> Turn | None:
    return next((turn for turn in recurring.turns(conn, found.id) if turn.day == day), None)


@router.post("/recurring/{recurring_id}/decide")
@allow(BUYER)
def decide(request: Request, recurring_id: UUID, day: DayField, choice: Annotated[str, Form()] = "order") -> Response:
    """A turn that waits: ordered as far as it can be, at today's prices, or skipped."""
    person, now = viewer(request), request.app.state.now()
    with request.app.state.engine.begin() as conn:
        found = own(conn, request, recurring_id)
        if found.user_id != person.id:
            return show(conn, request, found, 409, problem=NOT_YOURS)
        turn = _turn(conn, found, day)
        if turn is None or turn.state == "missed":
            return show(conn, request, found, 409, problem=CHANGED)
        if turn.state == "waiting" and choice == "skip":
            turns.settle(conn, found, turn.period, "skipped", None, (), actor=person.login, at=now)
        elif turn.state == "waiting" and turns.order_waiting(conn, _house(request), found, turn, person, now):
            _accept(conn, request, found)
    return _done(request, recurring_id)


def _accept(conn: sa.Connection, request: Request, found: Recurring) -> None:
    """What the owner has ordered at a higher price is the price that later ones are measured against."""
    book.get(conn, found.list_id, viewer(request), lock=True)
    for line in book.lines_of(conn, found.list_id):
        if line.article.price > line.price:
            changes.accept_price(conn, found.list_id, line.id, viewer(request), request.app.state.now())


@router.post("/recurring/{recurring_id}/take-over")
@allow(BUYER)
def take_over(request: Request, recurring_id: UUID) -> Response:
    """From now on it orders in this person's name."""
    with request.app.state.engine.begin() as conn:
        found = own(conn, request, recurring_id)
        if book.get(conn, found.list_id, viewer(request)) is None:
            return show(conn, request, found, 409, problem=N_("The list is personal. Copy it, and make a new one."))
        recurring.change(conn, found.id, user_id=viewer(request).id)
    return _done(request, recurring_id)


@router.post("/recurring/{recurring_id}/settings")
@allow(BUYER)
def settings(
    request: Request,
    recurring_id: UUID,
    ends: Annotated[str, Form()] = "",
    price_limit: Annotated[str, Form()] = "",
    customer_reference: Annotated[str, Form()] = "",
    accounting_cost: Annotated[str, Form()] = "",
) -> Response:
    """The last day, the limit, and what stands on the orders."""
    reference, cost = one_line(customer_reference), one_line(accounting_cost)
    draft = Draft(ends=ends[:20], price_limit=price_limit[:20], customer_reference=reference, accounting_cost=cost)
    with request.app.state.engine.begin() as conn:
        found = own(conn, request, recurring_id)
        errors: dict[str, str] = {}
        limit, last = limit_of(draft, errors), date_of(draft.ends)
        if draft.ends and (last is None or last < today(request)):
            errors["ends"] = N_("Choose a day after the first one, or nothing.")
        draft.errors = errors
        if errors:
            return show(conn, request, found, 422, draft=draft)
        values = {"customer_reference": reference, "accounting_cost": cost}
        recurring.change(conn, found.id, ends=last, price_limit=limit, **values)
    return _done(request, recurring_id)
