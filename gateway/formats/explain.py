"""Finds the term behind a value that could not be written: the fast writers do not carry paths along."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.findings import Finding, Place
from gateway.formats.xml import UnwritableError, escape


def unwritable(document: Any, source: str, error: Exception) -> list[Finding]:
    """One finding per text that the wire cannot carry; the error itself where no single term explains it."""
    found = [
        Finding(rule="cannot-express", message=f"{path}: {reason}", place=Place(source=source, path=path))
        for path, reason in _walk(document, "")
    ]
    return found or [Finding(rule="cannot-express", message=str(error), place=Place(source=source))]


def _walk(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _walk(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _walk(inner, f"{path}[{index}]")
    elif isinstance(value, str):
        try:
            escape(value)
        except UnwritableError as error:
            yield path, str(error)
