"""Articles side by side: which are chosen, and which is cheapest per base unit. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

from shop.articles import Article
from web.sessions import Viewer

MOST: Final = 4
KEPT: Final = "compare"
"""The session remembers the ids under this name."""


class BasePrice(msgspec.Struct, frozen=True, kw_only=True):
    """The price per base unit; comparable where another article has the same unit and currency. None: unknown."""

    price: Decimal | None
    unit: str | None
    comparable: bool = False
    cheapest: bool = False


def ids_in(values: Iterable[Any]) -> list[int]:
    """At most four ids of articles, each once; what is none is left out."""
    texts = (str(value) for value in values)
    ids = (int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19)
    return list(dict.fromkeys(ids))[:MOST]


def chosen(viewer: Viewer) -> list[int]:
    """The ids that the session remembers."""
    return ids_in(viewer.remembered.get(KEPT) or [])


def prices(found: Sequence[Article]) -> dict[int, BasePrice]:
    """The prices per base unit by article; kilos and pieces are never compared with each other."""
    alike: dict[tuple[str | None, str], list[Decimal]] = defaultdict(list)
    for article in found:
        if article.base_price is not None:
            alike[article.content_unit, article.currency].append(_exact(article))
    return {article.id: _price(article, alike[article.content_unit, article.currency]) for article in found}


def _exact(article: Article) -> Decimal:
    """Not rounded: what is shown as the same may still differ."""
    return article.price / article.base / (article.content or Decimal(1))


def _price(article: Article, alike: Sequence[Decimal]) -> BasePrice:
    price = article.base_price
    comparable = price is not None and len(alike) > 1
    cheapest = comparable and _exact(article) == min(alike) and len(set(alike)) > 1
    return BasePrice(price=price, unit=article.content_unit, comparable=comparable, cheapest=cheapest)
