"""The best few articles for words, where another part of the shop asks."""

from __future__ import annotations

import sqlalchemy as sa

from shop.articles import Article
from shop.finding.asked import Query
from shop.finding.finder import Building, Finder
from shop.finding.rows import read
from shop.finding.search import first
from shop.reach import Reach


def few(conn: sa.Connection, finder: Finder, query: Query, within: Reach, limit: int) -> tuple[Article, ...]:
    """At most `limit` articles within reach, the best first; none while the index is being built."""
    try:
        view = finder.view()
    except Building:
        return ()
    return read(conn, first(view, query, within, (), limit), within)
