"""What pages read from the table: the articles of a page of hits, and what a unit usually buys."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from shop.articles import COLUMNS, Article
from shop.finding import shelf
from shop.reach import Reach
from shop.tables import articles, basket_lines, baskets

_USUAL = 60


def usual_ids(conn: sa.Connection, unit_id: str) -> list[int]:
    """What the unit has bought most often."""
    return list(conn.scalars(_USUALLY, {"unit": unit_id}))


def read(conn: sa.Connection, ids: Collection[int], mine: Reach) -> tuple[Article, ...]:
    """The articles in the order of `ids`, as the table has them now: what left a moment ago is left out."""
    if not ids:
        return ()
    rows = conn.execute(_BY_ID, {"ids": list(ids)}).all()
    found = {row[0]: Article(**dict(zip(_NAMES, row, strict=True))) for row in rows}
    return tuple(found[one] for one in ids if one in found and mine.allows(found[one]) is None)


# Made once: every page asks.
_USUALLY = (
    sa.select(basket_lines.c.article_id)
    .join(baskets, baskets.c.id == basket_lines.c.basket_id)
    .where(baskets.c.unit_id == sa.bindparam("unit"), baskets.c.placed_at.is_not(None))
    .where(basket_lines.c.removed_at.is_(None))
    .group_by(basket_lines.c.article_id)
    .order_by(sa.func.count().desc(), basket_lines.c.article_id)
    .limit(_USUAL)
)
_NAMES = tuple(column.name for column in COLUMNS)
_BY_ID = sa.select(*COLUMNS).where(
    articles.c.id == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.BigInteger))), shelf.SOLD
)
