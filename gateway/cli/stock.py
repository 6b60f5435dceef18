"""`avrop hub stock|silent`: how the crisis stock stands, and what a silent supplier would lead to."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import typer

from gateway.cli import house
from gateway.cli.say import Json, end, say
from gateway.exchange.office import utc_now
from gateway.findings import Place, reject
from hub.stock import forms
from hub.stock.goods import HUB, at_unit
from hub.stock.picture import Stock, look
from hub.stock.silence import Outcome, Silence, holders
from hub.stock.warning import warnings
from hub.stock.watching import silent_now
from web.figures import LOCAL


def register(app: typer.Typer) -> None:
    """Puts the commands under `avrop hub`."""
    app.command("stock")(stock)
    app.command("silent")(silent)


def stock(json: Json = False) -> None:
    """What must last, how long it does, and what needs somebody; exit 1 where something does."""
    with house.engine().connect() as conn:
        found = look(conn, utc_now().astimezone(LOCAL).date())
        warned = warnings(found, silent_now(conn))
    covers = [_cover(found, one) for one in found.covers() if one.least]
    lines = [
        f"{one['goods']:44.44} {one['place']:30.30} {_days(one['days']):>6} of {one['least']:>3}" for one in covers
    ]
    lines += ["", *(f"{one.kind.value:16} {one.on} {one.goods}" for one in warned)]
    say({"covers": covers, "warnings": warned}, "\n".join(lines).strip() or "nothing must last yet", json)
    end(1 if warned else 0)


def silent(
    supplier: Annotated[str, typer.Argument(help="The supplier's id in suppliers.yaml.")],
    days: Annotated[int, typer.Option("--days", help="For how many days nothing comes.", min=1, max=180)] = 14,
    times: Annotated[str, typer.Option("--times", help="How many times the usual is used meanwhile.")] = "1",
    json: Json = False,
) -> None:
    """What runs out where and when, and who has a substitute; exit 1 where somebody lacks something."""
    factor = forms.amount(times)
    if factor is None or factor > 20:
        raise reject(
            "hub-silent", f"--times is {times!r}: expected a number above 0, at most 20", Place(path="--times")
        )
    with house.engine().connect() as conn:
        found = look(conn, utc_now().astimezone(LOCAL).date())
    outcomes = found.silent(Silence(supplier_id=supplier, days=days, times=Decimal(factor)))
    data = [_outcome(found, one, supplier) for one in outcomes]
    lines = [
        f"{one['goods']:44.44} {'lasts' if not one['runs_out'] else 'lacking from ' + str(one['runs_out'])}"
        f"{'' if not one['units'] else ' in ' + str(len(one['units'])) + ' units'}"
        for one in data
    ]
    say(data, "\n".join(lines) or "nothing of theirs is known to be used", json)
    end(1 if any(one["runs_out"] for one in data) else 0)


def _cover(found: Stock, one: Any) -> dict[str, Any]:
    place = "hub" if one.place == HUB else found.place_name(one.place)
    return {
        "goods": found.goods[one.goods_id].name,
        "place": place,
        "there": one.there,
        "per_day": one.per_day,
        "unit": found.goods[one.goods_id].unit,
        "days": one.days,
        "least": one.least,
        "below_on": one.below_on,
    }


def _outcome(found: Stock, one: Outcome, supplier: str) -> dict[str, Any]:
    kept = holders(found.lots.get(one.goods_id, ()), supplier, found.today)
    return {
        "goods": found.goods[one.goods_id].name,
        "per_day": one.per_day,
        "hub_until": one.hub_until,
        "runs_out": one.runs_out,
        "missing": one.missing,
        "comes_again": one.ends,
        "units": [
            {"unit": found.place_name(at_unit(unit.unit_id)), "on": unit.on, "missing": unit.missing}
            for unit in one.short
        ],
        "holders": {place if place == HUB else found.place_name(place): much for place, much in kept.items()},
        "others": [{"supplier": a.supplier_name, "article": a.seller_id, "lead_days": a.lead_days} for a in one.others],
    }


def _days(value: int | None) -> str:
    return "-" if value is None else str(value)
