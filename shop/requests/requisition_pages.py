"""Requisitions: the list, the form, the paper to print, the receipts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi import Request as Web
from fastapi.exceptions import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gateway.orders import book
from gateway.suppliers.supplier import Supplier
from shop import desk, units
from shop.desk import chosen_unit, supplier_name, today, viewer
from shop.reach import Reach, reach
from shop.requests import papers, receipts, requisitions, seeing
from shop.requests.ceiling import HIGHEST
from shop.requests.events import story
from shop.requests.forms import FORM_BYTES, RATES, Files, Filled, filled_in
from shop.requests.papers import File, Unfit
from shop.requests.raising import CannotDo
from shop.requests.receipts import Receipt
from shop.requests.requisitions import Paper, Requisition, State
from shop.requests.show import requests_page
from shop.requests.yes import in_own_right
from shop.units import Unit
from web import accounts, code128
from web.access import ADMIN, APPROVER, BUYER, PURCHASER, allow
from web.languages import N_
from web.pages import redirect

router = APIRouter()
USUAL_DAYS, MOST_DAYS = timedelta(days=14), timedelta(days=90)
Deed = Callable[[sa.Connection, Requisition, Unit, datetime], None]


@router.get("/requisitions")
@allow(BUYER, APPROVER, PURCHASER)
def requisition_list(request: Web, page: int = 1) -> Response:
    """The unit's, newest first; an approver's yes on top; a purchaser sees those of all."""
    person, page = viewer(request), min(max(page, 1), 10_000)
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request) if BUYER in person.roles else None
        mine = {unit.id} if unit else units.ids_of_user(conn, person.id)
        everything = not mine and bool({PURCHASER, ADMIN} & person.roles)
        found = requisitions.of_units(conn, None if everything else mine, page)
        approved = units.ids_of_user(conn, person.id, [units.APPROVER])
        more = {"found": found[: requisitions.PAGE_SIZE], "more": len(found) > requisitions.PAGE_SIZE, "page": page}
        more |= {"waiting": requisitions.waiting(conn, approved)}
        return requests_page(conn, request, "shop/requests/requisitions.html", unit, **more)


@router.get("/requisitions/new")
@allow(BUYER)
def new(request: Web) -> Response:
    """The form."""
    until = (today(request) + USUAL_DAYS).isoformat()
    return _form(request, {"id": str(uuid4()), "holder": viewer(request).name, "valid_to": until})


@router.post("/requisitions")
@allow(BUYER)
async def issue(request: Web) -> Response:
    """Issues it, or sends it for approval."""
    given, _ = await filled_in(request)
    return await run_in_threadpool(_issue, request, given)


def _issue(request: Web, given: Mapping[str, str]) -> Response:
    form = Filled(given, today(request))
    try:
        with request.app.state.engine.begin() as conn:
            unit = chosen_unit(conn, request)
            if unit is None:
                return redirect(request, "/units")
            paper = _paper(form, request, reach(conn, unit, form.today))
            if paper is not None:
                in_own_right(conn, unit, viewer(request))
                now = request.app.state.now()
                made = requisitions.issue(conn, form.id(), unit, viewer(request).login, paper, now)
                return redirect(request, f"/requisitions/{made.number}")
    except CannotDo as no:
        form.wrong("", no.message, **no.values)
    return _form(request, given, form)


def _paper(form: Filled, request: Web, open_to: Reach) -> Paper | None:
    supplier = form.supplier(request.app.state.suppliers)
    contract = _contract(form, supplier, open_to)
    purpose = form.text("purpose", 200, N_("Write what is to be bought, and for what."))
    holder = form.text("holder", 100, N_("Write who goes to the store."))
    ceiling = form.number("ceiling", most=HIGHEST)
    last = form.today + MOST_DAYS
    until = form.day("valid_to", first=form.today, last=last, missing=N_("Write the last day it may be used."))
    if form.errors or supplier is None or ceiling is None or until is None or contract is None:
        return None
    return Paper(
        supplier_id=supplier.id,
        contract=contract,
        category=supplier.category,
        purpose=purpose,
        holder=holder,
        ceiling=ceiling,
        valid_to=until,
    )


def _contract(form: Filled, supplier: Supplier | None, open_to: Reach) -> str | None:
    """The contract that was named, else the first of the supplier's that the unit may buy from today."""
    if supplier is None:
        return None
    named = desk.one_line(form.given.get("supplier", ""))
    wanted = [named] if named in supplier.contracts else supplier.contracts
    mine = [number for number in wanted if (supplier.id, number) not in open_to.closed]
    if not supplier.contracts:
        form.wrong("supplier", N_("There is no contract with the supplier. Ask the purchasing office instead."))
    elif not mine:
        form.wrong("supplier", N_("The contract is not open to your unit."))
    if any(block.category == supplier.category for block in open_to.blocks):
        form.wrong("supplier", N_("Your unit may not buy this kind of goods here."))
    return mine[0] if mine else None


