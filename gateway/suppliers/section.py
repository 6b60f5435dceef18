"""A fact that is a mapping of its own, such as `lane: {concurrency: 2}`: its keys known, its values checked."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import TypeVar

import msgspec

from gateway.mapping.located import did_you_mean
from gateway.suppliers.card import Card
from gateway.suppliers.durations import duration, spelled
from gateway.suppliers.hours import Misread
from gateway.suppliers.tree import Entry, Sequence, Text, kind
from gateway.suppliers.tree import Mapping as Branch

_T = TypeVar("_T")


class Section(msgspec.Struct, frozen=True):
    """The entries that stand at `path` of a card; `family` names the rule of their mistakes."""

    card: Card
    path: str
    family: str
    entries: dict[str, Entry]

    def complain(self, message: str, at: Entry, offset: int = 0) -> None:
        """A finding at the value of `at`, `offset` characters into it."""
        node = at.value
        if offset and isinstance(node, Text):
            node = Text(node.line, node.column + offset + (not node.plain), "")
        self.card.complain(self.family, message, node, at.owner)

    def text(self, key: str) -> str:
        """The words at `key`; "" where it is absent, empty (`key: ~` takes a profile's away) or wrong."""
        entry = self.entries.get(key)
        if entry is None or (isinstance(entry.value, Text) and entry.value.is_null):
            return ""
        path = f"{self.path}.{key}"
        if not isinstance(entry.value, Text):
            self.card.complain("type", f"{path} is text; found a {kind(entry.value)}", entry.value, entry.owner)
            return ""
        filled = self.card.filled(path, entry.value, entry.owner)
        if filled is not None and not filled.strip():
            message = f"{path} is empty; write it out or leave the key away"
            self.card.complain("missing", message, entry.value, entry.owner)
        return (filled or "").strip()

    def parsed(self, key: str, parse: Callable[[str], _T]) -> _T | None:
        """What `parse` makes of the text at `key`; the words of its ValueError are the finding's."""
        text = self.text(key)
        if not text:
            return None
        try:
            return parse(text)
        except ValueError as error:
            entry = self.entries[key]
            as_written = isinstance(entry.value, Text) and entry.value.value == text
            at = error.at if isinstance(error, Misread) and as_written else 0
            self.complain(f"{self.path}.{key} {error}", entry, at)
            return None

    def whole(self, key: str, most: int, example: int) -> int | None:
        """A whole number from 1 to `most`."""

        def number(text: str) -> int:
            if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most:
                return int(text)
            raise ValueError(f"{text!r} is not a whole number from 1 to {most}, such as {example}")

        return self.parsed(key, number)

    def length(self, key: str, least: timedelta, most: timedelta) -> timedelta | None:
        """A length of time between `least` and `most`."""

        def within(text: str) -> timedelta:
            found = duration(text)
            if least <= found <= most:
                return found
            raise ValueError(f"{text!r} is not between {spelled(least)} and {spelled(most)}")

        return self.parsed(key, within)

    def below(self, key: str, known: Collection[str], example: str) -> Section:
        """The mapping at `key`, empty where there is none."""
        return section(self.card, f"{self.path}.{key}", self.entries.get(key), self.family, known, example)


def section(card: Card, path: str, entry: Entry | None, family: str, known: Collection[str], example: str) -> Section:
    """The mapping in `entry`; another kind of value and keys that are not `known` are findings."""
    if entry is None or (isinstance(entry.value, Text) and entry.value.is_null):
        return Section(card, path, family, {})
    if not isinstance(entry.value, Branch):
        card.complain(
            "type", f"{path} is a mapping such as {example}; found a {kind(entry.value)}", entry.value, entry.owner
        )
        return Section(card, path, family, {})
    for key, inner in entry.value.entries.items():
        if key not in known:
            message = f"{path}.{key} is not known{did_you_mean(key, known)}"
            card.complain(f"unknown-{family}", message, inner, inner.owner)
    return Section(card, path, family, entry.value.entries)


def listed(entry: Entry | None) -> Entry | None:
    """A list of texts as one text with commas, as it could have been written; other entries as they are."""
    if entry is None or not isinstance(entry.value, Sequence):
        return entry
    texts = [item.value for item in entry.value.items if isinstance(item, Text)]
    if len(texts) != len(entry.value.items):
        return entry
    return Entry(entry.line, entry.column, Text(entry.value.line, entry.value.column, ", ".join(texts)), entry.owner)
