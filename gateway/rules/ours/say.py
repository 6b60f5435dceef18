"""How our own rules speak: a finding at a canonical term."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from gateway.findings import Finding, Place


def say(rule: str, path: str, message: str, *, fatal: bool = True) -> Finding:
    """A finding of rule `avrop-{rule}` at `path`, such as `lines[2].amount`."""
    return Finding(rule=f"avrop-{rule}", message=message, place=Place(path=path), fatal=fatal)


def plain(value: Decimal) -> str:
    """A number as people write it, without zeros at the end."""
    text = format(value.normalize(), "f")
    return text if text != "-0" else "0"


def walk(value: object, path: str = "") -> Iterator[tuple[str, msgspec.Struct]]:
    """Every struct inside a document with its path, the document itself first."""
    if isinstance(value, msgspec.Struct):
        yield path, value
        for name in value.__struct_fields__:
            yield from walk(getattr(value, name), f"{path}.{name}" if path else name)
    elif isinstance(value, tuple):
        for place, one in enumerate(value):
            yield from walk(one, f"{path}[{place}]")
