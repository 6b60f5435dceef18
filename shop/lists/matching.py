"""Which articles pasted lines mean: by number, by GTIN, else by the search's best candidates."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from gateway.identifiers import Gtin
from gateway.suppliers.supplier import Suppliers
from shop.articles import COLUMNS, Article
from shop.finding.finder import Finder
from shop.lists.buyable import why_not
from shop.lists.candidates import candidates
from shop.lists.pasted import Asked, Pasted
from shop.reach import Reach
from shop.tables import articles
from web.languages import N_

SECONDS: Final = 6.0
"""So long words are searched for; the lines after that get a link to the search."""
_ONE: Final = Decimal(1)


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """What a line means. `chosen` stands for itself; of `choices` the buyer takes one, or none.

    `how`: number, several (more than one supplier sells under that number), words, later (not searched for) or none.
    `assumed`: no quantity was written. `problem` is a message id.
    """

    line: Pasted
    how: str
    quantity: Decimal = _ONE
    assumed: bool = False
    chosen: Article | None = None
    choices: tuple[Article, ...] = ()
    words: str = ""
    problem: str | None = None


def match(
    conn: sa.Connection, finder: Finder, lines: Sequence[Pasted], within: Reach, suppliers: Suppliers
) -> list[Match]:
    """Each line's meaning, in their order."""
    known = _numbered(conn, {reading.text for line in lines for reading in line.readings})
    until = time.monotonic() + SECONDS
    searched: dict[str, tuple[Article, ...]] = {}

    def search(words: str) -> tuple[Article, ...] | None:
        if words not in searched:
            if time.monotonic() > until:
                return None
            searched[words] = tuple(candidates(conn, finder, words, within, suppliers))
        return searched[words]

    return [_match(line, known, within, suppliers, search) for line in lines]


def _match(
    line: Pasted,
    known: dict[str, list[Article]],
    within: Reach,
    suppliers: Suppliers,
    search: Callable[[str], tuple[Article, ...] | None],
) -> Match:
    for reading in line.readings:
        found = known.get(_key(reading.text), [])
        if found and line.problem is None:
            return _by_number(line, reading, found, within, suppliers)
    if line.problem is not None or not line.readings:
        return Match(line=line, how="none", problem=line.problem)
    asked = _in_words(line.readings)
    facts: dict[str, Any] = {
        "line": line,
        "quantity": asked.quantity or _ONE,
        "assumed": asked.quantity is None,
        "words": asked.text,
    }
    choices = search(asked.text)
    if choices is None:
        return Match(how="later", **facts)
    problem = None if choices else N_("Nothing matches. Check the number, or try other words.")
    return Match(how="words" if choices else "none", choices=choices, problem=problem, **facts)


def _by_number(line: Pasted, asked: Asked, found: list[Article], within: Reach, suppliers: Suppliers) -> Match:
    """The articles of that number that may be bought: on contract first, then the cheapest."""
    facts: dict[str, Any] = {
        "line": line,
        "quantity": asked.quantity or _ONE,
        "assumed": asked.quantity is None,
        "words": asked.text,
    }
    open_to_us = [one for one in found if why_not(one, within, suppliers) is None]
    if not open_to_us:
        # The words are those of the article: a search for them finds what can be bought instead.
        words = facts | {"words": found[0].name}
        return Match(how="none", problem=why_not(found[0], within, suppliers), **words)
    ranked = sorted(open_to_us, key=lambda one: (one.contract is None, one.price, one.id))
    if len(ranked) == 1:
        return Match(how="number", chosen=ranked[0], **facts)
    return Match(how="several", choices=tuple(ranked), **facts)


def _in_words(readings: Sequence[Asked]) -> Asked:
    """The reading to search for: the likeliest that has letters."""
    return next((one for one in readings if any(sign.isalpha() for sign in one.text)), readings[0])


def _key(text: str) -> str:
    gtin = _gtin(text)
    return gtin.padded if gtin else text.casefold()


def _gtin(text: str) -> Gtin | None:
    try:
        return Gtin(text)
    except ValueError:
        return None


def _numbered(conn: sa.Connection, texts: Iterable[str]) -> dict[str, list[Article]]:
    """Articles by their number, however its letters are written, and by their GTIN in 14 digits."""
    typed = {text for text in texts if text}
    spelled = {form for text in typed for form in (text, text.upper(), text.lower())}
    digits = {form for text in typed if (gtin := _gtin(text)) for form in _spellings(gtin)}
    theirs = articles.c.seller_id.in_(sorted(spelled)) | articles.c.gtin.in_(sorted(digits))
    found: dict[str, list[Article]] = defaultdict(list)
    for row in conn.execute(sa.select(*COLUMNS).where(theirs, articles.c.listed).order_by(articles.c.id)):
        article = Article(**row._mapping)
        keys = {article.seller_id.casefold(), _key(article.seller_id)}
        keys |= {article.gtin.zfill(14)} if article.gtin else set()
        for key in keys:
            found[key].append(article)
    return found


def _spellings(gtin: Gtin) -> Iterable[str]:
    bare = gtin.padded.lstrip("0")
    return {bare.zfill(length) for length in Gtin.lengths if len(bare) <= length}
