"""What the range has already, while somebody writes what they cannot find."""

from __future__ import annotations

import re
from collections.abc import Sequence

import sqlalchemy as sa

from shop.articles import Article
from shop.finding.asked import Query
from shop.finding.few import few
from shop.finding.finder import Finder
from shop.reach import Reach

MOST = 4


def similar(conn: sa.Connection, finder: Finder, text: str, reach: Reach) -> Sequence[Article]:
    """A few articles that the unit may buy and that could be meant; none for less than three letters.

    All the words first; where nothing has them all, the longest of them alone.
    """
    words = re.findall(r"[^\W_]+(?:-[^\W_]+)*", text.lower())
    if len("".join(words)) < 3:
        return ()
    for wanted in dict.fromkeys((" ".join(words), max(words, key=len))):
        if found := few(conn, finder, Query(text=wanted), reach, MOST):
            return found
    return ()
