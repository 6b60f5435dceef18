"""A group inside a line, which a row can hold once: its columns become columns of the line."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from gateway.findings import reject
from gateway.mapping.table import Group, Leaf


def flat(lines: Group) -> Group:
    """The lines with every column at its full term. Raises `Rejected` for a group that may repeat within a row."""
    return dataclasses.replace(lines, terms=tuple(_leaves(lines, (), lines.min)))


def _leaves(group: Group, prefix: tuple[str, ...], least: int) -> Iterator[Leaf]:
    for term in group.terms:
        full = prefix + term.term
        if isinstance(term, Leaf):
            needed = term.min if not prefix else min(term.min, least)
            options = dict(term.options)
            if "like" in options:
                options["like"] = ".".join([*prefix, options["like"]])
            yield dataclasses.replace(term, term=full, min=needed, options=options)
        elif term.max != 1 or term.hook:
            raise reject("table-rows", f"{term.dotted} repeats within a line, and a row can say it once", term.place)
        else:
            yield from _leaves(term, full, term.min)
