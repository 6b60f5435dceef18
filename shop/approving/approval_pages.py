"""Approving: what waits, one order or many at once, what I have decided; taking back, and making the basket again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Form, Query, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from gateway.orders import book
from gateway.orders.tables import orders
from shop import approval, desk, units
from shop.approval import NotYours, Unconfirmed, Waiting
from shop.approving import prices
from shop.approving.rebuild import findings, put_back
from shop.approving.tables import approval_steps
from shop.basket import open_basket
from shop.desk import one_line, shop_page, today, viewer
from shop.order_pages import show, visible
from web import accounts
from web.access import APPROVER, BUYER, allow
from web.languages import N_
from web.pages import redirect

router = APIRouter()
LONGEST_REASON = 500
SHOWN, AT_ONCE = 100, 50
DECIDED_FOR = timedelta(days=90)
_WHY = N_("Write why, so that the buyer knows what to do (at most 500 characters).")
_CONFIRM = N_("The price is no longer guaranteed. Tick that you approve all the same.")


@router.get("/approvals")
@allow(APPROVER)
def approvals(
    request: Request, view: str = "", unit: str = "", q: str = "", done: int = 0, failed: int = 0
) -> Response:
    """What waits for this approver, their own orders that wait for somebody else, and what they have decided."""
    person, day = viewer(request), today(request)
    with request.app.state.engine.begin() as conn:
        waits = approval.waiting_for(conn, person, day)
        mine = [one for one in waits if _fits(one, unit, one_line(q)[:100])]
        seen = {one.row.id for one in waits}
        theirs = units.ids_of_user(conn, person.id, [units.APPROVER], day)
        others = [row for row in approval.waiting(conn, theirs) if row.id not in seen]
        decided = _decided(conn, request) if view == "decided" else []
        logins = [row.placed_by for row in others] + [one.row.placed_by for one in waits]
        logins += [one.chance.acts_for for one in waits if one.chance.acts_for]
        return shop_page(
            conn,
            request,
            "shop/approving/approvals.html",
            None,
            waits=mine[:SHOWN],
            more=max(0, len(mine) - SHOWN),
            others=others,
            decided=decided,
            view=view,
            q=one_line(q)[:100],
            chosen=unit,
            unit_names=_unit_names(waits),
            names=accounts.names(conn, logins),
            ages=lambda row: (day - row.placed_at.date()).days,
            over=lambda one: prices.is_over(one.approval.guaranteed_to, day),
            done=max(0, done),
            failed=max(0, failed),
        )


@router.get("/approvals/confirm")
@allow(APPROVER)
def confirm(request: Request, order: Annotated[list[str] | None, Query()] = None) -> Response:
    """Everything that was ticked, with its sum, before it is approved together."""
    chosen = [number for number in (order or [])[:AT_ONCE] if number.isprintable()]
    if not chosen:
        return redirect(request, "/approvals")
    with request.app.state.engine.begin() as conn:
        day = today(request)
        waits = [one for one in approval.waiting_for(conn, viewer(request), day) if one.row.number in chosen]
        ready = [one for one in waits if not _needs_a_look(conn, one, request)]
        look = [one for one in waits if one not in ready]
        names = accounts.names(conn, [one.row.placed_by for one in waits])
        facts = {"ready": ready, "look": look, "names": names}
        return shop_page(conn, request, "shop/approving/confirm.html", None, **facts)


@router.post("/approvals/confirm")
@allow(APPROVER)
def approve_all(request: Request, order: Annotated[list[str] | None, Form()] = None) -> Response:
    """Each for itself: one that somebody else has decided meanwhile keeps no other from being approved."""
    state, done, failed = request.app.state, 0, 0
    for given in (order or [])[:AT_ONCE]:
        number, _, version = given.partition(" ")
        try:
            with state.engine.begin() as conn:
                row = book.get(conn, number)
                if row is None or not version.isdigit():
                    raise NotYours
                approval.approve(
                    conn, row.id, viewer(request), state.suppliers, state.now(), seen=min(int(version[:9]), 10**9)
                )
            done += 1
        except (NotYours, Unconfirmed):
            failed += 1
    return redirect(request, f"/approvals?done={done}&failed={failed}")


@router.post("/orders/{number}/approve")
@allow(APPROVER)
def approve(
    request: Request,
    number: str,
    out: Annotated[list[str] | None, Form()] = None,
    out_reason: Annotated[str, Form()] = "",
    seen: Annotated[int | None, Form(ge=0, le=10**9)] = None,
    price_confirmed: Annotated[str, Form()] = "",
) -> Response:
    """Yes, or yes without the ticked lines; after the last step the order goes on its way."""
    reason, lines = one_line(out_reason), out or []
    with request.app.state.engine.begin() as conn:
        row = visible(conn, request, number)
        if lines and not 0 < len(reason) <= LONGEST_REASON:
            return show(conn, request, row, status=422, errors={"out_reason": _WHY}, out=lines, out_reason=reason)
        try:
            now, suppliers = request.app.state.now(), request.app.state.suppliers
            choice = {"out": lines, "reason": reason, "seen": seen, "price_confirmed": bool(price_confirmed)}
            sent = approval.approve(conn, row.id, viewer(request), suppliers, now, **choice)
        except Unconfirmed:
            wrong = {"price_confirmed": _CONFIRM}
            return show(conn, request, row, status=422, errors=wrong, out=lines, out_reason=reason)
        except NotYours as no:
            return show(conn, request, row, status=409, problem=str(no))
        after = book.get(conn, row.id)
        declined = after is not None and after.state == "cancelled"
    return redirect(request, f"/orders/{number}?done={'declined' if declined else 'approved' if sent else 'step'}")


@router.post("/orders/{number}/decline")
@allow(APPROVER)
def decline(
    request: Request,
    number: str,
    reason: Annotated[str, Form()] = "",
    seen: Annotated[int | None, Form(ge=0, le=10**9)] = None,
) -> Response:
    """Declines with a reason that the buyer reads."""
    reason = one_line(reason)
    with request.app.state.engine.begin() as conn:
        row = visible(conn, request, number)
        if not 0 < len(reason) <= LONGEST_REASON:
            return show(conn, request, row, status=422, errors={"reason": _WHY}, reason=reason)
        try:
            approval.decline(conn, row.id, viewer(request), reason, request.app.state.now(), seen=seen)
        except NotYours as no:
            return show(conn, request, row, status=409, problem=str(no))
    return redirect(request, f"/orders/{number}?done=declined")


@router.post("/orders/{number}/withdraw")
@allow(BUYER)
def withdraw(request: Request, number: str) -> Response:
    """The buyer takes the order back while it waits."""
    with request.app.state.engine.begin() as conn:
        row = visible(conn, request, number)
        try:
            approval.withdraw(conn, row.id, viewer(request), request.app.state.now())
        except NotYours as no:
            return show(conn, request, row, status=409, problem=str(no))
    return redirect(request, f"/orders/{number}?done=withdrawn")


@router.post("/orders/{number}/rebuild")
@allow(BUYER)
def rebuild(request: Request, number: str) -> Response:
    """What was not approved lies in the open basket again; the basket says what could not be put there."""
    now = request.app.state.now()
    with request.app.state.engine.begin() as conn:
        row = visible(conn, request, number)
        unit = units.get(conn, row.unit_id)
        if unit is None or unit.id not in units.ids_of_user(conn, viewer(request).id, [units.BUYER], today(request)):
            raise HTTPException(403)
        found = findings(conn, row, unit, request.app.state.suppliers, today(request))
        if not found:
            return show(conn, request, row, status=409, problem=N_("Nothing of the order was declined."))
        desk.choose_unit(conn, request, unit.id)
        put_back(conn, open_basket(conn, viewer(request).id, unit.id, now), found, now)
    return redirect(request, f"/basket?rebuilt={number}")


def _fits(one: Waiting, unit: str, text: str) -> bool:
    row, low = one.row, text.lower()
    said = " ".join([row.number, row.placed_by, row.order.seller.name or "", *_articles(one)])
    return (not unit or row.unit_id == unit) and low in said.lower()


def _articles(one: Waiting) -> list[str]:
    return [line.item.name for line in one.row.order.lines]


def _needs_a_look(conn: sa.Connection, one: Waiting, request: Request) -> bool:
    """Whether it must be opened by itself: its price is not guaranteed or has changed, or a later step needs them."""
    if one.chance.kept or prices.is_over(one.approval.guaranteed_to, today(request)):
        return True
    return bool(prices.drifts(conn, one.row.supplier_id, one.row.order.lines))


def _unit_names(waits: Sequence[Waiting]) -> dict[str, str]:
    delivery = {one.row.unit_id: one.row.order.delivery for one in waits}
    return {
        unit_id: (where.recipient.name if where and where.recipient else None) or unit_id
        for unit_id, where in sorted(delivery.items())
    }


def _decided(conn: sa.Connection, request: Request) -> list[dict[str, object]]:
    """This person's decisions of the last three months, the newest first."""
    columns = approval_steps.c
    mine = (columns.decided_by == viewer(request).login) & (columns.decided_at > request.app.state.now() - DECIDED_FOR)
    joined = approval_steps.join(orders, orders.c.id == columns.order_id)
    facts = (columns.state, columns.decided_at, columns.acted_for, columns.name, orders.c.number)
    told = conn.execute(
        sa.select(*facts).select_from(joined).where(mine).order_by(columns.decided_at.desc()).limit(SHOWN)
    ).all()
    rows = {row.number: row for row in book.by_numbers(conn, [one.number for one in told])}
    return [{"row": rows[one.number], "told": one} for one in told]
