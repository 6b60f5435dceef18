"""What the pages of requests, requisitions and the desk share; and the page of one request."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from fastapi import Request as Web
from starlette.responses import Response

from shop import units
from shop.desk import chosen_unit, shop_page, supplier_name, today, viewer
from shop.remarks import Remark, in_words
from shop.requests import papers, quoting, seeing
from shop.requests.asking import OPEN, Request, State
from shop.requests.ceiling import fits
from shop.requests.events import story
from shop.requests.forms import RATES, Filled
from shop.requests.raising import CannotDo
from shop.requests.sniff import ACCEPT
from shop.requests.words import KINDS, MEASURES, REQUISITIONS, STATES
from shop.requests.yes import needs_yes
from shop.units import Unit
from web import accounts
from web.access import BUYER, PURCHASER
from web.figures import Figures
from web.languages import N_, words_of
from web.pages import figures_of

OFFERED_FOR = timedelta(days=30)
"""How long a quote is valid where nobody writes otherwise."""


def requests_page(
    conn: sa.Connection, request: Web, template: str, unit: Unit | None, status: int = 200, **more: Any
) -> Response:
    """A page of this part, with its words."""
    figures, words = figures_of(request), words_of(request)
    form: Filled | None = more.get("form")

    def wrong(name: str) -> Any:
        if form is None or name not in form.errors:
            return ""
        return in_words(Remark(form.errors[name], form.values[name]), words, figures)

    def said_of(name: str) -> Any:
        """On top of the page a row of a table is named, too."""
        parts = name.split(".")
        row = words.text(N_("Row %(number)s:"), number=int(parts[1]) + 1) + " " if parts[0] == "lines" else ""
        return row + wrong(name)

    context = {"request_states": STATES, "requisition_states": REQUISITIONS, "kind_words": KINDS, "accept": ACCEPT}
    context |= {"wrong": wrong, "wrongs": [(name, said_of(name)) for name in (form.errors if form else ())]}
    problem: CannotDo | None = more.pop("problem", None)
    context["problem"] = in_words(Remark(problem.message, problem.values), words, figures) if problem else ""
    context |= {"form": None, "given": {}, "fresh_id": lambda: str(uuid4()), "rates": RATES}
    context |= {
        "first_day": today(request),
        "size": lambda many: size(many, figures),
        "age": lambda at: figures.span(request.app.state.now() - at),
    }
    context["size"] = lambda many: size(many, figures)
    return shop_page(conn, request, template, unit, status=status, **(context | more))


def size(many: int, figures: Figures) -> str:
    """How large a file is, as people say it."""
    if many < 1_000_000:
        return f"{figures.number(max(1, round(many / 1000)))} kB"
    return f"{figures.number(round(Decimal(many) / 1_000_000, 1))} MB"


def show_request(
    conn: sa.Connection,
    request: Web,
    known: Request,
    *,
    problem: CannotDo | None = None,
    form: Filled | None = None,
    status: int = 200,
) -> Response:
    """One request, as far as this person may act on it."""
    person, unit = viewer(request), units.get(conn, known.unit_id)
    assert unit is not None
    told = story(conn, known.id, lambda one: supplier_name(request, one))
    offers = quoting.of(conn, known.id)
    people = [known.made_by, known.taken_by or "", known.wish_by or "", *(one.who for one in told)]
    hung = papers.of(conn, [known.id, *(one.id for one in offers)])
    buys = seeing.buys_for(conn, unit.id, person)
    more: dict[str, Any] = {
        "one": known,
        "its_unit": unit,
        "quotes": offers,
        "papers": hung,
        "story": told,
        "names": accounts.names(conn, people),
        "orders": quoting.orders_of(conn, known.id) if known.state is State.CHOSEN else [],
        "in_basket_now": quoting.in_basket(conn, known.id, person),
        "buys": buys,
        "approves": seeing.approves_for(conn, unit.id, person),
        "purchases": PURCHASER in person.roles,
        "open": known.state in OPEN,
        "fits": lambda quote: fits(known.ceiling, quote.net * 0, quote.net),
        "needs_yes": lambda amount: needs_yes(conn, unit, known.category, amount),
        "problem": problem,
        "form": form,
        "given": dict(form.given) if form else {},
        "quote_until": today(request) + OFFERED_FOR,
        "measures": MEASURES,
    }
    shown = chosen_unit(conn, request) if BUYER in person.roles else None
    return requests_page(conn, request, "shop/requests/one.html", shown, status, **more)
