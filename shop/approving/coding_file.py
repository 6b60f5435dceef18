"""coding.yaml: how the municipality codes, read with line and column of every mistake and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final, TypeVar

from gateway.findings import Finding, Place
from gateway.mapping.located import did_you_mean
from gateway.suppliers.tree import Entry as Branch
from gateway.suppliers.tree import Mapping as Fields
from gateway.suppliers.tree import Node, Sequence, SyntaxProblem, Text, build, kind
from shop.approving.coding import IMPORTED, LONGEST, Coding, Default, Dimension, Entry, Rule
from shop.approving.value_list import read_values
from shop.categories import CATEGORIES

_TOP: Final = ("separator", "dimensions", "rules", "defaults")
_DIMENSION: Final = ("id", "name", "english", "help", "length", "pattern", "required", "values")
_RULE: Final = ("when", "needs", "say")
_DEFAULT: Final = ("unit", "department", "category", "unspsc", "give")
_YES, _NO = frozenset({"yes", "true", "ja"}), frozenset({"no", "false", "nej"})
_ID: Final = re.compile(r"[a-zåäö][a-zåäö0-9_]{0,30}")
_ALL_ENDS: Final = 99  # problems of any branch belong to the file: nobody else's coding is saved by reading on

_T = TypeVar("_T")
ReadBeside = Callable[[str], str]
"""The text of a file beside this one; raises OSError."""


def read_coding(text: str, source: str, beside: ReadBeside) -> tuple[Coding, tuple[Finding, ...]]:
    """The coding in `text`, as far as it can be read, and everything that is wrong with it."""
    reader = _Reader(source, beside)
    try:
        tree = build(text, branch=_ALL_ENDS)
    except SyntaxProblem as error:
        reader.fault("coding-yaml", error.problem.message, error.problem)
        return Coding(), tuple(reader.findings)
    for problem in tree.problems:
        reader.fault("coding-yaml", problem.message, problem)
    coding = reader.coding(tree.root) if tree.root is not None else Coding()
    return coding, tuple(reader.findings)


class _Reader:
    """Reads branch by branch and keeps on after a mistake, so that all are told at once."""

    def __init__(self, source: str, beside: ReadBeside) -> None:
        self.source, self.beside = source, beside
        self.findings: list[Finding] = []

    def fault(self, rule: str, message: str, at: object, path: str = "") -> None:
        place = Place(source=self.source, line=at.line, column=at.column, path=path)  # type: ignore[attr-defined]
        self.findings.append(Finding(rule=rule, message=message, place=place))

    def coding(self, root: Node) -> Coding:
        fields = self.fields(root, "", _TOP)
        separator = self.text(fields, "separator", "", default="-", strip=False)
        dimensions = tuple(self.each(fields, "dimensions", self.dimension))
        known = [one.id for one in dimensions]
        for twice in {one for one in known if known.count(one) > 1}:
            self.fault("coding-twice", f"dimension {twice} stands twice", fields["dimensions"])
        rules = tuple(self.each(fields, "rules", lambda node, path: self.rule(node, path, known)))
        defaults = tuple(self.each(fields, "defaults", lambda node, path: self.default(node, path, known)))
        return Coding(separator=separator, dimensions=dimensions, rules=rules, defaults=defaults)

    def dimension(self, node: Node, path: str) -> Dimension | None:
        fields = self.fields(node, path, _DIMENSION)
        name = self.text(fields, "id", path)
        if not _ID.fullmatch(name):
            at = fields["id"].value if "id" in fields else node
            self.fault("coding-id", f"{path}.id is {name!r}; write a word in small letters, such as ansvar", at, path)
            return None
        shortest, longest = self.length(fields, path)
        return Dimension(
            id=name,
            name=self.text(fields, "name", path, default=name.capitalize()),
            english=self.text(fields, "english", path),
            help=self.text(fields, "help", path),
            pattern=self.pattern(fields, path),
            shortest=shortest,
            longest=longest,
            required=self.yes(fields, "required", path),
            values=self.text(fields, "values", path),
            listed=self.listed(fields, path),
        )

    def rule(self, node: Node, path: str, known: Collection[str]) -> Rule | None:
        fields = self.fields(node, path, _RULE)
        when, needs = self.values(fields, "when", path, known), self.values(fields, "needs", path, known)
        if not when or not needs:
            self.fault("coding-rule", f"{path} needs both when: {{…}} and needs: {{…}}", node, path)
            return None
        return Rule(when=when, needs=needs, say=self.text(fields, "say", path))

    def default(self, node: Node, path: str, known: Collection[str]) -> Default | None:
        fields = self.fields(node, path, _DEFAULT)
        facts = {name: self.text(fields, name, path) for name in _DEFAULT[:-1]}
        give = self.values(fields, "give", path, known)
        if not give or not any(facts.values()):
            self.fault("coding-default", f"{path} needs give: {{…}} and one of {', '.join(_DEFAULT[:-1])}", node, path)
            return None
        if facts["category"] and facts["category"] not in CATEGORIES:
            hint = did_you_mean(facts["category"], CATEGORIES)
            message = f"{path}.category {facts['category']} is no category of the shop{hint}"
            self.fault("coding-default", message, fields["category"].value, path)
        if facts["unspsc"] and not re.fullmatch(r"\d{2,8}", facts["unspsc"]):
            message = f"{path}.unspsc {facts['unspsc']!r} is not the beginning of a code: 2 to 8 digits"
            self.fault("coding-default", message, fields["unspsc"].value, path)
        return Default(give=give, **facts)

    def length(self, fields: Mapping[str, Branch], path: str) -> tuple[int, int]:
        text = self.text(fields, "length", path)
        found = re.fullmatch(r"(\d{1,2})(?:\s*[-–]\s*(\d{1,2}))?", text)
        if not text:
            return 0, LONGEST
        if not found or not 0 < int(found[1]) <= int(found[2] or found[1]):
            message = f"{path}.length is {text!r}; write a number such as 4, or from–to such as 3-5"
            self.fault("coding-length", message, fields["length"].value, path)
            return 0, LONGEST
        return int(found[1]), int(found[2] or found[1])

    def pattern(self, fields: Mapping[str, Branch], path: str) -> str:
        text = self.text(fields, "pattern", path)
        try:
            re.compile(text)
        except re.error as error:
            message = f"{path}.pattern is no regular expression ({error}); such as '[0-9]{{4}}'"
            self.fault("coding-pattern", message, fields["pattern"].value, path)
            return ""
        return text

    def yes(self, fields: Mapping[str, Branch], key: str, path: str) -> bool:
        text = self.text(fields, key, path, default="no").lower()
        if text not in _YES | _NO:
            self.fault("coding-yes", f"{path}.{key} is {text!r}; write yes or no", fields[key].value, path)
        return text in _YES

    def listed(self, fields: Mapping[str, Branch], path: str) -> dict[str, Entry]:
        name = self.text(fields, "values", path)
        if name in ("", IMPORTED):
            return {}
        try:
            entries, wrong = read_values(self.beside(name))
        except (OSError, ValueError) as error:
            message = f"{path}.values: {name} cannot be read ({error}); write {IMPORTED}, or a CSV file beside this one"
            self.fault("coding-values", message, fields["values"].value, path)
            return {}
        for line, message in wrong[:5]:
            self.findings.append(
                Finding(rule="coding-values", message=message, place=Place(source=name, line=line, column=1))
            )
        return {entry.value: entry for entry in entries}

    def values(self, fields: Mapping[str, Branch], key: str, path: str, known: Collection[str]) -> dict[str, str]:
        if key not in fields:
            return {}
        inner = self.fields(fields[key].value, f"{path}.{key}", known, rule="coding-dimension")
        return {name: self.text(inner, name, f"{path}.{key}") for name in inner if name in known}

    def each(self, fields: Mapping[str, Branch], key: str, read: Callable[[Node, str], _T | None]) -> Iterator[_T]:
        node = fields[key].value if key in fields else Sequence(1, 1)
        if isinstance(node, Text) and node.is_null:
            return
        if not isinstance(node, Sequence):
            self.fault("coding-type", f"{key} is a list, each behind `- `; found a {kind(node)}", node, key)
            return
        for place, item in enumerate(node.items, start=1):
            found = read(item, f"{key}.{place}")
            if found is not None:
                yield found

    def fields(
        self, node: Node, path: str, known: Collection[str], rule: str = "coding-unknown"
    ) -> Mapping[str, Branch]:
        if not isinstance(node, Fields):
            self.fault(
                "coding-type", f"{path or 'the file'} is a mapping (key: value); found a {kind(node)}", node, path
            )
            return {}
        for key, entry in node.entries.items():
            if key not in known:
                where = f"{path}.{key}" if path else key
                self.fault(rule, f"{where} is not known here{did_you_mean(key, known)}", entry, path)
        return node.entries

    def text(self, fields: Mapping[str, Branch], key: str, path: str, default: str = "", *, strip: bool = True) -> str:
        entry = fields.get(key)
        if entry is None or (isinstance(entry.value, Text) and entry.value.is_null):
            return default
        if not isinstance(entry.value, Text):
            self.fault("coding-type", f"{path}.{key} is text; found a {kind(entry.value)}", entry.value, path)
            return default
        return entry.value.value.strip() if strip else entry.value.value
