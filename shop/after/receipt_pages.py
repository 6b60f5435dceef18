"""Mottagningsattest: somebody at the unit marks what has come, on the order's own page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from fastapi.exceptions import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import State
from shop import units
from shop.after import came, change, receipts
from shop.after.deputies import stands_in_for
from shop.after.desk import LONGEST, after_page, number_in, visible
from shop.after.facts import Facts, facts_of
from shop.after.receipts import CannotReceive, Marked
from shop.after.separation import why_not_receive
from shop.desk import one_line, viewer
from web.access import APPROVER, BUYER, allow
from web.languages import N_
from web.pages import redirect

router = APIRouter()
NOTHING_COMES = frozenset({State.AWAITING_APPROVAL, State.REJECTED, State.CANCELLED})


@router.get("/orders/{number}/receive")
@allow(BUYER, APPROVER)
def receive_form(request: Request, number: str) -> Response:
    """What should come, with as much filled in as is still missing."""
    with request.app.state.engine.begin() as conn:
        return _form(conn, request, _mine(conn, request, number))


@router.post("/orders/{number}/receive")
@allow(BUYER, APPROVER)
async def receive_sent(request: Request, number: str) -> Response:
    """Keeps what came."""
    return await run_in_threadpool(_received, request, number, await request.form())


def _received(request: Request, number: str, form: FormData) -> Response:
    said = {name: value for name, value in form.items() if isinstance(value, str)}
    note = one_line(said.get("note", ""))
    with request.app.state.engine.begin() as conn:
        row = _mine(conn, request, number)
        facts = change.locked(conn, row.id)
        try:
            if said.get("seen") != _seen(facts):
                raise CannotReceive(N_("Somebody else has marked goods since you opened the page. Look again."))
            if len(note) > LONGEST:
                raise CannotReceive(N_("Write it shorter, at most 500 characters."), "note")
            person = viewer(request)
            if (why := why_not_receive(person.login, stands_in_for(conn, person), facts.hands)) is not None:
                raise CannotReceive(why)
            with conn.begin_nested():
                marked = list(_marked(row, said))
                receipts.receive(conn, row.id, marked, note, person.login, request.app.state.now())
        except CannotReceive as no:
            return _form(conn, request, row, said, no, status=422)
    return redirect(request, f"/orders/{number}?done=received")


@router.post("/orders/{number}/receive/undo")
@allow(BUYER, APPROVER)
def undo(request: Request, number: str, batch: Annotated[UUID, Form()]) -> Response:
    """Takes back one's own receipt; not once an invoice of the order is attested, which stands on it."""
    with request.app.state.engine.begin() as conn:
        row = _mine(conn, request, number)
        if change.locked(conn, row.id).hands.attested:
            return redirect(request, f"/orders/{number}?done=receipt_stands")
        person = viewer(request)
        done = receipts.take_back(conn, row.id, batch, person.login, request.app.state.now())
    return redirect(request, f"/orders/{number}?done={'receipt_undone' if done else 'receipt_stands'}")


def _mine(conn: sa.Connection, request: Request, number: str) -> OrderRow:
    """An order of a unit that this person belongs to: who only looks after orders has not seen the goods."""
    row = visible(conn, request, number)
    if row.unit_id not in units.ids_of_user(conn, viewer(request).id):
        raise HTTPException(403)
    return row


def _marked(row: OrderRow, said: Mapping[str, str]) -> Iterator[Marked]:
    """Raises CannotReceive for what is no number."""
    for line in row.order.lines:
        numbers = []
        for name in (f"came-{line.id}", f"damaged-{line.id}"):
            text = said.get(name, "").strip()
            found = number_in(text) if text else Decimal(0)
            if found is None:
                raise CannotReceive(N_("A quantity is a number from 0 up, and no more can be damaged than came."), name)
            numbers.append(found)
        yield Marked(line.id, *numbers)


def _seen(facts: Facts) -> str:
    """What somebody saw who marks goods: the version of the order and the receipts that stand."""
    return f"{facts.row.version}.{len(facts.receipts)}.{sum(one.came for one in facts.receipts):f}"


def _form(
    conn: sa.Connection,
    request: Request,
    row: OrderRow,
    said: Mapping[str, str] | None = None,
    no: CannotReceive | None = None,
    status: int = 200,
) -> Response:
    facts, person = facts_of(conn, row), viewer(request)
    marked = {line.id: came.at_unit(line.id, facts.receipts) for line in row.order.lines}
    left = {line.id: max(Decimal(0), line.quantity.value - marked[line.id]) for line in row.order.lines}
    return after_page(
        conn,
        request,
        "receive.html",
        status,
        row=row,
        order=row.order,
        marked=marked,
        left=left,
        hub=came.by_hub(facts.events),
        closed=row.state in NOTHING_COMES,
        why_not=why_not_receive(person.login, stands_in_for(conn, person), facts.hands),
        seen=_seen(facts),
        said=said or {},
        no=no,
    )
