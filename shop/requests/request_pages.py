"""Asking for what is in no catalogue: the list, the form, and what the buyer does with the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi import Request as Web
from fastapi.exceptions import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gateway.suppliers.supplier import Suppliers
from shop import desk, units
from shop.articles import Article
from shop.categories import CATEGORIES, UNSPSC
from shop.desk import chosen_unit, shop_page, today, viewer
from shop.finding.finder import finder_of
from shop.reach import reach
from shop.requests import asking, papers, quoting, seeing
from shop.requests.asking import Kind, Request, State, Wish
from shop.requests.ceiling import HIGHEST
from shop.requests.events import What, tell
from shop.requests.forms import FORM_BYTES, Files, Filled, filled_in
from shop.requests.papers import Unfit
from shop.requests.raising import CannotDo
from shop.requests.show import requests_page, show_request
from shop.requests.similar import similar
from shop.requests.words import GOODS_MEASURES, SERVICE_MEASURES
from shop.requests.yes import in_own_right, needs_yes
from shop.units import Unit
from web.access import APPROVER, BUYER, PURCHASER, allow
from web.languages import N_
from web.pages import redirect

router = APIRouter()
Deed = Callable[[sa.Connection, Request, Unit, datetime], None]


@router.get("/requests")
@allow(BUYER, APPROVER, PURCHASER)
def request_list(request: Web, whose: str = "unit", page: int = 1) -> Response:
    """What the unit has asked for, or only what I have; a purchaser's work stands on /desk."""
    person, page = viewer(request), min(max(page, 1), 10_000)
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request) if BUYER in person.roles else None
        mine = {unit.id} if unit else units.ids_of_user(conn, person.id)
        found = seeing.of_units(conn, mine, person.login, whose, page)
        approved = units.ids_of_user(conn, person.id, [units.APPROVER])
        more = {"found": found[: seeing.PAGE_SIZE], "more": len(found) > seeing.PAGE_SIZE, "page": page}
        more |= {"whose": whose, "wishes": seeing.wishes(conn, approved), "tab": "requests"}
        return requests_page(conn, request, "shop/requests/list.html", unit, **more)


@router.get("/requests/new")
@allow(BUYER)
def new(request: Web, kind: str = "goods", q: str = "") -> Response:
    """The form, with what the range has already beside it."""
    given = {"id": str(uuid4()), "kind": kind, "title": desk.one_line(q)[:200], "quantity": "1"}
    return _form(request, given)


@router.get("/requests/similar")
@allow(BUYER)
def alike(request: Web, title: str = "") -> Response:
    """What the range has of what is being written; a part of the form."""
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        found = _similar(conn, request, unit, title) if unit else ()
        return shop_page(conn, request, "shop/requests/similar.html", unit, similar=found)


@router.get("/requests/of/{request_id}")
@allow(BUYER, APPROVER, PURCHASER)
def by_id(request: Web, request_id: UUID) -> Response:
    """The way to a request from an article that was made for it."""
    with request.app.state.engine.begin() as conn:
        known = asking.get(conn, request_id)
        if known is None or not seeing.visible(conn, known, viewer(request)):
            raise HTTPException(404)
    return redirect(request, f"/requests/{known.number}")


@router.post("/requests")
@allow(BUYER, most=FORM_BYTES)
async def write(request: Web) -> Response:
    """Keeps the draft, or asks the purchasing office with it."""
    given, files = await filled_in(request)
    return await run_in_threadpool(_write, request, given, files)


def _write(request: Web, given: Mapping[str, str], files: Files) -> Response:
    form = Filled(given, today(request))
    wish, attached = _wish(form, request.app.state.suppliers), form.files(files)
    request_id, person, now = form.id(), viewer(request), request.app.state.now()
    if form.errors:
        return _form(request, given, form)
    try:
        with request.app.state.engine.begin() as conn:
            unit = chosen_unit(conn, request)
            if unit is None:
                return redirect(request, "/units")
            if given.get("then") == "ask":
                _open_to(conn, unit, wish, request)
            kept = asking.write(conn, request_id, unit.id, person.login, wish, now)
            papers.keep(conn, kept.id, kept.unit_id, attached, person.login, now)
            if given.get("then") == "ask":
                asking.ask(conn, kept.id, person.login, now)
    except Unfit as unfit:
        form.wrong("files", unfit.message, **unfit.values)
        return _form(request, given, form)
    except CannotDo as no:
        form.wrong("", no.message, **no.values)
        return _form(request, given, form)
    return redirect(request, f"/requests/{kept.number}")


