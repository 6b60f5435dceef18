"""A search from the words to the articles: what is meant, which hits, in which order, and how many of what."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import msgspec
import sqlalchemy as sa
import tantivy
from sqlalchemy.dialects.postgresql import ARRAY
from tantivy import Occur, Order

from gateway.suppliers.supplier import Supplier
from shop.articles import COLUMNS, Article
from shop.finding import shelf, wanted
from shop.finding.asked import PAGE_SIZE, Query
from shop.finding.facets import Facets, facets
from shop.finding.index import View
from shop.finding.meaning import Meaning, meaning
from shop.finding.wanted import Clauses, Words
from shop.finding.words import tokens
from shop.reach import Reach
from shop.tables import articles, basket_lines, baskets

_USUAL = 60


class Understood(msgspec.Struct, frozen=True):
    """The words that are looked for, and the question they make.

    `instead`: they are others than those typed; `nearly`: words are missing in each hit.
    """

    text: str
    meant: Meaning
    asked: Words | None
    instead: bool = False
    nearly: bool = False

    @property
    def unknown(self) -> bool:
        """Whether nothing on the shelf answers to one of the words."""
        return bool(self.meant.unknown)


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
    understood = as_typed(view, query, suppliers)
    total, ids = _page(view, query, understood.asked, keep, usual)
    if not total or understood.unknown:
        understood = understand(view, query, keep, understood)
        total, ids = _page(view, query, understood.asked, keep, usual)

    def narrowed(without: str = "") -> tantivy.Query:
        return wanted.both(counted(understood.asked), keep, wanted.narrowed(query, without))

    return ids, Hits(
        articles=(),
        total=total,
        facets=facets(view, query, narrowed),
        shown_for=understood.text if understood.instead else "",
        nearly=understood.nearly or understood.meant.loose,
        offered=_offered(view, understood.meant) if total and not query.exact and not understood.instead else "",
    )


def first(view: View, query: Query, mine: Reach, usual: Collection[int], limit: int) -> list[int]:
    """The ids of the first hits, without counting the rest."""
    keep = wanted.allowed(view, mine)
    understood = understand(view, query, keep, as_typed(view, query))
    boosted = wanted.both(scored(understood.asked), keep, wanted.usual(usual))
    return _ids(view, view.searcher.search(boosted, limit, count=False, weight_by_field=shelf.WEIGHT))


def leads(view: View, text: str, keep: Clauses) -> bool:
    """Whether the words find anything as they stand."""
    return _any(view, as_typed(view, Query(text=text)).asked, keep)


def as_typed(view: View, query: Query, suppliers: Iterable[Supplier] = ()) -> Understood:
    """The words as they stand; a word that nothing answers to may be in the name of a supplier."""
    meant = meaning(query.text, wanted.shop_of(view))
    theirs = named(suppliers, query.text) if meant.unknown else []
    return Understood(query.text, meant, wanted.words(view, query.text, meant, theirs))


def understand(view: View, query: Query, keep: Clauses, typed: Understood) -> Understood:
    """Where nothing that may be bought answers to the words as typed: what is nearest, and that it is not the same."""
    if query.exact or not typed.meant.needs or _any(view, typed.asked, keep):
        return typed
    text = _mended(view, typed.meant) if typed.unknown else _offered(view, typed.meant)
    right = as_typed(view, Query(text=text)) if text else typed
    if text and _any(view, right.asked, keep):
        return msgspec.structs.replace(right, instead=True)
    best = right if text and typed.unknown else typed
    for missing in range(1, len(best.meant.needs)):
        nearly = wanted.words(view, best.text, best.meant, missing=missing)
        if _any(view, nearly, keep):
            return msgspec.structs.replace(best, asked=nearly, instead=best is not typed, nearly=True)
    return typed


def named(suppliers: Iterable[Supplier], text: str) -> list[str]:
    """The suppliers that somebody names: every word stands in the name."""
    words = tokens(text)
    return [one.id for one in suppliers if words and all(word in one.name.lower() for word in words)]


def usual_ids(conn: sa.Connection, unit_id: str) -> list[int]:
    """What the unit has bought most often."""
    return list(conn.scalars(_USUALLY, {"unit": unit_id}))


def read(conn: sa.Connection, ids: Collection[int], mine: Reach) -> tuple[Article, ...]:
    """The articles in the order of `ids`, as the table has them now: what left a moment ago is left out."""
    if not ids:
        return ()
    rows = conn.execute(_BY_ID, {"ids": list(ids)}).all()
    found = {row[0]: Article(**dict(zip(_NAMES, row, strict=True))) for row in rows}
    return tuple(found[one] for one in ids if one in found and mine.allows(found[one]) is None)


# Made once: every page asks.
_USUALLY = (
    sa.select(basket_lines.c.article_id)
    .join(baskets, baskets.c.id == basket_lines.c.basket_id)
    .where(baskets.c.unit_id == sa.bindparam("unit"), baskets.c.placed_at.is_not(None))
    .where(basket_lines.c.removed_at.is_(None))
    .group_by(basket_lines.c.article_id)
    .order_by(sa.func.count().desc(), basket_lines.c.article_id)
    .limit(_USUAL)
)
_NAMES = tuple(column.name for column in COLUMNS)
_BY_ID = sa.select(*COLUMNS).where(
    articles.c.id == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.BigInteger))), shelf.SOLD
)


def _page(
    view: View, query: Query, words: Words | None, keep: Clauses, usual: Collection[int]
) -> tuple[int, list[int]]:
    """How many hits there are, and the ids of one page."""
    more = (keep, wanted.narrowed(query))
    asked = wanted.both(counted(words), *more)
    offset = (query.page - 1) * PAGE_SIZE
    if query.sort == "base":
        return _by_base(view, asked, offset)
    if query.sort == "price":
        found = view.searcher.search(asked, PAGE_SIZE, offset=offset, order_by_field=shelf.PRICE, order=Order.Asc)
    else:
        boosted = wanted.both(scored(words), *more, wanted.usual(usual))
        found = view.searcher.search(boosted, PAGE_SIZE, offset=offset, weight_by_field=shelf.WEIGHT)
    return _count(found), _ids(view, found)


def _by_base(view: View, asked: tantivy.Query, offset: int) -> tuple[int, list[int]]:
    """Prices per kilo and per piece cannot be compared: one measure after the other, the commonest first.

    What has no comparison price comes last, by its price.
    """
    told = view.searcher.aggregate(asked, {"m": {"terms": {"field": shelf.MEASURE, "size": 500, "segment_size": 5000}}})
    ids: list[int] = []
    passed = 0
    for one in told["m"]["buckets"]:
        of_it = wanted.both(asked, [(Occur.Must, tantivy.Query.term_query(shelf.SCHEMA, shelf.MEASURE, one["key"]))])
        ids += _some(view, of_it, offset + len(ids) - passed, PAGE_SIZE - len(ids), shelf.BASE)
        passed += int(one["doc_count"])
    without = wanted.both(asked, [(Occur.MustNot, tantivy.Query.exists_query(shelf.MEASURE))])
    ids += _some(view, without, offset + len(ids) - passed, PAGE_SIZE - len(ids), shelf.PRICE)
    return _count(view.searcher.search(asked, 1)), ids


def _some(view: View, asked: tantivy.Query, offset: int, limit: int, by: str) -> list[int]:
    if limit <= 0:
        return []
    return _ids(
        view,
        view.searcher.search(asked, limit, offset=max(0, offset), order_by_field=by, order=Order.Asc, count=False),
    )


def _count(found: Any) -> int:
    """How many there are in all; tantivy's own type hints do not know it."""
    return int(found.count)


