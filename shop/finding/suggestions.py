"""What is offered while somebody types: words that go on so, and the first articles."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import msgspec
import sqlalchemy as sa

from shop.articles import Article
from shop.finding import search, wanted
from shop.finding.asked import Query
from shop.finding.index import View
from shop.finding.rows import read
from shop.finding.said import IDLE
from shop.finding.vocabulary import SAID_WORDS
from shop.reach import Reach

MOST: Final = 8
_WORDS: Final = 4
_TRIED: Final = 12
_SHORTEST: Final = 2


class Suggestions(msgspec.Struct, frozen=True):
    """`words` are whole searches, `articles` what one may want already."""

    words: tuple[str, ...] = ()
    articles: tuple[Article, ...] = ()


def suggestions(conn: sa.Connection, view: View, text: str, mine: Reach, usual: Collection[int]) -> Suggestions:
    """At most `MOST` in all, and only what leads to something that the unit may buy."""
    if len(text.strip()) < _SHORTEST:
        return Suggestions()
    keep = wanted.allowed(view, mine)
    *before, last = text.lower().split()
    words = []
    for word in _going_on(view, last):
        whole = " ".join([*before, word])
        if whole != text.lower() and search.leads(view, whole, keep):
            words.append(whole)
        if len(words) == _WORDS:
            break
    ids = search.first(view, Query(text=text), mine, usual, limit=4 * MOST)
    return Suggestions(tuple(words), tuple(_different(read(conn, ids, mine), MOST - len(words))))


def _going_on(view: View, start: str) -> list[str]:
    """Words of the shelf, then those that only people use."""
    said = sorted(word for word in SAID_WORDS if word.startswith(start) and word not in IDLE)
    return list(dict.fromkeys([*view.vocabulary.beginning(start, _TRIED), *said[:_TRIED]]))


def _different(found: Sequence[Article], most: int) -> list[Article]:
    """One of each name: the same goods from ten suppliers are one suggestion."""
    return list({one.name: one for one in reversed(found)}.values())[::-1][:most]
