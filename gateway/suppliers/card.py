"""One supplier's or profile's facts while they are read: each value checked, each mistake kept with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from gateway.findings import Finding, Place
from gateway.mapping.located import did_you_mean
from gateway.suppliers.fill import MissingFact, fill
from gateway.suppliers.tree import Entry, Node, Sequence, Text, kind

_T = TypeVar("_T")
_TRUE, _FALSE = {"true", "yes", "on"}, {"false", "no", "off"}


class Card:
    """`entries` by key, `facts` for `{id}` and its like (None: not known), and the findings so far."""

    def __init__(
        self, owner: str, entries: dict[str, Entry], at: Node, source: str, environ: Mapping[str, str]
    ) -> None:
        self.owner, self.entries, self.at, self.source, self.environ = owner, entries, at, source, environ
        self.facts: Mapping[str, str | None] = {}
        self.findings: list[Finding] = []

    def complain(self, rule: str, message: str, at: Node | Entry, owner: str = "") -> None:
        """Keep a finding that stands at `at`; the rule's name gets its family in front."""
        place = Place(source=self.source, line=at.line, column=at.column, path=owner or self.owner)
        self.findings.append(Finding(rule=f"supplier-{rule}", message=message, place=place))

    def only(self, called: str, known: Mapping[str, str]) -> None:
        """A finding for every key that is not `known`."""
        for key, entry in self.entries.items():
            if key not in known:
                message = f"{key} is not a fact of a {called}{did_you_mean(key, known)}"
                self.complain("unknown-key", message, entry, entry.owner)

    def text(self, key: str, *, required: bool = False, pattern: re.Pattern[str] | None = None, like: str = "") -> str:
        """The words at `key`, "" where it is absent or wrong; `like` says what the pattern wants."""
        entry = self.entries.get(key)
        if entry is None:
            if required:
                self.complain("missing", f"{key} is missing; every supplier needs one", self.at)
            return ""
        if not isinstance(entry.value, Text):
            hint = "; put quotes around it if it begins with {" if kind(entry.value) == "mapping" else ""
            self.complain("type", f"{key} is text; found a {kind(entry.value)}{hint}", entry.value, entry.owner)
            return ""
        filled = self.filled(key, entry.value, entry.owner)
        if filled is None:
            return ""
        value = filled.strip()
        if not value or entry.value.is_null:
            self.complain("missing", f"{key} is empty; write it out or leave the key away", entry.value, entry.owner)
            return ""
        if pattern is not None and not pattern.fullmatch(value):
            self.complain(key, f"{key} {value!r} is not {like}", entry.value, entry.owner)
            return ""
        return value

    def filled(self, key: str, node: Text, owner: str) -> str | None:
        """The text of `node` with its `{id}` and `${NAME}` replaced; None, told once, where that cannot be done."""
        try:
            return fill(node.value, self.facts, self.environ)
        except MissingFact as error:
            # id and org, and a GLN that is there but wrong, have their own finding.
            if error.name not in {*self.entries, "id", "org"}:
                self.complain("missing", f"{error.name} is missing; {key} is made of it", self.at)
        except ValueError as error:
            self.complain("placeholder", f"{key}: {error}", node, owner)
        return None

    def parsed(self, key: str, parse: Callable[[str], _T], *, required: bool = False) -> _T | None:
        """The identifier at `key`; the identifier's own words are the finding's."""
        value = self.text(key, required=required)
        if not value:
            return None
        try:
            return parse(value)
        except ValueError as error:
            entry = self.entries[key]
            self.complain("identifier", f"{key}: {error}", entry.value, entry.owner)
            return None

    def number(self, key: str, default: int, most: int) -> int:
        """A whole number from 0 to `most`."""
        if key not in self.entries:
            return default
        value = self.text(key)
        if value.isascii() and value.isdigit() and int(value) <= most:
            return int(value)
        if value:
            entry = self.entries[key]
            self.complain(
                "type", f"{key} is a whole number from 0 to {most}; found {value!r}", entry.value, entry.owner
            )
        return default

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self.text(key).lower() if key in self.entries else ""
        if value and value not in _TRUE | _FALSE:
            entry = self.entries[key]
            self.complain("type", f"{key} is true or false; found {value!r}", entry.value, entry.owner)
        return value in _TRUE if value else default

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        entry = self.entries.get(key)
        if entry is None:
            return ()
        if not isinstance(entry.value, Sequence):
            message = f"{key} is a list, such as [2024-118]; found a {kind(entry.value)}"
            self.complain("type", message, entry.value, entry.owner)
            return ()
        found: list[str] = []
        for item in entry.value.items:
            if isinstance(item, Text) and item.value.strip():
                found.append(item.value.strip())
            else:
                self.complain(
                    "type", f"{key} is a list of texts; found an empty one or a {kind(item)}", item, entry.owner
                )
        return tuple(found)

    def one_of(self, key: str, known: Any, called: str, *, required: bool = False) -> str:
        """A name among `known`."""
        value = self.text(key, required=required)
        if value and value not in known:
            entry = self.entries[key]
            message = f"{key} {value} is not {called}{did_you_mean(value, known)}"
            self.complain(f"unknown-{key}", message, entry.value, entry.owner)
            return ""
        return value
