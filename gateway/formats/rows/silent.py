"""Terms that no column holds: always one text (`const`), what another term says (`like`), or the place (`numbered`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gateway.formats.rows.columns import Column


def read_constants(columns: Iterable[Column], values: dict[str, Any], currency: str | None) -> None:
    """Before the cells are read, because amounts need the currency."""
    for column in columns:
        if column.leaf.const is not None:
            values[column.key] = column.from_text(column.leaf.const, currency)


def read_others(columns: Iterable[Column], values: dict[str, Any], place: int) -> None:
    """After the cells are read; `place` is which row it is, from 1."""
    for column in columns:
        like = column.leaf.options.get("like")
        if like in values:
            values[column.key] = values[like]
        elif column.leaf.options.get("numbered"):
            values[column.key] = str(place)


def fault(column: Column, value: Any, start: Any, place: int, currency: str | None) -> str:
    """Why `value` would be read back as another one; nothing where it would not."""
    options = column.leaf.options
    if column.leaf.const is not None:
        wanted = column.from_text(column.leaf.const, currency)
        return "" if value == wanted else f"is not {column.leaf.const}, and the file has no column to say so"
    if "like" in options:
        return "" if value == at(start, options["like"].split(".")) else f"is not what {options['like']} is, and the file has one column for both"
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
