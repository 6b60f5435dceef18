"""From what is meant and what may be bought to a query of the index."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any as Value

import msgspec
import tantivy
from tantivy import FieldType, Occur
from tantivy import Query as Asked

from shop.finding import shelf
from shop.finding.asked import MANY, Query
from shop.finding.index import View
from shop.finding.meaning import All, Any, Kind, Meaning, Shop, Tree, Word
from shop.reach import Reach

_EXACT = 100.0
_USUAL = 3.0
_THEIRS = 0.1
_MOST_KEPT = 500
_SHORTEST_CODE, _LONG_NUMBER = 3, 6


Clauses = tuple[tuple[Occur, tantivy.Query], ...]


class Words(msgspec.Struct, frozen=True):
    """A question of words twice: `scored` puts its hits in order, `counted` only finds the same ones, and sooner."""

    scored: tantivy.Query
    counted: tantivy.Query


def shop_of(view: View) -> Shop:
    """What words are held against."""
    return Shop(view.lexicon, view.vocabulary, lambda stem: view.searcher.doc_freq(shelf.ANY, stem) > 0)


def words(view: View, text: str, meant: Meaning, suppliers: Collection[str] = (), *, missing: int = 0) -> Words | None:
    """Articles that answer to the words, or have the number typed, or are of `suppliers`, whose name was typed.

    So many of the words may be `missing`. None: nothing was typed, and everything answers.
    """
    if not text.strip():
        return None
    number = shelf.code(text)
    known = len(number) >= _SHORTEST_CODE and view.searcher.doc_freq(shelf.CODE, number) > 0
    if known and _only_a_number(number):
        exact = _term(shelf.CODE, number)
        return Words(exact, exact)
    ways: list[tuple[tantivy.Query, tantivy.Query]] = []
    if meant.needs:
        least = max(1, len(meant.needs) - missing)
        ways.append(
            (
                _least([_scored(one) for one in meant.needs], least),
                _least([_counted(one) for one in meant.needs], least),
            )
        )
    more = [(_term(shelf.CODE, number), _EXACT)] if known else []
    more += [(_any(shelf.SUPPLIER, suppliers), _THEIRS)] if suppliers else []
    ways += [(Asked.const_score_query(one, score), one) for one, score in more]
    return Words(_or([scored for scored, _ in ways]), _or([counted for _, counted in ways]))


def _only_a_number(code: str) -> bool:
    """Whether nobody means words by it: KB-1001 or a GTIN, not 500, which may be millilitres."""
    return len(code) >= (_LONG_NUMBER if code.isdigit() else _SHORTEST_CODE) and any(map(str.isdigit, code))


def allowed(view: View, mine: Reach) -> Clauses:
    """What keeps out all that `Reach.allows` would refuse. Remembered: most units are refused the same."""
    if mine not in view.kept:
        if len(view.kept) > _MOST_KEPT:
            view.kept.clear()
        view.kept[mine] = tuple((Occur.MustNot, one) for one in _refused(view, mine))
    return view.kept[mine]


def _refused(view: View, mine: Reach) -> Iterator[tantivy.Query]:
    today = mine.today.toordinal()
    barred = {shelf.agreement(*one) for one in mine.closed} | {block.category for block in mine.blocks}
    for block in mine.blocks:
        if block.category.isdigit():  # the first digits of a code of UNSPSC: those there are
            found = view.searcher.terms_with_prefix(shelf.BARRED, block.category)
            barred |= {code for code, _ in found if code.isdigit()}
    if barred:
        yield _any(shelf.BARRED, sorted(barred))
    days = FieldType.Integer
    yield Asked.range_query(shelf.SCHEMA, shelf.FROM, days, lower_bound=today + 1, use_inverted_index=True)
    yield Asked.range_query(shelf.SCHEMA, shelf.TO, days, upper_bound=today - 1, use_inverted_index=True)


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


def both(words: tantivy.Query | None, *more: Iterable[tuple[Occur, tantivy.Query]]) -> tantivy.Query:
    """The words and everything that narrows them."""
    clauses = [one for some in more for one in some]
    if words is not None:
        clauses.append((Occur.Must, words))
    if not any(occur == Occur.Must for occur, _ in clauses):
        clauses.append((Occur.Must, Asked.all_query()))
    return Asked.boolean_query(clauses)


def usual(ids: Collection[int]) -> list[tuple[Occur, tantivy.Query]]:
    """What the unit buys comes further up."""
    if not ids:
        return []
    return [(Occur.Should, Asked.const_score_query(_any(shelf.ID, sorted(ids)), _USUAL))]


def _scored(tree: Tree) -> tantivy.Query:
    """Each word counts by the best place it stands in, of several ways the best one counts.

    How rare a word is says nothing here: all words must be there, and a rare synonym is no better a hit. So equal hits
    count alike, and contract and price put them in order.
    """
    match tree:
        case Word(stem):
            return _placed([stem], 1.0)
        case Kind(category):
            return Asked.const_score_query(_term(shelf.CATEGORY, category), 1.0)
        case All(of):
            return Asked.boolean_query([(Occur.Must, _scored(one)) for one in of])
        case Any(of):
            simple, others = _apart(of)
            ways = [_placed(stems, boost) for boost, stems in simple.items()]
            ways += [Asked.boost_query(_scored(one), boost) for boost, one in others]
            return ways[0] if len(ways) == 1 else Asked.disjunction_max_query(ways)


def _counted(tree: Tree) -> tantivy.Query:
    """The same articles, each of them as good."""
    match tree:
        case Word(stem):
            return _term(shelf.ANY, stem)
        case Kind(category):
            return _term(shelf.CATEGORY, category)
        case All(of):
            return Asked.boolean_query([(Occur.Must, _counted(one)) for one in of])
        case Any(of):
            simple, others = _apart(of)
            stems = [stem for some in simple.values() for stem in some]
            return _or([*([_some(shelf.ANY, stems)] if stems else []), *(_counted(one) for _, one in others)])


def _apart(of: Iterable[tuple[float, Tree]]) -> tuple[dict[float, list[str]], list[tuple[float, Tree]]]:
    """Ways that are one word, together where they count alike, and the others."""
    simple: dict[float, list[str]] = {}
    others: list[tuple[float, Tree]] = []
    for boost, one in of:
        if isinstance(one, Word):
            simple.setdefault(boost, []).append(one.stem)
        else:
            others.append((boost, one))
    return simple, others


def _placed(stems: list[str], boost: float) -> tantivy.Query:
    places = [Asked.const_score_query(_some(place, stems), score * boost) for place, score in shelf.PLACES]
    return Asked.disjunction_max_query(places)


def _some(name: str, stems: list[str]) -> tantivy.Query:
    return _term(name, stems[0]) if len(stems) == 1 else _any(name, stems)


def _least(needs: list[tantivy.Query], least: int) -> tantivy.Query:
    if least == len(needs):
        return needs[0] if len(needs) == 1 else Asked.boolean_query([(Occur.Must, one) for one in needs])
    return Asked.boolean_query([(Occur.Should, one) for one in needs], minimum_number_should_match=least)


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
