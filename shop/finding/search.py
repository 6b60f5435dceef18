"""A search from the words to the articles: what is meant, which hits, in which order, and how many of what."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import msgspec
import sqlalchemy as sa
import tantivy
from tantivy import Occur, Order

from gateway.suppliers.supplier import Supplier
from shop.articles import COLUMNS, Article
from shop.finding import shelf, wanted
from shop.finding.asked import PAGE_SIZE, Query
from shop.finding.facets import Facets, facets
from shop.finding.index import View
from shop.finding.meaning import Meaning, meaning
from shop.finding.words import tokens
from shop.reach import Reach
from shop.tables import articles, basket_lines, baskets

_USUAL = 60


class Understood(msgspec.Struct, frozen=True):
    """The words that were looked for, which may be others than those typed; `offered` are words that may be meant."""

    text: str
    asked: tantivy.Query
    instead: bool = False
    nearly: bool = False
    offered: str = ""


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
    keep = wanted.allowed(view.schema, mine)
    understood = understand(view, query, keep, suppliers)

    def narrowed(without: str = "") -> tantivy.Query:
        return wanted.both(understood.asked, keep, wanted.narrowed(view.schema, query, without))

    counted = facets(view, query, narrowed)
    total, ids = _page(view, query, narrowed(), usual)
    return ids, Hits(
        articles=(),
        total=total,
        facets=counted,
        shown_for=understood.text if understood.instead else "",
        nearly=understood.nearly,
        offered=understood.offered,
    )


def first(view: View, query: Query, mine: Reach, usual: Collection[int], limit: int) -> list[int]:
    """The ids of the first hits, without counting the rest."""
    keep = wanted.allowed(view.schema, mine)
    understood = understand(view, query, keep)
    asked = wanted.both(understood.asked, keep)
    boosted = tantivy.Query.boolean_query([(Occur.Must, asked), *wanted.usual(view.schema, usual)])
    return _ids(view, view.searcher.search(boosted, limit, count=False, weight_by_field=shelf.WEIGHT))


def leads(view: View, text: str, keep: list[tuple[Occur, tantivy.Query]]) -> bool:
    """Whether the words find anything as they stand."""
    return _any(view, wanted.words(view, text, meaning(text, wanted.shop_of(view))), keep)


def understand(
    view: View, query: Query, keep: list[tuple[Occur, tantivy.Query]], suppliers: Iterable[Supplier] = ()
) -> Understood:
    """Looks for the words as typed; where the shelf knows one of them not at all, for what is nearest, and says so."""
    shop = wanted.shop_of(view)
    meant = meaning(query.text, shop)
    theirs = [] if meant.words and not meant.unknown else named(suppliers, query.text)
    asked = wanted.words(view, query.text, meant, theirs)
    if query.exact or not meant.needs:
        return Understood(query.text, asked)
    if not meant.unknown and _any(view, asked, keep):
        return Understood(query.text, asked, offered=_offered(view, query.text, meant))
    if meant.unknown and _any(view, asked, keep):  # an article number, or a supplier's name
        return Understood(query.text, asked)
    text = _mended(view, query.text, meant) if meant.unknown else _offered(view, query.text, meant) or query.text
    if text != query.text:
        again = meaning(text, shop)
        asked = wanted.words(view, text, again)
        if _any(view, asked, keep):
            return Understood(text, asked, instead=True)
        text, meant = (text, again) if meant.unknown else (query.text, meant)
    for missing in range(1, len(meant.needs) // 2 + 1):
        nearly = wanted.words(view, text, meant, missing=missing)
        if _any(view, nearly, keep):
            return Understood(text, nearly, instead=text != query.text, nearly=True)
    return Understood(query.text, asked)


def named(suppliers: Iterable[Supplier], text: str) -> list[str]:
    """The suppliers that somebody names: every word stands in the name."""
    words = tokens(text)
    return [one.id for one in suppliers if words and all(word in one.name.lower() for word in words)]


def usual_ids(conn: sa.Connection, unit_id: str) -> list[int]:
    """What the unit has bought most often."""
    wanted_ids = (
        sa.select(basket_lines.c.article_id)
        .join(baskets, baskets.c.id == basket_lines.c.basket_id)
        .where(baskets.c.unit_id == unit_id, baskets.c.placed_at.is_not(None), basket_lines.c.removed_at.is_(None))
        .group_by(basket_lines.c.article_id)
        .order_by(sa.func.count().desc(), basket_lines.c.article_id)
        .limit(_USUAL)
    )
    return list(conn.scalars(wanted_ids))


def read(conn: sa.Connection, ids: Collection[int], mine: Reach) -> tuple[Article, ...]:
    """The articles in the order of `ids`, as the table has them now: what left a moment ago is left out."""
    rows = conn.execute(sa.select(*COLUMNS).where(articles.c.id.in_(ids), shelf.SOLD))
    found = {row.id: Article(**row._mapping) for row in rows}
    return tuple(found[one] for one in ids if one in found and mine.allows(found[one]) is None)


def _page(view: View, query: Query, asked: tantivy.Query, usual: Collection[int]) -> tuple[int, list[int]]:
    offset = (query.page - 1) * PAGE_SIZE
    if query.sort == "base":
        return _by_base(view, asked, offset)
    if query.sort == "price":
        found = view.searcher.search(asked, PAGE_SIZE, offset=offset, order_by_field=shelf.PRICE, order=Order.Asc)
    else:
        boosted = tantivy.Query.boolean_query([(Occur.Must, asked), *wanted.usual(view.schema, usual)])
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
        of_it = wanted.both(asked, [(Occur.Must, tantivy.Query.term_query(view.schema, shelf.MEASURE, one["key"]))])
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


def _any(view: View, asked: tantivy.Query, keep: list[tuple[Occur, tantivy.Query]]) -> bool:
    return view.searcher.search(wanted.both(asked, keep), 1, count=False).hits != []


def _mended(view: View, text: str, meant: Meaning) -> str:
    """The words with those that nothing answers to put right, where something is near: alone, or with the next."""
    mended, at, words = [], 0, meant.words
    while at < len(words):
        right = view.vocabulary.meant(words[at]) if words[at] in meant.unknown else words[at]
        both = view.vocabulary.meant("".join(words[at : at + 2])) if right is None and at + 1 < len(words) else None
        mended.append(right or both or words[at])
        at += 2 if both else 1
    return " ".join(mended) if tuple(mended) != words else text


def _offered(view: View, text: str, meant: Meaning) -> str:
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
