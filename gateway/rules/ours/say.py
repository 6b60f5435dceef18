"""How our own rules speak: a finding at a canonical term."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from types import NoneType

import msgspec

from gateway.findings import Finding, Place

_PLAIN = frozenset({NoneType, str, Decimal, bool, int, date, datetime})


def say(rule: str, path: str, message: str, *, fatal: bool = True) -> Finding:
    """A finding of rule `avrop-{rule}` at `path`, such as `lines[2].amount`."""
    return Finding(rule=f"avrop-{rule}", message=message, place=Place(path=path), fatal=fatal)


def plain(value: Decimal) -> str:
    """A number as people write it, without zeros at the end."""
    text = format(value.normalize(), "f")
    return text if text != "-0" else "0"


def walk(value: object, path: str = "") -> Iterator[tuple[str, msgspec.Struct]]:
    """Every struct inside a document with its path, the document itself first."""
    found: list[tuple[str, msgspec.Struct]] = []
    _gather(value, path, found)
    return iter(found)


def _gather(value: object, path: str, found: list[tuple[str, msgspec.Struct]]) -> None:
    # Most fields are plain values, and every document that is sent is walked: they cost no call.
    if isinstance(value, msgspec.Struct):
        found.append((path, value))
        for name in value.__struct_fields__:
            inner = getattr(value, name)
            if type(inner) not in _PLAIN:
                _gather(inner, f"{path}.{name}" if path else name, found)
    elif isinstance(value, tuple):
        for place, one in enumerate(value):
            _gather(one, f"{path}[{place}]", found)
