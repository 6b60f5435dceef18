"""Columns that together say one small thing, an amount or a tax: rows say the same of it again and again.

What the texts of its cells were read as is kept, so that only new ones are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from gateway.formats.build import Builder, builder
from gateway.formats.rows.columns import Column
from gateway.mapping.shapes import shapes

Cell = tuple[int, Column, str, bool, dict[str, Any] | None]
"""Where it stands, the column, its term, whether it must be filled, and what its texts were read as so far."""


@dataclass(frozen=True, kw_only=True)
class Grouped:
    """`term` is where the small thing stands in its line; `usual` are values by term that are said by silence."""

    term: str
    many: bool
    cells: tuple[Cell, ...]
    texts: itemgetter[Any]
    make: Builder
    usual: Mapping[str, Any]
    known: dict[Any, Any] = field(default_factory=dict)

    def made(self, values: dict[str, Any]) -> Any:
        """The thing, None where nothing is said of it. Raises TypeError where a part is missing that must be there."""
        if values.keys() <= self.usual.keys():
            return None
        thing = self.make({**self.usual, **values})
        return (thing,) if self.many else thing


def grouped(struct: type, cells: Sequence[Cell], usual: Mapping[str, Any]) -> tuple[list[Grouped], list[Cell]]:
    """The groups of a line that hold no further group, and the cells that stand in none."""
    terms = [cell[1].leaf.term for cell in cells]
    parents = {term[:-1] for term in terms if len(term) > 1}
    above = {parent[:depth] for parent in parents for depth in range(1, len(parent))}
    lowest = [parent for parent in dict.fromkeys(term[:-1] for term in terms) if parent in parents - above]
    found = [
        _group(struct, parent, [cell for cell in cells if cell[1].leaf.term[:-1] == parent], usual) for parent in lowest
    ]
    return found, [cell for cell in cells if cell[1].leaf.term[:-1] not in lowest]


def _group(struct: type, parent: tuple[str, ...], cells: Iterable[Cell], usual: Mapping[str, Any]) -> Grouped:
    many = False
    for name in parent:
        shape = shapes(struct)[name]
        struct, many = shape.type, shape.many
    cells, prefix = tuple(cells), ".".join(parent) + "."
    mine = {
        term.removeprefix(prefix): value for term, value in usual.items() if term.rpartition(".")[0] + "." == prefix
    }
    terms = [cell[1].leaf.term[-1:] for cell in cells] + [(term,) for term in mine]
    # The first place twice: itemgetter gives a tuple only of several.
    texts = itemgetter(cells[0][0], *(cell[0] for cell in cells))
    return Grouped(
        term=prefix[:-1], many=many, cells=cells, texts=texts, make=builder(struct, dict.fromkeys(terms)), usual=mine
    )
