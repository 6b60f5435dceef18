"""The crisis stock at a glance: what needs somebody, how long everything lasts, and what to use first."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from hub.labels import Label, read_label
from hub.stock import charts, watching
from hub.stock.cover import Cover
from hub.stock.desk import READERS, WORKERS, page, stock_now
from hub.stock.goods import HUB, Need
from hub.stock.picture import Stock
from hub.stock.warning import is_urgent
from web.access import allow
from web.pages import redirect

router = APIRouter()
_PICTURED = 10
_LISTED = 300


@router.get("/hub/stock")
@allow(*READERS)
def overview(request: Request, q: str = "") -> Response:
    """Warnings first, then every kind of goods. A scanned article leads to its goods."""
    label = read_label(q) if q.strip() else None
    with request.app.state.engine.begin() as conn:
        stock, warned = stock_now(request, conn), watching.open_now(conn)
    if label is not None and label.gtin and (address := _scanned(stock, label)):
        return redirect(request, address)
    rows = [(goods_id, stock.cover(_need(stock, goods_id))) for goods_id in _found(stock, q)]
    kept = [row for row in rows if _is_kept(stock, row[0])]
    kept.sort(key=lambda row: _urgency(stock, row[1]))
    worst = [(stock.goods[id].name, one) for id, one in kept if one.least and one.days is not None][:_PICTURED]
    return page(
        request,
        "overview.html",
        stock,
        q=q[:200],
        warned=warned,
        rows=kept[:_LISTED],
        others=[id for id, _ in rows if not _is_kept(stock, id)][:_LISTED],
        bars=charts.covers(worst, stock.today),
        counts=_counts(stock),
        elsewhere={id: _elsewhere(stock, id) for id, _ in kept},
    )


@router.post("/hub/stock/warnings/{warning_id}/seen")
@allow(*WORKERS)
def seen(request: Request, warning_id: int) -> Response:
    """Somebody takes it upon them; the first one does."""
    if 0 < warning_id < 2**31:
        with request.app.state.engine.begin() as conn:
            watching.see(conn, warning_id, request.state.viewer.name)
    return redirect(request, "/hub/stock")


@router.get("/hub/stock/first")
@allow(*READERS)
def use_first(request: Request) -> Response:
    """Lots to use before they expire, what must begin first first; and what has expired already."""
    with request.app.state.engine.begin() as conn:
        stock = stock_now(request, conn)
    found = sorted(stock.rotations(), key=lambda one: (one.start_by, one.lot.id))
    lots = [lot for some in stock.lots.values() for lot in some]
    gone = [lot for lot in lots if not lot.usable(stock.today) and lot.quantity > 0]
    urgent = {one.lot.id for one in found if is_urgent(one, stock.today)}
    return page(request, "first.html", stock, found=found[:_LISTED], gone=gone[:_LISTED], urgent=urgent)


def _need(stock: Stock, goods_id: int) -> Need:
    mine = (one for one in stock.needs if one.goods_id == goods_id and one.place == HUB)
    return next(mine, Need(goods_id=goods_id, place=HUB, days=0))


def _found(stock: Stock, q: str) -> list[int]:
    """The goods whose name, or an article's number, holds every word."""
    wanted = q.casefold().split()
    said = {
        id: " ".join([one.name, *(f"{a.name} {a.seller_id} {a.supplier_name}" for a in stock.articles.get(id, ()))])
        for id, one in stock.goods.items()
    }
    return [id for id, text in said.items() if all(word in text.casefold() for word in wanted)]


def _is_kept(stock: Stock, goods_id: int) -> bool:
    return bool(stock.lots.get(goods_id)) or any(one.goods_id == goods_id and one.days for one in stock.needs)


def _urgency(stock: Stock, one: Cover) -> tuple[Any, ...]:
    tone = ("bad", "wait", "good", "plain").index(one.tone(stock.today))
    return tone, one.days if one.days is not None else 10_000, stock.goods[one.goods_id].name


def _counts(stock: Stock) -> dict[str, int]:
    tones = [one.tone(stock.today) for one in stock.covers() if one.least]
    return {tone: tones.count(tone) for tone in ("bad", "wait", "good")} | {"all": len(tones)}


def _elsewhere(stock: Stock, goods_id: int) -> dict[str, Any]:
    """What lies in units and with suppliers, in base units."""
    usable = [lot for lot in stock.lots.get(goods_id, ()) if lot.usable(stock.today)]
    return {kind: sum(lot.base for lot in usable if lot.place.startswith(f"{kind}:")) for kind in ("unit", "supplier")}


def _scanned(stock: Stock, label: Label) -> str | None:
    """Into the stock with what the label says, where the article is one of ours."""
    wanted = (label.gtin or "").zfill(14)
    for some in stock.articles.values():
        for one in some:
            if one.gtin and one.gtin.zfill(14) == wanted:
                expires = label.use_by or label.best_before
                more = f"&lot={label.lot}" if label.lot and label.lot.isalnum() else ""
                more += f"&expires={expires.isoformat()}" if expires else ""
                return f"/hub/stock/receive?article={one.id}{more}" if more else f"/hub/stock/goods/{one.goods_id}"
    return None
