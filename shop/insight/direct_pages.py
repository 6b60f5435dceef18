"""Direct procurement: sums against the limit in force, and the limits with their history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from shop.desk import viewer
from shop.insight import direct
from shop.insight.columns import number
from shop.insight.desk import KEEPERS, Desk, Picture, page
from shop.insight.direct import Limit, Sum
from shop.insight.shown import KRONOR, PERCENT, Column, Row, Table
from web import charts
from web.access import allow
from web.languages import N_
from web.pages import redirect

router = APIRouter()
VERDICTS = {
    direct.OVER: N_("Over the limit"),
    direct.NEAR: N_("Near the limit"),
    direct.NOTED: N_("To be documented"),
    direct.UNDER: N_("Below"),
}
MOST = Decimal(1_000_000_000)


@router.get("/insight/direct")
@allow(*KEEPERS)
def sums(request: Request) -> Response:
    """By kind of goods and by supplier: what was bought without a contract, against the limit."""
    with request.app.state.engine.begin() as conn:
        desk = Desk(conn, request)
        last = min(desk.today, desk.asked.end - timedelta(days=1))
        limit = direct.limit_on(direct.limits(conn), max(last, desk.asked.start))
        kinds, sellers = direct.by_category(conn, desk.asked), direct.by_supplier(conn, desk.asked)
        pictures = (
            _picture(
                desk, "categories", N_("By category"), N_("Category"), kinds, limit, _category_of(desk), "category"
            ),
            _picture(desk, "suppliers", N_("By supplier"), N_("Supplier"), sellers, limit, desk.supplier, "supplier"),
        )
        counts = [(word, sum(_verdict(one, limit) == word for one in kinds)) for word in VERDICTS.values()]
        return page(desk, "direct.html", pictures if kinds else (), limit=limit, counts=counts)


def _verdict(one: Sum, limit: Limit) -> str:
    """In a word; what nobody has sorted is of many kinds, and its sum says nothing."""
    return VERDICTS[limit.verdict(one.total)] if one.key else N_("Not sorted by kind")


def _category_of(desk: Desk) -> Callable[[str], str]:
    return lambda key: desk.category(key) if key else desk.words.say(N_("Kind of goods not known"))


def _picture(
    desk: Desk,
    name: str,
    title: str,
    heading: str,
    found: list[Sum],
    limit: Limit,
    word: Callable[[str], str],
    field: str,
) -> Picture:
    say = desk.words.say
    figures = [(one, say(_verdict(one, limit))) for one in found]
    bars = [
        (word(one.key), f"{desk.short(one.total)} · {desk.percent(limit.share(one.total))} · {verdict}",
         (one.shop, one.beside))
        for one, verdict in figures[:12]
    ]  # fmt: skip
    rows = tuple(
        Row((word(one.key), one.shop, one.beside, one.total, limit.share(one.total), verdict),
            desk.purchases(**{field: one.key, "standing": "off"}) if one.key and one.shop else "")
        for one, verdict in figures
    )  # fmt: skip
    columns = (
        Column(heading), Column(N_("Through the shop"), KRONOR), Column(N_("Beside the shop"), KRONOR),
        Column(N_("Together"), KRONOR), Column(N_("Of the limit"), PERCENT), Column(N_("Standing")),
    )  # fmt: skip
    about = say(N_("Bought without a contract; the limit is %(limit)s."), limit=desk.kronor(limit.most))
    chart = charts.bars(
        f"direct-{name}", say(title), about, bars, [say(N_("Through the shop")), say(N_("Beside the shop"))]
    )
    return Picture(chart, Table(caption=title, file=f"direct-{name}", columns=columns, rows=rows))


@router.get("/insight/limits")
@allow(*KEEPERS)
def limits(request: Request) -> Response:
    """The limits and the days from which they hold."""
    return _limits(request)


def _limits(request: Request, status: int = 200, problems: Any = (), **given: str) -> Response:
    with request.app.state.engine.begin() as conn:
        desk = Desk(conn, request)
        found = direct.limits(conn)
        now = direct.limit_on(found, desk.today)
        given = {"valid_from": "", "most": "", "documented": "", "warned": "80"} | given
        done = request.query_params.get("done", "")
        said = [(field, desk.words.say(message)) for field, message in problems]
        more: dict[str, Any] = {"limits": found, "current": now, "given": given, "problems": said, "errors": dict(said)}
        return page(desk, "limits.html", status=status, done=done, **more)


@router.post("/insight/limits")
@allow(*KEEPERS)
def enter(
    request: Request,
    valid_from: Annotated[str, Form()] = "",
    most: Annotated[str, Form()] = "",
    documented: Annotated[str, Form()] = "",
    warned: Annotated[str, Form()] = "",
) -> Response:
    """A new limit from a day on."""
    given = {"valid_from": valid_from, "most": most, "documented": documented, "warned": warned}
    day, amount, noted, percent = _day(valid_from), number(most), number(documented), number(warned)
    problems = []
    if day is None:
        problems.append(("valid_from", N_("Write the first day on which it holds, as 2026-01-01.")))
    if amount is None or not 0 < amount <= MOST:
        problems.append(("most", N_("Write an amount in kronor, above 0 and at most a billion.")))
    if noted is None or not 0 < noted <= (amount or MOST):
        problems.append(("documented", N_("Write an amount in kronor that is not above the limit.")))
    if percent is None or percent != int(percent) or not 1 <= percent <= 100:
        problems.append(("warned", N_("Write a whole number from 1 to 100.")))
    if problems or day is None or amount is None or noted is None or percent is None:
        return _limits(request, 422, problems, **given)
    limit = Limit(valid_from=day, most=amount, documented=noted, warned=int(percent), who=viewer(request).login)
    with request.app.state.engine.begin() as conn:
        direct.enter(conn, limit, request.app.state.now())
    return redirect(request, "/insight/limits?done=entered")


@router.post("/insight/limits/remove")
@allow(*KEEPERS)
def remove(request: Request, valid_from: Annotated[str, Form()] = "") -> Response:
    """Takes back a limit that was entered."""
    day = _day(valid_from)
    with request.app.state.engine.begin() as conn:
        gone = day is not None and direct.take_back(conn, day)
    return redirect(request, f"/insight/limits?done={'removed' if gone else 'missing'}")


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if 1990 <= found.year < 2100 else None
