"""Which articles are crisis-critical comes from the shop; what of them are the same goods is found here.

Articles with one GTIN, or that the supplier itself calls substitutes, are the same goods. Others stand for themselves
until a person says that they are the same. Different base units are never the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from hub.stock import reading
from hub.stock.goods import Article
from hub.stock.tables import stock_articles, stock_goods, stock_needs

_LOCK = 7_350_011


class Critical(msgspec.Struct, frozen=True, kw_only=True):
    """An article that the shop calls crisis-critical; one `unit` holds `content` of `content_unit`."""

    supplier_id: str
    supplier_name: str
    seller_id: str
    gtin: str | None
    name: str
    unit: str
    content: Decimal | None
    content_unit: str | None
    lead_days: int
    substitutes: tuple[str, ...] = ()


def learn(conn: sa.Connection, told: Iterable[Critical]) -> int:
    """Takes over what the shop says; how many are new. What is no longer marked stays, unmarked."""
    conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    known = {(one.supplier_id, one.seller_id): one for one in reading.articles(conn).values()}
    told, before = list(told), len(known)
    for one in told:
        same = known.get((one.supplier_id, one.seller_id))
        if same is None:
            known[one.supplier_id, one.seller_id] = _add(conn, one, _goods(conn, one, known.values()))
        elif _facts(one) != {name: getattr(same, name) for name in _facts(one)}:
            conn.execute(stock_articles.update().where(stock_articles.c.id == same.id).values(**_row(one)))
    still = {(one.supplier_id, one.seller_id) for one in told}
    gone = [one.id for name, one in known.items() if one.marked and name not in still]
    if gone:
        conn.execute(stock_articles.update().where(stock_articles.c.id.in_(gone)).values(marked=False))
    return len(known) - before


def _goods(conn: sa.Connection, one: Critical, known: Iterable[Article]) -> int:
    base = one.content_unit or one.unit
    for other in known:
        listed = other.supplier_id == one.supplier_id and (
            other.seller_id in one.substitutes or one.seller_id in other.substitutes
        )
        if other.content_unit == base and (listed or (one.gtin and other.gtin == one.gtin)):
            return other.goods_id
    row = stock_goods.insert().values(name=one.name, unit=base).returning(stock_goods.c.id)
    made: int = conn.execute(row).scalar_one()
    return made


def _facts(one: Critical) -> dict[str, object]:
    return {
        "supplier_name": one.supplier_name,
        "gtin": one.gtin,
        "name": one.name,
        "unit": one.unit,
        "content": one.content or Decimal(1),
        "content_unit": one.content_unit or one.unit,
        "lead_days": one.lead_days,
        "substitutes": one.substitutes,
        "marked": True,
    }


def _row(one: Critical) -> dict[str, object]:
    return _facts(one) | {"substitutes": list(one.substitutes)}


def _add(conn: sa.Connection, one: Critical, goods_id: int) -> Article:
    row = _row(one) | {"supplier_id": one.supplier_id, "seller_id": one.seller_id, "goods_id": goods_id}
    made = conn.execute(insert(stock_articles).values(**row).returning(stock_articles.c.id)).scalar_one()
    return Article(id=made, goods_id=goods_id, supplier_id=one.supplier_id, seller_id=one.seller_id, **_facts(one))  # type: ignore[arg-type]


def same(conn: sa.Connection, goods_id: int, other: int) -> bool:
    """`other` is the same goods: its articles, with their lots, belong to `goods_id` from now on.

    False where they are not reckoned in one base unit. The minima are those of `goods_id`; its own go.
    """
    conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    both = reading.goods(conn)
    if goods_id == other or goods_id not in both or other not in both or both[goods_id].unit != both[other].unit:
        return False
    conn.execute(stock_articles.update().where(stock_articles.c.goods_id == other).values(goods_id=goods_id))
    conn.execute(stock_needs.delete().where(stock_needs.c.goods_id == other))
    conn.execute(stock_goods.delete().where(stock_goods.c.id == other))
    return True


def apart(conn: sa.Connection, article_id: int) -> int | None:
    """The article is not the same goods after all: it stands for itself again. The new goods, None where it did."""
    conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    found = reading.articles(conn, stock_articles.c.id == article_id).get(article_id)
    if found is None or len(reading.articles(conn, stock_articles.c.goods_id == found.goods_id)) < 2:
        return None
    row = stock_goods.insert().values(name=found.name, unit=found.content_unit).returning(stock_goods.c.id)
    made: int = conn.execute(row).scalar_one()
    conn.execute(stock_articles.update().where(stock_articles.c.id == article_id).values(goods_id=made))
    return made
