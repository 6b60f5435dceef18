"""What narrows a question to the index: what the unit may not buy, and what was chosen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any as Value

import tantivy
from tantivy import FieldType, Occur
from tantivy import Query as Asked

from shop.finding import shelf
from shop.finding.asked import MANY, ONE, Query
from shop.finding.index import View
from shop.reach import Reach

MOST_SINGLY = 200

Clauses = tuple[tuple[Occur, tantivy.Query], ...]


def allowed(view: View, mine: Reach) -> Clauses:
    """What keeps out all that `Reach.allows` would refuse. Remembered: most units are refused the same."""
    return view.remember(mine, lambda: tuple((Occur.MustNot, one) for one in _refused(view, mine)))


def _refused(view: View, mine: Reach) -> Iterator[tantivy.Query]:
    today = mine.today.toordinal()
    barred = {shelf.agreement(*one) for one in mine.closed} | {block.category for block in mine.blocks}
    for block in mine.blocks:
        if block.category.isdigit():  # the first digits of a code of UNSPSC: those there are
            found = view.searcher.terms_with_prefix(shelf.BARRED, block.category)
            barred |= {code for code, _ in found if code.isdigit()}
    if len(barred) > MOST_SINGLY:
        yield some(shelf.BARRED, sorted(barred))
    elif barred:  # a set goes through every article of each at every search
        yield either([term(shelf.BARRED, one) for one in sorted(barred)])
    days = FieldType.Integer
    yield Asked.range_query(shelf.SCHEMA, shelf.FROM, days, lower_bound=today + 1, use_inverted_index=True)
    yield Asked.range_query(shelf.SCHEMA, shelf.TO, days, upper_bound=today - 1, use_inverted_index=True)


def narrowed(query: Query, without: str = "") -> Clauses:
    """What was chosen, but for one facet: its own counts tell what choosing more of it would give."""
    found = []
    for name in MANY:
        values: Iterable[Value] = query.chosen(name)
        if name == shelf.BAND:
            values = [int(one) for one in values if one.isdecimal()]
        chosen = list(values)
        if chosen and name != without:
            found.append((Occur.Must, some(name, chosen)))
    for name in ONE:
        if getattr(query, name) and name != without:
            found.append((Occur.Must, term(name, 1)))
    return tuple(found)


def both(words: tantivy.Query | None, *more: Iterable[tuple[Occur, tantivy.Query]]) -> tantivy.Query:
    """The words and everything that narrows them."""
    clauses = [one for some in more for one in some]
    if words is not None:
        clauses.append((Occur.Must, words))
    if not any(occur == Occur.Must for occur, _ in clauses):
        clauses.append((Occur.Must, Asked.all_query()))
    return Asked.boolean_query(clauses)


def term(name: str, value: Value) -> tantivy.Query:
    return Asked.term_query(shelf.SCHEMA, name, value, index_option="basic")


def some(name: str, values: Collection[Value]) -> tantivy.Query:
    return Asked.term_set_query(shelf.SCHEMA, name, list(values))


def either(ways: list[tantivy.Query]) -> tantivy.Query:
    if not ways:
        return Asked.empty_query()
    return ways[0] if len(ways) == 1 else Asked.boolean_query([(Occur.Should, one) for one in ways])
