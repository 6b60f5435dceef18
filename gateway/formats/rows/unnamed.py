"""A file without a header is known by what stands in its first row."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.formats.rows.columns import Column
from gateway.formats.rows.layout import Layout

_ANY_CURRENCY = "SEK"


def unnamed(cells: list[str], columns: Iterable[Column], layout: Layout) -> int:
    """How many cells of a row hold what their column wants; 0 where one does not, or the row is of another length."""
    if len(cells) != len(layout.row):
        return 0
    by_name = dict(zip(layout.row, cells, strict=True))
    return sum(fits) if all(fits := [_fits(column, by_name.get(column.name, "")) for column in columns]) else 0


def _fits(column: Column, text: str) -> bool:
    if not text.strip():
        return not column.required
    try:
        column.from_text(text, _ANY_CURRENCY)
    except ValueError:
        return False
    return True
