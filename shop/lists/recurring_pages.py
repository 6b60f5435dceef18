"""Recurring orders: those of the unit, making one, and one with its next days and what has been."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from gateway.orders import book as orders
from shop import units
from shop.checkout import orders_of
from shop.desk import chosen_unit, one_line, shop_page, today, viewer
from shop.lists import book, recurring
from shop.lists.dates import EVERY
from shop.lists.pasted import quantity_of
from shop.lists.recurring import LIMIT, Recurring, Turn
from shop.lists.words import problem_in_words
from shop.measures import plain
from shop.units import Unit
from web import accounts
from web.access import BUYER, allow
from web.languages import N_, words_of
from web.pages import figures_of, redirect

router = APIRouter()
LONGEST = 100
EVERY_WORDS = {
    "day": N_("Every delivery day"),
    "week": N_("Every week"),
    "fortnight": N_("Every second week"),
    "month": N_("Every month, on its first delivery day"),
}


class Draft(msgspec.Struct, kw_only=True):
    """The form as it was filled in, and what is wrong with it: message ids by field."""

    list: str = ""
    every: str = "week"
    begins: str = ""
    ends: str = ""
    price_limit: str = ""
    customer_reference: str = ""
    accounting_cost: str = ""
    errors: dict[str, str] = {}


@router.get("/recurring")
@allow(BUYER)
def recurring_list(request: Request) -> Response:
    """What is ordered again and again for the unit, with the next day of each."""
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        if unit is None:
            return redirect(request, "/units")
        found = [(one, *_next(conn, one, unit)) for one in recurring.of_unit(conn, unit.id)]
        return shop_page(conn, request, "shop/lists/recurring.html", unit, found=found, every_words=EVERY_WORDS)


def _next(conn: sa.Connection, one: Recurring, unit: Unit) -> tuple[list[recurring.Coming], list[Turn]]:
    had = recurring.turns(conn, one.id)
    lead = recurring.lead_days(book.lines_of(conn, one.list_id))
    return recurring.coming(one, unit, had, lead), [turn for turn in had if turn.state == "waiting"]


@router.get("/recurring/new")
@allow(BUYER)
def ask_recurring(request: Request, list: str = "") -> Response:
    """The form."""
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        if unit is None:
            return redirect(request, "/units")
        draft = Draft(list=list[:60], price_limit=str(LIMIT))
        draft.customer_reference, draft.accounting_cost = unit.customer_reference, unit.accounting_cost
        return _form(conn, request, unit, draft)


def _form(conn: sa.Connection, request: Request, unit: Unit, draft: Draft, status: int = 200) -> Response:
    lists = book.lists_for(conn, viewer(request), unit.id, request.app.state.now())
    lists = [one for one in lists if one.removed_at is None and one.lines]
    facts = {"draft": draft, "lists": lists, "every": EVERY, "every_words": EVERY_WORDS, "today": today(request)}
    return shop_page(conn, request, "shop/lists/new_recurring.html", unit, status=status, **facts)


@router.post("/recurring/new")
@allow(BUYER)
def make_recurring(
    request: Request,
    list: Annotated[str, Form()] = "",
    every: Annotated[str, Form()] = "",
    begins: Annotated[str, Form()] = "",
    ends: Annotated[str, Form()] = "",
    price_limit: Annotated[str, Form()] = "",
    customer_reference: Annotated[str, Form()] = "",
    accounting_cost: Annotated[str, Form()] = "",
) -> Response:
    """From now on the list is ordered by itself."""
    draft = Draft(
        list=list[:60],
        every=every,
        begins=begins[:20],
        ends=ends[:20],
        price_limit=price_limit[:20],
        customer_reference=one_line(customer_reference),
        accounting_cost=one_line(accounting_cost),
    )
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        if unit is None:
            return redirect(request, "/units")
        facts = _facts(conn, request, unit, draft)
        if facts is None:
            return _form(conn, request, unit, draft, 422)
        made = recurring.make(conn, viewer(request), request.app.state.now(), unit_id=unit.id, **facts)
    return redirect(request, f"/recurring/{made}")


def _facts(conn: sa.Connection, request: Request, unit: Unit, draft: Draft) -> dict[str, Any] | None:
    """The columns of a form that is filled in well; else None, and the draft says what is wrong."""
    errors: dict[str, str] = {}
    lists = {str(one.id): one for one in book.lists_for(conn, viewer(request), unit.id, request.app.state.now())}
    chosen = lists.get(draft.list)
    if chosen is None or chosen.removed_at is not None or not chosen.lines:
        errors["list"] = N_("Choose a list with something on it.")
    if draft.every not in EVERY:
        errors["every"] = N_("Choose how often.")
    day, last = date_of(draft.begins) or today(request), date_of(draft.ends)
    if draft.begins and date_of(draft.begins) is None:
        errors["begins"] = N_("Write a date, or nothing.")
    elif day.year > today(request).year + 2:
        errors["begins"] = N_("Choose a day within two years.")
    if draft.ends and (last is None or last < max(day, today(request))):
        errors["ends"] = N_("Choose a day after the first one, or nothing.")
    if not unit.weekdays:
        errors[""] = N_("The unit has no delivery days yet. Ask your administrator.")
    limit = limit_of(draft, errors)
    draft.errors = errors
    if errors or chosen is None:
        return None
    lead = recurring.lead_days(book.lines_of(conn, chosen.id))
    first = recurring.first_day(today(request), unit, lead, day)
    # The rhythm counts from a day on which the unit has a delivery: a week without one would be lost.
    first = recurring.delivery_from(first, unit)
    facts = {"list_id": chosen.id, "every": draft.every, "begins": first, "ends": last, "price_limit": limit}
    return facts | {"customer_reference": draft.customer_reference, "accounting_cost": draft.accounting_cost}


def limit_of(draft: Draft, errors: dict[str, str]) -> Decimal:
    """The limit in per cent; what is wrong with it or with the reference goes into `errors`."""
    limit = quantity_of(draft.price_limit.replace("%", ""))
    if limit is None or not 0 <= limit <= 100:
        errors["price_limit"] = N_("Write a number between 0 and 100.")
    if not draft.customer_reference:
        errors["customer_reference"] = N_("Write your reference, so that the invoice finds its way to you.")
    for name in ("customer_reference", "accounting_cost"):
        if len(getattr(draft, name)) > LONGEST:
            errors[name] = N_("Write at most 100 characters.")
    return (limit or Decimal(0)).quantize(Decimal("0.01"))


def date_of(text: str) -> date | None:
    """A date as date fields send it, or None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@router.get("/recurring/{recurring_id}")
