"""Into the stock, out of it, to another place: one form each. The first to expire goes first by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from starlette.responses import Response

from hub.stock import forms, store, words
from hub.stock.desk import WORKERS, doing, is_new, page, stock_now
from hub.stock.forms import ActForm
from hub.stock.goods import HUB, Article, Lot, at_supplier, at_unit, unit_of
from hub.stock.picture import Stock
from hub.stock.store import TooLittle
from web.access import allow
from web.languages import words_of
from web.pages import redirect

router = APIRouter()
Problems = list[tuple[str, str]]
Text = Annotated[str, Form()]


@router.get("/hub/stock/receive")
@allow(*WORKERS)
def receive_page(
    request: Request, article: str = "", place: str = HUB, lot: str = "", expires: str = "", quantity: str = ""
) -> Response:
    """What comes, where, and until when it keeps."""
    typed = {"article": article, "place": place, "lot": lot, "expires": expires, "quantity": quantity}
    return _form(request, "receive", typed)


@router.post("/hub/stock/receive")
@allow(*WORKERS)
def receive(
    request: Request, act: ActForm, article: Text = "", place: Text = HUB, quantity: Text = "", lot: Text = "",
    expires: Text = "", note: Text = "",
) -> Response:  # fmt: skip
    """Into the stock."""
    typed = {"article": article, "place": place, "lot": lot, "expires": expires, "quantity": quantity, "note": note}
    with request.app.state.engine.begin() as conn:
        stock = stock_now(request, conn)
        one = _article(stock, article)
        much, until = forms.amount(quantity), forms.day(expires) if expires.strip() else None
        problems = _wrong_place(stock, one, "place", place) + _wrong_amount(much) + _wrong_day(stock, expires, until)
        if problems or much is None:
            return _form(request, "receive", typed, problems, stock)
        if not is_new(request, conn, act, "receive"):
            return redirect(request, f"/hub/stock/goods/{one.goods_id}?done=again")
        batch = store.receive(conn, one.id, place, much, doing(request, act, note), lot=lot[:40], expires=until)
    return redirect(request, f"/hub/stock/goods/{one.goods_id}?done={batch}")


@router.get("/hub/stock/issue")
@allow(*WORKERS)
def issue_page(request: Request, article: str = "", place: str = HUB, quantity: str = "", unit: str = "") -> Response:
    """How much is taken, and for whom."""
    return _form(request, "issue", {"article": article, "place": place, "quantity": quantity, "unit": unit})


@router.post("/hub/stock/issue")
@allow(*WORKERS)
def issue(
    request: Request, act: ActForm, article: Text = "", place: Text = HUB, quantity: Text = "", unit: Text = "",
    note: Text = "",
) -> Response:  # fmt: skip
    """Out, to be used."""
    typed = {"article": article, "place": place, "quantity": quantity, "unit": unit, "note": note}
    try:
        with request.app.state.engine.begin() as conn:
            stock = stock_now(request, conn)
            one, much = _article(stock, article), forms.amount(quantity)
            problems = _wrong_place(stock, one, "place", place) + _wrong_amount(much)
            problems += [("unit", words.PLACE)] if unit and unit not in stock.units else []
            if problems or much is None:
                return _form(request, "issue", typed, problems, stock)
            if not is_new(request, conn, act, "issue"):
                return redirect(request, f"/hub/stock/goods/{one.goods_id}?done=again")
            for_whom = unit or unit_of(place)
            batch, _ = store.issue(conn, one.id, place, much, doing(request, act, note), for_whom)
        return redirect(request, f"/hub/stock/goods/{one.goods_id}?done={batch}")
    except TooLittle as refused:
        return _form(request, "issue", typed, _too_little(request, refused))


@router.get("/hub/stock/move")
@allow(*WORKERS)
def move_page(request: Request, article: str = "", place: str = HUB, quantity: str = "", to: str = "") -> Response:
    """How much is moved, and where."""
    return _form(request, "move", {"article": article, "place": place, "quantity": quantity, "to": to})


@router.post("/hub/stock/move")
@allow(*WORKERS)
def move(
    request: Request, act: ActForm, article: Text = "", place: Text = HUB, quantity: Text = "", to: Text = "",
    note: Text = "",
) -> Response:  # fmt: skip
    """To another place."""
    typed = {"article": article, "place": place, "quantity": quantity, "to": to, "note": note}
    try:
        with request.app.state.engine.begin() as conn:
            stock = stock_now(request, conn)
            one, much = _article(stock, article), forms.amount(quantity)
            problems = (
                _wrong_place(stock, one, "place", place) + _wrong_amount(much) + _wrong_place(stock, one, "to", to)
            )
            problems += [("to", words.SAME_PLACE)] if to == place else []
            if problems or much is None:
                return _form(request, "move", typed, problems, stock)
            if not is_new(request, conn, act, "move"):
                return redirect(request, f"/hub/stock/goods/{one.goods_id}?done=again")
            batch, _ = store.move(conn, one.id, place, to, much, doing(request, act, note))
        return redirect(request, f"/hub/stock/goods/{one.goods_id}?done={batch}")
    except TooLittle as refused:
        return _form(request, "move", typed, _too_little(request, refused))


@router.post("/hub/stock/scrap")
@allow(*WORKERS)
def scrap(request: Request, act: ActForm, lot: Text = "", note: Text = "") -> Response:
    """All that is left of a lot is thrown away; it can be undone."""
    lot_id = forms.number(lot)
    with request.app.state.engine.begin() as conn:
        stock = stock_now(request, conn)
        found = next((one for some in stock.lots.values() for one in some if one.id == lot_id), None)
        if found is None or found.quantity <= 0:
            return redirect(request, "/hub/stock/first?gone=yes")
        if not is_new(request, conn, act, "scrap"):
            return redirect(request, f"/hub/stock/goods/{found.article.goods_id}?done=again")
        batch = store.scrap(conn, found.id, store.left_of(conn, found.id), doing(request, act, note))
    return redirect(request, f"/hub/stock/goods/{found.article.goods_id}?done={batch}")


def _article(stock: Stock, text: str) -> Article:
    wanted = forms.number(text)
    found = next((one for some in stock.articles.values() for one in some if one.id == wanted), None)
    if found is None:
        raise HTTPException(404)
    return found


def places(stock: Stock, article: Article) -> dict[str, str]:
    """Where the article may stand: the hub, with its supplier, in a unit. The hub's name is ""."""
    units = {at_unit(unit): name for unit, name in stock.units.items()}
    return {HUB: "", at_supplier(article.supplier_id): article.supplier_name} | units


