"""One kind of goods: where it is and how long it lasts, who sells it, what was done with it; and its minima."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from hub.acts.form import uuid_in
from hub.stock import charts, forms, learning, needs, reading, store, words
from hub.stock.desk import DECIDERS, READERS, WORKERS, goods_of, page, stock_now
from hub.stock.goods import HUB, ZERO, Goods, at_unit, supplier_of
from hub.stock.picture import Stock
from hub.stock.store import TooLate
from web.access import allow
from web.pages import redirect

router = APIRouter()
_ALIKE = 30


@router.get("/hub/stock/goods/{goods_id}")
@allow(*READERS)
def goods_page(request: Request, goods_id: int, done: str = "", undone: str = "") -> Response:
    """Everything about it."""
    return _show(request, goods_id, done=done, undone=undone)


@router.post("/hub/stock/goods/{goods_id}/need")
@allow(*DECIDERS)
def need(
    request: Request,
    goods_id: int,
    place: Annotated[str, Form()] = "",
    days: Annotated[str, Form()] = "",
    per_day: Annotated[str, Form()] = "",
    usual: Annotated[str, Form()] = "",
) -> Response:
    """How long it must last in a place, and what somebody thinks is used there."""
    state, typed = request.app.state, {"place": place, "days": days, "per_day": per_day, "usual": usual}
    with state.engine.begin() as conn:
        stock = stock_now(request, conn)
        goods_of(stock, goods_id)
        least, estimate = forms.days(days), forms.amount(per_day, ZERO) if per_day.strip() else None
        problems = _problems(stock, place, least, estimate, per_day)
        if not problems:
            who, now = request.state.viewer.name, state.now()
            before = next((one for one in stock.needs if (one.goods_id, one.place) == (goods_id, place)), None)
            kept = before.per_day if before and not per_day.strip() else estimate or None
            needs.choose(conn, goods_id, place, least or 0, kept, who, now)
            sellers = {one.supplier_id for one in stock.articles.get(goods_id, ())}
            if usual in sellers:
                needs.usual(conn, goods_id, usual)
            return redirect(request, f"/hub/stock/goods/{goods_id}?done=need")
    return _show(request, goods_id, typed=typed, problems=problems)


def _problems(
    stock: Stock, place: str, least: int | None, estimate: Decimal | None, per_day: str
) -> list[tuple[str, str]]:
    """(field, message) for what cannot be taken."""
    known = place == HUB or place in {at_unit(unit) for unit in stock.units}
    found = [] if known else [("place", words.PLACE)]
    found += [("days", words.DAYS)] if least is None else []
    return found + ([("per_day", words.AMOUNT)] if per_day.strip() and estimate is None else [])


@router.post("/hub/stock/goods/{goods_id}/same")
@allow(*DECIDERS)
def same(request: Request, goods_id: int, other: Annotated[str, Form()] = "") -> Response:
    """Another one is the same goods: their articles are each other's substitutes."""
    with request.app.state.engine.begin() as conn:
        goods_of(stock_now(request, conn), goods_id)
        done = learning.same(conn, goods_id, forms.number(other) or 0)
    return redirect(request, f"/hub/stock/goods/{goods_id}?done={'same' if done else 'not_same'}")


@router.post("/hub/stock/articles/{article_id}/apart")
@allow(*DECIDERS)
def apart(request: Request, article_id: int) -> Response:
    """An article is not the same goods as the others."""
    with request.app.state.engine.begin() as conn:
        stock = stock_now(request, conn)
        old = next((id for id, some in stock.articles.items() if any(one.id == article_id for one in some)), None)
        goods_of(stock, old)
        new = learning.apart(conn, article_id)
    return redirect(request, f"/hub/stock/goods/{new or old}?done={'apart' if new else 'not_apart'}")


@router.post("/hub/stock/undo")
@allow(*WORKERS)
def undo(request: Request, batch: Annotated[str, Form()] = "", goods: Annotated[str, Form()] = "") -> Response:
    """Takes back what one press did, within a day and while the goods are still there."""
    state, found = request.app.state, uuid_in(batch)
    goods_id = forms.number(goods) or 0
    try:
        with state.engine.begin() as conn:
            gone = found is not None and store.undo(conn, found, request.state.viewer.name, state.now())
    except TooLate:
        return redirect(request, f"/hub/stock/goods/{goods_id}?undone=no")
    return redirect(request, f"/hub/stock/goods/{goods_id}?undone={'yes' if gone else 'before'}")


def _show(request: Request, goods_id: int, **more: Any) -> Response:
    with request.app.state.engine.begin() as conn:
        stock = stock_now(request, conn)
        goods = goods_of(stock, goods_id)
        history, counted = list(reading.history(conn, goods_id)), reading.counted(conn)
    covers = {one.place: one for one in stock.covers(goods_id)}
    lots = stock.lots.get(goods_id, ())
    hub = covers.get(HUB)
    told = {"done": "", "undone": "", "typed": {}, "problems": []} | more
    can_undo = {one.batch for one in history if _is_fresh(request, one) and not one.undone_by}
    newest = uuid_in(told["done"])
    return page(
        request,
        "goods.html",
        stock,
        422 if told["problems"] else 200,
        goods=goods,
        covers=covers,
        places=_places(stock, goods_id, covers),
        use={place: stock.use_at(goods_id, place) for place in {HUB, *covers, *(lot.place for lot in lots)}},
        stairs=charts.stairs(stock.at(goods_id, HUB), (hub.least * hub.per_day) if hub else ZERO, stock.today),
        history=history,
        counted=counted,
        can_undo=can_undo,
        newest=newest if newest in can_undo else None,
        alike=_alike(stock, goods),
        **told,
    )


def _is_fresh(request: Request, one: reading.Done) -> bool:
    """Whether it may still be taken back, as far as the clock goes."""
    return request.app.state.now() - one.taken_at <= store.UNDO_WINDOW  # type: ignore[no-any-return]


def _places(stock: Stock, goods_id: int, covers: dict[str, Any]) -> list[str]:
    """The hub, then suppliers that hold some, then units by name."""
    names = {HUB, *covers, *(lot.place for lot in stock.lots.get(goods_id, ()))}
    names |= {f"supplier:{one.article.supplier_id}" for one in stock.agreements if one.article.goods_id == goods_id}
    return sorted(names, key=lambda one: (one != HUB, supplier_of(one) is None, stock.place_name(one)))


def _alike(stock: Stock, goods: Goods) -> list[Goods]:
    """Others that could be the same: reckoned in the same unit, those first whose names share most words."""
    mine = set(goods.name.casefold().replace(",", " ").split())
    others = [one for one in stock.goods.values() if one.id != goods.id and one.unit == goods.unit]
    shared = {one.id: len(mine & set(one.name.casefold().replace(",", " ").split())) for one in others}
    return sorted((one for one in others if shared[one.id]), key=lambda one: (-shared[one.id], one.name))[:_ALIKE]
