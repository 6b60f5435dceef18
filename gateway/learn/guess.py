"""How sure a proposal is of each column, and why. `sure` is only what name and values say, and nothing else can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from gateway.learn.assign import Pair, Term, exact
from gateway.learn.column import Column
from gateway.learn.fit import AGAINST, NEVER, OPEN
from gateway.learn.kind import Kind
from gateway.learn.names import PERHAPS, nowhere, plain

Confidence = Literal["sure", "likely", "unsure", "lost"]
# The document's own value and the line's: a file where all rows say the same does not tell which is meant.
TWINS = (
    {"note", "line_note"}, {"promised_from", "line_promised_from"}, {"promised_to", "line_promised_to"},
    {"valid_from", "line_valid_from"}, {"valid_to", "line_valid_to"}, {"line", "order_line"},
    {"accounting_cost", "line_accounting_cost"},
)  # fmt: skip
_TELLING = {"gtin", "parcels", "order_number", "unit", "currency"}


class Guess(msgspec.Struct, frozen=True):
    """One column: what it is taken for (`column` of the standard, its `term`), how surely, and why."""

    index: int
    name: str
    examples: tuple[str, ...]
    column: str
    term: str
    confidence: Confidence
    reason: str


def guesses(kind: Kind, columns: Sequence[Column], terms: Mapping[str, Term]) -> list[Guess]:
    return [_guess(kind, column, terms) for column in columns]


def _guess(kind: Kind, column: Column, terms: Mapping[str, Term]) -> Guess:
    pair = kind.taken.get(column.index)
    name, path = (pair.term, terms[pair.term].path) if pair else ("", "")
    confidence, reason = _judged(kind, column, pair, pair is not None and terms[pair.term].on_line)
    return Guess(column.index, column.shown, column.distinct[:3], name, path, confidence, reason)


def _judged(kind: Kind, column: Column, pair: Pair | None, on_line: bool) -> tuple[Confidence, str]:
    if pair is None:
        return _lost(kind, column)
    if pair.said and pair.fits == NEVER and column.varies and not on_line:
        return "unsure", "the name says so, but the rows of one document differ in it"
    if pair.said and pair.fits == NEVER:
        return "unsure", f"the name says so, but the values do not fit: {column.distinct[0]!r}"
    if pair.said and pair.fits <= AGAINST:
        return "unsure", f"the name says so, but values like {column.distinct[0]!r} speak against it"
    rival = _rival(kind, pair)
    if rival:
        return "unsure", rival
    if pair.said:
        return _named(kind, column, pair)
    sure = pair.term in _TELLING and pair.fits > 0.75
    return "likely" if sure else "unsure", "only the values say so"


def _named(kind: Kind, column: Column, pair: Pair) -> tuple[Confidence, str]:
    if not column.distinct:
        return "likely", "the name says so, and the column is empty in this file"
    fitting = "and the values fit" if pair.fits > OPEN else "and nothing speaks against it"
    if exact(pair):
        certain = pair.fits >= OPEN and not _twin(kind, pair)
        return "sure" if certain else "likely", f"the name says so, {fitting}"
    if pair.said >= PERHAPS - 0.06:
        good = pair.fits > OPEN or not _elsewhere(kind, pair)
        return "likely" if good else "unsure", f"the name can mean it, {fitting}"
    return "likely" if pair.fits > 0.3 else "unsure", f"the name is close to {pair.word!r}, {fitting}"


def _lost(kind: Kind, column: Column) -> tuple[Confidence, str]:
    other = next((pair for pair in kind.found if pair.column == column.index and exact(pair)), None)
    if other is not None:
        return "unsure", f"it looks like {other.term} too, and another column was taken for that"
    if plain(column.name) in nowhere(kind.document):
        return "lost", "the name is known, and our documents have no place for it"
    return "lost", "nothing tells what it is"


def _rival(kind: Kind, pair: Pair) -> str:
    """Another column that could be the term as well, or another free term that this column could be as well."""
    taken = {held.term for held in kind.taken.values()}
    for other in kind.found:
        same = other.term == pair.term and other.column != pair.column and other.column not in kind.taken
        if same and other.score > pair.score - 0.1 and other.fits != NEVER:
            return f"another column could be {pair.term} as well"
        free = other.column == pair.column and other.term not in taken and {other.term, pair.term} not in TWINS
        if free and other.score > pair.score - 0.06:
            return f"it could as well be {other.term}"
    return ""


def _elsewhere(kind: Kind, pair: Pair) -> bool:
    """Whether the name can mean something else, but for the document's own value of the same name."""
    return any(
        other.column == pair.column and other.term != pair.term and other.said and {other.term, pair.term} not in TWINS
        for other in kind.found
    )


def _twin(kind: Kind, pair: Pair) -> bool:
    """Whether the document's own value of the same name is free, and nothing tells the two apart."""
    taken = {held.term for held in kind.taken.values()}
    free = {
        other.term
        for other in kind.found
        if other.column == pair.column and other.said >= PERHAPS - 0.06 and other.fits != NEVER
    } - taken
    return any(pair.term in twins and twins & free for twins in TWINS)
