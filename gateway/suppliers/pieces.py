"""A suppliers file as branches that break alone: whole where it is sound, piece by piece where it is not."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from gateway.suppliers.tree import Entry, Mapping, Node, Problem, Sequence, SyntaxProblem, Text, build, kind

SECTIONS = ("profiles", "suppliers")
_SECTION = re.compile(r"([A-Za-z_][\w-]*)\s*:(?=\s|$)")
_ITEM = re.compile(r"\s*-\s*(\{|id\s*:)")
_NAME = re.compile(r"\s*([\w-]+)")
_NOTHING = re.compile(r"\s*(#|$)")
_TRAILING = re.compile(r"\s*(#.*)?$")


class Pieces(msgspec.Struct):
    """What a file holds: profiles by name, the suppliers as they stand, and what could not be read at all.

    `unreadable` are the profiles whose YAML is broken, with the place where it breaks.
    """

    profiles: dict[str, Entry] = {}
    unreadable: dict[str, Text] = {}
    suppliers: list[Node] = []
    problems: list[Problem] = []


def read_pieces(text: str) -> Pieces:
    """The pieces of `text`. A line that breaks the YAML costs its own supplier or profile and nothing else."""
    lines = text.split("\n")
    try:
        tree = build(text)
    except SyntaxProblem:
        return _piecewise(lines)
    pieces = Pieces(problems=tree.problems)
    _take_root(tree.root, pieces)
    # An unclosed quote can swallow the lines below it and still be YAML.
    swallowed = sum(1 for line in lines if _ITEM.match(line)) > len(pieces.suppliers)
    return _piecewise(lines) if swallowed else pieces


def _take_root(root: Node | None, pieces: Pieces) -> None:
    if root is None or (isinstance(root, Text) and root.is_null):
        return
    if not isinstance(root, Mapping):
        message = f"expected `profiles:` and `suppliers:` at the top, found a {kind(root)}"
        pieces.problems.append(Problem(root.line, root.column, "suppliers-file", message))
        return
    for key, entry in root.entries.items():
        if key not in SECTIONS:
            message = f"{key} is not a part of a suppliers file; its parts are {' and '.join(SECTIONS)}"
            pieces.problems.append(Problem(entry.line, entry.column, "suppliers-file", message))
        else:
            _take_section(key, entry.value, pieces)


def _take_section(key: str, value: Node, pieces: Pieces) -> None:
    if isinstance(value, Text) and value.is_null:
        return
    if key == "profiles" and isinstance(value, Mapping):
        for name, entry in value.entries.items():
            pieces.profiles.setdefault(name, entry)
    elif key == "suppliers" and isinstance(value, Sequence):
        pieces.suppliers.extend(value.items)
    else:
        wanted = "a mapping from name to profile" if key == "profiles" else "a list, each supplier behind `- `"
        message = f"{key} is {wanted}; found a {kind(value)}"
        pieces.problems.append(Problem(value.line, value.column, "suppliers-file", message))


def _piecewise(lines: list[str]) -> Pieces:
    pieces = Pieces()
    for section, start, end in _sections(lines):
        heading = _SECTION.match(lines[start])
        inline = heading is not None and not _TRAILING.match(lines[start], heading.end())
        if section not in SECTIONS or inline:
            _take_block("", lines, start, end, pieces)
            continue
        for first, last in _entries(lines, start + 1, end, section):
            _take_block(section, lines, first, last, pieces)
    return pieces


def _sections(lines: list[str]) -> Iterator[tuple[str, int, int]]:
    """(name, first line, line after the last) of each part at the left edge; what stands above is nameless."""
    start, name = 0, ""
    for number, line in enumerate(lines):
        heading = _SECTION.match(line)
        if heading:
            if start < number and any(not _NOTHING.match(above) for above in lines[start:number]):
                yield name, start, number
            start, name = number, heading.group(1)
    if any(not _NOTHING.match(line) for line in lines[start:]):
        yield name, start, len(lines)


def _entries(lines: list[str], start: int, end: int, section: str) -> Iterator[tuple[int, int]]:
    """First line and line after the last of each entry: one begins at the indent of the first one, or left of it."""
    starts: list[int] = []
    indent = -1
    for number in range(start, end):
        line = lines[number]
        if _NOTHING.match(line):
            continue
        own = len(line) - len(line.lstrip())
        indent = own if indent < 0 else indent
        if own <= indent or (section == "suppliers" and _ITEM.match(line)):
            starts.append(number)
    yield from zip(starts, [*starts[1:], end], strict=True)


def _take_block(section: str, lines: list[str], start: int, end: int, pieces: Pieces) -> None:
    try:
        tree = build("\n".join(lines[start:end]), start, 1 if section else 2)
    except SyntaxProblem as error:
        pieces.problems.append(error.problem)
        named = _NAME.match(lines[start])
        if section == "profiles" and named:
            pieces.unreadable[named[1]] = Text(error.problem.line, error.problem.column, "")
        return
    pieces.problems.extend(tree.problems)
    if tree.root is not None:
        _take_section(section, tree.root, pieces) if section else _take_root(tree.root, pieces)
