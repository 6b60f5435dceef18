"""From what is meant and what may be bought to a query of the index."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any as Value

import tantivy
from tantivy import FieldType, Occur
from tantivy import Query as Asked

from shop.finding import shelf
from shop.finding.asked import MANY, Query
from shop.finding.index import View
from shop.finding.meaning import All, Any, Kind, Meaning, Shop, Tree, Word
from shop.reach import Reach

_FIELDS = ((shelf.FIRST, 3.0), (shelf.NAME, 4.0), (shelf.PART, 2.0), (shelf.MORE, 2.0), (shelf.TEXT, 0.5))
_STANDS = (shelf.NAME, shelf.PART, shelf.MORE, shelf.TEXT)
_EXACT = 100.0
_USUAL = 3.0
_THEIRS = 0.1
_SHORTEST_CODE, _LONG_NUMBER = 3, 6


Clauses = tuple[tuple[Occur, tantivy.Query], ...]


def shop_of(view: View) -> Shop:
    """What words are held against."""

    def stands(stem: str) -> bool:
        return any(view.searcher.doc_freq(name, stem) for name in _STANDS)

    return Shop(view.lexicon, view.vocabulary, stands)


def words(view: View, text: str, meant: Meaning, suppliers: Collection[str] = (), *, missing: int = 0) -> tantivy.Query:
    """Articles that answer to the words, or have the number typed, or are of `suppliers`, whose name was typed.

    So many of the words may be `missing`.
    """
    if not text.strip():
        return Asked.all_query()
    number = shelf.code(text)
    known = len(number) >= _SHORTEST_CODE and view.searcher.doc_freq(shelf.CODE, number) > 0
    if known and _only_a_number(number):
        return _term(shelf.CODE, number)
    ways = []
    if meant.needs:
        needs = [_tree(need) for need in meant.needs]
        least = max(1, len(needs) - missing)
        ways.append(Asked.boolean_query([(Occur.Should, need) for need in needs], minimum_number_should_match=least))
    if known:
        ways.append(Asked.const_score_query(_term(shelf.CODE, number), _EXACT))
    if suppliers:
        ways.append(Asked.const_score_query(_any(shelf.SUPPLIER, suppliers), _THEIRS))
    return _or(ways)


def _only_a_number(code: str) -> bool:
    """Whether nobody means words by it: KB-1001 or a GTIN, not 500, which may be millilitres."""
    return len(code) >= (_LONG_NUMBER if code.isdigit() else _SHORTEST_CODE) and any(map(str.isdigit, code))


@lru_cache(maxsize=1000)
def allowed(mine: Reach) -> Clauses:
    """What keeps out all that `Reach.allows` would refuse. Remembered: most units are refused the same."""
    today = mine.today.toordinal()
    out = [
        Asked.range_query(shelf.SCHEMA, shelf.FROM, FieldType.Integer, lower_bound=today + 1, use_inverted_index=True),
        Asked.range_query(shelf.SCHEMA, shelf.TO, FieldType.Integer, upper_bound=today - 1, use_inverted_index=True),
    ]
    if mine.closed:
        closed = [shelf.agreement(*one) for one in mine.closed]
        out.append(_any(shelf.AGREEMENT, closed))
    for block in mine.blocks:
        if block.category.isdigit():
            out.append(Asked.regex_query(shelf.SCHEMA, shelf.UNSPSC, block.category + ".*"))
        else:
            out.append(_term(shelf.CATEGORY, block.category))
    return tuple((Occur.MustNot, one) for one in out)


def narrowed(query: Query, without: str = "") -> list[tuple[Occur, tantivy.Query]]:
    """What was chosen, but for one facet: its own counts tell what choosing more of it would give."""
    found = []
    for name in MANY:
        values: Iterable[Value] = query.chosen(name)
        if name == shelf.BAND:
            values = [int(one) for one in values if one.isdecimal()]
        chosen = list(values)
        if chosen and name != without:
            found.append((Occur.Must, _unscored(_any(name, chosen))))
    for name in (shelf.CONTRACT, shelf.STOCK):
        if getattr(query, name) and name != without:
            found.append((Occur.Must, _unscored(_term(name, 1))))
    return found


def both(wanted: tantivy.Query, *more: Iterable[tuple[Occur, tantivy.Query]]) -> tantivy.Query:
    """The words and everything that narrows them."""
    rest = [one for some in more for one in some]
    return Asked.boolean_query([(Occur.Must, wanted), *rest])


def usual(ids: Collection[int]) -> list[tuple[Occur, tantivy.Query]]:
    """What the unit buys comes further up."""
    if not ids:
        return []
    return [(Occur.Should, Asked.const_score_query(_any(shelf.ID, sorted(ids)), _USUAL))]


def _tree(tree: Tree) -> tantivy.Query:
    match tree:
        case Word(stem):
            # How rare a word is says nothing here: all words must be there, and a rare synonym is no better a hit.
            # So equal hits count alike, and contract and price put them in order.
            return _or([Asked.const_score_query(_term(name, stem), boost) for name, boost in _FIELDS])
        case Kind(category):
            return Asked.const_score_query(_term(shelf.CATEGORY, category), 1.0)
        case All(of):
            return Asked.boolean_query([(Occur.Must, _tree(one)) for one in of])
        case Any(of):
            return Asked.disjunction_max_query([Asked.boost_query(_tree(one), boost) for boost, one in of])


def _term(name: str, value: Value) -> tantivy.Query:
    return Asked.term_query(shelf.SCHEMA, name, value, index_option="basic")


def _any(name: str, values: Collection[Value]) -> tantivy.Query:
    return Asked.term_set_query(shelf.SCHEMA, name, list(values))


def _unscored(query: tantivy.Query) -> tantivy.Query:
    return Asked.const_score_query(query, 0.0)


def _or(ways: list[tantivy.Query]) -> tantivy.Query:
    if not ways:
        return Asked.empty_query()
    return ways[0] if len(ways) == 1 else Asked.boolean_query([(Occur.Should, one) for one in ways])
