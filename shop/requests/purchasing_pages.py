"""What a purchaser does with a request: take it, ask back, register quotes, or say no."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi import Request as Web
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from shop.desk import today, viewer
from shop.requests import asking, papers, quoting
from shop.requests.asking import Request
from shop.requests.ceiling import HIGHEST
from shop.requests.forms import FORM_BYTES, Files, Filled, filled_in
from shop.requests.papers import Unfit
from shop.requests.quoting import Quote
from shop.requests.raising import CannotDo
from shop.requests.request_pages import act, found
from shop.requests.show import show_request
from shop.requests.words import MEASURES
from shop.units import Unit
from web.access import PURCHASER, allow
from web.languages import N_

router = APIRouter()
LONGEST_VALID = timedelta(days=730)


@router.post("/requests/{number}/take")
@allow(PURCHASER)
def take(request: Web, number: str) -> Response:
    """It is mine from now on."""
    return _mine(request, number, asking.take)


@router.post("/requests/{number}/put-back")
@allow(PURCHASER)
def put_back(request: Web, number: str) -> Response:
    """Back to the others, for a colleague to take."""
    return _mine(request, number, asking.put_back)


@router.post("/requests/{number}/decline")
@allow(PURCHASER)
async def decline(request: Web, number: str) -> Response:
    """No, and why; the buyer reads it."""
    given, _ = await filled_in(request)
    return await run_in_threadpool(_decline, request, number, given)


def _decline(request: Web, number: str, given: Mapping[str, str]) -> Response:
    form, login = Filled(given, today(request)), viewer(request).login
    reason = form.text("reason", 500, N_("Write why, so that the buyer knows what to do."))
    if form.errors:
        return _again(request, number, form)

    def deed(conn: sa.Connection, known: Request, _: Unit, now: datetime) -> None:
        asking.decline(conn, known.id, login, reason, now)

    return act(request, number, deed, "/desk")


@router.post("/requests/{number}/quotes")
@allow(PURCHASER, most=FORM_BYTES)
async def quote(request: Web, number: str) -> Response:
    """A quote with its paper; the buyer chooses among them."""
    given, files = await filled_in(request)
    return await run_in_threadpool(_quote, request, number, given, files)


def _quote(request: Web, number: str, given: Mapping[str, str], files: Files) -> Response:
    form = Filled(given, today(request))
    with request.app.state.engine.begin() as conn:
        known = found(conn, request, number)
    offer, attached = _offer(form, request, known), form.files(files, "quote_files")
    if form.errors or offer is None:
        return _again(request, number, form)

    def deed(conn: sa.Connection, _: Request, unit: Unit, now: datetime) -> None:
        quoting.register(conn, offer, now)
        try:
            papers.keep(conn, offer.id, unit.id, attached, offer.registered_by, now)
        except Unfit as unfit:
            raise CannotDo(unfit.message, **unfit.values) from unfit

    return act(request, number, deed, f"/requests/{number}#quotes")


def _offer(form: Filled, request: Web, known: Request) -> Quote | None:
    supplier = form.supplier(request.app.state.suppliers)
    contract = form.contract(supplier)
    price = form.number("price", most=HIGHEST, places=4)
    quantity = form.number("quantity", most=Decimal(99_999), places=3)
    last = form.today + LONGEST_VALID
    until = form.day("valid_until", first=form.today, last=last, missing=N_("Write until when it is valid."))
    measure = form.one_of("measure", MEASURES, N_("Choose what you count in."))
    offered = form.text("offered", 200, N_("Write what they offer."))
    facts = {"reference": form.text("reference", 80), "note": form.lines("note", 1000), "vat": form.rate()}
    days = form.whole("lead_days", 0, 365)
    if price is not None and quantity is not None and price * quantity > HIGHEST:
        form.wrong("price", N_("Write a number above 0 and at most %(most)s."), most=HIGHEST)
    if form.errors or supplier is None or price is None or quantity is None or until is None:
        return None
    return Quote(
        id=form.id(),
        request_id=known.id,
        supplier_id=supplier.id,
        offered=offered,
        quantity=quantity,
        measure=measure,
        price=price,
        lead_days=days,
        valid_until=until,
        contract=contract,
        registered_by=viewer(request).login,
        at=request.app.state.now(),
        **facts,
    )


@router.post("/requests/{number}/quotes/{quote_id}/take-back")
@allow(PURCHASER)
def take_back(request: Web, number: str, quote_id: UUID) -> Response:
    """The quote counts no more."""
    login = viewer(request).login

    def deed(conn: sa.Connection, known: Request, _: Unit, now: datetime) -> None:
        offer = next((one for one in quoting.of(conn, known.id) if one.id == quote_id), None)
        if offer is not None:
            quoting.take_back(conn, offer, login, now)

    return act(request, number, deed)


def _mine(request: Web, number: str, deed: Callable[[sa.Connection, UUID, str, datetime], None]) -> Response:
    login = viewer(request).login
    return act(request, number, lambda conn, one, _, now: deed(conn, one.id, login, now))


def _again(request: Web, number: str, form: Filled) -> Response:
    """The page once more, with what was written and what is wrong with it."""
    with request.app.state.engine.begin() as conn:
        return show_request(conn, request, found(conn, request, number), form=form, status=422)
