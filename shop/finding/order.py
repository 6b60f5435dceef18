"""Which hits stand on a page: the closest first, or by price, or by comparison price."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import tantivy
from tantivy import Occur, Order

from shop.finding import shelf, wanted
from shop.finding.asked import PAGE_SIZE, Query
from shop.finding.index import View
from shop.finding.question import Question
from shop.finding.wanted import Clauses


def page(
    view: View, query: Query, asked: Question | None, keep: Clauses, usual: Collection[int], limit: int = PAGE_SIZE
) -> list[int]:
    """The ids of one page of hits."""
    narrow = (*keep, *wanted.narrowed(query))
    every = wanted.both(asked.every if asked else None, narrow)
    offset = (query.page - 1) * limit
    if query.sort == "base":
        return _by_base(view, every, offset)
    if query.sort == "price":
        return _some(view, every, offset, limit, shelf.PRICE, Order.Asc)[0]
    return _closest(view, asked, narrow, usual, offset, limit)


def _closest(
    view: View, asked: Question | None, narrow: Clauses, usual: Collection[int], offset: int, limit: int
) -> list[int]:
    """What has the number typed, what the unit usually buys, then one question after the other, each without what the
    ones before it found."""
    ids: list[int] = []
    passed, before = 0, narrow
    for found, apart in _turns(asked, usual):
        start = max(0, offset + len(ids) - passed)
        some, count = _some(view, wanted.both(found, before), start, limit - len(ids), shelf.WEIGHT, Order.Desc)
        ids, passed = [*ids, *some], passed + count
        if len(ids) >= limit:
            break
        if found is not None:
            # Of questions within each other the last one is enough to leave out.
            narrow = (*narrow, (Occur.MustNot, found)) if apart else narrow
            before = (*narrow, (Occur.MustNot, found))
    return ids


def _turns(asked: Question | None, usual: Collection[int]) -> list[tuple[tantivy.Query | None, bool]]:
    """Questions in their turn, and whether one stands apart: not all it finds is found by the next as well."""
    turns: list[tuple[tantivy.Query | None, bool]] = []
    if asked is None:
        return [(None, False)]
    if asked.exact is not None:
        turns.append((asked.exact, True))
    if usual and asked.named is not None:
        mine = wanted.some(shelf.ID, sorted(usual))
        turns.append((wanted.both(asked.named, [(Occur.Must, mine)]), True))
    return [*turns, *((one, False) for one in asked.closer), (asked.every, False)]


def _by_base(view: View, asked: tantivy.Query, offset: int) -> list[int]:
    """Prices per kilo and per piece cannot be compared: one measure after the other, the commonest first.

    What has no comparison price comes last, by its price.
    """
    told = view.searcher.aggregate(asked, {"m": {"terms": {"field": shelf.MEASURE, "size": 500, "segment_size": 5000}}})
    ids: list[int] = []
    passed = 0
    for one in told["m"]["buckets"]:
        of_it = wanted.both(asked, [(Occur.Must, tantivy.Query.term_query(shelf.SCHEMA, shelf.MEASURE, one["key"]))])
        ids += _some(view, of_it, offset + len(ids) - passed, PAGE_SIZE - len(ids), shelf.BASE, Order.Asc)[0]
        passed += int(one["doc_count"])
    without = wanted.both(asked, [(Occur.MustNot, tantivy.Query.exists_query(shelf.MEASURE))])
    ids += _some(view, without, offset + len(ids) - passed, PAGE_SIZE - len(ids), shelf.PRICE, Order.Asc)[0]
    return ids


def _some(view: View, asked: tantivy.Query, offset: int, limit: int, by: str, order: Order) -> tuple[list[int], int]:
    """Some ids in the order of a field, and how many there are in all."""
    if limit <= 0:
        return [], 0
    # Tantivy's own type hints know neither the count nor what a hit is.
    found: Any = view.searcher.search(asked, limit, offset=max(0, offset), order_by_field=by, order=order)
    values = view.searcher.fast_field_values(shelf.ID, [address for _, address in found.hits])
    return [int(one) for one in values if one is not None], int(found.count)
