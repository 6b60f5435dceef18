"""What suppliers hold for the municipality under agreement: how much, how quickly, until when, and is it there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from hub.stock import forms, needs, words
from hub.stock.desk import DECIDERS, READERS, page, stock_now
from hub.stock.goods import ZERO, Article, at_supplier
from hub.stock.picture import Stock
from web.access import allow
from web.pages import redirect

router = APIRouter()
_SLOWEST = 90


@router.get("/hub/stock/agreements")
@allow(*READERS)
def agreements(request: Request, article: str = "", done: str = "") -> Response:
    """Those that end first first; with an article, its form."""
    with request.app.state.engine.begin() as conn:
        stock = stock_now(request, conn)
    return _show(request, stock, _article(stock, article), {}, [], done)


@router.post("/hub/stock/agreements")
@allow(*DECIDERS)
def agree(
    request: Request,
    article: Annotated[str, Form()] = "",
    quantity: Annotated[str, Form()] = "",
    delivers_in: Annotated[str, Form()] = "",
    valid_to: Annotated[str, Form()] = "",
) -> Response:
    """The supplier holds so much of the article until that day."""
    state = request.app.state
    typed = {"quantity": quantity, "delivers_in": delivers_in, "valid_to": valid_to}
    with state.engine.begin() as conn:
        stock = stock_now(request, conn)
        one = _article(stock, article)
        much, quick, until = forms.amount(quantity), forms.days(delivers_in), forms.day(valid_to)
        problems = [("article", words.ARTICLE)] if one is None else []
        problems += [("quantity", words.AMOUNT)] if much is None else []
        problems += [("delivers_in", words.QUICK)] if quick is None or quick > _SLOWEST else []
        problems += [("valid_to", words.DAY)] if until is None or until < stock.today else []
        if problems or one is None or much is None or quick is None or until is None:
            return _show(request, stock, one, typed, problems)
        needs.agree(conn, one.id, much, quick, until, request.state.viewer.name, state.now())
    return redirect(request, "/hub/stock/agreements?done=agreed")


@router.post("/hub/stock/agreements/{article_id}/end")
@allow(*DECIDERS)
def end(request: Request, article_id: int) -> Response:
    """There is no agreement any more; what the supplier holds stays in the book until it is counted."""
    with request.app.state.engine.begin() as conn:
        gone = 0 < article_id < 2**31 and needs.end(conn, article_id)
    return redirect(request, f"/hub/stock/agreements?done={'ended' if gone else 'before'}")


def _article(stock: Stock, text: str) -> Article | None:
    wanted = forms.number(text)
    return next((one for some in stock.articles.values() for one in some if one.id == wanted), None)


def _show(
    request: Request,
    stock: Stock,
    article: Article | None,
    typed: Mapping[str, str],
    problems: list[tuple[str, str]],
    done: str = "",
) -> Response:
    known = next((one for one in stock.agreements if article and one.article.id == article.id), None)
    before = (
        {"quantity": f"{known.quantity:f}".replace(".", ","), "delivers_in": str(known.delivers_in)} if known else {}
    )
    before |= {"valid_to": known.valid_to.isoformat()} if known else {}
    blank = {"quantity": "", "delivers_in": "", "valid_to": ""}
    return page(
        request,
        "agreements.html",
        stock,
        422 if problems else 200,
        article=article,
        known=known,
        typed=blank | before | dict(typed),
        problems=problems,
        done=done,
        held={one.article.id: _held(stock, one.article) for one in stock.agreements},
    )


def _held(stock: Stock, article: Article) -> object:
    lots = stock.at(article.goods_id, at_supplier(article.supplier_id))
    return sum((lot.quantity for lot in lots if lot.article.id == article.id and lot.usable(stock.today)), ZERO)
