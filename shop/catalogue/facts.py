"""What an article's page tells beside the article: what it replaces, what replaces it, how long its contract holds."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from shop.articles import COLUMNS, Article
from shop.catalogue.terms import Terms, terms_of
from shop.tables import articles

_MOST = 8


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """`alike` are articles that can be bought and that this one replaces; `newer` those that replace it."""

    alike: tuple[Article, ...]
    newer: tuple[Article, ...]
    contract: Terms | None


def facts_of(conn: sa.Connection, article: Article) -> Facts:
    column = articles.c
    theirs = (column.supplier_id == article.supplier_id) & column.active & column.listed
    named = theirs & column.seller_id.in_(article.substitutes)
    naming = theirs & column.substitutes.contains([article.seller_id])
    return Facts(
        alike=_found(conn, named) if article.substitutes else (),
        newer=_found(conn, naming),
        contract=terms_of(conn, article.supplier_id, article.contract) if article.contract else None,
    )


def _found(conn: sa.Connection, which: sa.ColumnElement[bool]) -> tuple[Article, ...]:
    rows = conn.execute(sa.select(*COLUMNS).where(which).order_by(articles.c.name).limit(_MOST))
    return tuple(Article(**row._mapping) for row in rows)
