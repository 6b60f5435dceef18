"""Finds, for what was bought beside the shop, the supplier and the article on contract that would have served. Pure.

A text fits an article by the stems that they share, each weighing as much as it is rare (idf), compounds by their
parts; figures such as sizes weigh little. The score is the shared weight of the text and of the article's name.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache

import msgspec
import snowballstemmer  # type: ignore[import-untyped]

from web.languages import N_

HIGH, LIKELY, LOW = "high", "likely", "low"
SURE = {HIGH: N_("sure"), LIKELY: N_("likely"), LOW: N_("unsure")}
"""How sure a match is, in words."""
_FROM = ((0.8, HIGH), (0.5, LIKELY), (0.28, LOW))
_FORMS = frozenset(("ab", "hb", "kb", "aktiebolag", "handelsbolag", "publ", "i", "och", "the", "sverige"))
_STOP = frozenset(
    ("och", "med", "till", "för", "av", "i", "på", "en", "ett", "st", "styck", "den", "det", "faktura", "köp", "inköp",
     "kvitto", "enligt", "enl", "div", "diverse", "art")
)  # fmt: skip
_MOST_PER_STEM = 4_000
_MOST_KNOWN = 200_000
_FIGURE_WEIGHT = 0.35


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """An article on an open contract."""

    id: int
    supplier_id: str
    contract: str
    category: str
    name: str
    price: Decimal


class Match(msgspec.Struct, frozen=True):
    """The article and how sure that is; the article is None where only a category's contract is known."""

    offer: Offer
    sure: str
    score: float
    article: bool = True


@cache
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("swedish")


def stems(text: str) -> list[str]:
    """The stems of a text, each once; figures stand for themselves."""
    words = re.findall(r"[^\W\d_]+|\d+(?:[.,]\d+)?", text.lower())
    kept = [word for word in words if word not in _STOP and (len(word) > 1 or word.isdigit())]
    return list(dict.fromkeys(_stem(word) for word in kept))


@cache
def _stem(word: str) -> str:
    return word.replace(",", ".") if word[0].isdigit() else str(_stemmer().stemWord(word))


def company(name: str) -> str:
    """A company's name without its form: `Hörnets Järn AB (publ)` is `hörnets järn`."""
    return " ".join(word for word in re.findall(r"\w+", name.lower()) if word not in _FORMS)


class Range:
    """All offers, to look texts up in: of each name only the cheapest is kept."""

    def __init__(self, offers: Iterable[Offer]) -> None:
        cheapest: dict[str, Offer] = {}
        self._mains: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
        of_supplier: dict[tuple[str, str], Offer] = {}
        for offer in offers:
            name = offer.name.lower()
            known = cheapest.get(name)
            cheapest[name] = offer if known is None or offer.price < known.price else known
            of_supplier.setdefault((offer.supplier_id, name), offer)
            self._mains[offer.category][offer.supplier_id, offer.contract] += 1
        self._offers = list(cheapest.values())
        self._of_supplier = of_supplier
        self._stems = [stems(offer.name) for offer in self._offers]
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, words in enumerate(self._stems):
            for word in words:
                self._places[word].append(place)
        self._parts = self._by_ending()
        self._worth = [sum(map(self._weight, words)) or 1.0 for words in self._stems]
        self._known: dict[str, tuple[float, int, str] | None] = {}

    def _by_ending(self) -> dict[str, set[str]]:
        """Words by the stems of the range that they begin or end with: `nitrilhandske` by `handsk`."""
        found: dict[str, set[str]] = defaultdict(set)
        for word in self._places:
            for length in range(4, len(word) - 2):
                for part in (word[-length:], word[:length]):
                    found[part].add(word)
        return {part: words for part, words in found.items() if len(words) <= 40}

    def _weight(self, word: str) -> float:
        rare = math.log(1 + len(self._offers) / (1 + len(self._places.get(word, ()))))
        return rare * _FIGURE_WEIGHT if word[0].isdigit() else rare

    def best(self, text: str, supplier_id: str = "") -> Match | None:
        """The offer that a text fits best, one of `supplier_id` before others; None where nothing fits."""
        small = text.lower()
        if small not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[small] = self._look_up(small)
        found = self._known[small]
        if found is None:
            return None
        top, place, sure = found
        offer = self._offers[place]
        own = self._of_supplier.get((supplier_id, offer.name.lower()))
        return Match(own or offer, sure, top) if sure != LOW or own else self._by_category(offer, top)

    def _look_up(self, text: str) -> tuple[float, int, str] | None:
        """Score, place of the offer, how sure; the cheapest of equals."""
        words = stems(text)
        scores: dict[int, float] = defaultdict(float)
        whole = sum(map(self._weight, words))
        for word in words:
            weight = self._weight(word)
            for other, share in self._likes(word):
                places = self._places[other]
                for place in places if len(places) <= _MOST_PER_STEM else ():
                    scores[place] += weight * share
        if not scores or not whole:
            return None
        fits = [(self._score(score, whole, place), place) for place, score in scores.items()]
        top, place = max(fits, key=lambda pair: (pair[0], -self._offers[pair[1]].price, -pair[1]))
        sure = next((word for least, word in _FROM if top >= least), None)
        return (round(top, 3), place, sure) if sure else None

    def _likes(self, word: str) -> Iterable[tuple[str, float]]:
        """The word itself, and compounds that hold it or that it holds, at part of their worth."""
        if word in self._places:
            yield word, 1.0
        if len(word) < 4 or word[0].isdigit():
            return
        for other in self._parts.get(word, ()):
            yield other, 0.7
        for length in range(4, len(word) - 2):
            for part in {word[-length:], word[:length]} & self._places.keys():
                yield part, 0.6 if word.endswith(part) else 0.4

    def _score(self, shared: float, whole: float, place: int) -> float:
        """The mean of how much of the text and how much of the article's name is shared."""
        return (min(1.0, shared / whole) + min(1.0, shared / self._worth[place])) / 2

    def _by_category(self, offer: Offer, top: float) -> Match:
        """Only the kind of goods is clear: the contract with the most articles of it."""
        (supplier_id, contract), _ = self._mains[offer.category].most_common(1)[0]
        main = msgspec.structs.replace(offer, supplier_id=supplier_id, contract=contract)
        return Match(main, LOW, round(top, 3), article=False)


