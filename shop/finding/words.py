"""Words as they are looked for: small letters, Swedish stems, compounds taken apart. Pure, and remembered per word."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain

import snowballstemmer

from shop.finding.said import FORMS, PARTS, TRAPS

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_][^\W_]*(?:-[^\W_]+)*")
_TIMES = re.compile(r"(?<=\d)\s*[x×*]\s*(?=\d)")
_SYNCOPE = re.compile(r"(?<=[^aeiouyåäö])e([lrn])$")
_SHORTEST = 3
_SHORTEST_HEAD = 5
_LONGEST = 40
_snowball, _one_at_a_time = snowballstemmer.stemmer("swedish"), threading.Lock()


def tokens(text: str) -> list[str]:
    """The words and numbers of a text in their order: "Handske nitril 60x90cm" is handske, nitril, 60, 90, cm.

    A word with hyphens stays one: `pieces` takes it apart. Decimals have a comma.
    """
    found = _TOKEN.findall(_TIMES.sub(" ", text.lower()))
    return [word.replace(".", ",") if word[0].isdigit() else word for word in found]


def pieces(word: str) -> list[str]:
    """What stands between hyphens."""
    return word.split("-")


@lru_cache(maxsize=400_000)
def stem(word: str) -> str:
    """The stem: of Snowball's Swedish, of words that bend otherwise (böcker is bok), and gaffel as gaffl(ar)."""
    word = FORMS.get(word, word)
    if len(word) < _SHORTEST or word[0].isdigit():
        return word
    with _one_at_a_time:  # the stemmer keeps the word it works on in itself
        found = str(_snowball.stemWord(word[:_LONGEST]))
    return _SYNCOPE.sub(r"\1", found) if len(found) > _SHORTEST + 1 else found


class Lexicon:
    """Words that compounds are made of: ours, and those that stand alone in the names of what is for sale."""

    def __init__(self, own: Iterable[str] = ()) -> None:
        self.own = frozenset(own)
        self.stems = frozenset(stem(word) for word in chain(PARTS, self.own)) - {stem(word) for word in TRAPS}
        self._known: dict[str, tuple[str, ...]] = {}

    @classmethod
    def of(cls, counts: Mapping[str, int], least: int) -> Lexicon:
        """From in how many names each word stands: `least` at least."""
        return cls(word for word, n in counts.items() if n >= least and len(word) > _SHORTEST and word.isalpha())

    def parts(self, word: str) -> tuple[str, ...]:
        """The stems that a compound is made of, the last its head: skyddshandskar is skydd, handsk. () for the rest.

        Where only the end is a word we know, that alone: bryggkaffe is kaff.
        """
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = self._parted(word) if word.isalpha() and len(word) <= _LONGEST else ()
        return known

    def _parted(self, word: str) -> tuple[str, ...]:
        places = range(_SHORTEST, len(word) - _SHORTEST + 1)
        heads = [(word[:at], word[at:]) for at in places if stem(word[at:]) in self.stems]
        for left, right in heads:  # the longest head first
            first = self.link(left)
            if first:
                return (first, *self._within(right))
        for left, right in heads:
            before = self.parts(left) or self.parts(left.removesuffix("s"))
            if len(before) > 1:
                return (*before, *self._within(right))
        return next((self._within(right) for _, right in heads if len(right) >= _SHORTEST_HEAD), ())

    def _within(self, head: str) -> tuple[str, ...]:
        """A head that is a compound itself is found by its parts too."""
        deeper = self.parts(head)
        return (*deeper, stem(head)) if len(deeper) > 1 else (stem(head),)

    def link(self, left: str) -> str:
        """The stem of a first part as it stands before another: skydd(s), gat(u), lär(o), flick; "" if it is none."""
        ways = [left, left[:-1]] if left[-1] in "suoea" and len(left) > _SHORTEST else [left]
        return next((found for way in ways if (found := stem(way)) in self.stems), "")
