"""To a supplier's own shop: asking for the visit, and the page on which the browser leaves."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from gateway.exchange.punchout.leaving import Way, leave
from gateway.exchange.punchout.opening import Errand, House, start
from gateway.exchange.punchout.visits import State
from gateway.model.basket import Traveller
from gateway.model.item import Item
from gateway.suppliers.supplier import Supplier
from shop import articles, basket, brought
from shop.basket_pages import LARGEST_ID
from shop.desk import chosen_unit, has_shop, shop_page, viewer
from shop.units import Unit
from shop.visit_pages import own, supplier_of
from web import accounts
from web.access import BUYER, allow
from web.dialects import dialects_of
from web.pages import redirect
from web.security import CONTENT_SECURITY_POLICY

router = APIRouter()
_MAY = {"edit": {"edit"}, "inspect": {"edit", "inspect"}}


@router.post("/punchout/start")
@allow(BUYER)
def begin(
    request: Request,
    supplier: Annotated[str, Form()] = "",
    article: Annotated[int | None, Form(ge=1, le=LARGEST_ID)] = None,
    edits: Annotated[UUID | None, Form()] = None,
    operation: Annotated[str, Form()] = "create",
) -> Response:
    """A new visit: then on to the page that leads there, or to the one that says why the shop let nobody in."""
    state = request.app.state
    with state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        if unit is None:
            return redirect(request, "/units")
        more = _again(conn, request, edits, operation) if edits else _anew(conn, request, supplier, article)
        errand = Errand(person=str(viewer(request).id), site=_site(request), **_who(conn, request, unit), **more)
    house = House(
        engine=state.engine, dialects=dialects_of(request), org_number=str(state.settings.municipality.org_number)
    )
    return redirect(request, f"/punchout/{start(house, errand, state.now())}/go")


@router.get("/punchout/{visit_id}/go")
@allow(BUYER)
def go(request: Request, visit_id: UUID) -> Response:
    """The page that leads to the shop, once: who comes back to it with the browser's button is told where they are."""
    with request.app.state.engine.begin() as conn:
        visit, unit = own(conn, request, visit_id, lock=True)
        seller, way = supplier_of(request, visit), None
        if visit.state is State.READY and seller is not None and has_shop(seller):
            way = leave(conn, visit, seller.shop, _site(request), request.app.state.now())
        if way is None:
            return redirect(request, f"/punchout/{visit_id}")
        page = shop_page(conn, request, "shop/leave.html", unit, visit=visit, way=way)
    return _outward(page, way)


def _outward(page: Response, way: Way) -> Response:
    """No address of ours is told to the shop by the browser, and a form can be sent to that shop and nowhere else."""
    page.headers["Referrer-Policy"] = "no-referrer"
    page.headers["Cache-Control"] = "no-store"
    allowed = way.origin if way.fields else "'none'"
    page.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(
        "form-action 'self'", f"form-action {allowed}"
    )
    return page


def _anew(conn: sa.Connection, request: Request, supplier_id: str, article_id: int | None) -> dict[str, Any]:
    """To a supplier's shop, or to one article there."""
    found = articles.get(conn, article_id) if article_id is not None else None
    supplier: Supplier | None = request.app.state.suppliers.get(found.supplier_id if found else supplier_id)
    if supplier is None or not has_shop(supplier):
        raise HTTPException(404)
    return {"supplier": supplier, "selected": Item(seller_id=found.seller_id) if found else None}


def _again(conn: sa.Connection, request: Request, visit_id: UUID, operation: str) -> dict[str, Any]:
    """Back to the shop with what was chosen there before, as far as it still lies in the basket."""
    visit, unit = own(conn, request, visit_id)
    supplier = supplier_of(request, visit)
    allowed = visit.basket.allowed if visit.basket is not None else None
    if supplier is None or not has_shop(supplier) or chosen_unit(conn, request) != unit:
        raise HTTPException(404)
    if allowed not in _MAY.get(operation, ()):
        raise HTTPException(404)
    mine = basket.open_basket(conn, viewer(request).id, unit.id, request.app.state.now())
    lines = brought.lines_in(conn, mine.id, visit)
    if not lines or supplier.punchout != "cxml":
        raise HTTPException(404)
    return {"supplier": supplier, "operation": operation, "edits": visit.id, "lines": lines}


def _who(conn: sa.Connection, request: Request, unit: Unit) -> dict[str, Any]:
    person = viewer(request)
    traveller = Traveller(
        id=person.login, name=person.name, email=accounts.email_of(conn, person.login), unit=unit.name
    )
    return {"unit_id": unit.id, "traveller": traveller}


def _site(request: Request) -> str:
    """Our own address as the browser knows it: the same that the Origin of our forms is compared with."""
    return f"{request.url.scheme}://{request.headers.get('host', '')}"
