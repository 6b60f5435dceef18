"""Terms that no column holds: always one text (`const`), what another term says (`like`), or the place (`numbered`).

Deep in a document they are said only where something beside them is: no currency without a price.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from gateway.formats.rows.columns import Column


def beside(columns: Sequence[Column]) -> list[Column]:
    """The columns of one object, each silent one with the terms that stand beside it in cells."""
    said = [column.leaf.term for column in columns if not column.silent]
    return [
        dataclasses.replace(column, beside=_same_parent(column.leaf.term, said)) if column.silent else column
        for column in columns
    ]


def _same_parent(term: tuple[str, ...], said: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    parent = term[:-1]
    return tuple(other for other in said if parent and other[: len(parent)] == parent)


def read_first(columns: Iterable[Column], values: dict[str, Any]) -> None:
    """The constants that others need: the currency of amounts."""
    for column in columns:
        if column.leaf.const is not None and not column.beside:
            values[column.key] = column.from_text(column.leaf.const, None)


def read_last(columns: Iterable[Column], values: dict[str, Any], place: int) -> None:
    """After the cells are read; `place` is which line it is, from 1."""
    for column in columns:
        if column.beside and not any(".".join(term) in values for term in column.beside):
            continue
        if column.leaf.const is not None:
            values[column.key] = column.from_text(column.leaf.const, values.get("currency"))
        elif (like := column.leaf.options.get("like")) in values:
            values[column.key] = values[like]
        elif column.leaf.options.get("numbered"):
            values[column.key] = str(place)


def fault(column: Column, value: Any, start: Any, place: int) -> str:
    """Why `value` would be read back as another one; nothing where it would not."""
    if column.beside and all(at(start, term) in (None, ()) for term in column.beside):
        return "" if value is None else "cannot be said alone, because the file has no column for it"
    options = column.leaf.options
    if column.leaf.const is not None:
        known = value == column.from_text(column.leaf.const, None)
        return "" if known else f"is not {column.leaf.const}, and the file has no column to say so"
    if "like" in options:
        known = value == at(start, options["like"].split("."))
        return "" if known else f"is not what {options['like']} is, and the file has one column for both"
    return "" if value == str(place) else f"is not {place}, which is its place, and the file has no column to say so"


def at(value: Any, term: Iterable[str]) -> Any:
    """What stands at a term; of a repeated group that a row holds once, its one. Raises ValueError for several."""
    for name in term:
        if isinstance(value, tuple):
            if len(value) > 1:
                raise ValueError("holds more than one, and the row has room for one")
            value = value[0] if value else None
        value = None if value is None else getattr(value, name)
    return value
