"""How many hits each further choice would leave, counted by the index."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec
import tantivy

from shop.finding import shelf
from shop.finding.asked import MANY, ONE, Query
from shop.finding.index import View

_TOTAL: Final = "total"
_SHOWN: Final = {shelf.SUPPLIER: 8, shelf.AGREEMENT: 6, shelf.CATEGORY: 15, shelf.LABEL: 10, shelf.GROUP: 10}
_EVERY_ONE: Final = 65_000
"""So many values of a segment are kept before the commonest of all are chosen, so that the counts are exact; where
there is but one segment the commonest are enough, and that is four times as quick."""
FACETS: Final = (*MANY, *ONE)


class Choice(msgspec.Struct, frozen=True):
    """One value of a facet, and how many hits have it."""

    value: str
    count: int
    chosen: bool


Facets = dict[str, tuple[Choice, ...]]


def facets(view: View, query: Query, narrowed: Callable[[str], tantivy.Query]) -> tuple[int, Facets]:
    """How many hits there are, and the choices by facet.

    `narrowed` is the query with every choice but that of the facet named; "" with all of them.
    """
    own = [name for name in MANY if query.chosen(name)]
    one = view.searcher.num_segments < 2
    asked = {name: _terms(name, one) for name in FACETS if name not in own}
    counted = view.searcher.aggregate(narrowed(""), {**asked, _TOTAL: {"value_count": {"field": shelf.ID}}})
    for name in own:
        counted |= view.searcher.aggregate(narrowed(name), {name: _terms(name, one, all_of_it=True)})
    total = int(counted[_TOTAL]["value"])
    return total, {name: _choices(name, counted[name]["buckets"], query.chosen(name)) for name in FACETS}


def _terms(name: str, one_segment: bool, all_of_it: bool = False) -> dict[str, Any]:
    """With `all_of_it` a value that was chosen has its count, however few have it."""
    size = _EVERY_ONE if all_of_it else _SHOWN.get(name, 10)
    return {"terms": {"field": name, "size": size, "segment_size": size if one_segment else _EVERY_ONE}}


def _choices(name: str, buckets: list[dict[str, Any]], chosen: tuple[str, ...]) -> tuple[Choice, ...]:
    """The commonest, and those chosen even where nothing has them."""
    counts = {_written(one["key"]): int(one["doc_count"]) for one in buckets}
    if name in ONE:
        return (Choice("1", counts.get("1", 0), bool(chosen)),)
    shown = list(counts)[: _SHOWN.get(name, 10)]
    shown += [value for value in chosen if value not in shown]
    if name == shelf.BAND:
        shown.sort(key=int)
    return tuple(Choice(value, counts.get(value, 0), value in chosen) for value in shown)


def _written(key: object) -> str:
    return str(int(key)) if isinstance(key, float) else str(key)
