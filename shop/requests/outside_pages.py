"""The form in which a purchaser registers what was ordered by telephone or e-mail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa
from fastapi import APIRouter
from fastapi import Request as Web
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gateway.exchange.by_hand import How
from gateway.exchange.outside import Purchase
from gateway.suppliers.supplier import Supplier
from shop import units
from shop.articles import Article
from shop.desk import one_line, today, viewer
from shop.document import Terms, Wanted
from shop.measures import plain
from shop.requests import outside, papers
from shop.requests.ceiling import HIGHEST, cost
from shop.requests.forms import FORM_BYTES, Files, Filled, filled_in
from shop.requests.outside import Bought
from shop.requests.papers import File, Unfit
from shop.requests.show import requests_page
from shop.requests.words import MEASURES
from shop.units import Unit
from web.access import PURCHASER, allow
from web.languages import N_
from web.pages import redirect

router = APIRouter()
ROWS, MOST_ROWS = 3, 40
LONG_AGO = timedelta(days=400)
WAYS = {How.TELEPHONE: N_("By telephone"), How.MAIL: N_("By e-mail"), How.WEB: N_("On their web page")}


@router.get("/desk/register")
@allow(PURCHASER)
def blank(request: Web) -> Response:
    """An empty form."""
    return _form(request, {"bought_on": today(request).isoformat(), "bought_by": viewer(request).name})


@router.post("/desk/register")
@allow(PURCHASER, most=FORM_BYTES)
async def register(request: Web) -> Response:
    """The order enters the book; or the form has more rows."""
    given, files = await filled_in(request)
    return await run_in_threadpool(_register, request, given, files)


def _register(request: Web, given: Mapping[str, str], files: Files) -> Response:
    if given.get("then") == "more":
        return _form(request, dict(given) | {"rows": str(_rows(given) + ROWS)})
    form = Filled(given, today(request))
    state, now = request.app.state, request.app.state.now()
    attached = form.files(files)
    with state.engine.begin() as conn:
        bought = _bought(conn, form, request)
        if bought is not None and not form.errors:
            number = outside.register(conn, bought, state.settings.municipality, now)
            if _hang(conn, form, bought, attached, request):
                return redirect(request, f"/desk/orders/{number}?done=registered")
            conn.rollback()
    return _form(request, given, form)


def _hang(conn: sa.Connection, form: Filled, bought: Bought, attached: list[File], request: Web) -> bool:
    order_id = outside.order_id_of(conn, bought.id)
    assert order_id is not None
    try:
        papers.keep(conn, order_id, bought.unit.id, attached, viewer(request).login, request.app.state.now())
    except Unfit as unfit:
        form.wrong("files", unfit.message, **unfit.values)
        return False
    return True


def _bought(conn: sa.Connection, form: Filled, request: Web) -> Bought | None:
    supplier, unit = form.supplier(request.app.state.suppliers), _unit(conn, form)
    how = form.one_of("how", list(WAYS), N_("Choose how it was ordered."))
    bought_on = form.day(
        "bought_on", first=form.today - LONG_AGO, last=form.today, missing=N_("Write on which day it was ordered.")
    )
    bought_by = form.text("bought_by", 100, N_("Write who ordered."))
    promised = form.day("promised", first=bought_on)
    reference, received_by = form.text("reference", 80), form.text("received_by", 100)
    note, ours = form.text("note", 500), form.text("customer_reference", 100)
    lines = _lines(conn, form, supplier)
    if supplier is None or unit is None or bought_on is None or form.errors:
        return None
    facts = {"bought_on": bought_on, "bought_by": bought_by, "reference": reference, "promised": promised}
    return Bought(
        id=form.id(),
        supplier=supplier,
        unit=unit,
        placed_by=outside.login_of(conn, unit.id, bought_by) or bought_by,
        who=viewer(request).login,
        lines=lines,
        terms=Terms(
            customer_reference=ours or unit.customer_reference, accounting_cost=unit.accounting_cost, note=note
        ),
        purchase=Purchase(how=How(how), received_by=received_by, **facts),  # type: ignore[arg-type]
    )


def _unit(conn: sa.Connection, form: Filled) -> Unit | None:
    text = form.text("unit", 200, N_("Write the unit's name."))
    found = outside.units_named(conn, text) if text else []
    if len(found) == 1:
        return units.get(conn, found[0][0])
    if text and not found:
        form.wrong("unit", N_("No unit has that name."))
    elif found:
        form.wrong("unit", N_("Several units fit: %(names)s. Write more of the name."), names=_names(found))
    return None


def _names(found: Any) -> str:
    return ", ".join(name for _, name in found)


def _lines(conn: sa.Connection, form: Filled, supplier: Supplier | None) -> tuple[Wanted, ...]:
    """The rows in which something was written; at least one."""
    found = []
    for place in range(_rows(form.given)):
        written = ("article", "name", "quantity", "price")
        if any(one_line(form.given.get(f"lines.{place}.{name}", "")) for name in written):
            line = _line(conn, form, supplier, place)
            if line is not None:
                found.append(line)
    if not found and not form.errors:
        form.wrong("lines.0.name", N_("Write at least one line."))
    if sum((cost(one.article.price, one.quantity) for one in found), Decimal(0)) > HIGHEST:
        form.wrong("lines.0.price", N_("Write a number above 0 and at most %(most)s."), most=HIGHEST)
    return tuple(found)


def _line(conn: sa.Connection, form: Filled, supplier: Supplier | None, place: int) -> Wanted | None:
    at = f"lines.{place}."
    number = form.text(at + "article", 80)
    known = outside.known_article(conn, supplier.id, number) if supplier is not None and number else None
    name = form.text(at + "name", 200, "" if known else N_("Write what it is."))
    quantity = form.number(at + "quantity", most=Decimal(99_999), places=3)
    price = form.number(at + "price", most=HIGHEST, places=4, needed=known is None)
    measure = form.one_of(at + "measure", MEASURES, N_("Choose what you count in."))
    vat = form.rate(at + "vat")
    if supplier is None or quantity is None or (price is None and known is None):
        return None
    if known is None:
        assert price is not None
        article = outside.free_line(supplier, number or "-", name, measure, price, vat, supplier.category)
        return Wanted(article=article, quantity=plain(quantity))
    return Wanted(article=_at_price(known, price), quantity=plain(quantity))


def _at_price(known: Article, price: Decimal | None) -> Article:
    return known if price is None else msgspec.structs.replace(known, price=price)


def _rows(given: Mapping[str, str]) -> int:
    text = given.get("rows", "")
    return min(max(int(text), ROWS), MOST_ROWS) if text.isdecimal() and len(text) < 4 else ROWS


def _form(request: Web, given: Mapping[str, str], form: Filled | None = None) -> Response:
    shown = dict(given) | {"id": str(Filled(given, today(request)).id())}
    more: dict[str, Any] = {"given": shown, "form": form, "rows": _rows(given), "ways": WAYS, "measures": MEASURES}
    more["status"] = 422 if form is not None and form.errors else 200
    with request.app.state.engine.begin() as conn:
        return requests_page(conn, request, "shop/requests/register.html", None, **more)
