"""The whole crisis stock at one moment: what pages, warnings and the what-if look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import msgspec
import sqlalchemy as sa

from hub.stock import reading, use
from hub.stock.cover import Cover, Rotation, cover, everyone, rotations
from hub.stock.goods import HUB, ZERO, Agreement, Article, Goods, Lot, Need, supplier_of, unit_of
from hub.stock.silence import Known, Outcome, Silence, outcome
from hub.stock.use import Used

ROTATE_WITHIN = 180
"""Lots that expire within so many days are looked at."""


class Stock(msgspec.Struct, frozen=True, kw_only=True):
    """`lots` and `articles` by goods; `used` is base units a day by goods, unit and supplier, estimates included."""

    today: date
    goods: Mapping[int, Goods]
    articles: Mapping[int, tuple[Article, ...]]
    lots: Mapping[int, tuple[Lot, ...]]
    needs: tuple[Need, ...]
    used: Mapping[int, Used]
    coming: Mapping[int, Used]
    agreements: tuple[Agreement, ...]
    units: Mapping[str, str]

    def place_name(self, place: str) -> str:
        """What people call a place; "" for the hub, which has a word of its own in each language."""
        unit, supplier = unit_of(place), supplier_of(place)
        if unit is not None:
            return self.units.get(unit, unit)
        return self.supplier_name(supplier) if supplier is not None else ""

    def supplier_name(self, supplier_id: str) -> str:
        """As its articles say."""
        theirs = (one for some in self.articles.values() for one in some if one.supplier_id == supplier_id)
        return next((one.supplier_name for one in theirs), supplier_id)

    def suppliers(self) -> dict[str, str]:
        """The names of all who sell any of the goods, by id; sorted by name."""
        named = {one.supplier_id: one.supplier_name for some in self.articles.values() for one in some}
        return dict(sorted(named.items(), key=lambda one: one[1].casefold()))

    def at(self, goods_id: int, place: str) -> list[Lot]:
        """The lots in a place."""
        return [lot for lot in self.lots.get(goods_id, ()) if lot.place == place]

    def use_at(self, goods_id: int, place: str) -> Decimal:
        """Base units a day: what a unit uses, what all units use for the hub, nothing where a supplier holds it."""
        by_unit = {unit: sum(by.values(), ZERO) for unit, by in self.used.get(goods_id, {}).items()}
        unit = unit_of(place)
        if unit is not None:
            return by_unit.get(unit, ZERO)
        own = next((one.per_day for one in self.needs if one.goods_id == goods_id and one.place == HUB), None)
        return everyone(by_unit | {HUB: own or ZERO}) if place == HUB else ZERO

    def cover(self, need: Need) -> Cover:
        """How a place stands."""
        use_there = self.use_at(need.goods_id, need.place)
        return cover(need, use_there, self.at(need.goods_id, need.place), self.today)

    def covers(self, goods_id: int | None = None) -> list[Cover]:
        """Wherever something must last."""
        return [self.cover(need) for need in self.needs if goods_id in (None, need.goods_id)]

    def rotations(self) -> Iterator[Rotation]:
        """What to use first, in the hub by everybody and in a unit by itself."""
        for goods_id, lots in self.lots.items():
            by_unit = {unit: sum(by.values(), ZERO) for unit, by in self.used.get(goods_id, {}).items()}
            for place in sorted({lot.place for lot in lots}):
                unit = unit_of(place)
                users = by_unit if place == HUB else {unit: by_unit.get(unit, ZERO)} if unit else None
                if users is not None:
                    yield from rotations(self.at(goods_id, place), users, self.today, ROTATE_WITHIN)

    def known(self, goods_id: int) -> Known:
        """What the what-if needs to know of some goods."""
        return Known(
            goods_id=goods_id,
            articles=self.articles.get(goods_id, ()),
            lots=self.lots.get(goods_id, ()),
            use=self.used.get(goods_id, {}),
            agreements=tuple(one for one in self.agreements if one.article.goods_id == goods_id),
            coming=self.coming.get(goods_id, {}),
        )

    def silent(self, silence: Silence) -> list[Outcome]:
        """What the supplier's silence does, what runs out first comes first."""
        theirs = [
            id for id, some in self.articles.items() if any(one.supplier_id == silence.supplier_id for one in some)
        ]
        found = [one for id in theirs if (one := outcome(self.known(id), silence, self.today))]
        return sorted(found, key=lambda one: (one.runs_out or date.max, -one.missing, self.goods[one.goods_id].name))


def look(conn: sa.Connection, today: date) -> Stock:
    """Reads all of it."""
    known, goods = reading.articles(conn), reading.goods(conn)
    by_goods: dict[int, list[Article]] = defaultdict(list)
    for article in known.values():
        by_goods[article.goods_id].append(article)
    lots: dict[int, list[Lot]] = defaultdict(list)
    for lot in reading.lots(conn):
        lots[lot.article.goods_id].append(lot)
    needs = reading.needs(conn)
    return Stock(
        today=today,
        goods=goods,
        articles={id: tuple(some) for id, some in by_goods.items()},
        lots={id: tuple(some) for id, some in lots.items()},
        needs=tuple(needs),
        used=with_estimates(use.measured(conn, known, today), needs, goods, by_goods),
        coming=use.coming(conn, known),
        agreements=tuple(reading.agreements(conn)),
        units=reading.units(conn),
    )


def with_estimates(
    measured: Mapping[int, Used],
    needs: list[Need],
    goods: Mapping[int, Goods],
    articles: Mapping[int, list[Article]],
) -> dict[int, Used]:
    """The use of each unit, raised to what somebody estimates where that is more. Pure.

    The difference is bought from the goods' usual supplier, else from the only one that sells them; else from nobody
    that is known ("").
    """
    found = {id: {unit: dict(by) for unit, by in used.items()} for id, used in measured.items()}
    for need in needs:
        unit = unit_of(need.place)
        if unit is None or not need.per_day:
            continue
        by = found.setdefault(need.goods_id, {}).setdefault(unit, {})
        more = need.per_day - sum(by.values(), ZERO)
        if more > 0:
            sellers = {one.supplier_id for one in articles.get(need.goods_id, ())}
            who = goods[need.goods_id].usual or (next(iter(sellers)) if len(sellers) == 1 else "")
            by[who] = by.get(who, ZERO) + more
    return found
