"""Search over all suppliers' articles: Swedish stems, beginnings of words, parts of compounds, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa

from gateway.suppliers.supplier import Supplier
from shop.articles import COLUMNS, Article
from shop.tables import articles

PAGE_SIZE = 20
SORTS = ("relevance", "price", "base")
MAX_WORDS = 8


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for; `page` counts from 1, `suppliers` are those whose name holds every word."""

    text: str = ""
    category: str = ""
    contract_only: bool = False
    sort: str = "relevance"
    page: int = 1
    suppliers: tuple[str, ...] = ()

    @property
    def words(self) -> list[str]:
        """The words as typed, small letters; signs other than letters, digits and hyphens part them."""
        return re.findall(r"[^\W_]+(?:-[^\W_]+)*", self.text.lower())[:MAX_WORDS]


class Hits(msgspec.Struct, frozen=True, kw_only=True):
    """One page of hits, how many there are in all, and how many in each category (before that choice)."""

    articles: tuple[Article, ...]
    total: int
    categories: tuple[tuple[str, int], ...]
    on_contract: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def search(conn: sa.Connection, query: Query) -> Hits:
    """The hits of a query; without words, all articles of the category."""
    matches = _matches(query)
    narrowed = _narrowed(query)
    counts = (
        sa.select(articles.c.category, sa.func.count(), sa.func.count(articles.c.contract))
        .where(matches, narrowed if query.contract_only else sa.true())
        .group_by(articles.c.category)
        .order_by(sa.func.count().desc(), articles.c.category)
    )
    found = [tuple(row) for row in conn.execute(counts)]
    chosen = [row for row in found if query.category in {"", row[0]}]
    wanted = sa.select(*COLUMNS).where(matches, narrowed)
    if query.category:
        wanted = wanted.where(articles.c.category == query.category)
    wanted = wanted.order_by(*_order(query)).limit(PAGE_SIZE).offset((max(1, query.page) - 1) * PAGE_SIZE)
    return Hits(
        articles=tuple(Article(**row._mapping) for row in conn.execute(wanted)),
        total=sum(row[1] for row in chosen),
        categories=tuple((row[0], row[1]) for row in found),
        on_contract=sum(row[2] for row in chosen),
    )


def named(suppliers: Iterable[Supplier], query: Query) -> Query:
    """The query, and which suppliers it names: who looks for one shop's goods writes its name."""
    if not query.words:
        return query
    found = (one.id for one in suppliers if all(word in one.name.lower() for word in query.words))
    return msgspec.structs.replace(query, suppliers=tuple(found))


def _narrowed(query: Query) -> sa.ColumnElement[bool]:
    return articles.c.contract.is_not(None) if query.contract_only else sa.true()


def _matches(query: Query) -> sa.ColumnElement[bool]:
    """Every word begins a word of the article, or its stem is part of one (nitril|handske); or a number is exact."""
    if not query.words:
        return articles.c.active if not query.text.strip() else sa.false()
    inside = [articles.c.name.ilike("%" + _stem(word) + "%") for word in query.words if len(word) > 2]
    exact = query.text.strip()
    ways = [
        articles.c.searched.op("@@")(_ts_query(query)),
        articles.c.seller_id == exact,
        articles.c.gtin == exact,
    ]
    if inside:
        ways.append(sa.and_(*inside))
    if query.suppliers:
        ways.append(articles.c.supplier_id.in_(query.suppliers))
    return articles.c.active & sa.or_(*ways)


def _stem(word: str) -> sa.ColumnElement[str]:
    """The stem as PostgreSQL's Swedish dictionary has it; a word without one stands for itself."""
    lexemes = sa.func.ts_lexize(sa.literal_column("'swedish_stem'::regdictionary"), sa.cast(word, sa.Text))
    stem = sa.func.array_to_string(lexemes, "")
    return sa.func.coalesce(sa.func.nullif(stem, ""), word)


def _ts_query(query: Query) -> sa.ColumnElement[Any]:
    return sa.func.to_tsquery("swedish", " & ".join(f"'{word}':*" for word in query.words))


def _order(query: Query) -> list[sa.ColumnElement[Any]]:
    base = sa.nulls_last(articles.c.price / sa.func.nullif(articles.c.content, 0))
    if query.sort == "price":
        return [articles.c.price, articles.c.id]
    if query.sort == "base":
        # Prices per kilo and per piece cannot be compared: one measure after the other, the commonest first.
        common = sa.func.count().over(partition_by=articles.c.content_unit)
        return [common.desc(), articles.c.content_unit, base, articles.c.id]
    on_contract = articles.c.contract.is_(None)
    if not query.words:
        return [on_contract, articles.c.name, articles.c.id]
    return [sa.func.ts_rank(articles.c.searched, _ts_query(query)).desc(), on_contract, base, articles.c.id]
