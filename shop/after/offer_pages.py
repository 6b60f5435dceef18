"""The supplier's counter-proposal: a table, a choice for each line, and the answer that goes back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.exceptions import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from gateway.exchange import journal, whole
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import State
from shop import units
from shop.after import change
from shop.after.change import CannotChange
from shop.after.dearer import needs_approval
from shop.after.desk import LONGEST, after_page, changeable, desk
from shop.after.facts import Facts, facts_of
from shop.after.offer import Answer, Choice, added_by_supplier, mixed, table
from shop.after.wanted import net
from shop.desk import one_line, viewer
from shop.remarks import Remark
from web.access import ADMIN, BUYER, PURCHASER, allow
from web.languages import N_
from web.pages import redirect

router = APIRouter()
_NOTHING_LEFT = N_("Nothing is left, so the order is cancelled: write why, the supplier is told.")


@router.get("/orders/{number}/offer")
@allow(BUYER, PURCHASER, ADMIN)
def offer_form(request: Request, number: str) -> Response:
    """What was ordered beside what is offered."""
    with request.app.state.engine.begin() as conn:
        return _form(conn, request, changeable(conn, request, number))


@router.post("/orders/{number}/offer")
@allow(BUYER, PURCHASER, ADMIN)
async def offer_sent(request: Request, number: str) -> Response:
    """Sends the answer: yes, a mix, as it was ordered, or that the order is taken back."""
    return await run_in_threadpool(_answered, request, number, await request.form())


def _answered(request: Request, number: str, form: FormData) -> Response:
    said = {name: value for name, value in form.items() if isinstance(value, str)}
    with request.app.state.engine.begin() as conn:
        row = changeable(conn, request, number)
        if not said.get("seen", "").isdigit() or len(said["seen"]) > 9:
            raise HTTPException(422)
        try:
            facts = change.current(conn, row.id, int(said["seen"]))
            answer = _mixed(facts, said)
            with conn.begin_nested():
                done = _send(conn, request, facts, answer, one_line(said.get("reason", ""))[:LONGEST])
        except CannotChange as no:
            return _form(conn, request, row, said, no, status=409)
    return redirect(request, f"/orders/{number}?done={done}")


def _mixed(facts: Facts, said: dict[str, str]) -> Answer:
    """What the form says, line by line. Raises CannotChange where there is no offer to answer."""
    if facts.offer is None or facts.row.state is not State.PROPOSED:
        raise CannotChange(Remark(N_("The supplier offers nothing that waits for an answer.")))
    chosen = {}
    for line in facts.row.order.lines:
        text = said.get(f"line-{line.id}", Choice.OFFERED.value)
        chosen[line.id] = Choice(text) if text in list(Choice) else Choice.OFFERED
    if said.get("all") in list(Choice):
        chosen = dict.fromkeys(chosen, Choice(said["all"]))
    return mixed(facts.row.order, facts.offer.order, chosen)


def _send(conn: sa.Connection, request: Request, facts: Facts, answer: Answer, reason: str) -> str:
    """The answer on its way; which it became. Raises CannotChange."""
    row, now, tools = facts.row, request.app.state.now(), desk(request)
    actor, seen = viewer(request).login, change.newest(facts)
    if answer.order is None:
        if not reason:
            raise CannotChange(Remark(_NOTHING_LEFT))
        change.cancel(conn, row.id, reason, seen, actor, tools, now)
        return "cancel_asked"
    unit = units.get(conn, row.unit_id)
    return str(change.ask(conn, row.id, answer.order, seen, actor, unit, tools, now).value)


def _form(
    conn: sa.Connection,
    request: Request,
    row: OrderRow,
    said: dict[str, str] | None = None,
    no: CannotChange | None = None,
    status: int = 200,
) -> Response:
    facts = facts_of(conn, row)
    offer = facts.offer if row.state is State.PROPOSED else None
    answers = whole.answers(conn, row, journal.of_order(conn, row.id), desk(request).dialects) if offer else []
    more: dict[str, Any] = {}
    if offer is not None:
        more = {"more": net(offer.order) - net(row.order), "offered_sum": change.sum_of(offer.order)}
    return after_page(
        conn,
        request,
        "offer.html",
        status,
        row=row,
        order=row.order,
        offer=offer,
        lines=table(row.order, offer.order, answers) if offer else (),
        added=added_by_supplier(answers),
        choices=Choice,
        seen=change.newest(facts),
        said=said or {},
        no=no,
        waits=offer is not None and needs_approval(conn, row, offer.order, units.get(conn, row.unit_id)),
        **more,
    )
