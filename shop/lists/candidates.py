"""The search's best articles for words. The one place where lists and quick order ask the search."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.suppliers.supplier import Suppliers
from shop.articles import Article
from shop.lists.buyable import why_not
from shop.reach import Reach
from shop.search import Query, search


def candidates(conn: sa.Connection, words: str, within: Reach, suppliers: Suppliers, limit: int = 5) -> list[Article]:
    """At most `limit` articles that the unit may buy, the best first."""
    found = search(conn, Query(text=words)).articles
    return [article for article in found if why_not(article, within, suppliers) is None][:limit]
