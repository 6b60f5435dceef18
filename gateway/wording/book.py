"""The words of all rules, read once from `words/*.yaml`, and which of them are about a rule.

A file maps rules to an entry: `what` (for every message of the rule), `says` (a message's English template to its
words) and `todo`. A rule may have holes too (`PEPPOL-{transaction}-R003`); the more it says, the earlier it counts.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any, Final

import msgspec
import yaml

from gateway.wording.template import Template, fill

LANGUAGES: Final = ("sv", "en")
Words = Mapping[str, str]
"""Language to sentence; a language that is missing is said with the message itself."""
_WORDED: Final = {"text", "kind"}
"""Holes that hold words of ours; what others hold stands in the document or the file, and stays as it is."""
_PHRASES: Final = "phrases"
_DICTIONARIES: Final = {"element": "elements", "term": "terms", "group": "terms", "vat": "categories"}
"""Name of a hole to the file of the words for what stands in it."""


class Saying(msgspec.Struct, frozen=True):
    """One message in other words."""

    message: Template
    what: Words
    todo: Words


class Entry(msgspec.Struct, frozen=True):
    """What is said of a rule. `own`: the rule is ours, its English message stays as it is."""

    rule: Template
    what: Words
    todo: Words
    says: tuple[Saying, ...]
    own: bool


class Book(msgspec.Struct, frozen=True):
    """`exact` by rule, `patterns` the most telling first, `dictionaries` English to Swedish by the name of a hole."""

    exact: Mapping[str, Entry]
    patterns: tuple[Entry, ...]
    dictionaries: Mapping[str, Mapping[str, str]]
    phrases: tuple[tuple[Template, str], ...]

    def about(self, rule: str) -> Iterator[tuple[Entry, dict[str, str]]]:
        """The entries of a rule with what stands in the rule's holes, the closest first."""
        if rule in self.exact:
            yield self.exact[rule], {}
        for entry in self.patterns:
            if (holes := entry.rule.match(rule)) is not None:
                yield entry, holes

    def spoken(self, name: str, text: str) -> str:
        """What stood in a hole, in Swedish where the words for it are known."""
        if name in self.dictionaries:
            return _with(text, self.dictionaries[name])
        for template, swedish in self.phrases if name in _WORDED else ():
            if (holes := template.match(text)) is not None:
                return fill(swedish, holes, self.spoken)
        return text


@functools.cache
def book() -> Book:
    """All words; they lie in the program and cannot be missing."""
    found = entries()
    patterns = [entry for entry in found if not entry.rule.plain]
    return Book(
        exact={entry.rule.text: entry for entry in found if entry.rule.plain},
        patterns=tuple(sorted(patterns, key=lambda entry: -entry.rule.weight)),
        dictionaries={hole: _files()[name] for hole, name in _DICTIONARIES.items()},
        phrases=tuple((Template(english), swedish) for english, swedish in _files()[_PHRASES].items()),
    )


def entries() -> list[Entry]:
    """What all files say, in the order of their names."""
    rules = sorted(_files().keys() - {_PHRASES, *_DICTIONARIES.values()})
    return [entry for name in rules for entry in _entries(_files()[name])]


@functools.cache
def _files() -> dict[str, dict[str, Any]]:
    """By name, without the suffix."""
    folder = resources.files(__package__) / "words"
    return {
        path.name.removesuffix(".yaml"): yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for path in folder.iterdir()
        if path.name.endswith(".yaml")
    }


def _entries(said: Mapping[str, Any]) -> Iterator[Entry]:
    """One entry for each rule of a key: rules that share their words stand in one key, spaces between."""
    own = bool(said.get("own"))
    for rules, facts in said.items():
        if rules == "own":
            continue
        says = tuple(_saying(message, words) for message, words in facts.get("says", {}).items())
        for rule in rules.split():
            yield Entry(Template(rule), facts.get("what", {}), facts.get("todo", {}), says, own)


def _saying(message: str, words: str | Mapping[str, Any]) -> Saying:
    if isinstance(words, str):
        return Saying(Template(message), {"sv": words}, {})
    return Saying(Template(message), {key: words[key] for key in LANGUAGES if key in words}, words.get("todo", {}))


def _with(text: str, known: Mapping[str, str]) -> str:
    """utfärdandedatum (cbc:IssueDate): the code stays, so that it can be found in the document and the standard."""
    code = text[text.rfind("(") + 1 : -1] if text.endswith(")") else text
    return f"{known[code]} ({code})" if code in known else text
