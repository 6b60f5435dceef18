"""A visit that is over: what came back, what differs, and whether it goes into the basket. Nothing goes in unseen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from gateway.exchange.punchout import visits
from gateway.exchange.punchout.coming import read_in
from gateway.exchange.punchout.visits import State, Visit
from gateway.suppliers.supplier import Supplier
from shop import basket, brought, units
from shop.articles import contract_prices
from shop.basket import Basket
from shop.desk import chosen_unit, has_shop, shop_page, today, viewer
from shop.units import BUYER as BUYS
from shop.units import Unit
from shop.visit_view import looked_at
from web.access import BUYER, allow
from web.dialects import dialects_of
from web.pages import redirect

router = APIRouter()


@router.get("/punchout")
@allow(BUYER)
def my_visits(request: Request) -> Response:
    """The suppliers' shops, and my latest visits there."""
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        if unit is None:
            return redirect(request, "/units")
        person = str(viewer(request).id)
        visits.expire(conn, person, request.app.state.now())
        mine = visits.of_person(conn, person)
        return shop_page(conn, request, "shop/visits.html", unit, visits=mine, shops=shops(request))


@router.get("/punchout/{visit_id}")
@allow(BUYER)
def visit_page(request: Request, visit_id: UUID, page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> Response:
    """How far a visit has come. What came back is read here, the first time that its own person looks."""
    state = request.app.state
    with state.engine.begin() as conn:
        visits.expire(conn, str(viewer(request).id), state.now())
        visit, _ = own(conn, request, visit_id)
    if visit.state is State.RETURNED and visit.basket is None:
        supplier = supplier_of(request, visit)
        shop = supplier.shop if supplier is not None else None
        read_in(state.engine, dialects_of(request), visit_id, shop, contract_prices, state.now())
    with state.engine.begin() as conn:
        visit, unit = own(conn, request, visit_id)
        looked = looked_at(visit)
        mine = basket.open_basket(conn, viewer(request).id, unit.id, state.now())
        context: dict[str, Any] = {"visit": visit, "looked": looked, "page": min(page, looked.pages)}
        context["page_address"] = lambda number: f"/punchout/{visit_id}?page={number}"
        before = visits.get(conn, visit.edits) if visit.edits is not None else None
        context["left"] = len(brought.lines_in(conn, mine.id, before)) if before is not None else 0
        return shop_page(conn, request, "shop/visit.html", unit, **context)


@router.post("/punchout/{visit_id}/add")
@allow(BUYER)
def add(request: Request, visit_id: UUID) -> Response:
    """What came back goes into the basket, once; what was edited there goes out of it."""

    def act(conn: sa.Connection, visit: Visit, mine: Basket) -> None:
        supplier = supplier_of(request, visit)
        if supplier is None or not brought.kept_lines(visit):
            raise HTTPException(409)
        if _settled(conn, request, visit, State.ADDED):
            _take_out_old(conn, visit, mine)
            brought.put(conn, mine.id, visit, supplier, request.app.state.now())

    return _decided(request, visit_id, act, "/basket")


@router.post("/punchout/{visit_id}/remove")
@allow(BUYER)
def remove(request: Request, visit_id: UUID) -> Response:
    """The shop gave back an empty basket, and the person says that the lines shall go."""

    def act(conn: sa.Connection, visit: Visit, mine: Basket) -> None:
        if visit.basket is None or visit.basket.lines or visit.operation != "edit":
            raise HTTPException(409)
        if _settled(conn, request, visit, State.ADDED):
            _take_out_old(conn, visit, mine)

    return _decided(request, visit_id, act, "/basket")


@router.post("/punchout/{visit_id}/decline")
@allow(BUYER)
def decline(request: Request, visit_id: UUID) -> Response:
    """Nothing of it is wanted; a return address that was not used yet works no more."""

    def act(conn: sa.Connection, visit: Visit, mine: Basket) -> None:
        now = request.app.state.now()
        visits.settle(conn, visit.id, visits.LIVE, State.DECLINED, now)

    return _decided(request, visit_id, act, f"/punchout/{visit_id}")


def own(conn: sa.Connection, request: Request, visit_id: UUID, *, lock: bool = False) -> tuple[Visit, Unit]:
    """The viewer's own visit and its unit; 404 for anybody else, and for who buys for the unit no more."""
    visit = visits.get(conn, visit_id, lock=lock)
    person = viewer(request)
    if visit is None or visit.person != str(person.id):
        raise HTTPException(404)
    unit = (
        units.get(conn, visit.unit_id)
        if visit.unit_id in units.ids_of_user(conn, person.id, [BUYS], today(request))
        else None
    )
    if unit is None:
        raise HTTPException(404)
    return visit, unit


def shops(request: Request) -> list[Supplier]:
    """The suppliers who have a shop to go to, by name."""
    found = [one for one in request.app.state.suppliers if has_shop(one)]
    return sorted(found, key=lambda one: one.name)


def supplier_of(request: Request, visit: Visit) -> Supplier | None:
    """The supplier, None where it has left."""
    found: Supplier | None = request.app.state.suppliers.get(visit.supplier_id)
    return found


def _settled(conn: sa.Connection, request: Request, visit: Visit, after: State) -> bool:
    return visits.settle(conn, visit.id, [State.RETURNED], after, request.app.state.now())


def _take_out_old(conn: sa.Connection, visit: Visit, mine: Basket) -> None:
    if visit.edits is not None:
        brought.take_out(conn, mine.id, visit.edits)


def _decided(
    request: Request, visit_id: UUID, act: Callable[[sa.Connection, Visit, Basket], None], then: str
) -> Response:
    """`act` on the visit, which is locked, and on the basket of its unit."""
    with request.app.state.engine.begin() as conn:
        visit, unit = own(conn, request, visit_id, lock=True)
        now = request.app.state.now()
        act(conn, visit, basket.open_basket(conn, viewer(request).id, unit.id, now, lock=True))
        after = visits.get(conn, visit_id)
        added = after is not None and after.state is State.ADDED
        if not added or chosen_unit(conn, request) != unit:
            then = f"/punchout/{visit_id}"
    return redirect(request, then)
