"""What somebody must hear of before it happens. Pure: the stock in, warnings out; nothing is remembered between.

A warning is known by its key: while the same key is found it is the same warning, told once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

import msgspec

from hub.stock.cover import LOOK_AHEAD, Cover, Rotation
from hub.stock.goods import ZERO, at_supplier
from hub.stock.picture import Stock
from hub.stock.silence import Outcome, Silence

SOON = timedelta(days=14)
SILENT_DAYS = 14


class Kind(StrEnum):
    """What is about to go wrong."""

    BELOW = "below"
    WILL_BE_BELOW = "will_be_below"
    SILENT = "silent"
    ROTATE = "rotate"
    EXPIRED = "expired"
    AGREEMENT_ENDS = "agreement_ends"
    AGREEMENT_SHORT = "agreement_short"


class Warning(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`on` is when it happens. What else is set depends on the kind; amounts are of `unit`."""

    key: str
    kind: Kind
    on: date
    goods_id: int
    goods: str
    place: str = ""
    unit: str = ""
    days: int | None = None
    least: int | None = None
    much: Decimal = ZERO
    of: Decimal = ZERO
    supplier: str = ""
    units: int = 0
    lot: str = ""
    by: date | None = None


def warnings(stock: Stock, silent: Iterable[str] = ()) -> list[Warning]:
    """Everything to be told, what is most urgent first. `silent` are suppliers that do not answer as agreed now."""
    found = [*_covers(stock), *_expired(stock), *_rotations(stock), *_agreements(stock)]
    for supplier_id in silent:
        found += _silent(stock, supplier_id)
    order = list(Kind)
    return sorted(found, key=lambda one: (max(one.on, stock.today), order.index(one.kind), one.goods, one.key))


def _covers(stock: Stock) -> Iterator[Warning]:
    for one in stock.covers():
        if one.below_on is not None:
            yield _cover(stock, one, one.below_on)


def _cover(stock: Stock, one: Cover, on: date) -> Warning:
    kind, goods = Kind.BELOW if on <= stock.today else Kind.WILL_BE_BELOW, stock.goods[one.goods_id]
    return Warning(
        key=f"{kind}:{one.goods_id}:{one.place}", kind=kind, on=on, goods_id=one.goods_id, goods=goods.name,
        place=one.place, unit=goods.unit, days=one.days, least=one.least, much=one.lacking,
    )  # fmt: skip


def _expired(stock: Stock) -> Iterator[Warning]:
    for goods_id, lots in stock.lots.items():
        for lot in lots:
            if lot.expires is not None and not lot.usable(stock.today) and lot.quantity > 0:
                yield Warning(
                    key=f"expired:{lot.id}", kind=Kind.EXPIRED, on=lot.expires, goods_id=goods_id,
                    goods=lot.article.name, place=lot.place, unit=lot.article.unit, much=lot.quantity, lot=lot.lot,
                )  # fmt: skip


def _rotations(stock: Stock) -> Iterator[Warning]:
    for one in stock.rotations():
        if is_urgent(one, stock.today):
            yield rotation(one)


def is_urgent(one: Rotation, today: date) -> bool:
    """Whether one must begin within two weeks; where nobody uses it, two months before it expires."""
    expires = one.lot.expires
    if not one.to and expires is not None:
        return expires <= today + timedelta(days=LOOK_AHEAD)
    return one.start_by <= today + SOON


def rotation(one: Rotation) -> Warning:
    """As a warning; `much` is what is there, `of` what is wasted, in packs."""
    lot = one.lot
    assert lot.expires is not None
    wasted = (one.wasted / lot.article.content).quantize(Decimal(1)) if one.wasted else ZERO
    return Warning(
        key=f"rotate:{lot.id}", kind=Kind.ROTATE, on=lot.expires, by=one.start_by, goods_id=lot.article.goods_id,
        goods=lot.article.name, place=lot.place, unit=lot.article.unit, much=lot.quantity, of=wasted, lot=lot.lot,
    )  # fmt: skip


def _agreements(stock: Stock) -> Iterator[Warning]:
    for one in stock.agreements:
        article = one.article
        about = Warning(
            key=f"agreement_ends:{article.id}", kind=Kind.AGREEMENT_ENDS, on=one.valid_to + timedelta(days=1),
            goods_id=article.goods_id, goods=article.name, unit=article.unit, supplier=article.supplier_name,
            of=one.quantity,
        )  # fmt: skip
        if one.valid_to <= stock.today + timedelta(days=LOOK_AHEAD):
            yield about
        held = _held(stock, article.goods_id, article.id, article.supplier_id)
        if held < one.quantity and one.valid_to >= stock.today:
            key = f"agreement_short:{article.id}"
            yield msgspec.structs.replace(about, key=key, kind=Kind.AGREEMENT_SHORT, on=stock.today, much=held)


def _held(stock: Stock, goods_id: int, article_id: int, supplier_id: str) -> Decimal:
    lots = stock.at(goods_id, at_supplier(supplier_id))
    return sum((lot.quantity for lot in lots if lot.article.id == article_id and lot.usable(stock.today)), ZERO)


def _silent(stock: Stock, supplier_id: str) -> Iterator[Warning]:
    for one in stock.silent(Silence(supplier_id=supplier_id, days=SILENT_DAYS)):
        if one.runs_out is not None:
            yield _runs_out(stock, supplier_id, one, one.runs_out)


def _runs_out(stock: Stock, supplier_id: str, one: Outcome, on: date) -> Warning:
    goods = stock.goods[one.goods_id]
    return Warning(
        key=f"silent:{supplier_id}:{one.goods_id}", kind=Kind.SILENT, on=on, goods_id=one.goods_id, goods=goods.name,
        unit=goods.unit, supplier=stock.supplier_name(supplier_id), units=len(one.short), much=one.missing,
    )  # fmt: skip
