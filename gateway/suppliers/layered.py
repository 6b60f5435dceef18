"""Facts in layers: a profile's own on top of the profile it builds on, a supplier's on top of both, key by key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.suppliers.tree import Entry
from gateway.suppliers.tree import Mapping as Branch

DEEP: Final = ("rules", "lane", "deadlines", "receiving")
"""Facts that are mappings and are put together key by key; every other fact replaces that of the profile."""


def combined(below: Mapping[str, Entry], own: Mapping[str, Entry]) -> dict[str, Entry]:
    """The entries of a profile with those of who uses it on top; of the `DEEP` ones, key by key."""
    entries = {**below, **own}
    for key in DEEP:
        if key in below and key in own:
            entries[key] = _over(below[key], own[key])
    return entries


def _over(below: Entry, own: Entry) -> Entry:
    if not isinstance(below.value, Branch) or not isinstance(own.value, Branch):
        return own
    inner = {**below.value.entries, **own.value.entries}
    for name in below.value.entries.keys() & own.value.entries.keys():
        inner[name] = _over(below.value.entries[name], own.value.entries[name])
    return Entry(own.line, own.column, Branch(own.value.line, own.value.column, inner), own.owner)


def owned(entry: Entry, owner: str) -> None:
    """Marks an entry and all below it as a profile's, so that its mistakes are told there."""
    entry.owner = owner
    if isinstance(entry.value, Branch):
        for inner in entry.value.entries.values():
            owned(inner, owner)