def _wish(form: Filled, suppliers: Suppliers) -> Wish:
    kind = Kind(form.one_of("kind", list(Kind), N_("Choose goods or a service.")))
    measures = SERVICE_MEASURES if kind is Kind.SERVICE else GOODS_MEASURES
    first = form.day("wanted_from", first=form.today) if kind is Kind.SERVICE else None
    supplier = form.supplier(suppliers, needed=False)
    wished = desk.one_line(form.given.get("supplier", ""))
    contract = wished if supplier is not None and wished in supplier.contracts else None
    return Wish(
        kind=kind,
        title=form.text("title", 200, N_("Write in a few words what you need.")),
        description=form.lines("description", 4000),
        quantity=form.number("quantity", most=Decimal(99_999), places=3) or Decimal(1),
        measure=form.one_of("measure", measures, N_("Choose what you count in.")),
        wanted_from=first,
        wanted=form.day("wanted", first=first or form.today),
        ceiling=form.number("ceiling", most=HIGHEST) or Decimal(1),
        category=form.one_of("category", ["other", *CATEGORIES], N_("Choose the kind of goods.")),
        supplier_id=supplier.id if supplier else None,
        contract=contract,
    )


def _open_to(conn: sa.Connection, unit: Unit, wish: Wish, request: Web) -> None:
    """A category that is closed to the unit is not asked for here either. Raises CannotDo with the reason."""
    code = UNSPSC.get(wish.category, "")
    for block in reach(conn, unit, today(request)).blocks:
        if block.category == wish.category or (block.category.isdigit() and code.startswith(block.category)):
            raise CannotDo(N_("Your unit may not buy this kind of goods here: %(reason)s"), reason=block.reason)


def _form(request: Web, given: Mapping[str, str], form: Filled | None = None) -> Response:
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        if unit is None:
            return redirect(request, "/units")
        kind = given.get("kind") if given.get("kind") in list(Kind) else "goods"
        own_id = Filled(given, today(request)).id()
        shown = dict(given) | {"kind": kind, "id": str(own_id)}
        more: dict[str, Any] = {"given": shown, "form": form, "kinds": list(Kind)}
        more["similar"] = _similar(conn, request, unit, given.get("title", ""))
        more["measures"] = SERVICE_MEASURES if kind == "service" else GOODS_MEASURES
        more |= {"categories": CATEGORIES, "kept": papers.of(conn, [own_id])}
        more["status"] = 422 if form is not None and form.errors else 200
        return requests_page(conn, request, "shop/requests/form.html", unit, **more)


@router.get("/requests/{number}")
@allow(BUYER, APPROVER, PURCHASER)
def one(request: Web, number: str) -> Response:
    """One request with its quotes, its papers and its story."""
    with request.app.state.engine.begin() as conn:
        return show_request(conn, request, found(conn, request, number))


@router.get("/requests/{number}/edit")
@allow(BUYER)
def edit(request: Web, number: str) -> Response:
    """A draft in its form again."""
    with request.app.state.engine.begin() as conn:
        known = found(conn, request, number)
    if known.state is not State.DRAFT or known.made_by != viewer(request).login:
        return redirect(request, f"/requests/{number}")
    names = ("title", "description", "quantity", "measure", "wanted_from", "wanted", "ceiling", "category")
    given = {name: str(value) for name in names if (value := getattr(known, name)) is not None}
    wished = known.contract or (desk.supplier_name(request, known.supplier_id) if known.supplier_id else "")
    return _form(request, given | {"id": str(known.id), "kind": known.kind.value, "supplier": wished})


@router.post("/requests/{number}/ask")
@allow(BUYER)
def ask(request: Web, number: str) -> Response:
    """A draft, or what was withdrawn, goes to the purchasing office."""
    return buyer_does(request, number, lambda conn, one, _, now: asking.ask(conn, one.id, viewer(request).login, now))


@router.post("/requests/{number}/withdraw")
@allow(BUYER)
async def withdraw(request: Web, number: str) -> Response:
    """The buyer needs it no more; it can be asked for again."""
    given, _ = await filled_in(request)
    reason, login = desk.one_line(given.get("reason", ""))[:500], viewer(request).login

    def deed(conn: sa.Connection, known: Request, _: Unit, now: datetime) -> None:
        asking.withdraw(conn, known.id, login, reason, now)

    return await run_in_threadpool(buyer_does, request, number, deed)


@router.post("/requests/{number}/say")
@allow(BUYER, APPROVER, PURCHASER, most=FORM_BYTES)
async def say(request: Web, number: str) -> Response:
    """A message to the other side, with papers if wanted."""
    given, files = await filled_in(request)
    return await run_in_threadpool(_say, request, number, given, files)


def _say(request: Web, number: str, given: Mapping[str, str], files: Files) -> Response:
    form, login = Filled(given, today(request)), viewer(request).login
    attached = form.files(files)
    text = form.lines("text", 2000, "" if files else N_("Write your message."))
    with request.app.state.engine.begin() as conn:
        known = found(conn, request, number)
        if form.errors:
            return show_request(conn, request, known, form=form, status=422)
        now = request.app.state.now()
        try:
            with conn.begin_nested():
                papers.keep(conn, known.id, known.unit_id, attached, login, now)
        except Unfit as unfit:
            form.wrong("files", unfit.message, **unfit.values)
            return show_request(conn, request, known, form=form, status=422)
        text = text or ", ".join(file.name for file in attached)
        tell(conn, known.id, login, What.SAID, now, text, once=form.id("once"))
    return redirect(request, f"/requests/{number}#story")


