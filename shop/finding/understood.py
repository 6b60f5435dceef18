"""What is looked for instead where nothing answers to the words as typed, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from gateway.suppliers.supplier import Supplier
from shop.finding import shelf, wanted
from shop.finding.asked import Query
from shop.finding.index import View
from shop.finding.meaning import Meaning, meaning
from shop.finding.question import Question, question, shop_of
from shop.finding.wanted import Clauses
from shop.finding.words import tokens


class Understood(msgspec.Struct, frozen=True):
    """The words that are looked for, and the question they make.

    `theirs` are suppliers that are named; `instead`: the words are others than those typed; `nearly`: words are
    missing in each hit.
    """

    text: str
    meant: Meaning
    asked: Question | None
    theirs: tuple[str, ...] = ()
    instead: bool = False
    nearly: bool = False

    @property
    def unknown(self) -> bool:
        """Whether nothing on the shelf answers to one of the words."""
        return bool(self.meant.unknown)


def as_typed(view: View, text: str, suppliers: Iterable[Supplier] = ()) -> Understood:
    """The words as they stand; a word that nothing answers to may be in the name of a supplier."""
    meant = meaning(text, shop_of(view))
    theirs = tuple(named(suppliers, text)) if meant.unknown else ()
    return Understood(text, meant, question(view, text, meant, theirs), theirs)


def understand(view: View, query: Query, keep: Clauses, typed: Understood) -> Understood:
    """Where nothing that may be bought answers to the words as typed: what is nearest, and that it is not the same."""
    if query.exact or not typed.meant.needs or finds(view, typed.asked, keep):
        return typed
    text = _mended(view, typed.meant) if typed.unknown else offered(view, typed.meant)
    right = as_typed(view, text) if text else typed
    if text and finds(view, right.asked, keep):
        return msgspec.structs.replace(right, instead=True)
    best = right if text and typed.unknown else typed
    for missing in range(1, len(best.meant.needs)):
        nearly = question(view, best.text, best.meant, missing=missing)
        if finds(view, nearly, keep):
            return msgspec.structs.replace(best, asked=nearly, instead=best is not typed, nearly=True)
    return typed


def finds(view: View, asked: Question | None, keep: Clauses) -> bool:
    """Whether there is anything that may be bought and answers."""
    every = wanted.both(asked.every if asked else None, keep)
    return view.searcher.search(every, 1, count=False, order_by_field=shelf.WEIGHT).hits != []


def named(suppliers: Iterable[Supplier], text: str) -> list[str]:
    """The suppliers that somebody names: every word stands in the name."""
    words = tokens(text)
    return [one.id for one in suppliers if words and all(word in one.name.lower() for word in words)]


def _mended(view: View, meant: Meaning) -> str:
    """The words with those that nothing answers to put right, alone or with the next; "" where nothing is near."""
    mended, at, words = [], 0, meant.words
    while at < len(words):
        right = view.vocabulary.meant(words[at]) if words[at] in meant.unknown else words[at]
        both = view.vocabulary.meant("".join(words[at : at + 2])) if right is None and at + 1 < len(words) else None
        mended.append(right or both or words[at])
        at += 2 if both else 1
    return " ".join(mended) if tuple(mended) != words else ""


def offered(view: View, meant: Meaning) -> str:
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