def _form(request: Web, given: Mapping[str, str], form: Filled | None = None) -> Response:
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        if unit is None:
            return redirect(request, "/units")
        shown = dict(given) | {"id": str(Filled(given, today(request)).id())}
        status = 422 if form is not None and form.errors else 200
        more = {"given": shown, "form": form, "limit": unit.approval_limit}
        return requests_page(conn, request, "shop/requests/requisition_form.html", unit, status, **more)


@router.get("/requisitions/{number}")
@allow(BUYER, APPROVER, PURCHASER)
def one(request: Web, number: str) -> Response:
    """One requisition with its receipts and its story."""
    with request.app.state.engine.begin() as conn:
        return _show(conn, request, _found(conn, request, number))


@router.get("/requisitions/{number}/paper")
@allow(BUYER, APPROVER, PURCHASER)
def paper(request: Web, number: str) -> Response:
    """What the colleague shows in the store, on paper or on the phone."""
    with request.app.state.engine.begin() as conn:
        known = _found(conn, request, number)
        unit = units.get(conn, known.unit_id)
        people = [known.issued_by, known.decided_by or ""]
        more: dict[str, Any] = {"one": known, "its_unit": unit, "names": accounts.names(conn, people)}
        more |= {"bars": list(code128.bars(known.number)), "width": code128.width_of(known.number)}
        more |= {"state": known.shown(today(request)), "buyer": request.app.state.settings.municipality}
        return requests_page(conn, request, "shop/requests/requisition_paper.html", None, **more)


@router.post("/requisitions/{number}/receipt")
@allow(BUYER, most=FORM_BYTES)
async def receipt(request: Web, number: str) -> Response:
    """What was bought: an order in the book, and the receipt beside it."""
    given, files = await filled_in(request)
    return await run_in_threadpool(_receipt, request, number, given, files)


def _receipt(request: Web, number: str, given: Mapping[str, str], files: Files) -> Response:
    form = Filled(given, today(request))
    said, attached = _said(form), form.files(files, missing=N_("Attach the receipt: a photo is enough."))
    if form.errors or said is None:
        with request.app.state.engine.begin() as conn:
            return _show(conn, request, _found(conn, request, number), form=form, status=422)

    def deed(conn: sa.Connection, known: Requisition, unit: Unit, now: datetime) -> None:
        supplier = request.app.state.suppliers.get(known.supplier_id)
        if supplier is None:
            raise CannotDo(N_("The supplier no longer exists. Ask the purchasing office to register the receipt."))
        login, municipality = viewer(request).login, request.app.state.settings.municipality
        receipts.register(conn, known.id, said, supplier, unit, login, municipality, now)
        _hang(conn, said, unit, attached, login, now)

    return _act(request, number, deed, form=form)


def _said(form: Filled) -> Receipt | None:
    day = form.day("bought_on", last=form.today, missing=N_("Write the day on the receipt."))
    gross = {
        rate: amount
        for rate in RATES
        if (amount := form.number(f"gross{rate}", most=HIGHEST, needed=False)) is not None
    }
    if not gross and not form.errors:
        form.wrong(f"gross{RATES[0]}", N_("Write what was paid."))
    what, number = form.text("what", 200, N_("Write what was bought.")), form.text("receipt_number", 80)
    if form.errors or day is None:
        return None
    said = Receipt(id=form.id(), bought_on=day, what=what, gross=gross, number=number)
    if not said.net:
        form.wrong(f"gross{RATES[0]}", N_("Write what was paid."))
        return None
    return said


def _hang(conn: sa.Connection, said: Receipt, unit: Unit, attached: list[File], login: str, now: datetime) -> None:
    try:
        papers.keep(conn, said.id, unit.id, attached, login, now)
    except Unfit as unfit:
        raise CannotDo(unfit.message, **unfit.values) from unfit


@router.post("/requisitions/{number}/end")
@allow(BUYER)
def end(request: Web, number: str) -> Response:
    """Closes it, or withdraws it where nothing was bought."""
    login = viewer(request).login
    return _buyer(request, number, lambda conn, one, _, now: requisitions.end(conn, one.id, login, now))


