"""Which column is which term: name and content make a score, each column takes one term and each term one column.

Pairs are taken best first; then two of them change places wherever both together score more that way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import msgspec

from gateway.learn.column import Column
from gateway.learn.fit import NEVER, STRONG, fit
from gateway.learn.names import EXACT, TRIMMED, nowhere, plain, says
from gateway.mapping.table import Group, Leaf, Table

_NAME, _CONTENT = 0.75, 0.25
_ANOTHERS = 0.7  # a name that the standard gives to another column
# What the values alone may say, and how much that counts; less than any name.
_ALONE = {
    "gtin": 0.5, "parcels": 0.5, "order_number": 0.45, "unit": 0.42, "currency": 0.4, "line_status": 0.4, "line": 0.3,
    "order_line": 0.31, "description": 0.28, "price": 0.24, "quantity": 0.22, "order_date": 0.21, "response_date": 0.21,
    "advice_date": 0.21, "delivery_from": 0.2, "line_promised_from": 0.2, "article": 0.18,
}  # fmt: skip
_TELLING = {"gtin", "parcels", "order_number", "unit", "currency", "line_status"}


class Term(msgspec.Struct, frozen=True):
    """A line of a standard table: its column's name, the full term, and whether each line has its own."""

    name: str
    leaf: Leaf
    path: str
    on_line: bool


class Pair(msgspec.Struct, frozen=True):
    """A column that may be a term: `said` by its name, `fits` by its values, `score` altogether."""

    column: int
    term: str
    said: float
    word: str
    fits: float
    score: float


def terms_of(table: Table) -> dict[str, Term]:
    """The columns of a standard table by name."""
    return {term.name: term for term in _terms(table.root, (), False)}


def _terms(group: Group, prefix: tuple[str, ...], on_line: bool) -> Iterator[Term]:
    for term in group.terms:
        full = prefix + term.term
        if isinstance(term, Group):
            yield from _terms(term, full, True)
        else:
            yield Term(term.at, term, ".".join(full), on_line)


def pairs(document: str, columns: Sequence[Column], terms: Mapping[str, Term]) -> list[Pair]:
    """Every pair that can be, the best first."""
    standard = {plain(name) for name in terms}
    found = [pair for column in columns for term in terms.values() if (pair := _pair(document, column, term, standard))]
    return sorted(found, key=lambda pair: (-pair.score, pair.column, list(terms).index(pair.term)))


def _pair(document: str, column: Column, term: Term, standard: set[str]) -> Pair | None:
    said = says(document, term.name, column.name)
    if plain(column.name) in standard - {plain(term.name)}:
        said = msgspec.structs.replace(said, score=min(said.score, _ANOTHERS))
    if not said.score and (not column.distinct or term.name not in _ALONE or plain(column.name) in nowhere(document)):
        return None
    fits = fit(column, term.name, term.leaf, term.on_line)
    if said.score:
        never = fits == NEVER
        if never and said.score < TRIMMED:
            return None
        score = said.score * _CONTENT if never else said.score * _NAME + fits * _CONTENT
        score += 0.02 * (term.name == "order_line")  # an answer that numbers its rows once means ours
    else:
        score = _alone(column, term.name, fits)
    return Pair(column.index, term.name, said.score, said.word, fits, score) if score > 0 else None


def _alone(column: Column, name: str, fits: float) -> float:
    """What the values say where the name says nothing."""
    if fits <= 0 or (name in _TELLING and fits < STRONG):
        return 0
    if name in {"line", "order_line"} and (fits < STRONG or len(column.distinct) < 2):
        return 0
    if name == "description" and column.long < 8:
        return 0
    if name == "price" and not column.share(lambda value: "," in value or "." in value):
        return 0
    return _ALONE[name] * fits


def assign(found: Sequence[Pair]) -> dict[int, Pair]:
    """Column → the pair that it takes part in."""
    taken: dict[int, Pair] = {}
    terms: set[str] = set()
    for pair in found:
        if pair.column not in taken and pair.term not in terms:
            taken[pair.column] = pair
            terms.add(pair.term)
    return _bettered(taken, {(pair.column, pair.term): pair for pair in found})


def _bettered(taken: dict[int, Pair], known: Mapping[tuple[int, str], Pair]) -> dict[int, Pair]:
    for _ in range(len(taken)):
        change = next(_changes(taken, known), None)
        if change is None:
            break
        taken |= change
    return _moved(taken, known)


def _changes(taken: Mapping[int, Pair], known: Mapping[tuple[int, str], Pair]) -> Iterator[dict[int, Pair]]:
    for one, other in combinations(taken.values(), 2):
        swapped = known.get((one.column, other.term)), known.get((other.column, one.term))
        if swapped[0] and swapped[1] and swapped[0].score + swapped[1].score > one.score + other.score + 1e-9:
            yield {one.column: swapped[0], other.column: swapped[1]}


def _moved(taken: dict[int, Pair], known: Mapping[tuple[int, str], Pair]) -> dict[int, Pair]:
    """A column without a term takes one whose holder is nearly as well off elsewhere, where both then have more."""
    for pair in known.values():
        holder = next((held for held in taken.values() if held.term == pair.term), None)
        if pair.column in taken or holder is None:
            continue
        free = {held.term for held in taken.values()}
        away = [other for other in known.values() if other.column == holder.column and other.term not in free]
        best = max(away, key=lambda other: other.score, default=None)
        if best is not None and pair.score + best.score > holder.score + 0.3:
            taken |= {pair.column: pair, holder.column: best}
    return taken


def exact(pair: Pair) -> bool:
    """Whether the name means this term and nothing else."""
    return pair.said >= TRIMMED and pair.said <= EXACT
