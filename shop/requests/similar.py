"""What the range has already, while somebody writes what they cannot find."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from shop.articles import Article
from shop.reach import Reach
from shop.search import Query, search

MOST = 4


def similar(conn: sa.Connection, text: str, reach: Reach) -> Sequence[Article]:
    """A few articles that the unit may buy and that could be meant; none for less than three letters.

    All the words first; where nothing has them all, the longest of them alone.
    """
    words = Query(text=text).words
    if not words or len("".join(words)) < 3:
        return ()
    for wanted in dict.fromkeys((" ".join(words), max(words, key=len))):
        found = [one for one in search(conn, Query(text=wanted)).articles if reach.allows(one) is None]
        if found:
            return found[:MOST]
    return ()