def _ids(view: View, found: tantivy.SearchResult) -> list[int]:
    values = view.searcher.fast_field_values(shelf.ID, [address for _, address in found.hits])
    return [int(one) for one in values if one is not None]


def _any(view: View, asked: Words | None, keep: Clauses) -> bool:
    return view.searcher.search(wanted.both(counted(asked), keep), 1, count=False).hits != []


def scored(words: Words | None) -> tantivy.Query | None:
    """The question that puts its hits in order."""
    return words.scored if words else None


def counted(words: Words | None) -> tantivy.Query | None:
    """The question that only finds them."""
    return words.counted if words else None


def _mended(view: View, meant: Meaning) -> str:
    """The words with those that nothing answers to put right, alone or with the next; "" where nothing is near."""
    mended, at, words = [], 0, meant.words
    while at < len(words):
        right = view.vocabulary.meant(words[at]) if words[at] in meant.unknown else words[at]
        both = view.vocabulary.meant("".join(words[at : at + 2])) if right is None and at + 1 < len(words) else None
        mended.append(right or both or words[at])
        at += 2 if both else 1
    return " ".join(mended) if tuple(mended) != words else ""


def _offered(view: View, meant: Meaning) -> str:
    """Words that may be meant by ones that the shelf has in another form only."""
    right = {word: _nearer(view, word) for word in meant.words}
    changed = any(new != old for old, new in right.items())
    return " ".join(right[word] for word in meant.words) if changed else ""


def _nearer(view: View, word: str) -> str:
    """The same word with the dots and rings that were left out, where it is one of the shelf's and this is not."""
    if word in view.vocabulary or not word.isascii():
        return word
    near = view.vocabulary.meant(word)
    return near if near and not near.isascii() and near.translate(_DOTLESS) == word else word


_DOTLESS = str.maketrans("åäö", "aao")
