"""The start page of insight: the five numbers that matter, and the lines behind any figure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request
from starlette.responses import Response

from shop.insight import direct, drift, goal, punctual, sums
from shop.insight.desk import READERS, Desk, page
from shop.insight.kept import kept
from shop.insight.shown import stream_csv
from shop.insight.tables import purchases
from web.access import allow
from web.languages import N_

router = APIRouter()
PAGE_SIZE = 50
_HEADINGS = (
    N_("Day"), N_("Order"), N_("Unit"), N_("Supplier"), N_("Article number"), N_("Article"), N_("Category"), "UNSPSC",
    N_("Contract"), N_("Quantity"), N_("Measure"), N_("Without VAT"), N_("Standing"),
)  # fmt: skip
_NAMES = (
    "placed",
    "number",
    "unit_id",
    "supplier_id",
    "seller_id",
    "name",
    "category",
    "unspsc",
    "contract",
    "quantity",
    "unit",
    "net",
    "standing",
)
STANDING_WORDS = {"on": N_("On contract"), "off": N_("Off contract"), "unknown": N_("Cannot be told")}


@router.get("/insight")
@allow(*READERS)
def overview(request: Request) -> Response:
    """Five numbers, each with its way on."""
    with request.app.state.engine.begin() as conn:
        desk = Desk(conn, request)
        split = sums.whole(kept(conn, desk.asked, sums.splits)["month"].values())
        before = sums.whole(kept(conn, desk.asked.year_before, sums.splits)["month"].values())
        days = punctual.whole(kept(conn, desk.asked, punctual.by_month))
        return page(
            desk,
            "overview.html",
            split=split,
            before=before,
            kept=days,
            index=kept(conn, desk.asked, drift.figures).whole.value,
            standing=goal.standing(conn, desk.today.year, desk.today) if desk.everything else None,
            near=[desk.category(one.key) for one in _near(desk)] if desk.everything else [],
        )


def _near(desk: Desk) -> list[direct.Sum]:
    """Kinds of goods that are near the limit of direct procurement, or over it."""
    limit = direct.limit_on(direct.limits(desk.conn), desk.today)
    found = direct.by_category(desk.conn, desk.asked)
    return [one for one in found if one.key and limit.verdict(one.total) in {direct.OVER, direct.NEAR}]


@router.get("/insight/purchases")
@allow(*READERS)
def lines(request: Request, number: int = 1) -> Response:
    """The lines behind a figure, the latest first; as a file with ?table=purchases."""
    number = min(max(number, 1), 10_000)
    with request.app.state.engine.begin() as conn:
        desk = Desk(conn, request)
        if request.query_params.get("table") == "purchases":
            return stream_csv("purchases", [desk.words.say(one) for one in _HEADINGS], _all(desk))
        here = desk.asked.where(purchases)
        wanted = sa.select(purchases).where(here).order_by(purchases.c.placed.desc(), purchases.c.number.desc())
        wanted = wanted.order_by(purchases.c.line).limit(PAGE_SIZE + 1).offset((number - 1) * PAGE_SIZE)
        rows = conn.execute(wanted).all()
        return page(
            desk,
            "purchases.html",
            rows=rows[:PAGE_SIZE],
            more=len(rows) > PAGE_SIZE,
            number=number,
            unit_name=desk.unit,
            measure_word=desk.measure,
            standing_words=STANDING_WORDS,
        )


def _all(desk: Desk) -> Iterator[tuple[Any, ...]]:
    """Every line, read as it is written; in a transaction of its own, for the page's has ended by then."""
    columns = [purchases.c[name] for name in _NAMES]
    wanted = sa.select(*columns).where(desk.asked.where(purchases)).order_by(purchases.c.placed, purchases.c.number)
    with desk.request.app.state.engine.connect() as conn:
        for row in conn.execution_options(stream_results=True, yield_per=2000).execute(wanted):
            day: date = row.placed
            words = (desk.unit(row.unit_id), desk.supplier(row.supplier_id), row.seller_id, row.name)
            rest = (desk.category(row.category), row.unspsc, row.contract, row.quantity, desk.measure(row.unit or ""))
            yield (day, row.number, *words, *rest, row.net, desk.words.say(STANDING_WORDS[row.standing]))
