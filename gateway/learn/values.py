"""What a document says at a term, as people write it: what the first row of a file was read as."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal
from typing import Any

from gateway.model import Document
from gateway.model.despatch import DespatchAdvice
from gateway.model.party import Amount, Identifier


def said(document: Document, term: str) -> str:
    """The value at `term`, of repeated groups the first; "" where nothing is said."""
    if term.endswith("packed") and isinstance(document, DespatchAdvice):
        return _text(tuple(unit.id for unit in document.packing if unit.id))
    value: Any = document
    for name in term.split("."):
        if isinstance(value, tuple):
            value = value[0] if value else None
        value = None if value is None else getattr(value, name)
    return _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Identifier):
        return f"{value.scheme}:{value.value}" if value.scheme else value.value
    if isinstance(value, Amount):
        return f"{value.value} {value.currency}"
    if isinstance(value, tuple):
        return " | ".join(_text(one) for one in value)
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def table(rows: Iterable[Iterable[str]], widest: int = 38) -> list[str]:
    """Rows of cells under each other, each column as wide as its widest cell."""
    cut = [[_short(cell, widest) for cell in row] for row in rows]
    widths = [max(len(row[index]) for row in cut) for index in range(len(cut[0]))] if cut else []
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cut]


def _short(text: str, widest: int) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= widest else f"{plain[: widest - 1]}…"
