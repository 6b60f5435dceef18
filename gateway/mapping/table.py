"""A table as the families compile it: lines (leaves) and groups, each tied to a term of the canonical document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from gateway.findings import Place
from gateway.mapping.codes import Codes

MANY = -1


@dataclass(frozen=True)
class Leaf:
    """One value on the wire. `at` is a path of child steps or a column; `term` is relative to the group's object.

    `only` is "read" or "write" where the line serves one direction; `coded`: the value's scheme or unit must be said.
    """

    at: str
    place: Place
    term: tuple[str, ...] = ()
    const: str | None = None
    type: str = "text"
    many: bool = False
    codes: Codes | None = None
    min: int = 0
    max: int = 1
    options: dict[str, Any] = field(default_factory=dict)
    hook: str | None = None
    only: str = ""
    coded: bool = False

    @property
    def dotted(self) -> str:
        return ".".join(self.term)


@dataclass(frozen=True)
class Group:
    """Lines that belong together: an element with children, or the rows of one line.

    `struct` is the canonical type of the object its terms start from; without `term` that is the parent's object.
    `kept` is a term of it that holds the whole group as markup: where it is said, that is written instead of the lines.
    Of a repeated one that is to be `spared`, one that cannot be read is left out and told, and the others are read.
    """

    at: str
    place: Place
    struct: type
    terms: tuple[Leaf | Group, ...]
    term: tuple[str, ...] = ()
    many: bool = False
    min: int = 0
    max: int = 1
    hook: str | None = None
    kept: str = ""
    spared: bool = False

    @property
    def dotted(self) -> str:
        return ".".join(self.term)


@dataclass(frozen=True)
class Table:
    """One document in one dialect.

    `leave_out` names what the supplier does not want and we knowingly do not send. A table with a `variant` is written
    only by dialects that choose it. `complete`: what no line names is forbidden by the standard, not just unknown.
    `tree` names what stands on the wire where that is not the document's own tree: the terms are then those of it.
    """

    name: str
    source: str
    document: type
    syntax: str
    root: Group
    layout: dict[str, Any] = field(default_factory=dict)
    recognise: dict[str, tuple[str, ...]] = field(default_factory=dict)
    leave_out: tuple[str, ...] = ()
    example: str | None = None
    variant: str = ""
    complete: bool = False
    tree: str = ""
    about: str = ""


def leaves(group: Group, prefix: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Leaf]]:
    """Every leaf with its full term from the document's root."""
    for term in group.terms:
        if isinstance(term, Group):
            yield from leaves(term, prefix + term.term)
        else:
            yield prefix + term.term, term
