"""How long goods must last where, what a person estimates, and what suppliers have promised to hold."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from hub.stock.tables import stock_agreements, stock_goods, stock_needs


def choose(
    conn: sa.Connection, goods_id: int, place: str, days: int, per_day: Decimal | None, who: str, now: datetime
) -> None:
    """The goods must last so many days at a place, where somebody estimates the use (None: as measured).

    Without days and estimate nothing needs to last there any more.
    """
    mine = (stock_needs.c.goods_id == goods_id) & (stock_needs.c.place == place)
    if days == 0 and not per_day:
        conn.execute(stock_needs.delete().where(mine))
        return
    facts = {"days": days, "per_day": per_day, "set_by": who, "set_at": now}
    row = insert(stock_needs).values(goods_id=goods_id, place=place, **facts)
    conn.execute(row.on_conflict_do_update(index_elements=["goods_id", "place"], set_=facts))


def usual(conn: sa.Connection, goods_id: int, supplier_id: str | None) -> None:
    """From whom an estimated use is bought."""
    conn.execute(stock_goods.update().where(stock_goods.c.id == goods_id).values(usual=supplier_id))


def agree(
    conn: sa.Connection, article_id: int, quantity: Decimal, delivers_in: int, valid_to: date, who: str, now: datetime
) -> None:
    """The supplier of the article holds so much of it until then."""
    facts = {"quantity": quantity, "delivers_in": delivers_in, "valid_to": valid_to, "set_by": who, "set_at": now}
    row = insert(stock_agreements).values(article_id=article_id, **facts)
    conn.execute(row.on_conflict_do_update(index_elements=["article_id"], set_=facts))


def end(conn: sa.Connection, article_id: int) -> bool:
    """There is no agreement any more; False where there was none."""
    gone = stock_agreements.delete().where(stock_agreements.c.article_id == article_id)
    return conn.execute(gone).rowcount == 1
