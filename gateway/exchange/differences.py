"""What is different between two canonical documents, term by term. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from gateway.model import Document

_MOST_LINES = 4000


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One term: `lines[2].quantity.value` was "5" and is "3"; empty where it was or is not said."""

    term: str
    was: str
    now: str

    def __str__(self) -> str:
        return f"{self.term}: {self.was or '–'} → {self.now or '–'}"


def changes(before: Document, after: Document) -> tuple[Change, ...]:
    """Every term that differs, in the order of the documents. A line is known by its id, not by its place."""
    old, new = dict(_terms(msgspec.to_builtins(before), "")), dict(_terms(msgspec.to_builtins(after), ""))
    terms = list(dict.fromkeys([*old, *new]))
    return tuple(
        Change(term=term, was=old.get(term, ""), now=new.get(term, ""))
        for term in terms
        if old.get(term) != new.get(term)
    )


def text_difference(before: bytes, after: bytes) -> list[str]:
    """A unified diff of two files as people read them; XML without line breaks is divided at its elements."""
    return list(difflib.unified_diff(_lines(before), _lines(after), "before", "after", lineterm="", n=2))


def as_text(raw: bytes) -> str:
    """UTF-8 where it is, else Windows-1252: this is for people to read, formats decode for themselves."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _lines(raw: bytes) -> list[str]:
    return re.sub(r">\s*<", ">\n<", as_text(raw)).splitlines()[:_MOST_LINES]


def _terms(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _terms(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            known = inner.get("id") if isinstance(inner, dict) else None
            yield from _terms(inner, f"{path}[{known if isinstance(known, str) else place}]")
    elif value is not None:
        yield path, str(value)
