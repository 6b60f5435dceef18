"""One column of a file: its values, and what they could be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property

from gateway.identifiers import Gln, Gtin, OrgNumber, Sscc
from gateway.learn.days import patterns
from gateway.learn.numbers import numeric

ORDER_NUMBER = re.compile(r"\d{2}-\d{6}", re.ASCII)
_CODE = re.compile(r"[\w./-]{1,30}")
_SAMPLE = 200


class Column:
    """`values` are those that say something; `varies`: a document has rows that differ in it."""

    def __init__(self, index: int, name: str, cells: tuple[str, ...], varies: bool) -> None:
        self.index = index
        self.name = name
        self.cells = cells
        self.varies = varies
        self.values = tuple(cell for cell in cells if cell)
        self.distinct = tuple(dict.fromkeys(self.values))[:_SAMPLE]

    @property
    def shown(self) -> str:
        """The name, or where it stands."""
        return self.name or f"cell {self.index + 1}"

    def share(self, test: Callable[[str], bool]) -> float:
        """How many of the distinct values pass."""
        return sum(map(test, self.distinct)) / len(self.distinct) if self.distinct else 0.0

    def all(self, test: Callable[[str], bool]) -> bool:
        return bool(self.distinct) and all(map(test, self.distinct))

    @cached_property
    def numbers(self) -> bool:
        return self.all(numeric)

    @cached_property
    def days(self) -> tuple[str, ...]:
        return patterns(self.distinct)

    @cached_property
    def gtins(self) -> float:
        return self.share(lambda value: valid(Gtin, value) and value.isdigit())

    @cached_property
    def glns(self) -> bool:
        return self.all(lambda value: valid(Gln, value) and value.isdigit())

    @cached_property
    def organisations(self) -> bool:
        return self.all(lambda value: value.isdigit() and valid(OrgNumber, value))

    @cached_property
    def ssccs(self) -> float:
        return self.share(lambda value: all(valid(Sscc, part) for part in value.split("|") if part))

    @cached_property
    def order_numbers(self) -> bool:
        return self.all(lambda value: ORDER_NUMBER.fullmatch(value) is not None)

    @cached_property
    def codelike(self) -> float:
        return self.share(lambda value: _CODE.fullmatch(value) is not None)

    @cached_property
    def worded(self) -> float:
        """How many values hold a word of at least three letters."""
        return self.share(lambda value: re.search(r"[^\W\d_]{3}", value) is not None)

    @cached_property
    def long(self) -> float:
        """The mean length of a value."""
        return sum(map(len, self.distinct)) / max(1, len(self.distinct))

    @cached_property
    def small(self) -> bool:
        """Small whole numbers, as rows are numbered."""
        return self.all(lambda value: value.isascii() and value.isdigit() and len(value) <= 5)


def valid(kind: Callable[[str], str], value: str) -> bool:
    try:
        kind(value)
    except ValueError:
        return False
    return True


def columns(names: Iterable[str], rows: tuple[tuple[str, ...], ...], groups: tuple[str, ...] | None) -> list[Column]:
    """The columns of a file whose rows belong to the documents `groups` (one for each row; all to one without it)."""
    found = []
    for index, name in enumerate(names):
        cells = tuple(row[index] for row in rows)
        first: dict[str, str] = {}
        keys = groups or ("",) * len(cells)
        varies = any(first.setdefault(key, cell) != cell for key, cell in zip(keys, cells, strict=True))
        found.append(Column(index, name, cells, varies))
    return found
