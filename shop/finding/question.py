"""From what is meant to questions of the index: one that finds all hits, and closer and closer ones within it.

How rare a word is says nothing here: all words must be there, and a rare synonym is no better a hit. So hits are put in
order by how closely they answer, and among those that answer alike contract and price decide. Each closer question is
quick, and the first page mostly needs one or two of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import msgspec
import tantivy
from tantivy import Occur
from tantivy import Query as Asked

from shop.finding import shelf
from shop.finding.index import View
from shop.finding.meaning import ALSO, GUESS, All, Any, Kind, Meaning, Shop, Tree, Word
from shop.finding.wanted import either, some, term

_CLOSER = ((shelf.TOP, 1.0), (shelf.TOP, ALSO), (shelf.HEAD, GUESS), (shelf.NAME, GUESS), (shelf.NAME, 0.0))
"""Where one of the words must stand, and how good a way to say it is needed there; all words stand in the name."""
_SHORTEST_CODE, _LONG_NUMBER = 3, 6


class Question(msgspec.Struct, frozen=True):
    """`every` finds all hits; `closer` are questions that find some of those, each the ones before it as well, but for
    `exact`, which finds those whose number was typed."""

    every: tantivy.Query
    closer: tuple[tantivy.Query, ...] = ()
    exact: tantivy.Query | None = None
    named: tantivy.Query | None = None
    """All words stand in the name, brand or keywords."""


def shop_of(view: View) -> Shop:
    """What words are held against."""
    return Shop(view.lexicon, view.vocabulary, lambda stem: view.searcher.doc_freq(shelf.ANY, stem) > 0)


def question(
    view: View, text: str, meant: Meaning, suppliers: Collection[str] = (), *, missing: int = 0
) -> Question | None:
    """Articles that answer to the words, or have the number typed, or are of `suppliers`, whose name was typed.

    So many of the words may be `missing`. None: nothing was typed, and everything answers.
    """
    if not text.strip():
        return None
    number = shelf.code(text)
    known = len(number) >= _SHORTEST_CODE and view.searcher.doc_freq(shelf.CODE, number) > 0
    exact = term(shelf.CODE, number) if known else None
    if exact is not None and _only_a_number(number):
        return Question(exact)
    least = max(1, len(meant.needs) - missing)
    closer = tuple(_closer(meant.needs, least))
    ways = [_least(meant.needs, shelf.ANY, least)] if meant.needs else []
    ways += [exact] if exact is not None else []
    ways += [some(shelf.SUPPLIER, suppliers)] if suppliers else []
    return Question(either(ways), closer, exact, closer[-1] if closer else None)


def _only_a_number(code: str) -> bool:
    """Whether nobody means words by it: KB-1001 or a GTIN, not 500, which may be millilitres."""
    return len(code) >= (_LONG_NUMBER if code.isdigit() else _SHORTEST_CODE) and any(map(str.isdigit, code))


def _closer(needs: Sequence[Tree], least: int) -> Iterator[tantivy.Query]:
    if not needs:
        return
    named = _least(needs, shelf.NAME, least)
    for place, good in _CLOSER[:-1]:
        found = [one for need in needs if (one := asked(need, place, good)) is not None]
        if found:
            here = either(found)
            yield here if len(needs) == 1 else Asked.boolean_query([(Occur.Must, named), (Occur.Must, here)])
    yield named


def _least(needs: Sequence[Tree], place: str, least: int) -> tantivy.Query:
    found = [asked(need, place) or Asked.empty_query() for need in needs]
    if least == len(found):
        return found[0] if len(found) == 1 else Asked.boolean_query([(Occur.Must, one) for one in found])
    return Asked.boolean_query([(Occur.Should, one) for one in found], minimum_number_should_match=least)


def asked(tree: Tree, place: str, good: float = 0.0) -> tantivy.Query | None:
    """Whether it stands in a place, said in a way that is so good at least; None where there is no such way."""
    match tree:
        case Word(stem):
            return term(place, stem)
        case Kind(category):
            return term(shelf.CATEGORY, category) if place in {shelf.NAME, shelf.ANY} else None
        case All(of):
            each = [asked(one, place, good) for one in of]
            found = [one for one in each if one is not None]
            return Asked.boolean_query([(Occur.Must, one) for one in found]) if len(found) == len(each) else None
        case Any(of):
            ways = [one for boost, one in of if boost >= good]
            stems = [one.stem for one in ways if isinstance(one, Word)]
            others = [asked(one, place, good) for one in ways if not isinstance(one, Word)]
            found = [one for one in others if one is not None]
            if stems:
                found.insert(0, term(place, stems[0]) if len(stems) == 1 else some(place, stems))
            return either(found) if found else None
