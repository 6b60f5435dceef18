"""Ordering again what an order held: all of it that can still be bought, and told what could not be."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

import msgspec
import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from gateway.model.order import OrderLine
from gateway.orders import book
from gateway.orders.book import OrderRow
from shop import basket, units
from shop.articles import COLUMNS, Article
from shop.desk import chosen_unit, shop_page, today, viewer
from shop.lists.buyable import Standing, standings
from shop.reach import reach
from shop.tables import articles
from shop.units import Unit
from web.access import BUYER, allow
from web.languages import N_
from web.pages import redirect

router = APIRouter()


class Again(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the order, the article that is sold under its number today, and how it stands with it."""

    line: OrderLine
    article: Article | None
    standing: Standing


@router.post("/orders/{number}/again")
@allow(BUYER)
def order_again(request: Request, number: str, added: Annotated[str, Form()] = "") -> Response:
    """Into the basket of the chosen unit; the basket is next where everything could be bought as before."""
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        if unit is None:
            return redirect(request, "/units")
        lines = lines_again(conn, request, unit, _order(conn, request, number))
        mine = basket.open_basket(conn, viewer(request).id, unit.id, request.app.state.now())
        for one in lines:
            if one.article is not None and one.standing.why is None:
                basket.add(conn, mine, one.article.id, one.line.quantity.value, request.app.state.now())
    told = any(one.standing.why or one.standing.dearer for one in lines)
    return redirect(request, f"/orders/{number}/again" if told else "/basket")


@router.get("/orders/{number}/again")
@allow(BUYER)
def again_page(request: Request, number: str) -> Response:
    """What was put into the basket, and what could not be, with what would do instead."""
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        if unit is None:
            return redirect(request, "/units")
        row = _order(conn, request, number)
        lines = lines_again(conn, request, unit, row)
        mine = basket.open_basket(conn, viewer(request).id, unit.id, request.app.state.now())
        held = {line.article.id: line.quantity for line in mine.kept}
        return shop_page(conn, request, "shop/lists/again.html", unit, row=row, lines=lines, in_basket=held)


def _order(conn: sa.Connection, request: Request, number: str) -> OrderRow:
    """An order of a unit that this person buys for; else it does not exist."""
    row = book.get(conn, number)
    if row is None or row.unit_id not in units.ids_of_user(conn, viewer(request).id, [units.BUYER]):
        raise HTTPException(404)
    return row


def lines_again(conn: sa.Connection, request: Request, unit: Unit, row: OrderRow) -> Sequence[Again]:
    """The lines of the order and what they mean today."""
    lines = row.order.lines
    numbers = {line.item.seller_id for line in lines if line.item.seller_id}
    theirs = (articles.c.supplier_id == row.supplier_id) & articles.c.seller_id.in_(sorted(numbers))
    found = conn.execute(sa.select(*COLUMNS).where(theirs, articles.c.listed))
    known = {one.seller_id: one for one in (Article(**each._mapping) for each in found)}
    prices = {one.seller_id: _paid(line) for line in lines if (one := known.get(line.item.seller_id or ""))}
    wanted = [(one, prices[one.seller_id]) for one in known.values()]
    stands = standings(conn, wanted, reach(conn, unit, today(request)), request.app.state.suppliers)
    return [_again(line, known.get(line.item.seller_id or ""), stands) for line in lines]


def _again(line: OrderLine, article: Article | None, stands: dict[int, Standing]) -> Again:
    if article is None:
        gone = Standing(why=N_("It is not in the supplier's range."))
        return Again(line=line, article=None, standing=gone)
    return Again(line=line, article=article, standing=stands[article.id])


def _paid(line: OrderLine) -> Decimal:
    """What one unit cost then; 0 where the line says no price."""
    if line.price is None:
        return Decimal(0)
    base = line.price.base_quantity
    return line.price.amount.value / base.value if base is not None and base.value else line.price.amount.value
