"""The search's best articles for words. The one place where lists and quick order ask the search."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.suppliers.supplier import Suppliers
from shop.articles import Article
from shop.finding.asked import PAGE_SIZE, Query
from shop.finding.few import few
from shop.finding.finder import Finder
from shop.lists.buyable import why_not
from shop.reach import Reach


def candidates(
    conn: sa.Connection, finder: Finder, words: str, within: Reach, suppliers: Suppliers, limit: int = 5
) -> list[Article]:
    """At most `limit` articles that the unit may buy, the best first; none while the index is being built."""
    found = few(conn, finder, Query(text=words), within, PAGE_SIZE)
    return [article for article in found if why_not(article, within, suppliers) is None][:limit]