@router.post("/requisitions/{number}/open")
@allow(BUYER)
def open_again(request: Web, number: str) -> Response:
    """Undoes that."""
    login = viewer(request).login
    return _buyer(request, number, lambda conn, one, unit, now: requisitions.open_again(conn, one.id, unit, login, now))


@router.post("/requisitions/{number}/ceiling")
@allow(BUYER)
async def ceiling(request: Web, number: str) -> Response:
    """A new yes: mine within the unit's limit, above it an approver's."""
    given, _ = await filled_in(request)
    form, login = Filled(given, today(request)), viewer(request).login
    amount = form.number("ceiling", most=HIGHEST)

    def deed(conn: sa.Connection, known: Requisition, unit: Unit, now: datetime) -> None:
        if amount is None:
            raise CannotDo(N_("Write a ceiling that is higher than the one that stands."))
        in_own_right(conn, unit, viewer(request))
        requisitions.raise_ceiling(conn, known.id, unit, login, amount, now)

    return await run_in_threadpool(_buyer, request, number, deed)


@router.post("/requisitions/{number}/decide")
@allow(APPROVER)
async def decide(request: Web, number: str) -> Response:
    """An approver's yes or no, to the paper itself or to a higher ceiling."""
    given, _ = await filled_in(request)
    yes, reason, person = given.get("answer") == "yes", desk.one_line(given.get("reason", ""))[:500], viewer(request)

    def deed(conn: sa.Connection, known: Requisition, unit: Unit, now: datetime) -> None:
        if not seeing.approves_for(conn, unit.id, person):
            raise HTTPException(403)
        if known.state is State.OPEN:
            requisitions.answer_wish(conn, known.id, person.login, yes, now)
        elif yes or reason:
            requisitions.decide(conn, known.id, person.login, yes, reason, now)
        else:
            raise CannotDo(N_("Write why, so that the buyer knows what to do."))

    return await run_in_threadpool(_act, request, number, deed)


def _found(conn: sa.Connection, request: Web, number: str) -> Requisition:
    known = requisitions.get(conn, number)
    if known is None or not seeing.may_see(conn, known.unit_id, viewer(request)):
        raise HTTPException(404)
    return known


def _buyer(request: Web, number: str, deed: Deed) -> Response:
    """Does it for a buyer of the unit; 403 for others."""

    def checked(conn: sa.Connection, known: Requisition, unit: Unit, now: datetime) -> None:
        if not seeing.buys_for(conn, unit.id, viewer(request)):
            raise HTTPException(403)
        deed(conn, known, unit, now)

    return _act(request, number, checked)


def _act(request: Web, number: str, deed: Deed, form: Filled | None = None) -> Response:
    """Does it in one transaction; what cannot be done is said on the page, with what was written."""
    try:
        with request.app.state.engine.begin() as conn:
            known = _found(conn, request, number)
            unit = units.get(conn, known.unit_id)
            assert unit is not None
            if form is not None and not seeing.buys_for(conn, unit.id, viewer(request)):
                raise HTTPException(403)
            deed(conn, known, unit, request.app.state.now())
    except CannotDo as no:
        with request.app.state.engine.begin() as conn:
            return _show(conn, request, _found(conn, request, number), form=form, problem=no, status=409)
    return redirect(request, f"/requisitions/{number}")


def _show(
    conn: sa.Connection,
    request: Web,
    known: Requisition,
    *,
    form: Filled | None = None,
    problem: CannotDo | None = None,
    status: int = 200,
) -> Response:
    person, unit = viewer(request), units.get(conn, known.unit_id)
    assert unit is not None
    told = story(conn, known.id, lambda one: supplier_name(request, one))
    uses = requisitions.uses_of(conn, known.id)
    people = [known.issued_by, known.decided_by or "", known.wish_by or "", *(one.who for one in told)]
    more: dict[str, Any] = {"one": known, "its_unit": unit, "state": known.shown(today(request)), "story": told}
    more |= {"uses": uses, "papers": papers.of(conn, [one.id for one in uses]), "names": accounts.names(conn, people)}
    more["orders"] = {one.order_id: book.number_of(conn, one.order_id) for one in uses if one.order_id}
    more |= {"buys": seeing.buys_for(conn, unit.id, person), "form": form, "problem": problem}
    more |= {"approves": seeing.approves_for(conn, unit.id, person), "given": dict(form.given) if form else {}}
    shown = chosen_unit(conn, request) if BUYER in person.roles else None
    return requests_page(conn, request, "shop/requests/requisition.html", shown, status, **more)
