"""The basket: add, change, take out and put back, and place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
import sqlalchemy as sa
from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from gateway.orders import book
from gateway.workdays import is_run, runs_after
from shop import articles, basket, units
from shop.amounts import least, stepped
from shop.approving.coded import BasketCoding, basket_coded, basket_wrongs, write_line
from shop.approving.coding_lists import offers
from shop.approving.coding_now import coding_of
from shop.approving.form import coding_fields, fields_of, given_of, own_fields, said
from shop.approving.rebuild import rebuilt_notice
from shop.basket import Basket
from shop.checkout import CannotPlace, acting_for, checkout, orders_of, plans
from shop.delivery import at_unit
from shop.desk import chosen_unit, one_line, shop_page, today, viewer
from shop.document import Terms
from shop.how_many import SAY_HOW_MANY, how_many, number
from shop.reach import reach
from shop.units import Unit
from web import accounts
from web.access import BUYER, allow
from web.languages import N_, language_of, words_of
from web.pages import is_fragment, own_address, redirect

router = APIRouter()
LONGEST = 100
LARGEST_ID = 2**63 - 1
ArticleId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class Draft(msgspec.Struct, kw_only=True):
    """The form under the basket as the buyer left it, and what is wrong with it: message ids by field.

    `told` is what is wrong with the coding, by field, in the reader's language already.
    """

    customer_reference: str
    accounting_cost: str
    wanted: str = ""
    note: str = ""
    coding: dict[str, str] | None = None
    errors: dict[str, str] = {}
    told: dict[str, str] = {}


@router.get("/basket")
@allow(BUYER)
def basket_page(request: Request) -> Response:
    """The basket, split by supplier."""
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        if unit is None:
            return redirect(request, "/units")
        return _show(conn, request, unit, _open(conn, request, unit))


@router.post("/basket/add")
@allow(BUYER)
def add(
    request: Request,
    article: Annotated[int, Form(ge=1, le=LARGEST_ID)],
    quantity: Annotated[str | None, Form()] = None,
    back: Annotated[str, Form()] = "/basket",
) -> Response:
    """More of an article. Beside its button stands how much of it the basket holds, or why it was not added."""
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        found = articles.get(conn, article) if unit else None
        if unit is None or found is None or not found.active:
            raise HTTPException(404)
        many = least(found) if quantity is None else how_many(quantity)
        why = SAY_HOW_MANY if many is None else reach(conn, unit, today(request)).allows(found)
        if many is None or why is not None:
            part = "shop/refused_part.html" if is_fragment(request) else "shop/refused.html"
            return shop_page(conn, request, part, unit, status=422, article=found, why=why, back=own_address(back))
        mine = _open(conn, request, unit)
        basket.add(conn, mine, found.id, many, request.app.state.now())
        if not is_fragment(request):
            return redirect(request, f"{own_address(back)}#article-{found.id}")
        held = {line.article.id: line.quantity for line in _open(conn, request, unit).kept}
        return shop_page(conn, request, "shop/added.html", unit, article=found, in_basket=held)


@router.post("/basket/lines/{article_id}")
@allow(BUYER)
def change(
    request: Request, article_id: ArticleId, quantity: Annotated[str, Form()] = "", step: Annotated[int, Form()] = 0
) -> Response:
    """Exactly so many, or one step more or less; nothing left takes the line out, a mistake changes nothing."""
    wanted = number(quantity)
    if wanted is not None and step:
        with request.app.state.engine.connect() as conn:
            found = articles.get(conn, article_id)
        by = max(-1, min(1, step))
        wanted = stepped(found, wanted, by) if found is not None else wanted
    if wanted is None or wanted > basket.MOST:
        return _changed(request, lambda conn, mine: None, wrong=article_id)

    def act(conn: sa.Connection, mine: Basket) -> None:
        if wanted > 0:
            basket.set_quantity(conn, mine, article_id, wanted)
        else:
            basket.remove(conn, mine, article_id, request.app.state.now())

    return _changed(request, act, removed=article_id if wanted <= 0 else None)


@router.post("/basket/lines/{article_id}/remove")
@allow(BUYER)
def remove(request: Request, article_id: ArticleId) -> Response:
    """Out of the basket, with a way back."""
    now = request.app.state.now()
    return _changed(request, lambda conn, mine: basket.remove(conn, mine, article_id, now), removed=article_id)


@router.post("/basket/lines/{article_id}/restore")
@allow(BUYER)
def restore(request: Request, article_id: ArticleId) -> Response:
    """Back into the basket."""
    return _changed(request, lambda conn, mine: basket.restore(conn, mine, article_id))


@router.post("/basket/lines/{article_id}/coding")
@allow(BUYER)
def code_line(
    request: Request, article_id: ArticleId, coding: Annotated[dict[str, str], Depends(coding_fields)]
) -> Response:
    """Codes one line otherwise than the basket; empty fields are as the basket's."""
    how = coding_of(request.app.state.settings)
    given = {one.id: coding.get(one.id, "")[:LONGEST] for one in how.dimensions}

    def act(conn: sa.Connection, mine: Basket) -> None:
        if any(line.article.id == article_id for line in mine.kept):
            write_line(conn, mine.id, article_id, given)

    return _changed(request, act)


