"""The stock as it stands, read in a few questions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from hub.road.tables import sites
from hub.stock.goods import Agreement, Article, Goods, Lot, Need, plain
from hub.stock.tables import stock_agreements, stock_articles, stock_entries, stock_goods, stock_lots, stock_needs
from hub.tables import facts


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What one press did, for the goods' history; `quantity` of the article's unit."""

    batch: UUID
    kind: str
    quantity: Decimal
    at: datetime
    who: str
    article: str
    unit: str
    place: str
    lot: str
    note: str
    unit_id: str | None
    undone_by: str | None
    taken_at: datetime


def goods(conn: sa.Connection) -> dict[int, Goods]:
    """All goods, by id; sorted by name."""
    rows = conn.execute(sa.select(stock_goods).order_by(stock_goods.c.name, stock_goods.c.id))
    return {row.id: msgspec.convert(facts(row), Goods) for row in rows}


def articles(conn: sa.Connection, where: sa.ColumnElement[bool] | None = None) -> dict[int, Article]:
    """The articles that match, by id."""
    wanted = sa.select(stock_articles).order_by(stock_articles.c.supplier_name, stock_articles.c.seller_id)
    rows = conn.execute(wanted if where is None else wanted.where(where))
    return {row.id: _article(facts(row)) for row in rows}


def _article(row: dict[str, Any]) -> Article:
    return msgspec.convert(row | {"content": plain(row["content"])}, Article)


def balances(conn: sa.Connection, lot_ids: Collection[int] | None = None) -> dict[int, Decimal]:
    """What is left of each lot: its latest count, and what came and went since. As `ledger.replay` has it."""
    latest = _latest_count().lateral("latest")
    e, left = stock_entries, stock_lots.c.id
    since = (e.c.kind != "count") & (latest.c.at.is_(None) | (e.c.at > latest.c.at))
    total = sa.func.coalesce(latest.c.quantity, 0) + sa.func.coalesce(sa.func.sum(e.c.quantity).filter(since), 0)
    tables = stock_lots.outerjoin(latest, sa.true()).outerjoin(
        e, (e.c.lot_id == stock_lots.c.id) & e.c.undone_at.is_(None)
    )
    wanted = sa.select(left, total).select_from(tables).group_by(left, latest.c.at, latest.c.quantity)
    if lot_ids is not None:
        wanted = wanted.where(left.in_(lot_ids))
    return {row[0]: plain(row[1]) for row in conn.execute(wanted)}


def _latest_count() -> sa.Select[Any]:
    e = stock_entries.alias()
    mine = (e.c.lot_id == stock_lots.c.id) & (e.c.kind == "count") & e.c.undone_at.is_(None)
    return (
        sa.select(e.c.at, e.c.quantity).where(mine).order_by(e.c.at.desc(), e.c.quantity).limit(1).correlate(stock_lots)
    )


def lots(conn: sa.Connection, where: sa.ColumnElement[bool] | None = None, empty: bool = False) -> list[Lot]:
    """The lots that match and of which something is left, or all of them."""
    wanted = sa.select(stock_lots).order_by(stock_lots.c.id)
    rows = conn.execute(wanted if where is None else wanted.where(where)).all()
    known = articles(conn, stock_articles.c.id.in_({row.article_id for row in rows}))
    left = balances(conn, [row.id for row in rows])
    made = (
        Lot(id=r.id, article=known[r.article_id], place=r.place, quantity=left[r.id], lot=r.lot, expires=r.expires)
        for r in rows
    )
    return [lot for lot in made if empty or lot.quantity != 0]


def needs(conn: sa.Connection) -> list[Need]:
    """What must last where."""
    rows = conn.execute(sa.select(stock_needs).order_by(stock_needs.c.goods_id, stock_needs.c.place))
    return [
        Need(goods_id=row.goods_id, place=row.place, days=row.days, per_day=row.per_day and plain(row.per_day))
        for row in rows
    ]


def agreements(conn: sa.Connection) -> list[Agreement]:
    """What suppliers have promised to hold; the first to end first."""
    a, known = stock_agreements, articles(conn)
    rows = conn.execute(sa.select(a).order_by(a.c.valid_to, a.c.article_id))
    return [
        Agreement(
            article=known[r.article_id], quantity=plain(r.quantity), delivers_in=r.delivers_in, valid_to=r.valid_to
        )
        for r in rows
    ]


def units(conn: sa.Connection) -> dict[str, str]:
    """The names of the units, by id; sorted by name."""
    rows = conn.execute(sa.select(sites.c.unit_id, sites.c.name).order_by(sites.c.name))
    return {row.unit_id: row.name for row in rows}


def history(conn: sa.Connection, goods_id: int, limit: int = 30) -> Iterator[Done]:
    """What was done with some goods, the latest first."""
    e, lot, a = stock_entries, stock_lots, stock_articles
    tables = e.join(lot, lot.c.id == e.c.lot_id).join(a, a.c.id == lot.c.article_id)
    names = ("batch", "kind", "quantity", "at", "who", "note", "unit_id", "undone_by", "taken_at")
    columns: list[sa.ColumnElement[Any]] = [*(e.c[name] for name in names), lot.c.place, lot.c.lot]
    columns += [a.c.name.label("article"), a.c.unit]
    wanted = sa.select(*columns).select_from(tables).where(a.c.goods_id == goods_id)
    for row in conn.execute(wanted.order_by(e.c.at.desc(), e.c.id.desc()).limit(limit)):
        yield msgspec.convert(facts(row) | {"quantity": plain(row.quantity)}, Done)


def counted(conn: sa.Connection) -> dict[tuple[int, str], datetime]:
    """When goods in a place were last counted."""
    e, lot, a = stock_entries, stock_lots, stock_articles
    tables = e.join(lot, lot.c.id == e.c.lot_id).join(a, a.c.id == lot.c.article_id)
    latest = sa.select(a.c.goods_id, lot.c.place, sa.func.max(e.c.at)).select_from(tables)
    counts = latest.where(e.c.kind == "count", e.c.undone_at.is_(None)).group_by(a.c.goods_id, lot.c.place)
    return {(goods_id, place): at for goods_id, place, at in conn.execute(counts)}
