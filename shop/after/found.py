"""A supplier's articles by what people write: to add one to an order that is changed."""

from __future__ import annotations

import sqlalchemy as sa

from shop.articles import COLUMNS, Article
from shop.tables import articles

_MOST = 8


def article_of_supplier(conn: sa.Connection, supplier_id: str, text: str) -> list[Article]:
    """By article number, or all the words of `text` in the name; the best eight, none for an empty text."""
    if not text:
        return []
    theirs = (articles.c.supplier_id == supplier_id) & articles.c.active & articles.c.listed
    words = sa.and_(*(articles.c.name.icontains(word, autoescape=True) for word in text.split()[:5]))
    same = sa.func.lower(articles.c.seller_id) == text.lower()
    wanted = sa.select(*COLUMNS).where(theirs, same | words).order_by(same.desc(), articles.c.name).limit(_MOST)
    return [Article(**row._mapping) for row in conn.execute(wanted)]
