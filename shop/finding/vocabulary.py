"""The words that stand in names on the shelf: what may follow what is typed, what contains it, what was meant."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Mapping
from heapq import nlargest
from typing import Final

from symspellpy import SymSpell, Verbosity

from shop.finding.said import IDLE, KINDS, MEANT, SAME
from shop.finding.words import stem

_FAR: Final = 2
_SHORT, _MIDDLING = 3, 6
_SAID = 50
"""How often a word of our own lists counts as standing in a name."""
_SAID_WORDS: Final = frozenset(
    word
    for group in (*SAME, tuple(MEANT), tuple(KINDS))
    for said in group
    for word in said.lower().split()
    if word.isalpha() and word not in IDLE
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
            for word in (_SAID_WORDS | counts.keys()) - self._known:
                if word.isalpha() and len(word) > _SHORT:
                    self._symspell.create_dictionary_entry(word, counts.get(word, 0) + _SAID * (word in _SAID_WORDS))
            self._known |= counts.keys() | _SAID_WORDS

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
        self._dotless = {_plain(stem(word)): word for word in sorted(_SAID_WORDS | counts.keys(), key=self._common)}
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
        near = self._spelling.near(word, 1 if len(word) < _MIDDLING else _FAR)
        return next((one for one in near if one in self.counts or one in _SAID_WORDS), None)

    def _common(self, word: str) -> tuple[int, str]:
        return self.counts.get(word, 0), word


def _plain(word: str) -> str:
    return word.translate(_DOTLESS)


_DOTLESS = str.maketrans("åäöéüèà", "aaoeuea")
