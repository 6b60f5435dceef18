"""A list of values as CSV: value; name; from; to. A heading may be missing; between stands ; , or a tab. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Final

from shop.approving.coding import Entry

MOST: Final = 200_000
_HEADINGS: Final = {"value", "värde", "varde", "kod", "code"}
_ENDS: Final = ";\t,"

Mistake = tuple[int, str]
"""The line in the file, from 1, and what is wrong there."""


def read_values(text: str) -> tuple[list[Entry], list[Mistake]]:
    """The entries of a list and what could not be read. The first of two equal values stands."""
    text = text.removeprefix("\ufeff")
    first = text.lstrip().split("\n", 1)[0]
    between = max(_ENDS, key=first.count) if any(sign in first for sign in _ENDS) else ";"
    entries: dict[str, Entry] = {}
    wrong: list[Mistake] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between)
    for row in reader:
        cells = [cell.strip() for cell in row]
        if not any(cells) or (not entries and not wrong and cells[0].lower() in _HEADINGS):
            continue
        try:
            entry = _entry(cells)
            if entry.value in entries:
                raise ValueError(f"{entry.value} stands twice; the first one is kept")
            entries[entry.value] = entry
        except ValueError as error:
            wrong.append((reader.line_num, str(error)))
        if len(entries) > MOST:
            raise ValueError(f"more than {MOST} values: that is no list of this kind")
    return list(entries.values()), wrong


def _entry(cells: Sequence[str]) -> Entry:
    value, name, begins, ends = [*cells, "", "", "", ""][:4]
    if not value:
        raise ValueError("the first column is empty: there stands the value")
    if len(value) > 100 or "\0" in value:
        raise ValueError("a value has at most 100 characters")
    entry = Entry(value, name[:200], _day(begins, "from"), _day(ends, "to"))
    if entry.valid_from and entry.valid_to and entry.valid_from > entry.valid_to:
        raise ValueError(f"{value} ends before it begins")
    return entry


def _day(text: str, which: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{which} is {text!r}; write a day such as 2026-12-31") from None
