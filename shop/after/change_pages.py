"""Changing and cancelling an order from its page: form, preview, confirmation; and what waits for approval."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from fastapi.exceptions import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from gateway.orders import versions
from gateway.orders.book import OrderRow
from shop import articles, units
from shop.after import change, wishes
from shop.after.change import CannotChange, Done
from shop.after.desk import LONGEST, after_page, changeable, desk, number_in, visible
from shop.after.facts import facts_of
from shop.after.found import article_of_supplier
from shop.after.wanted import NotWanted, Wish, apply, changed_lines, day_of, in_short
from shop.after.ways import Way, way_of
from shop.delivery import runs_after
from shop.desk import one_line, today, viewer
from shop.reach import reach
from shop.remarks import Remark
from web import accounts
from web.access import ADMIN, APPROVER, BUYER, PURCHASER, allow
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
        return _form(conn, request, row)


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
            wish = _wish(conn, request, row, said)
            wanted = apply(row.order, wish, versions.of_order(conn, row.id))
        except NotWanted as no:
            return _form(conn, request, row, said, {no.field: str(no)}, status=422)
        unit = units.get(conn, row.unit_id)
        try:
            change.current(conn, row.id, seen)
            if said.get("step") == "search" or "add" in said:
                return _form(conn, request, row, said)
            if said.get("step") != "confirm":
                return _preview(conn, request, row, said, wish, wanted)
            with conn.begin_nested():
                given = (viewer(request).login, unit, desk(request), request.app.state.now())
                done = change.ask(conn, row.id, wanted, seen, *given)
        except CannotChange as no:
            return _form(conn, request, row, said, no=no, status=409)
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


@router.post("/orders/{number}/ask-office")
@allow(BUYER, APPROVER, PURCHASER, ADMIN)
def ask_office(request: Request, number: str, text: Annotated[str, Form()] = "") -> Response:
    """A request to the purchasing office, as a task."""
    text = one_line(text)
    with request.app.state.engine.begin() as conn:
        row = visible(conn, request, number)
        if not 0 < len(text) <= LONGEST:
            wrong = N_("Write what you want the purchasing office to do (at most 500 characters).")
            return _form(conn, request, row, {"text": text}, {"text": wrong}, status=422)
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


def _approve(conn: sa.Connection, request: Request, facts: Any, found: wishes.WishRow) -> str:
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


def _wish(conn: sa.Connection, request: Request, row: OrderRow, said: Mapping[str, str]) -> Wish:
    """Out of the form. Raises NotWanted naming the field."""
    quantities = {line.id: _quantity(said, line.id, line.quantity.value) for line in row.order.lines}
    return Wish(
        quantities={line: quantity for line, quantity in quantities.items() if quantity is not None},
        added=tuple(_added(conn, request, row, said)),
        day=_day(request, row, said),
        note=one_line(said.get("note", ""))[:_NOTE],
    )


def _quantity(said: Mapping[str, str], line: str, stands: Decimal) -> Decimal | None:
    """None where the line stays as it is; one that is ticked to go counts 0."""
    if f"without-{line}" in said:
        return Decimal(0)
    text = said.get(f"quantity-{line}", "").strip()
    found = number_in(text)
    if text and found is None:
        raise NotWanted(N_("A quantity is a number from 0 to 100,000."), f"quantity-{line}")
    return found if found is not None and found != stands else None


def _added(conn: sa.Connection, request: Request, row: OrderRow, said: Mapping[str, str]) -> Any:
    unit = units.get(conn, row.unit_id)
    for name, text in said.items():
        if not name.startswith("added-") or not text.strip() or text.strip() == "0":
            continue
        quantity, key = number_in(text), name.removeprefix("added-")
        article = articles.get(conn, int(key)) if key.isdigit() and len(key) < 19 else None
        if article is None or article.supplier_id != row.supplier_id or not article.active:
            raise NotWanted(N_("The article is not sold by this supplier any more."), "article")
        if unit is not None and (why := reach(conn, unit, today(request)).allows(article)) is not None:
            raise NotWanted(why, "article")
        if quantity is None:
            raise NotWanted(N_("Write how many, from 1 up."), name)
        yield article, quantity


def _day(request: Request, row: OrderRow, said: Mapping[str, str]) -> date | None:
    """The wanted day; one that is over already stays only where nobody touched it."""
    text, stands = said.get("day", "").strip(), day_of(row.order.delivery)
    if not text:
        return None if "day" in said else stands
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise NotWanted(N_("Choose one of the days."), "day") from None
    if found != stands and found <= today(request):
        raise NotWanted(N_("The day must be after today."), "day")
    return found


def _form(
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
    kept = [articles.get(conn, int(name[6:])) for name in said if name.startswith("added-") and name[6:].isdigit()]
    picked = [one for one in kept if one is not None and one.supplier_id == row.supplier_id]
    added = articles.get(conn, int(said["add"])) if said.get("add", "").isdigit() and len(said["add"]) < 19 else None
    if added is not None and added.supplier_id == row.supplier_id and added not in picked:
        picked.append(added)
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
        found=[one for one in found if one not in picked],
        picked=picked,
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
        return _form(conn, request, row, said, {"": N_("Nothing is different from what stands.")}, status=422)
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
        waits=change.needs_approval(row, wanted, unit),
        limit=unit.approval_limit if unit else None,
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