@allow(BUYER)
def recurring_page(request: Request, recurring_id: UUID) -> Response:
    """One, with its next three days and everything that has been."""
    with request.app.state.engine.begin() as conn:
        return show(conn, request, own(conn, request, recurring_id, lock=False))


def own(conn: sa.Connection, request: Request, recurring_id: UUID, *, lock: bool = True) -> Recurring:
    """The recurring order of a unit that this person orders for; else it does not exist."""
    found = recurring.of_viewer(conn, recurring_id, viewer(request), lock=lock)
    if found is None:
        raise HTTPException(404)
    return found


def show(
    conn: sa.Connection,
    request: Request,
    found: Recurring,
    status: int = 200,
    draft: Draft | None = None,
    problem: str = "",
) -> Response:
    """The page; `problem` is a message id."""
    unit = units.get(conn, found.unit_id)
    assert unit is not None
    coming, waiting = _next(conn, found, unit)
    had = recurring.turns(conn, found.id)
    words, figures = words_of(request), figures_of(request)
    numbers = {turn.period: _numbers(conn, turn) for turn in had}
    draft = draft or Draft(
        price_limit=str(plain(found.price_limit)).replace(".", ","),
        ends=found.ends.isoformat() if found.ends else "",
        customer_reference=found.customer_reference,
        accounting_cost=found.accounting_cost,
    )
    facts: dict[str, Any] = {"one": found, "coming": coming, "waiting": waiting, "turns": had, "orders": numbers}
    facts |= {"mine": found.user_id == viewer(request).id, "every_words": EVERY_WORDS, "draft": draft}
    facts |= {"problem": problem, "names": accounts.names(conn, [turn.actor for turn in had])}
    facts |= {"skipped": [t for t in had if t.state == "skipped" and t.day > today(request)], "today": today(request)}
    facts["said"] = lambda one: problem_in_words(one, words, figures)
    return shop_page(conn, request, "shop/lists/recurs.html", chosen_unit(conn, request), status=status, **facts)


def _numbers(conn: sa.Connection, turn: Turn) -> list[str]:
    """The numbers of a turn's orders."""
    if turn.basket_id is None:
        return []
    found = (orders.number_of(conn, id) for id in orders_of(conn, turn.basket_id))
    return sorted(number for number in found if number)