@router.post("/basket/place")
@allow(BUYER)
def place(
    request: Request,
    basket_id: Annotated[UUID, Form()],
    seen: Annotated[str, Form()],
    customer_reference: Annotated[str, Form()] = "",
    accounting_cost: Annotated[str, Form()] = "",
    wanted: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
    coding: Annotated[dict[str, str] | None, Depends(coding_fields)] = None,
) -> Response:
    """Places the orders, once however often the form is sent; or shows what must be corrected."""
    state = request.app.state
    how = coding_of(state.settings)
    draft = Draft(
        customer_reference=one_line(customer_reference),
        accounting_cost=one_line(accounting_cost),
        wanted=one_line(wanted),
        note=one_line(note),
        coding=given_of(how, coding or {}, one_line(accounting_cost)),
    )
    try:
        with state.engine.begin() as conn:
            unit = chosen_unit(conn, request)
            if unit is None:
                return redirect(request, "/units")
            terms = _terms(draft, unit, today(request))
            person, now = viewer(request), state.now()
            miscoded = _miscoded(conn, request, basket_id, draft)
            if terms is None or miscoded:
                return _show(conn, request, unit, _open(conn, request, unit), draft=draft, status=422)
            more = {"terms": terms, "seen": seen, "coding": how, "given": draft.coding}
            checkout(conn, basket_id, person, now, state.suppliers, state.settings.municipality, **more)
    except CannotPlace as problem:
        words = words_of(request)
        draft.errors = {
            "": words.say(problem.message, **{name: words.say(one) for name, one in problem.values.items()})
        }
        with state.engine.begin() as conn:
            unit = chosen_unit(conn, request)
            assert unit is not None
            return _show(conn, request, unit, _open(conn, request, unit), draft=draft, status=409)
    return redirect(request, f"/placed/{basket_id}")


@router.get("/placed/{basket_id}")
@allow(BUYER)
def placed(request: Request, basket_id: UUID) -> Response:
    """Thank you: the orders a basket became, and what happens now."""
    with request.app.state.engine.begin() as conn:
        mine = basket.get(conn, basket_id, request.app.state.now())
        if mine is None or mine.user_id != viewer(request).id or mine.placed_at is None:
            raise HTTPException(404)
        rows = sorted(
            (row for order_id in orders_of(conn, basket_id) if (row := book.get(conn, order_id))),
            key=lambda row: row.number,
        )
        unit = units.get(conn, mine.unit_id)
        return shop_page(conn, request, "shop/placed.html", unit, orders=rows)


def _changed(
    request: Request,
    act: Callable[[sa.Connection, Basket], None],
    removed: int | None = None,
    wrong: int | None = None,
) -> Response:
    """`wrong` is the article of which nobody wrote how many."""
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        if unit is None:
            return redirect(request, "/units")
        act(conn, _open(conn, request, unit))
        part = is_fragment(request)
        if wrong is None and not part:
            return redirect(request, "/basket")
        mine = _open(conn, request, unit)
        draft, status = None, 200
        if wrong is not None:
            draft, status = _fresh(unit), 422
            draft.errors = {f"many-{wrong}": SAY_HOW_MANY}
        template = "shop/basket_body.html" if part else "shop/basket.html"
        return _show(conn, request, unit, mine, draft, status, template=template, just_removed=removed)


