"""The shop's pages: shelves, an article, the cart, the way home. In Swedish only, as such suppliers' shops are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gateway.sandbox.shopfront import cart
from gateway.sandbox.shopfront.goods import CATEGORIES, Goods
from gateway.sandbox.shopfront.leaving import Form, home
from gateway.sandbox.shopfront.ledger import Ledger
from gateway.sandbox.shopfront.quirks import Quirk
from gateway.sandbox.shopfront.shop import Shop
from gateway.sandbox.shopfront.visits import Visit, Visits

_FOLDER = Path(__file__).parent
_MOST = Decimal(9999)
_UNITS = {"EA": "st", "BX": "förp", "HUR": "timme"}
_SAFE = "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'"


def money(value: Decimal) -> str:
    """`1 234,50 kr`, with spaces that do not break."""
    return f"{value:,.2f}".replace(",", "\u00a0").replace(".", ",") + "\u00a0kr"


def _unit_word(unit: str) -> str:
    return _UNITS.get(unit, unit)


_TEMPLATES = Environment(
    loader=FileSystemLoader(_FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
_TEMPLATES.filters |= {"money": money, "unit": _unit_word, "plain": lambda one: f"{one:f}"}


def pages(shop_of: Callable[[str], Shop], visits: Visits, ledger: Ledger, clock: Callable[[], datetime]) -> APIRouter:
    """Everything below `/{shop}/v/{visit}`."""
    router = APIRouter(prefix="/{shop}/v/{id}")

    def entered(shop: str, id: str) -> tuple[Shop, Visit]:
        visit = visits.get(shop, id)
        if visit is None:
            raise HTTPException(404, "Besöket är slut. Gå tillbaka till din beställningsportal och börja om.")
        return shop_of(shop), visit

    @router.get("")
    def shelves(shop: str, id: str, hylla: str = "") -> Response:
        here, visit = entered(shop, id)
        if visit.start and not hylla and here.article(visit.start):
            return RedirectResponse(f"/{shop}/v/{id}/artikel/{visit.start}", 303)
        if visit.operation != "create" and not hylla:
            return RedirectResponse(f"/{shop}/v/{id}/korg", 303)
        goods = [one for one in here.goods if hylla not in CATEGORIES or one.category == hylla]
        return _page("shelves.html", here, visit, goods=goods, shelf=hylla)

    @router.get("/artikel/{part}")
    def article(shop: str, id: str, part: str) -> Response:
        here, visit = entered(shop, id)
        return _page("article.html", here, visit, one=_article(here, part))

    @router.post("/korg")
    async def put(shop: str, id: str, request: Request) -> Response:
        here, visit = entered(shop, id)
        form = {name: str(value) for name, value in (await request.form(max_files=0)).items()}
        goods = _article(here, form.get("part", ""))
        if not visit.looks_only:
            visit.put((goods.part, _chosen(goods, form)), _quantity(form.get("quantity", "1")))
        return RedirectResponse(f"/{shop}/v/{id}/korg", 303)

    @router.post("/antal")
    async def change(shop: str, id: str, request: Request) -> Response:
        _, visit = entered(shop, id)
        form = await request.form(max_files=0)
        key = str(form.get("part", "")), str(form.get("auxiliary", ""))
        if key in visit.cart and not visit.looks_only:
            visit.set(key, _quantity(str(form.get("quantity", "0"))))
        return RedirectResponse(f"/{shop}/v/{id}/korg", 303)

    @router.get("/korg")
    def basket(shop: str, id: str) -> Response:
        here, visit = entered(shop, id)
        lines = cart.shown(here, visit)
        return _page("cart.html", here, visit, lines=lines, total=sum((one.sum for one in lines), Decimal(0)))

    @router.get("/home")
    def go_home(shop: str, id: str) -> Response:
        here, visit = entered(shop, id)
        if visit.looks_only:
            return _leave(here, visit, home(here, visit, clock(), cancelled=True))
        ledger.note(here.id, visit.kind, cart.leaving(here, visit))
        return _leave(here, visit, home(here, visit, clock()))

    @router.get("/avbryt")
    def cancel(shop: str, id: str) -> Response:
        here, visit = entered(shop, id)
        return _leave(here, visit, home(here, visit, clock(), cancelled=True))

    return router


def _page(template: str, shop: Shop, visit: Visit, **facts: Any) -> Response:
    count = sum(visit.cart.values(), Decimal(0))
    facts |= {"shop": shop, "visit": visit, "at": f"/{shop.id}/v/{visit.id}", "categories": CATEGORIES, "count": count}
    text = _TEMPLATES.get_template(template).render(facts)
    return HTMLResponse(text, headers=_headers("form-action 'self'"))


def _leave(shop: Shop, visit: Visit, form: Form) -> Response:
    facts = {"shop": shop, "visit": visit, "form": form, "back": f"/{shop.id}/v/{visit.id}"}
    text = _TEMPLATES.get_template("leave.html").render(facts)
    also = f"; connect-src {form.origin}" if Quirk.POSTED_TWICE in visit.quirks else ""
    return HTMLResponse(text, headers=_headers(f"form-action {form.origin}{also}"))


def _headers(also: str) -> dict[str, str]:
    policy = {"Content-Security-Policy": f"{_SAFE}; {also}", "X-Content-Type-Options": "nosniff"}
    return policy | {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


def _article(shop: Shop, part: str) -> Goods:
    goods = shop.article(part)
    if goods is None:
        raise HTTPException(404, "Artikeln finns inte här.")
    return goods


def _chosen(goods: Goods, form: dict[str, str]) -> str:
    """The auxiliary id of what was chosen; of a group where nothing was, its first."""
    codes = []
    for place, (_, group) in enumerate(goods.choices):
        wanted = form.get(f"choice{place}", "")
        codes.append(next((one.code for one in group if one.code == wanted), group[0].code))
    return goods.auxiliary(tuple(codes))


def _quantity(text: str) -> Decimal:
    try:
        found = Decimal(text.replace(",", ".").strip())
    except InvalidOperation:
        return Decimal(1)
    return min(max(found, Decimal(0)), _MOST) if found.is_finite() else Decimal(1)