class Sellers:
    """Suppliers that we have contracts with, by org. number and name."""

    def __init__(self, suppliers: Iterable[tuple[str, str, str]]) -> None:
        """Triples of id, name and org. number."""
        known = list(suppliers)
        self._by_number = {number: id for id, _, number in known}
        self._by_name: Mapping[str, str] = {company(name): id for id, name, _ in known if company(name)}

    def find(self, name: str, org_number: str | None) -> str | None:
        """The supplier's id; by name only where it is the whole name, or begins what is written."""
        if org_number and org_number in self._by_number:
            return self._by_number[org_number]
        words = company(name).split()
        for count in range(len(words), 1, -1):
            if found := self._by_name.get(" ".join(words[:count])):
                return found
        return self._by_name.get(words[0]) if len(words) == 1 else None


class Paid(msgspec.Struct, frozen=True, kw_only=True):
    """An order or a line of one that a row may pay: placed on `day` (ordinal), kronor without VAT."""

    number: str
    day: int
    amount: Decimal


def tolerance(amount: Decimal) -> Decimal:
    """How far a row may be from an order: 1 %, five kronor at least."""
    return max(Decimal(5), abs(amount) / 100)


DAYS_BEFORE, DAYS_AFTER = 3, 90
"""A row may be dated so many days before its order was placed, and after."""


class Orders:
    """One supplier's orders and their lines, each of which a row can pay once."""

    def __init__(self, whole: Iterable[Paid], lines: Iterable[Paid]) -> None:
        self._whole, self._lines = (sorted(pool, key=lambda one: one.amount) for pool in (whole, lines))
        self._taken: set[str] = set()
        self._begun: set[str] = set()

    def pay(self, rows: Sequence[tuple[int, Decimal]]) -> list[str | None]:
        """The number of the order that each row, a day and an amount, pays: whole, or a line of it.

        Whole orders first, for all rows: a sum that is one line's by chance keeps nobody from paying the order.
        """
        found = [self._from(self._whole, self._begun, day, amount) for day, amount in rows]
        return [
            number or self._from(self._lines, self._taken, day, amount)
            for number, (day, amount) in zip(found, rows, strict=True)
        ]

    def _from(self, pool: list[Paid], spent: set[str], day: int, amount: Decimal) -> str | None:
        """An order whose lines have been paid is not paid whole, and the other way round."""
        slack = tolerance(amount) * 2
        first = bisect_left(pool, amount - slack, key=lambda one: one.amount)
        last = bisect_right(pool, amount + slack, key=lambda one: one.amount)
        near = [one for one in pool[first:last] if one.number not in spent and _fits(one, day, amount)]
        if not near:
            return None
        best = min(near, key=lambda one: (abs(one.amount - amount), abs(one.day - day), one.number))
        pool.remove(best)
        (self._taken if pool is self._whole else self._begun).add(best.number)
        return best.number


def _fits(one: Paid, day: int, amount: Decimal) -> bool:
    return abs(one.amount - amount) <= tolerance(one.amount) and one.day - DAYS_BEFORE <= day <= one.day + DAYS_AFTER
