"""One file studied: what document it is, which column is which term, how its numbers, days and codes are written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

import msgspec

from gateway.learn.assign import Term, terms_of
from gateway.learn.column import Column, columns
from gateway.learn.days import day, others
from gateway.learn.guess import TWINS, Guess, guesses
from gateway.learn.kind import kind_of
from gateway.learn.names import PERHAPS, known, says
from gateway.learn.numbers import numeric
from gateway.learn.remarks import Remarks
from gateway.learn.sheet import Sheet, sheet
from gateway.learn.spoken import coding, list_name
from gateway.mapping.table import Leaf, Table

DOCUMENTS = ("order", "order_response", "despatch_advice", "catalogue")
_KEYS = {
    "order": ("order_number",),
    "order_response": ("response_number", "order_number"),
    "despatch_advice": ("advice_number",),
    "catalogue": (),
}
_NEAR_YEARS = 1


class Study(msgspec.Struct):
    """`paths`: term → index of its column. `dates`: term → pattern. `codes`: list → code → the words for it."""

    source: str
    document: str
    sheet: Sheet
    columns: list[Column]
    guesses: list[Guess]
    terms: dict[str, Term]
    groups: tuple[str, ...]
    numbers: tuple[str, ...]
    dates: dict[str, str]
    codes: dict[str, dict[str, list[str]]]
    schemes: dict[str, str]

    @property
    def mapped(self) -> list[Guess]:
        return [guess for guess in self.guesses if guess.term]

    @property
    def paths(self) -> dict[str, str]:
        """Term → the column of the file."""
        return {guess.term: guess.name for guess in self.mapped}


def study(
    raw: bytes, source: str, tables: Mapping[str, Table], wanted: str | None, today: date, remarks: Remarks
) -> Study | None:
    """What `raw` says of its own layout; None, with a stop among the remarks, where it is no row file."""
    cut = sheet(raw, source, known, remarks)
    if cut is None:
        return None
    if not cut.rows:
        remarks.stop("empty", "the file names its columns and holds no rows; a row with values must be there")
        return None
    terms = {document: terms_of(tables[document]) for document in DOCUMENTS}
    seen = {document: _columns(cut, document) for document in ([wanted] if wanted else DOCUMENTS)}
    kind = kind_of({document: found for document, (found, _) in seen.items()}, terms, source)
    if not kind.clear and wanted is None:
        remarks.doubt("kind", "nothing tells which document this is; say it with --as")
    elif kind.rival:
        remarks.doubt("kind", f"it looks like {kind.document}, and could be {kind.rival}; say which with --as")
    made, groups = seen[kind.document]
    mine = terms[kind.document]
    found = Study(
        source, kind.document, cut, made, guesses(kind, made, mine), mine, groups, (), {}, {}, {}
    )  # fmt: skip
    _say_columns(found, remarks)
    _spell(found, today, remarks)
    return found


def _columns(cut: Sheet, document: str) -> tuple[list[Column], tuple[str, ...]]:
    """The columns as a document of this kind has them, and for each row which of the file's documents it belongs to."""
    names = cut.names or ("",) * cut.width
    found = columns(names, cut.rows, None)
    for key in _KEYS[document]:
        for column in found:
            named = says(document, key, column.name).score >= PERHAPS and column.codelike > 0.9
            if column.values and (named or (not column.name and key == "order_number" and column.order_numbers)):
                return columns(names, cut.rows, column.cells), column.cells
    return found, ()


def _say_columns(found: Study, remarks: Remarks) -> None:
    for guess, column in zip(found.guesses, found.columns, strict=True):
        if guess.confidence == "unsure":
            taken = f"it is taken as {guess.column}" if guess.term else "it is left out"
            remarks.doubt("column", f"{guess.reason}; {taken}: look, and correct the table", guess.name)
        elif guess.confidence == "lost" and column.values:
            remarks.note("lost", f"{guess.reason}; what stands in it is not carried", guess.name)
        elif guess.confidence == "likely" and any(guess.column in twins for twins in TWINS) and not column.varies:
            remarks.note(
                "twin", "every row says the same, so the line's value and the document's look alike", guess.name
            )


def _spell(found: Study, today: date, remarks: Remarks) -> None:
    """How the values of the columns that are taken are written."""
    numbers: dict[str, None] = {}
    days = [found.columns[guess.index] for guess in found.mapped if found.terms[guess.column].leaf.type == "date"]
    decided = {fitting[0] for column in days if len(fitting := _fitting(column, today)) == 1}
    for guess in found.mapped:
        column, leaf = found.columns[guess.index], found.terms[guess.column].leaf
        if leaf.codes is not None:
            _codes(found, column, leaf, remarks)
        elif leaf.type in {"decimal", "amount"}:
            numbers |= dict.fromkeys(value for value in column.distinct if numeric(value))
        elif leaf.type == "date" and column.days:
            found.dates[guess.term] = _pattern(column, today, decided, remarks)
        elif leaf.type == "identifier" and "scheme" not in leaf.options and (column.glns or column.organisations):
            found.schemes[guess.term] = "0088" if column.glns else "0007"
    found.numbers = tuple(numbers)


def _codes(found: Study, column: Column, leaf: Leaf, remarks: Remarks) -> None:
    assert leaf.codes is not None
    said = coding([value for value, _ in Counter(column.values).most_common()], leaf.codes)
    words = found.codes.setdefault(list_name(leaf.codes), {})
    for value, code in said.meant.items():
        if value not in words.setdefault(code, []):
            words[code].append(value)
    if said.unknown:
        shown = ", ".join(map(repr, said.unknown[:5]))
        message = (
            f"{shown} is no word that is known for a code of {list_name(leaf.codes)}; ask, and add it to the codes"
        )
        remarks.stop("code", message, column.shown)


def _fitting(column: Column, today: date) -> tuple[str, ...]:
    """The patterns of a column, those alone that stay near `today` where there are such."""
    near = tuple(pattern for pattern in column.days if all(_near(value, pattern, today) for value in column.distinct))
    return near or column.days


def _pattern(column: Column, today: date, decided: set[str], remarks: Remarks) -> str:
    """How the column writes its days; a doubt where two patterns fit, and no column beside it has `decided`."""
    fitting = _fitting(column, today)
    if len(fitting) > 1 and len(alike := decided & set(fitting)) == 1:
        fitting = tuple(alike)
    if len(fitting) > 1:
        value = next((one for one in column.distinct if others([one], fitting)), column.distinct[0])
        readings = " / ".join(str(day(value, pattern)) for pattern in fitting[:2])
        remarks.doubt(
            "day", f"{value!r} can be {readings}; the first is taken: find a day after the 12th", column.shown
        )
    if "%H" in fitting[0]:
        remarks.note("clock", "the days come with a time of the day, which is not carried", column.shown)
    return fitting[0]


def _near(value: str, pattern: str, today: date) -> bool:
    found = day(value, pattern)
    return found is not None and abs(found.year - today.year) <= _NEAR_YEARS
