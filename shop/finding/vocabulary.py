"""The words that stand in names on the shelf: what may follow what is typed, what contains it, what was meant."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Callable, Mapping
from heapq import nlargest
from itertools import chain
from typing import Final

from symspellpy import SymSpell, Verbosity

from shop.finding.said import IDLE, KINDS, MEANT, PARTS, SAME
from shop.finding.words import stem

_FAR: Final = 2
_SHORT, _MIDDLING = 3, 6
_TAIL: Final = 5
_ENDINGS: Final = (
    ("orna", "a"),
    ("arna", ""),
    ("erna", ""),
    ("or", "a"),
    ("ar", ""),
    ("er", ""),
    ("et", ""),
    ("en", ""),
)
_SAID = 50
"""How often a word of our own lists counts as standing in a name."""
SAID_WORDS: Final = frozenset(
    word
    for said in chain(PARTS, *SAME, MEANT, *MEANT.values(), KINDS)
    for word in said.lower().split()
    if word.isalpha() and len(word) > _SHORT and word not in IDLE
)


class Spelling:
    """Learns words as they come to the shelf; those that leave it again do no harm, they are offered only if sold."""

    def __init__(self) -> None:
        self._symspell = SymSpell(max_dictionary_edit_distance=_FAR, prefix_length=7)
        self._known: set[str] = set()
        self._lock = threading.Lock()

    def learn(self, counts: Mapping[str, int]) -> None:
        """Takes in the words that are new."""
        with self._lock:
            for word in (SAID_WORDS | counts.keys()) - self._known:
                if word.isalpha() and len(word) > _SHORT:
                    self._symspell.create_dictionary_entry(word, counts.get(word, 0) + _SAID * (word in SAID_WORDS))
            self._known |= counts.keys() | SAID_WORDS

    def near(self, word: str, far: int) -> list[str]:
        """The words that are nearest, the likeliest first."""
        with self._lock:
            found = self._symspell.lookup(word, Verbosity.ALL, max_edit_distance=far)
        # A missing dot or ring is the commonest fault of all: plaster, blojor.
        found.sort(key=lambda one: (_plain(one.term) != _plain(word), one.distance, one.term[0] != word[0], -one.count))
        return [one.term for one in found if one.term != word]


class Vocabulary:
    """Words and in how many articles each stands."""

    def __init__(self, counts: Mapping[str, int], spelling: Spelling) -> None:
        self.counts, self._spelling = counts, spelling
        self._sorted = sorted(counts)
        self._backward = sorted((stem(word)[::-1], word) for word in counts)
        self._dotless = {_plain(stem(word)): word for word in sorted(SAID_WORDS | counts.keys(), key=self._common)}
        spelling.learn(counts)

    def __contains__(self, word: str) -> bool:
        return word in self.counts

    def beginning(self, start: str, most: int) -> list[str]:
        """The commonest words that begin so."""
        words, at = [], bisect_left(self._sorted, start)
        while at < len(self._sorted) and self._sorted[at].startswith(start):
            words.append(self._sorted[at])
            at += 1
        return nlargest(most, words, key=lambda word: (self.counts[word], -len(word)))

    def containing(self, part: str, most: int) -> list[str]:
        """The commonest words in which it stands."""
        return nlargest(most, (word for word in self._sorted if part in word), key=self.counts.__getitem__)

    def meant(self, word: str) -> str | None:
        """The word that is likeliest meant by one that is wrongly spelt; None where nothing is near."""
        if len(word) <= _SHORT or not word.isalpha():
            return None
        dotted = self._dotless.get(_plain(stem(word)), word)
        if stem(dotted) != stem(word):
            return dotted
        for form in _forms(word):
            near = self._spelling.near(form, 1 if len(form) < _MIDDLING else _FAR)
            found = next((one for one in near if one in self.counts or one in SAID_WORDS), None)
            if found is not None:
                return found
        return None

    def ending(self, word: str, most: int, may_begin: Callable[[str], object]) -> list[str]:
        """The commonest words that share the longest end with it, where what is left `may_begin` a compound: träbestick
        and engångsbestick."""
        back = stem(word)[::-1]
        for long in range(len(back) - 1, _TAIL - 1, -1):
            if not may_begin(back[long:][::-1]):
                continue
            at = bisect_left(self._backward, (back[:long], ""))
            found = []
            while at < len(self._backward) and self._backward[at][0].startswith(back[:long]):
                found.append(self._backward[at][1])
                at += 1
            if found:
                return nlargest(most, found, key=self.counts.__getitem__)
        return []

    def _common(self, word: str) -> tuple[int, str]:
        return self.counts.get(word, 0), word


def _forms(word: str) -> list[str]:
    """A word as typed and as names have it: fikor is fika."""
    singular = next((word.removesuffix(old) + new for old, new in _ENDINGS if word.endswith(old)), word)
    return list(dict.fromkeys((word, singular, stem(word))))


def _plain(word: str) -> str:
    return word.translate(_DOTLESS)


_DOTLESS = str.maketrans("åäöéüèà", "aaoeuea")
