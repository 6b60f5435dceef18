"""What a buyer asks of others: the purchasing office, or an approver for a change that costs too much."""

from __future__ import annotations

from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from gateway.orders.book import OrderRow
from shop import units
from shop.after import change, wishes
from shop.after.change import CannotChange
from shop.after.change_pages import show_form
from shop.after.desk import LONGEST, desk, visible
from shop.after.facts import Facts
from shop.desk import one_line, viewer
from shop.remarks import Remark
from web.access import ADMIN, APPROVER, BUYER, PURCHASER, allow
from web.languages import N_
from web.pages import redirect

router = APIRouter()


@router.post("/orders/{number}/ask-office")
@allow(BUYER, APPROVER, PURCHASER, ADMIN)
def ask_office(request: Request, number: str, text: Annotated[str, Form()] = "") -> Response:
    """A request to the purchasing office, as a task."""
    text = one_line(text)
    with request.app.state.engine.begin() as conn:
        row = visible(conn, request, number)
        if not 0 < len(text) <= LONGEST:
            wrong = N_("Write what you want the purchasing office to do (at most 500 characters).")
            return show_form(conn, request, row, {"text": text}, {"text": wrong}, status=422)
        change.ask_the_office(conn, row, text, viewer(request).login, request.app.state.now())
    return redirect(request, f"/orders/{number}?done=office")


@router.post("/orders/{number}/wish")
@allow(BUYER, APPROVER, PURCHASER, ADMIN)
def decide_wish(
    request: Request, number: str, decision: Annotated[str, Form()], reason: Annotated[str, Form()] = ""
) -> Response:
    """Yes or no to a change that costs more than its asker may decide; or its asker takes it back."""
    now, person, reason = request.app.state.now(), viewer(request), one_line(reason)[:LONGEST]
    with request.app.state.engine.begin() as conn:
        row = visible(conn, request, number)
        facts = change.locked(conn, row.id)
        found = wishes.waiting(conn, row.id)
        if found is None:
            return redirect(request, f"/orders/{number}?done=wish_decided")
        if decision == "withdraw" and found.asked_by == person.login:
            wishes.decide(conn, found, "withdrawn", person.login, now)
        elif not may_decide(conn, request, row, facts.hands.ordered):
            raise HTTPException(403)
        elif decision == "decline" and reason:
            wishes.decide(conn, found, "declined", person.login, now, reason)
        elif decision == "approve":
            return redirect(request, f"/orders/{number}?done={_approve(conn, request, facts, found)}")
        else:
            return redirect(request, f"/orders/{number}?done=reason_missing")
    return redirect(request, f"/orders/{number}?done=wish_decided")


def may_decide(conn: sa.Connection, request: Request, row: OrderRow, ordered: frozenset[str]) -> bool:
    """An approver of the unit who had no hand in the order or its change."""
    person = viewer(request)
    approves = row.unit_id in units.ids_of_user(conn, person.id, [units.APPROVER])
    return APPROVER in person.roles and approves and person.login not in ordered


def _approve(conn: sa.Connection, request: Request, facts: Facts, found: wishes.WishRow) -> str:
    """Carries the change out as its asker's; one that cannot be any more ends, and its asker reads why."""
    now, person = request.app.state.now(), viewer(request)
    try:
        if change.newest(facts) != found.seen:
            raise CannotChange(Remark(N_("The order has changed since the change was asked for.")))
        with conn.begin_nested():
            done = change.carry_out(conn, facts, found.order, found.asked_by, desk(request), now)
    except CannotChange as no:
        wishes.decide(conn, found, "failed", person.login, now, no.remark.message)
        return "wish_failed"
    wishes.decide(conn, found, "approved", person.login, now)
    return str(done.value)
