"""Counting: every lot of some goods in one place, and what of it is really there."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from hub.stock import forms, store, words
from hub.stock.desk import WORKERS, doing, goods_of, is_new, page, stock_now
from hub.stock.forms import ActForm
from hub.stock.goods import HUB, ZERO, Lot
from hub.stock.picture import Stock
from web.access import allow
from web.pages import redirect

router = APIRouter()


@router.get("/hub/stock/count")
@allow(*WORKERS)
def count_page(request: Request, goods: str = "", place: str = HUB) -> Response:
    """A field for each lot, with nothing filled in: one counts, and does not agree."""
    return _form(request, goods, place, {}, [])


@router.post("/hub/stock/count")
@allow(*WORKERS)
def count(
    request: Request,
    act: ActForm,
    goods: Annotated[str, Form()] = "",
    place: Annotated[str, Form()] = HUB,
    lot: Annotated[list[str], Form()] = [],  # noqa: B006 - never changed
    counted: Annotated[list[str], Form()] = [],  # noqa: B006 - never changed
    note: Annotated[str, Form()] = "",
) -> Response:
    """What was counted is so from now on; a lot without a number was not counted."""
    typed = dict(zip(lot, counted, strict=False))
    with request.app.state.engine.begin() as conn:
        stock = stock_now(request, conn)
        goods_id = goods_of(stock, forms.number(goods)).id
        mine = {str(one.id): one.id for one in _lots(stock, goods_id, place)}
        told = {name: text for name, text in typed.items() if name in mine and text.strip()}
        read = {name: forms.amount(text, ZERO) for name, text in told.items()}
        problems = [(f"counted-{name}", words.COUNTED) for name, much in read.items() if much is None]
        problems += [] if told else [(f"counted-{next(iter(mine), '')}", words.COUNTED)]
        if problems:
            return _form(request, goods, place, typed, problems, stock)
        if not is_new(request, conn, act, "count"):
            return redirect(request, f"/hub/stock/goods/{goods_id}?done=again")
        found: list[tuple[int, Decimal]] = [(mine[name], much) for name, much in read.items() if much is not None]
        batch = store.count(conn, found, doing(request, act, note))
    return redirect(request, f"/hub/stock/goods/{goods_id}?done={batch}")


def _lots(stock: Stock, goods_id: int, place: str) -> list[Lot]:
    return sorted(stock.at(goods_id, place), key=lambda lot: (lot.expires_or_last, lot.id))


def _form(
    request: Request,
    goods: str,
    place: str,
    typed: Mapping[str, str],
    problems: list[tuple[str, str]],
    stock: Stock | None = None,
) -> Response:
    if stock is None:
        with request.app.state.engine.begin() as conn:
            stock = stock_now(request, conn)
    found = goods_of(stock, forms.number(goods))
    lots = _lots(stock, found.id, place)
    context = {"goods": found, "place": place, "lots": lots, "typed": typed, "problems": problems}
    return page(request, "count.html", stock, 422 if problems else 200, **context)
