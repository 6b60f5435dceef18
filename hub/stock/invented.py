"""An invented crisis stock for the demo: most of it is enough, some must be used, some runs short."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Final

import sqlalchemy as sa

from hub.stock import learning, needs, reading, store, watching
from hub.stock.goods import HUB, Article, at_supplier, at_unit
from hub.stock.store import Doing
from web.figures import LOCAL

_WHO: Final = "Demo"
_MOST = 24
_USERS = 12
_AGES: Final = (7, 25, 70, 150, 380, 700)
"""Days until lots expire; the first two need somebody now."""
_SHARES: Final = (Decimal("1.6"), Decimal("1.3"), Decimal("1.1"), Decimal("0.6"))
"""What lies at the hub against the minimum."""


def invent_stock(conn: sa.Connection, now: datetime) -> None:
    """Goods with one name are put together; the first two dozen get minima, users, lots and some agreements."""
    _put_together(conn)
    by_goods: dict[int, list[Article]] = defaultdict(list)
    for article in reading.articles(conn).values():
        by_goods[article.goods_id].append(article)
    units, doing = list(reading.units(conn)), Doing(who=_WHO, now=now, note="")
    chance, today = Random("crisis stock"), now.astimezone(LOCAL).date()  # noqa: S311 - an invented stock
    for place, goods_id in enumerate(list(reading.goods(conn))[:_MOST]):
        articles = by_goods[goods_id]
        first = articles[place % len(articles)]
        used = _users(conn, goods_id, units, place, chance, now)
        needs.choose(conn, goods_id, HUB, 30, None, _WHO, now)
        needs.usual(conn, goods_id, first.supplier_id)
        much = _SHARES[place % len(_SHARES)] * 30 * used / first.content
        _lots(conn, first, HUB, max(2, int(much)), today, place, doing)
        if place % 3 == 0:
            other = articles[(place + 1) % len(articles)]
            _agreed(conn, other, max(1, int(much) // 2), today + timedelta(days=(40, 200)[place % 2]), doing)
    watching.settle(conn, now)


def _put_together(conn: sa.Connection) -> None:
    """Articles without a GTIN that have one name, before what tells their quality."""
    named: dict[tuple[str, str], int] = {}
    for goods in reading.goods(conn).values():
        kept = named.setdefault((goods.name, goods.unit), goods.id)
        if kept != goods.id:
            learning.same(conn, kept, goods.id)


def _users(conn: sa.Connection, goods_id: int, units: list[str], place: int, chance: Random, now: datetime) -> Decimal:
    """Some units use it every day, the first one has some at home; what all use a day."""
    whole = Decimal(0)
    for nth in range(min(_USERS, len(units))):
        a_day = Decimal(chance.randint(8, 60))
        needs.choose(conn, goods_id, at_unit(units[(place + nth) % len(units)]), 7 if nth == 0 else 0, a_day, _WHO, now)
        whole += a_day
    return whole


def _lots(conn: sa.Connection, article: Article, where: str, packs: int, today: date, place: int, doing: Doing) -> None:
    """Two lots: a smaller one that goes first, and the rest."""
    ages = (_AGES[place % len(_AGES)], _AGES[-1])
    for nth, (age, part) in enumerate(zip(ages, (packs // 4, packs - packs // 4), strict=True)):
        if part:
            name = f"{article.id:03d}{'AB'[nth]}"
            store.receive(conn, article.id, where, Decimal(part), doing, lot=name, expires=today + timedelta(days=age))


def _agreed(conn: sa.Connection, article: Article, packs: int, until: date, doing: Doing) -> None:
    needs.agree(conn, article.id, Decimal(packs), 2, until, _WHO, doing.now)
    store.receive(conn, article.id, at_supplier(article.supplier_id), Decimal(packs), doing)
