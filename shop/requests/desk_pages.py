"""The purchaser's desk: what waits, and one order that is given to its supplier by telephone, e-mail or web page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi import Request as Web
from fastapi.exceptions import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gateway.exchange import answer_form, by_hand, tasks, typed_advice
from gateway.exchange.by_hand import How
from gateway.exchange.office import Handlers
from gateway.exchange.typed import type_in
from gateway.exchange.typed_advice import TypedAdvice, type_in_advice
from gateway.findings import Finding, Rejected
from gateway.formats import letter
from gateway.orders import book
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import TERMINAL, State
from gateway.suppliers.supplier import Supplier
from shop import answers
from shop.desk import one_line, viewer
from shop.requests import contacts, papers, queue
from shop.requests.contacts import Contact
from shop.requests.forms import filled_in
from shop.requests.queue import PILES
from shop.requests.show import requests_page
from web import accounts
from web.access import PURCHASER, allow
from web.dialects import dialects_of
from web.languages import N_
from web.pages import redirect

router = APIRouter()
SHOWN = ("all", "mine", "free")
CODES = {
    "AP": N_("Yes, as ordered"),
    "CA": N_("Yes, with changes"),
    "RE": N_("No, not at all"),
    "AB": N_("They have it and will come back"),
}
WAYS = {How.TELEPHONE: N_("I have telephoned"), How.MAIL: N_("I have sent an e-mail"), How.WEB: N_("On their web page")}
Given = Mapping[str, str]
Deed = Callable[[sa.Connection, OrderRow, Supplier, str, datetime], None]
_UNHEARD = frozenset({State.BY_HAND, State.PLACED, State.HELD})


@router.get("/desk")
@allow(PURCHASER)
def desk(request: Web, show: str = "all", q: str = "") -> Response:
    """What waits, my own first, with how many and for how long."""
    show, text = show if show in SHOWN else "all", one_line(q)[:100]
    with request.app.state.engine.begin() as conn:
        everything = queue.before(conn, viewer(request), request.app.state.suppliers)
        found = queue.narrowed(everything, show, text)
        names = accounts.names(conn, [one.taken_by for one in found if one.taken_by])
        more: dict[str, Any] = {"piles": list(queue.piles(found)), "words": PILES, "names": names, "q": text}
        more |= {"show": show, "counts": {one: len(queue.narrowed(everything, one, "")) for one in SHOWN}}
        more["done"] = request.query_params.get("done", "")
        return requests_page(conn, request, "shop/requests/desk.html", None, **more)


@router.get("/desk/orders/{number}")
@allow(PURCHASER)
def order(request: Web, number: str) -> Response:
    """Everything that is needed to give the order to its supplier and to write down what they say."""
    return _page(request, number)


@router.post("/desk/orders/{number}/take")
@allow(PURCHASER)
def take(request: Web, number: str) -> Response:
    """It is mine from now on."""

    def deed(conn: sa.Connection, row: OrderRow, _: Supplier, who: str, now: datetime) -> None:
        task = by_hand.task_of(conn, row)
        if task is not None:
            tasks.take(conn, task.id, who, now)

    return _act(request, number, {}, deed)


@router.post("/desk/orders/{number}/told")
@allow(PURCHASER)
async def told(request: Web, number: str) -> Response:
    """They have it; their answer is awaited."""
    given, _ = await filled_in(request)
    return await run_in_threadpool(_told, request, number, given)


def _told(request: Web, number: str, given: Given) -> Response:
    how = given.get("how", "")
    if how not in set(WAYS):
        return _page(request, number, given, errors={"how": N_("Choose how you reached them.")})

    def deed(conn: sa.Connection, row: OrderRow, supplier: Supplier, who: str, now: datetime) -> None:
        by_hand.told(conn, row, supplier, who, How(how), now, one_line(given.get("said", ""))[:500])

    return _act(request, number, given, deed)


@router.post("/desk/orders/{number}/answer")
@allow(PURCHASER)
async def answer(request: Web, number: str) -> Response:
    """What they answered moves the order as a received answer would."""
    given, _ = await filled_in(request)
    return await run_in_threadpool(_answer, request, number, given)


def _answer(request: Web, number: str, given: Given) -> Response:
    def deed(conn: sa.Connection, row: OrderRow, supplier: Supplier, who: str, now: datetime) -> None:
        said = answer_form.answer_in(row, given)
        type_in(conn, row, said, supplier, dialects_of(request), who, now)
        if said.code != "AB":
            by_hand.answered(conn, row, who, now)

    return _act(request, number, given, deed, f"/desk/orders/{number}?done=answered")


@router.post("/desk/orders/{number}/sent")
@allow(PURCHASER)
async def sent(request: Web, number: str) -> Response:
    """They say that it is on its way: the hub expects so many parcels."""
    given, _ = await filled_in(request)
    return await run_in_threadpool(_sent, request, number, given)


def _sent(request: Web, number: str, given: Given) -> Response:
    handlers: Handlers = getattr(request.app.state, "handlers", Handlers())

    def deed(conn: sa.Connection, row: OrderRow, supplier: Supplier, who: str, now: datetime) -> None:
        said = _advice(row, given, typed_advice.next_number(conn, row))
        type_in_advice(conn, row, said, supplier, handlers.despatch_advice, who, now)
        by_hand.answered(conn, row, who, now)

    return _act(request, number, given, deed, f"/desk/orders/{number}?done=sent")


def _advice(row: OrderRow, given: Given, number: str) -> TypedAdvice:
    """The form as an advice. Raises `Rejected` with a finding at each field that cannot be read."""
    wrong: list[Finding] = []
    parcels = answer_form.number_in("parcels", given.get("parcels", "").strip(), wrong) or Decimal(0)
    day = answer_form.day_in("day", given.get("day", "").strip(), wrong)
    sent = []
    for place, line in enumerate(row.order.lines):
        amount = answer_form.number_in(f"sent.{place}", given.get(f"sent.{place}", "").strip(), wrong)
        if amount is not None:
            sent.append((line.id, amount))
    if wrong:
        raise Rejected(wrong)
    theirs = one_line(given.get("theirs", ""))[:80] or one_line(given.get("ours", ""))[:80] or number
    whole = int(parcels) if parcels.is_finite() and parcels == int(parcels) else 0
    return TypedAdvice(number=theirs, parcels=whole, day=day, sent=tuple(sent))


@router.post("/desk/orders/{number}/cancel")
@allow(PURCHASER)
async def cancel(request: Web, number: str) -> Response:
    """It cannot be had, and nobody was told: the buyer reads why."""
    given, _ = await filled_in(request)
    return await run_in_threadpool(_cancel, request, number, given)


def _cancel(request: Web, number: str, given: Given) -> Response:
    reason = one_line(given.get("reason", ""))[:500]
    if not reason:
        return _page(request, number, given, errors={"reason": N_("Write why, so that the buyer knows what to do.")})

    def deed(conn: sa.Connection, row: OrderRow, _: Supplier, who: str, now: datetime) -> None:
        by_hand.cannot_be_had(conn, row, who, reason, now)

    return _act(request, number, given, deed, "/desk?done=cancelled")


@router.post("/desk/orders/{number}/contact")
@allow(PURCHASER)
async def contact(request: Web, number: str) -> Response:
    """How they are reached, for whoever orders next."""
    given, _ = await filled_in(request)
    facts = {name: one_line(given.get(name, ""))[:120] for name in Contact.__struct_fields__}

    def deed(conn: sa.Connection, row: OrderRow, _: Supplier, who: str, now: datetime) -> None:
        contacts.note(conn, row.supplier_id, Contact(**facts), viewer(request).login, now)

    return await run_in_threadpool(_act, request, number, given, deed)


def _act(request: Web, number: str, given: Given, deed: Deed, then: str = "") -> Response:
    """Does it in one transaction; what cannot be done is said on the page, at its field."""
    state = request.app.state
    try:
        with state.engine.begin() as conn:
            row = _row(conn, number)
            supplier = state.suppliers.get(row.supplier_id)
            if supplier is None:
                raise HTTPException(404)
            deed(conn, row, supplier, viewer(request).name, state.now())
    except Rejected as rejected:
        return _page(request, number, given, rejected.findings)
    except ValueError:
        return redirect(request, f"/desk/orders/{number}?done=late")
    return redirect(request, then or f"/desk/orders/{number}")


def _row(conn: sa.Connection, number: str) -> OrderRow:
    """Any order that was approved; a purchaser answers for all suppliers."""
    row = book.get(conn, number)
    if row is None or row.test or row.state is State.AWAITING_APPROVAL:
        raise HTTPException(404)
    return row


def _page(
    request: Web,
    number: str,
    given: Given | None = None,
    findings: tuple[Finding, ...] = (),
    errors: Mapping[str, str] | None = None,
) -> Response:
    """The order's page; what was written stays, each problem stands at its field as well."""
    with request.app.state.engine.begin() as conn:
        row = _row(conn, number)
        supplier = request.app.state.suppliers.get(row.supplier_id)
        reached = contacts.of(conn, row.supplier_id, supplier)
        events = book.timeline(conn, row.id)
        task = by_hand.task_of(conn, row)
        people = [row.placed_by, *([task.taken_by] if task and task.taken_by else [])]
        more: dict[str, Any] = {"row": row, "order": row.order, "supplier": supplier, "contact": reached, "task": task}
        more |= {"letter": "\n".join(letter.letter(row.order)), "names": accounts.names(conn, people)}
        more["mail"] = letter.mail_link(row.order, reached.email) if reached.email else ""
        more |= {"lines": answers.lines_of(row.order, events), "codes": CODES, "ways": WAYS}
        more |= {"unheard": row.state in _UNHEARD, "ended": row.state in TERMINAL, "given": dict(given or {})}
        more |= {"findings": findings, "at": {one.place.path: one for one in findings}, "errors": errors or {}}
        more |= {"ours": typed_advice.next_number(conn, row), "papers": papers.of(conn, [row.id])}
        more |= {"done": request.query_params.get("done", ""), "seller": supplier.name if supplier else row.supplier_id}
        status = 422 if findings or errors else 200
        return requests_page(conn, request, "shop/requests/desk_order.html", None, status, **more)