def _wrong_place(stock: Stock, article: Article, field: str, place: str) -> Problems:
    return [] if place in places(stock, article) else [(field, words.PLACE)]


def _wrong_amount(much: Decimal | None) -> Problems:
    return [("quantity", words.AMOUNT)] if much is None else []


def _wrong_day(stock: Stock, text: str, day: date | None) -> Problems:
    if text.strip() and day is None:
        return [("expires", words.DAY)]
    return [("expires", words.EXPIRED)] if day is not None and day < stock.today else []


def _too_little(request: Request, refused: TooLittle) -> Problems:
    return [("quantity", words_of(request).say(words.TOO_LITTLE, there=f"{refused.there:f}".replace(".", ",")))]


def _form(
    request: Request, kind: str, typed: Mapping[str, str], problems: Problems | None = None, stock: Stock | None = None
) -> Response:
    if stock is None:
        with request.app.state.engine.begin() as conn:
            stock = stock_now(request, conn)
    article = _article(stock, typed["article"])
    context: dict[str, Any] = {"kind": kind, "typed": {"note": ""} | dict(typed), "problems": problems or []}
    context |= {"article": article, "goods": stock.goods[article.goods_id], "places": places(stock, article)}
    context |= {"there": _there(stock, article, typed["place"])}
    return page(request, f"{kind}.html", stock, 422 if problems else 200, **context)


def _there(stock: Stock, article: Article, place: str) -> list[Lot]:
    """The lots of the article in a place that may be used, first to expire first."""
    mine = (lot for lot in stock.at(article.goods_id, place) if lot.article.id == article.id)
    here = [lot for lot in mine if lot.usable(stock.today)]
    return sorted(here, key=lambda lot: (lot.expires_or_last, lot.id))