def _open(conn: sa.Connection, request: Request, unit: Unit) -> Basket:
    return basket.open_basket(conn, viewer(request).id, unit.id, request.app.state.now())


def _show(
    conn: sa.Connection,
    request: Request,
    unit: Unit,
    mine: Basket,
    draft: Draft | None = None,
    status: int = 200,
    template: str = "shop/basket.html",
    just_removed: int | None = None,
    held: BasketCoding | None = None,
) -> Response:
    draft = draft or _fresh(unit)
    held = held or basket_coded(conn, coding_of(request.app.state.settings), unit, mine.id, mine.kept, draft.coding)
    chains = plans(conn, mine, unit)
    language, offered = language_of(request), offers(conn, held.coding, today(request))
    return shop_page(
        conn,
        request,
        template,
        unit,
        status=status,
        basket=mine,
        draft=draft,
        days=_days(mine, unit, today(request)),
        needs_approval=any(plan.steps for plan in chains.values()),
        approval_steps=dict.fromkeys(need.name for plan in chains.values() for need in plan.steps),
        by_limit=not any(plan.rules for plan in chains.values()),
        acts_for=_principal(conn, request, unit),
        held=held,
        coding_fields=fields_of(held.coding, held.given, language, offered),
        own_fields=lambda article_id: own_fields(held, article_id, language, offered),
        rebuilt=rebuilt_notice(conn, request, unit),
        just_removed=just_removed,
        fragment=is_fragment(request),
    )


def _fresh(unit: Unit) -> Draft:
    return Draft(customer_reference=unit.customer_reference, accounting_cost=unit.accounting_cost)


def _days(mine: Basket, unit: Unit, now: date) -> list[date]:
    """The unit's delivery days from the first on which something of the basket can be there."""
    soonest = min((line.article.lead_days for line in mine.kept), default=0)
    first = at_unit(now, soonest, unit.weekdays)
    return [first, *runs_after(first, unit.weekdays)] if first else []


def _terms(draft: Draft, unit: Unit, now: date) -> Terms | None:
    """The terms of a form that is filled in well; else None, and the draft says what is wrong."""
    errors: dict[str, str] = {}
    if not draft.customer_reference:
        errors["customer_reference"] = N_("Write your reference, so that the invoice finds its way to you.")
    for name in ("customer_reference", "accounting_cost"):
        if len(getattr(draft, name)) > LONGEST:
            errors[name] = N_("Write at most 100 characters.")
    if len(draft.note) > 5 * LONGEST:
        errors["note"] = N_("Write at most 500 characters.")
    day = _date(draft.wanted)
    if draft.wanted and (day is None or day <= now or not is_run(day, unit.weekdays)):
        errors["wanted"] = N_("Choose one of the unit's delivery days.")
    draft.errors = errors
    if errors:
        return None
    return Terms(
        customer_reference=draft.customer_reference, accounting_cost=draft.accounting_cost, wanted=day, note=draft.note
    )


def _miscoded(conn: sa.Connection, request: Request, basket_id: UUID, draft: Draft) -> bool:
    """Whether the coding of the form, or of a line of the basket, is wrong; the draft then says how."""
    mine, unit = basket.get(conn, basket_id, request.app.state.now()), None
    if mine is not None and mine.user_id == viewer(request).id and mine.placed_at is None:
        unit = units.get(conn, mine.unit_id)
    if mine is None or unit is None:
        return False  # placing it says why not
    held = basket_coded(conn, coding_of(request.app.state.settings), unit, mine.id, mine.kept, draft.coding)
    shared, lone = basket_wrongs(conn, held, mine.kept, today(request))
    words = words_of(request)
    draft.told = said(shared, words)
    names = {line.article.id: line.article.name for line in mine.kept}
    for article_id, found in lone.items():
        draft.told[f"line-{article_id}"] = f"{names[article_id]}: {' '.join(said(found, words).values())}"
    return bool(shared or lone)


def _principal(conn: sa.Connection, request: Request, unit: Unit) -> str | None:
    """The name of the buyer for whom this person buys at the unit as a deputy."""
    login = acting_for(conn, viewer(request), unit, today(request))
    return accounts.names(conn, [login]).get(login, login) if login else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