@router.post("/requests/{number}/papers/{paper_id}/remove")
@allow(BUYER)
def remove_paper(request: Web, number: str, paper_id: UUID) -> Response:
    """Off a draft; what has been asked for keeps its papers."""

    def deed(conn: sa.Connection, known: Request, _: Unit, now: datetime) -> None:
        if known.state is not State.DRAFT:
            raise CannotDo(N_("What has been asked for keeps its papers."))
        papers.remove(conn, paper_id, known.id, now)

    return buyer_does(request, number, deed)


@router.post("/requests/{number}/quotes/{quote_id}/choose")
@allow(BUYER)
def choose(request: Web, number: str, quote_id: UUID) -> Response:
    """Yes to a quote: it is a line in my basket."""

    def deed(conn: sa.Connection, known: Request, unit: Unit, now: datetime) -> None:
        quoting.choose(conn, known.id, quote_id, viewer(request), unit, today(request), now)
        desk.choose_unit(conn, request, unit.id)

    return buyer_does(request, number, deed, "/basket")


@router.post("/requests/{number}/choose-again")
@allow(BUYER)
def choose_again(request: Web, number: str) -> Response:
    """The choice is taken back, and the line leaves the basket."""
    login = viewer(request).login
    return buyer_does(request, number, lambda conn, one, _, now: quoting.choose_again(conn, one.id, login, now))


@router.post("/requests/{number}/basket")
@allow(BUYER)
def put_again(request: Web, number: str) -> Response:
    """What was chosen, into the basket once more."""

    def deed(conn: sa.Connection, known: Request, unit: Unit, now: datetime) -> None:
        quoting.put_again(conn, known.id, viewer(request), unit, today(request), now)
        desk.choose_unit(conn, request, unit.id)

    return buyer_does(request, number, deed, "/basket")


@router.post("/requests/{number}/ceiling")
@allow(BUYER)
async def ceiling(request: Web, number: str) -> Response:
    """A new yes: mine within the unit's limit, above it an approver's."""
    given, _ = await filled_in(request)
    form, login = Filled(given, today(request)), viewer(request).login
    amount = form.number("ceiling", most=HIGHEST)

    def deed(conn: sa.Connection, known: Request, unit: Unit, now: datetime) -> None:
        if amount is None:
            raise CannotDo(N_("Write a ceiling that is higher than the one that stands."))
        in_own_right(conn, unit, viewer(request))
        asking.raise_ceiling(conn, known.id, login, amount, needs_yes(conn, unit, known.category, amount), now)

    return await run_in_threadpool(buyer_does, request, number, deed)


@router.post("/requests/{number}/ceiling/{answer}")
@allow(APPROVER)
def answer_ceiling(request: Web, number: str, answer: str) -> Response:
    """An approver's yes or no to the higher ceiling."""
    if answer not in {"yes", "no"}:
        raise HTTPException(404)

    def deed(conn: sa.Connection, known: Request, unit: Unit, now: datetime) -> None:
        if not seeing.approves_for(conn, unit.id, viewer(request)):
            raise HTTPException(403)
        asking.answer_wish(conn, known.id, viewer(request).login, answer == "yes", now)

    return act(request, number, deed)


def found(conn: sa.Connection, request: Web, number: str) -> Request:
    """The request of an address, or 404 where it does not exist for this person."""
    known = asking.get(conn, number)
    if known is None or not seeing.visible(conn, known, viewer(request)):
        raise HTTPException(404)
    return known


def buyer_does(request: Web, number: str, deed: Deed, then: str = "") -> Response:
    """Does it for a buyer of the request's unit; 403 for others."""

    def checked(conn: sa.Connection, known: Request, unit: Unit, now: datetime) -> None:
        if not seeing.buys_for(conn, unit.id, viewer(request)):
            raise HTTPException(403)
        deed(conn, known, unit, now)

    return act(request, number, checked, then)


def act(request: Web, number: str, deed: Deed, then: str = "") -> Response:
    """Does it in one transaction; what cannot be done is said on the request's page."""
    try:
        with request.app.state.engine.begin() as conn:
            known = found(conn, request, number)
            unit = units.get(conn, known.unit_id)
            assert unit is not None
            deed(conn, known, unit, request.app.state.now())
    except CannotDo as no:
        with request.app.state.engine.begin() as conn:
            return show_request(conn, request, found(conn, request, number), problem=no, status=409)
    return redirect(request, then or f"/requests/{number}")


def _similar(conn: sa.Connection, request: Web, unit: Unit, title: str) -> Sequence[Article]:
    """What the unit could buy instead of asking for it."""
    return similar(conn, finder_of(request.app), desk.one_line(title)[:200], reach(conn, unit, today(request)))
