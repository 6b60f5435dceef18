"""A search from the words to the articles: what is meant, which hits, in which order, and how many of what."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import msgspec
import sqlalchemy as sa
import tantivy

from gateway.suppliers.supplier import Supplier
from shop.articles import Article
from shop.finding import order, wanted
from shop.finding.asked import PAGE_SIZE, Query
from shop.finding.facets import Facets, facets
from shop.finding.index import View
from shop.finding.rows import read, usual_ids
from shop.finding.understood import Understood, as_typed, finds, offered, understand
from shop.finding.wanted import Clauses
from shop.reach import Reach


class Hits(msgspec.Struct, frozen=True, kw_only=True):
    """One page of hits and how many there are.

    `shown_for` are the words looked for where they are not those typed, `nearly`: words are missing in each.
    """

    articles: tuple[Article, ...]
    total: int
    facets: Facets
    shown_for: str = ""
    nearly: bool = False
    offered: str = ""

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def search(
    conn: sa.Connection, view: View, query: Query, mine: Reach, unit_id: str, suppliers: Iterable[Supplier] = ()
) -> Hits:
    """What the unit may buy that answers to the query; without words, everything."""
    ids, found = look(view, query, mine, usual_ids(conn, unit_id), suppliers)
    return msgspec.structs.replace(found, articles=read(conn, ids, mine))


def look(
    view: View, query: Query, mine: Reach, usual: Collection[int], suppliers: Iterable[Supplier] = ()
) -> tuple[list[int], Hits]:
    """The ids of a page of hits in their order, and the rest of what a page tells: the index alone is asked."""
    keep = wanted.allowed(view, mine)
    understood = as_typed(view, query.text, suppliers)

    total, counted = _counted(view, query, mine, keep, understood)
    if not total:
        other = understand(view, query, keep, understood)
        if other is not understood:
            understood = other
            total, counted = _counted(view, query, mine, keep, understood)
    ids = order.page(view, query, understood.asked, keep, usual) if total else []
    return ids, Hits(
        articles=(),
        total=total,
        facets=counted,
        shown_for=understood.text if understood.instead else "",
        nearly=understood.nearly or understood.meant.loose,
        offered=offered(view, understood.meant) if total and not query.exact and not understood.instead else "",
    )


def _counted(view: View, query: Query, mine: Reach, keep: Clauses, understood: Understood) -> tuple[int, Facets]:
    """Counted once: the next page, another order and the next person who asks the same have the same counts."""

    def narrowed(without: str = "") -> tantivy.Query:
        every = understood.asked.every if understood.asked else None
        return wanted.both(every, keep, wanted.narrowed(query, without))

    same = (understood.text, understood.nearly, understood.theirs, query.but(text="", sort="", exact=False), mine)
    return view.remember(same, lambda: facets(view, query, narrowed))


def first(view: View, query: Query, mine: Reach, usual: Collection[int], limit: int) -> list[int]:
    """The ids of the first hits."""
    keep = wanted.allowed(view, mine)
    understood = understand(view, query, keep, as_typed(view, query.text))
    return order.page(view, query, understood.asked, keep, usual, limit)


def leads(view: View, text: str, keep: Clauses) -> bool:
    """Whether the words find anything as they stand."""
    return finds(view, as_typed(view, text).asked, keep)
