"""What is looked for, as a tree: which words must be there, and what each may be called. Pure.

A word is found by its stem; by what our lists say it is also called; by the parts of a compound, together. Only where
the shelf knows none of these do beginnings, insides and the head of a compound count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from shop.finding.said import IDLE, KINDS, MEANT, SAME
from shop.finding.shelf import taken_apart
from shop.finding.vocabulary import Vocabulary
from shop.finding.words import Lexicon, pieces, stem, tokens

MOST_WORDS: Final = 10
ALSO, PARTS, GUESS, HEAD = 0.8, 0.6, 0.5, 0.3
_MOST_GUESSES = 40
_INSIDE_FROM = 4
_LONGEST_SAID = 4
_Stems = tuple[str, ...]


class Word(msgspec.Struct, frozen=True):
    """A stem, wherever in an article it stands."""

    stem: str


class Kind(msgspec.Struct, frozen=True):
    """Anything of a category of ours."""

    category: str


class All(msgspec.Struct, frozen=True):
    """Everything of it."""

    of: tuple[Tree, ...]


class Any(msgspec.Struct, frozen=True):
    """One of it at least, each with what it counts."""

    of: tuple[tuple[float, Tree], ...]


Tree = Word | Kind | All | Any


class Meaning(msgspec.Struct, frozen=True):
    """`needs` must all be there; `unknown` are words that nothing on the shelf answers to."""

    needs: tuple[Tree, ...]
    words: tuple[str, ...]
    unknown: tuple[str, ...] = ()

    @property
    def loose(self) -> bool:
        """Whether a word is answered by the head of a compound only: what is found is not what was asked for."""
        return any(isinstance(one, Any) and all(boost <= HEAD for boost, _ in one.of) for one in self.needs)


class Shop(msgspec.Struct, frozen=True):
    """What the words are held against."""

    lexicon: Lexicon
    vocabulary: Vocabulary
    stands: Callable[[str], bool]
    """Whether a stem stands in some article."""


def meaning(text: str, shop: Shop) -> Meaning:
    """What somebody means who types this."""
    words = tokens(text)[:MOST_WORDS]
    telling = [word for word in words if word not in IDLE] or words
    needs, unknown, at = [], [], 0
    while at < len(telling):
        length, need = _need(telling, at, shop)
        if need is None:
            unknown.append(telling[at])
        needs.append(need if need is not None else Word(stem(telling[at])))
        at += length
    return Meaning(tuple(needs), tuple(telling), tuple(unknown))


def _need(words: Sequence[str], at: int, shop: Shop) -> tuple[int, Tree | None]:
    """How many of the words it is about, and what they ask for; None where the shelf knows nothing of the kind."""
    for length in range(min(_LONGEST_SAID, len(words) - at), 1, -1):
        others = _others(words[at : at + length])
        if others:
            each = [_word(word, shop) for word in words[at : at + length]]
            whole = [(1.0, All(tuple(tree for tree in each if tree is not None)))] if all(each) else []
            return length, Any((*whole, *((ALSO, _phrase(other, shop)) for other in others)))
    joined = _joined(words, at, shop)
    if joined:
        first, second = _word(words[at], shop), _word(words[at + 1], shop)
        apart = [(PARTS, All((first, second)))] if first and second else []
        return 2, Any((*((1.0, tree) for tree in joined), *apart))
    return 1, _word(words[at], shop)


def _joined(words: Sequence[str], at: int, shop: Shop) -> list[Tree]:
    """Two words that are one on the shelf: kaffe filter is kaffefilter, skydd handske skyddshandske."""
    if at + 1 >= len(words) or not (words[at].isalpha() and words[at + 1].isalpha()):
        return []
    found = {stem(words[at] + link + words[at + 1]) for link in ("", "s")}
    return [Word(one) for one in sorted(found) if shop.stands(one)]


def _word(word: str, shop: Shop) -> Tree | None:
    """One word in all that it may be called."""
    whole, parts = taken_apart(word, shop.lexicon)
    ways: list[tuple[float, Tree]] = [(1.0, Word(whole))] if shop.stands(whole) else []
    ways += [(ALSO, _phrase(other, shop)) for other in _others([word])]
    kind = _kinds().get(whole)
    if kind is not None:
        ways.append((PARTS, Kind(kind)))
    known = bool(ways)
    together = [part for part in parts if part != whole]
    by_part = [_part(part, shop) for part in together]
    if len(by_part) > 1 and all(by_part):
        ways.append((PARTS, All(tuple(one for one in by_part if one is not None))))
    if not known:
        guessed = [] if ways else list(_guessed(word, shop))
        ways += guessed or _by_head(word, by_part, shop)
    return Any(tuple(ways)) if ways else None


def _by_head(word: str, by_part: Sequence[Tree | None], shop: Shop) -> list[tuple[float, Tree]]:
    """Goods of the kind that the head of a compound names, where what stands before it is a word too.

    Nobody who asks for a xylofonhållare wants any holder.
    """
    before = by_part[:-1] if word.isalpha() else [one for one in by_part[:-1] if one is not None]
    head = by_part[-1] if before and pieces(word)[-1].isalpha() else None
    if head is not None:
        return [(HEAD, head)]
    return [(HEAD, Word(stem(one))) for one in shop.vocabulary.ending(word, _MOST_GUESSES, shop.lexicon.link)]


def _part(part: str, shop: Shop) -> Tree | None:
    """A part of a compound, or what it is also called: toaborste is toalettborste."""
    others = [stem(other[0]) for other in _said().get((part,), ()) if len(other) == 1]
    ways = [(1.0, Word(part))] if shop.stands(part) else []
    ways += [(ALSO, Word(other)) for other in others if shop.stands(other)]
    return Any(tuple(ways)) if ways else None


def _guessed(word: str, shop: Shop) -> Iterable[tuple[float, Tree]]:
    """Words of the shelf that begin with what is typed, or have it inside."""
    if not word[0].isalpha() or len(word) < 2:
        return []
    found = shop.vocabulary.beginning(word, _MOST_GUESSES)
    if not found and len(word) >= _INSIDE_FROM:
        inside = stem(word) if len(stem(word)) >= _INSIDE_FROM else word
        found = shop.vocabulary.beginning(inside, _MOST_GUESSES) or shop.vocabulary.containing(inside, _MOST_GUESSES)
    stems = dict.fromkeys(taken_apart(one, shop.lexicon)[0] for one in found)
    return [(GUESS, Word(one)) for one in stems]


def _phrase(stems: _Stems, shop: Shop) -> Tree:
    """An expression of our lists: its words, each by its stem or the parts of a compound."""
    each = [_plain(one, shop) for one in stems]
    return each[0] if len(each) == 1 else All(tuple(each))


def _plain(word: str, shop: Shop) -> Tree:
    whole, parts = taken_apart(word, shop.lexicon)
    if len(parts) < 2 or not all(map(shop.stands, parts)):
        return Word(whole)
    return Any(((1.0, Word(whole)), (PARTS, All(tuple(map(Word, parts))))))


def _others(words: Sequence[str]) -> tuple[_Stems, ...]:
    return _said().get(key(words), ())


def key(words: Iterable[str]) -> _Stems:
    """An expression as it is looked up: bent or not, with hyphens or without."""
    return tuple(stem("".join(pieces(word))) for word in words)


@lru_cache(maxsize=1)
def _said() -> Mapping[_Stems, tuple[_Stems, ...]]:
    """What else an expression is called, as words."""
    found: dict[_Stems, dict[_Stems, None]] = {}

    def add(said: str, meant: Iterable[str]) -> None:
        others = found.setdefault(key(_telling(said)), {})
        others.update((tuple(_telling(one)), None) for one in meant if key(_telling(one)) != key(_telling(said)))

    for group in SAME:
        for said in group:
            add(said, group)
    for said, meant in MEANT.items():
        add(said, meant)
    return {said: tuple(others) for said, others in found.items()}


@lru_cache(maxsize=1)
def _kinds() -> Mapping[str, str]:
    return {stem("".join(pieces(word))): kind for word, kind in KINDS.items()}


def _telling(said: str) -> list[str]:
    words = tokens(said)
    return [word for word in words if word not in IDLE] or words
