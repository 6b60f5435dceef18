"""Contract compliance, spend, price drift and punctuality: each a picture with its table under it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from shop.insight import drift, punctual, sums
from shop.insight.desk import READERS, Desk, Picture, page
from shop.insight.drift import Index
from shop.insight.kept import kept
from shop.insight.shown import KRONOR, NUMBER, PERCENT, PRICE, Column, Row, Table
from shop.insight.sums import ZERO, Split
from web import charts
from web.access import allow
from web.charts import Chart
from web.languages import N_

router = APIRouter()
_TOP = 12
_SPLIT = (N_("On contract"), N_("Off contract"), N_("Cannot be told"))
_BY_SPLIT = (
    Column(N_("On contract"), KRONOR),
    Column(N_("Off contract"), KRONOR),
    Column(N_("Cannot be told"), KRONOR),
    Column(N_("Compliance"), PERCENT),
)


@router.get("/insight/compliance")
@allow(*READERS)
def compliance(request: Request) -> Response:
    """On and off contract: by month, department, unit and category."""
    with request.app.state.engine.begin() as conn:
        desk = Desk(conn, request)
        found = kept(conn, desk.asked, sums.splits)
        whole = sums.whole(found["month"].values())
        departments = sums.by_department(found["unit_id"], desk.choices.unit_departments)
        months = {month: found["month"].get(month, Split()) for month in desk.asked.months}
        pictures = (
            Picture(_split_columns(desk, months), _split_months(desk, months)),
            _split_bars(
                desk, "departments", N_("By department"), N_("Department"), departments, desk.department, "department"
            ),
            _split_bars(
                desk, "categories", N_("By category"), N_("Category"), found["category"], desk.category, "category"
            ),
            _split_bars(desk, "units", N_("By unit"), N_("Unit"), found["unit_id"], desk.unit, "unit"),
        )
        return page(desk, "compliance.html", pictures if whole.total else (), whole=whole)


def _split_columns(desk: Desk, months: Mapping[date, Split]) -> Chart:
    say = desk.words.say
    return charts.columns(
        "months",
        say(N_("Purchases month by month, on and off contract")),
        _about_split(desk, sums.whole(months.values())),
        [desk.month(month) for month in months],
        [(split.on, split.off, split.unknown) for split in months.values()],
        [say(word) for word in _SPLIT],
        desk.short,
    )


def _about_split(desk: Desk, whole: Split) -> str:
    share = desk.percent(whole.loyalty) if whole.loyalty is not None else "–"
    values = {"total": desk.kronor(whole.total), "share": share}
    return desk.words.say(N_("%(total)s in all, %(share)s of it on contract."), **values)


def _split_months(desk: Desk, months: Mapping[date, Split]) -> Table:
    rows = tuple(Row((desk.month(month, True), *_split_cells(split))) for month, split in months.items())
    total = Row((desk.words.say(N_("In all")), *_split_cells(sums.whole(months.values()))))
    heading = Column(N_("Month"))
    return Table(
        caption=N_("Month by month"), file="compliance-months", columns=(heading, *_BY_SPLIT), rows=rows, total=total
    )


def _split_cells(split: Split) -> tuple[Any, ...]:
    return split.on, split.off, split.unknown, split.loyalty


def _split_bars(
    desk: Desk,
    name: str,
    title: str,
    heading: str,
    found: Mapping[str, Split],
    word: Callable[[str], str],
    field: str,
) -> Picture:
    """Who buys most beside the contracts stands first."""
    order = sorted(found.items(), key=lambda pair: (-pair[1].off, -pair[1].total, pair[0]))
    shown = [
        (word(key), f"{desk.percent(split.loyalty) if split.loyalty is not None else '–'} · {desk.short(split.total)}",
         (split.on, split.off, split.unknown))
        for key, split in order[:_TOP]
    ]  # fmt: skip
    legend = [desk.words.say(one) for one in _SPLIT]
    chart = charts.bars(name, desk.words.say(title), _about_split(desk, sums.whole(found.values())), shown, legend)
    rows = tuple(
        Row((word(key), *_split_cells(split)), desk.purchases(**{field: key}) if key else "") for key, split in order
    )
    return Picture(
        chart, Table(caption=title, file=f"compliance-{name}", columns=(Column(heading), *_BY_SPLIT), rows=rows)
    )


@router.get("/insight/spend")
@allow(*READERS)
def spend(request: Request) -> Response:
    """Kronor: this period beside the same one a year before, by month, department, category, supplier, contract."""
    with request.app.state.engine.begin() as conn:
        desk = Desk(conn, request)
        now, before = kept(conn, desk.asked, sums.totals), kept(conn, desk.asked.year_before, sums.totals)
        of = desk.choices.unit_departments
        parts = (
            (
                "departments",
                N_("By department"),
                N_("Department"),
                desk.department,
                "department",
                sums.added(now["unit_id"], of),
                sums.added(before["unit_id"], of),
            ),
            (
                "categories",
                N_("By category"),
                N_("Category"),
                desk.category,
                "category",
                now["category"],
                before["category"],
            ),
            (
                "suppliers",
                N_("By supplier"),
                N_("Supplier"),
                desk.supplier,
                "supplier",
                now["supplier_id"],
                before["supplier_id"],
            ),
        )
        pictures = [_spend_months(desk, now["month"], before["month"])]
        pictures += [_spend_bars(desk, *part) for part in parts]
        pictures.append(_spend_contracts(desk, now["contract"], before["contract"]))
        total = sum(now["month"].values(), ZERO)
        earlier = sum(before["month"].values(), ZERO)
        return page(desk, "spend.html", pictures if total or earlier else (), total=total, earlier=earlier)


_TWO_YEARS = (
    Column(N_("This period"), KRONOR),
    Column(N_("A year before"), KRONOR),
    Column(N_("Change from a year before"), PERCENT),
)


def _two(now: Decimal, before: Decimal) -> tuple[Any, ...]:
    change = (100 * (now - before) / before).quantize(Decimal("0.1")) if before > 0 else None
    return now, before, change


def _spend_months(desk: Desk, now: Mapping[date, Decimal], before: Mapping[date, Decimal]) -> Picture:
    say, months, earlier = desk.words.say, desk.asked.months, desk.asked.year_before.months
    pairs = [(now.get(one, ZERO), before.get(past, ZERO)) for one, past in zip(months, earlier, strict=True)]
    total = (sum((pair[0] for pair in pairs), ZERO), sum((pair[1] for pair in pairs), ZERO))
    chart = charts.lines(
        "months",
        say(N_("Spend month by month")),
        say(
            N_("%(now)s this period, %(before)s a year before."),
            now=desk.kronor(total[0]),
            before=desk.kronor(total[1]),
        ),
        [desk.month(month) for month in months],
        [[pair[0] for pair in pairs], [pair[1] for pair in pairs]],
        [say(N_("This period")), say(N_("A year before"))],
        desk.short,
    )
    rows = tuple(Row((desk.month(month, True), *_two(*pair))) for month, pair in zip(months, pairs, strict=True))
    columns = (Column(N_("Month")), *_TWO_YEARS)
    whole = Row((say(N_("In all")), *_two(*total)))
    return Picture(
        chart, Table(caption=N_("Month by month"), file="spend-months", columns=columns, rows=rows, total=whole)
    )


def _spend_bars(
    desk: Desk,
    name: str,
    title: str,
    heading: str,
    word: Callable[[str], str],
    field: str,
    now: Mapping[str, Decimal],
    before: Mapping[str, Decimal],
) -> Picture:
    order = sorted(now, key=lambda key: (-now[key], key))
    bars = [(word(key), desk.kronor(now[key]), (now[key],)) for key in order[:_TOP]]
    about = desk.words.say(N_("The largest first; %(count)s in all."), count=len(order))
    gone = sorted(key for key in before if key not in now)
    rows = tuple(
        Row(
            (word(key), *_two(now.get(key, ZERO), before.get(key, ZERO))), desk.purchases(**{field: key}) if key else ""
        )
        for key in [*order, *gone]
    )
    chart = charts.bars(name, desk.words.say(title), about, bars)
    return Picture(chart, Table(caption=title, file=f"spend-{name}", columns=(Column(heading), *_TWO_YEARS), rows=rows))


def _spend_contracts(desk: Desk, now: Mapping[Any, Decimal], before: Mapping[Any, Decimal]) -> Picture:
    """Contracts by number and supplier; what was bought without one is one row."""
    kept = {key: net for key, net in now.items() if key[1]}
    order = sorted(kept, key=lambda key: (-kept[key], key))
    words = {key: f"{key[1]} {desk.supplier(key[0])}" for key in order}
    bars = [(words[key], desk.kronor(kept[key]), (kept[key],)) for key in order[:_TOP]]
    rows = [
        Row((words[key], *_two(kept[key], before.get(key, ZERO))), desk.purchases(supplier=key[0], contract=key[1]))
        for key in order
    ]
    without = [sum((net for key, net in of.items() if not key[1]), ZERO) for of in (now, before)]
    rows.append(Row((desk.words.say(N_("Without contract")), *_two(*without))))
    about = desk.words.say(N_("The largest first; %(count)s in all."), count=len(order))
    columns = (Column(N_("Contract")), *_TWO_YEARS)
    return Picture(
        charts.bars("contracts", desk.words.say(N_("By contract")), about, bars),
        Table(caption=N_("By contract"), file="spend-contracts", columns=columns, rows=tuple(rows)),
    )


@router.get("/insight/prices")
@allow(*READERS)
def prices(request: Request) -> Response:
    """The price index of what was bought, by month, supplier and contract, and what rose most."""
    with request.app.state.engine.begin() as conn:
        desk = Desk(conn, request)
        found = kept(conn, desk.asked, drift.figures)
        pictures = (
            _index_months(desk, found.months),
            _risen(desk),
            _index_bars(desk, "suppliers", N_("By supplier"), N_("Supplier"), found.suppliers, found.paid,
                        desk.supplier),
            _index_bars(desk, "contracts", N_("By contract"), N_("Contract"), found.contracts, found.paid,
                        lambda pair: f"{pair[1]} {desk.supplier(pair[0])}"),
        )  # fmt: skip
        known = any(index.value is not None for index in found.months.values())
        return page(desk, "prices.html", pictures if known else (), whole=found.whole.value)


def _index_months(desk: Desk, months: Mapping[date, Index]) -> Picture:
    say, nothing = desk.words.say, Index(None, None)
    found = [(month, months.get(month, nothing)) for month in desk.asked.months]
    values = [index.value for _, index in found]
    known = [value for value in values if value is not None] or [Decimal(100)]
    low = min(Decimal(95), min(known) - 1).to_integral_value()
    high = max(Decimal(105), max(known) + 1).to_integral_value()
    chart = charts.lines(
        "index", say(N_("Price index of what was bought")), say(N_("100 is the mean price of the first three months.")),
        [desk.month(month) for month, _ in found], [values], [say(N_("Price index"))],
        lambda value: desk.figures.number(value.normalize() + 0), low, high,
    )  # fmt: skip
    columns = (Column(N_("Month")), Column(N_("Price index"), NUMBER), Column(N_("Could be compared"), PERCENT))
    rows = tuple(Row((desk.month(month, True), index.value, index.compared)) for month, index in found)
    return Picture(chart, Table(caption=N_("Month by month"), file="prices-months", columns=columns, rows=rows))


def _risen(desk: Desk) -> Picture:
    say = desk.words.say
    found = kept(desk.conn, desk.asked, drift.risen)
    names = drift.names(desk.conn, found)
    bars = [
        (f"{names[one.supplier_id, one.seller_id]}, {desk.supplier(one.supplier_id)}",
         f"+{desk.percent(one.per_cent)}", (one.per_cent,))
        for one in found
    ]  # fmt: skip
    columns = (
        Column(N_("Article")), Column(N_("Supplier")), Column(N_("Before"), PRICE), Column(N_("Now"), PRICE),
        Column(N_("per")), Column(N_("Rise"), PERCENT), Column(N_("The rise has cost"), KRONOR),
    )  # fmt: skip
    cells = tuple(
        Row((names[one.supplier_id, one.seller_id], desk.supplier(one.supplier_id), one.before, one.now,
             desk.measure(one.base_unit), one.per_cent, one.cost), desk.purchases(supplier=one.supplier_id))
        for one in found
    )  # fmt: skip
    about = say(N_("The ten articles whose price per base unit rose most, the last month against the first three."))
    title = N_("The ten that rose most")
    return Picture(
        charts.bars("risen", say(title), about, bars),
        Table(caption=title, file="prices-risen", columns=columns, rows=cells),
    )


def _index_bars(
    desk: Desk,
    name: str,
    title: str,
    heading: str,
    found: Mapping[Any, Index],
    paid: Mapping[Any, Decimal],
    word: Callable[[Any], str],
) -> Picture:
    """Index by supplier or contract, the latest three months; weighed by what was bought, the highest first."""
    order = sorted(found, key=lambda one: (-(found[one].value or ZERO), one))
    shown = [(one, (found[one].value or ZERO) - 100) for one in order[:_TOP]]
    bars = [
        (word(one), desk.figures.number(found[one].value or ZERO), (max(change, ZERO), max(-change, ZERO)))
        for one, change in shown
    ]
    columns = (Column(heading), Column(N_("Price index"), NUMBER), Column(N_("Compared purchases"), KRONOR))
    cells = tuple(Row((word(one), found[one].value, paid[one])) for one in order)
    about = desk.words.say(N_("The latest three months against the first three; the highest first."))
    legend = [desk.words.say(N_("Above 100: dearer")), desk.words.say(N_("Below 100: cheaper"))]
    return Picture(
        charts.bars(f"index-{name}", desk.words.say(title), about, bars, legend),
        Table(caption=title, file=f"prices-{name}", columns=columns, rows=cells),
    )


@router.get("/insight/punctuality")
@allow(*READERS)
def punctuality(request: Request) -> Response:
    """Promised day against the day at the hub, short lines and answer times."""
    with request.app.state.engine.begin() as conn:
        desk = Desk(conn, request)
        months = kept(conn, desk.asked, punctual.by_month)
        whole = punctual.whole(months)
        pictures = (_kept_months(desk, months), _lateness(desk), _kept_suppliers(desk))
        return page(desk, "punctuality.html", pictures if whole.came or whole.answered else (), whole=whole)


_KEPT = (
    Column(N_("Lines that came"), NUMBER),
    Column(N_("In time"), PERCENT),
    Column(N_("Came short"), PERCENT),
    Column(N_("Hours to an answer"), NUMBER),
)


def _kept_cells(one: punctual.Kept | None) -> tuple[Any, ...]:
    if one is None:
        return 0, None, None, None
    hours = one.hours.quantize(Decimal("0.1")) if one.hours is not None else None
    return one.came, one.share, one.short_share, hours


def _kept_months(desk: Desk, months: Mapping[date, punctual.Kept]) -> Picture:
    say = desk.words.say
    found = [(month, months.get(month)) for month in desk.asked.months]
    whole = punctual.whole(dict(months))
    share = desk.percent(whole.share) if whole.share is not None else "–"
    chart = charts.lines(
        "months", say(N_("Lines that came in time")), say(N_("%(share)s in time, over the whole period."), share=share),
        [desk.month(month) for month, _ in found], [[one.share if one else None for _, one in found]],
        [say(N_("In time"))], desk.percent, ZERO, Decimal(100),
    )  # fmt: skip
    rows = tuple(Row((desk.month(month, True), *_kept_cells(one))) for month, one in found)
    total = Row((say(N_("In all")), *_kept_cells(whole)))
    columns = (Column(N_("Month placed")), *_KEPT)
    return Picture(
        chart, Table(caption=N_("Month by month"), file="punctuality-months", columns=columns, rows=rows, total=total)
    )


def _lateness(desk: Desk) -> Picture:
    say = desk.words.say
    found = kept(desk.conn, desk.asked, punctual.lateness)
    all_of_them = sum(count for _, count in found)
    shares = [
        (100 * Decimal(count) / all_of_them).quantize(Decimal("0.1")) if all_of_them else None for _, count in found
    ]
    bars = [(say(word), desk.figures.number(count), (Decimal(count),)) for word, count in found]
    rows = tuple(Row((say(word), count, share)) for (word, count), share in zip(found, shares, strict=True))
    columns = (Column(N_("At the hub")), Column(N_("Lines"), NUMBER), Column(N_("Share"), PERCENT))
    title = N_("How late")
    about = say(N_("Days from the promised day to the day at the hub."))
    return Picture(
        charts.bars("lateness", say(title), about, bars),
        Table(caption=title, file="punctuality-late", columns=columns, rows=rows),
    )


def _kept_suppliers(desk: Desk) -> Picture:
    say = desk.words.say
    found = kept(desk.conn, desk.asked, punctual.by_supplier)
    worst = sorted((one for one in found if one.came >= 5), key=lambda one: (one.share or ZERO, one.key))[:_TOP]
    bars = [
        (
            desk.supplier(one.key),
            f"{desk.percent(one.share or ZERO)} · {desk.figures.number(one.came)}",
            (one.share or ZERO,),
        )
        for one in worst
    ]
    rows = tuple(Row((desk.supplier(one.key), *_kept_cells(one)), desk.purchases(supplier=one.key)) for one in found)
    title = N_("By supplier")
    about = say(N_("The least punctual first, among those with five lines or more."))
    columns = (Column(N_("Supplier")), *_KEPT)
    return Picture(
        charts.bars("suppliers", say(title), about, bars),
        Table(caption=title, file="punctuality-suppliers", columns=columns, rows=rows),
    )
