"""What if a supplier is silent: one supplier's silence in full, or all suppliers by how soon theirs is felt."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from fastapi import APIRouter, Request
from starlette.responses import Response

from hub.stock import charts, forms, watching, words
from hub.stock.desk import READERS, page, stock_now
from hub.stock.goods import ZERO
from hub.stock.picture import Stock
from hub.stock.silence import Outcome, Silence, holders
from hub.stock.warning import SILENT_DAYS
from web.access import allow

router = APIRouter()
_LONGEST, _MOST_TIMES = 180, Decimal(20)
_PICTURED = 15


@router.get("/hub/stock/silent")
@allow(*READERS)
def silent(request: Request, supplier: str = "", days: str = "", times: str = "") -> Response:
    """`days` of silence, in which `times` the usual is used."""
    with request.app.state.engine.begin() as conn:
        stock, quiet = stock_now(request, conn), watching.silent_now(conn)
    length = forms.days(days) if days.strip() else SILENT_DAYS
    factor = forms.amount(times) if times.strip() else Decimal(1)
    problems = [("days", words.SILENT_DAYS)] if length is None or not 0 < length <= _LONGEST else []
    problems += [("times", words.TIMES)] if factor is None or not 0 < factor <= _MOST_TIMES else []
    problems += [("supplier", words.SUPPLIER)] if supplier and supplier not in stock.suppliers() else []
    silence = None if problems else Silence(supplier_id=supplier, days=length or 1, times=factor or Decimal(1))
    found = stock.silent(silence) if silence and supplier else []
    pictured = [(stock.goods[one.goods_id].name, one) for one in found][:_PICTURED]
    return page(
        request,
        "silent.html",
        stock,
        422 if problems else 200,
        typed={"supplier": supplier, "days": days or str(SILENT_DAYS), "times": times or "1"},
        problems=problems,
        silence=silence,
        found=found,
        bars=charts.runs_out(pictured, stock.today),
        holders={one.goods_id: holders(stock.lots.get(one.goods_id, ()), supplier, stock.today) for one in found},
        ranked=ranked(stock, silence) if silence and not supplier else [],
        quiet=quiet,
        one_day=timedelta(days=1),
    )


def ranked(stock: Stock, silence: Silence) -> list[tuple[str, list[Outcome]]]:
    """Every supplier whose silence would be felt, with what runs out; the soonest first."""
    found = []
    for supplier_id in stock.suppliers():
        outcomes = stock.silent(Silence(supplier_id=supplier_id, days=silence.days, times=silence.times))
        if outcomes:
            found.append((supplier_id, outcomes))
    return sorted(
        found, key=lambda one: (one[1][0].runs_out is None, one[1][0].runs_out or stock.today, -_missing(one[1]))
    )


def _missing(outcomes: list[Outcome]) -> Decimal:
    return sum((one.missing for one in outcomes), ZERO)
