"""A suppliers file as branches that break alone: whole where it is sound, piece by piece where it is not."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from gateway.suppliers.tree import Entry, Mapping, Node, Problem, Sequence, SyntaxProblem, Text, build, kind

SECTIONS = ("profiles", "suppliers")
_SECTION = re.compile(r"([A-Za-z_][\w-]*)\s*:(?=\s|$)")
_ITEM = re.compile(r"\s*-\s*(\{|id\s*:)")
_DASH = re.compile(r"\s*-\s")
_WHOLE = re.compile(r"\s*-\s+\{.*\}\s*(#.*)?$")
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
        if section not in SECTIONS or _opens(lines[start]) is None:
            _take_block("", lines, start, end, pieces)
            continue
        for first, last in _entries(lines, start + 1, end, section):
            _take_block(section, lines, first, last, pieces)
    return pieces


def _opens(line: str) -> str | None:
    """The part that begins with `line`: a word at the left edge with nothing but a comment after its colon."""
    heading = _SECTION.match(line)
    return heading[1] if heading and _TRAILING.match(line, heading.end()) else None


def _sections(lines: list[str]) -> Iterator[tuple[str, int, int]]:
    """(name, first line, line after the last) of each part at the left edge; what stands above is nameless.

    The rest of a torn line can look like `word: value`; only what cannot be that begins a new part.
    """
    start, name = 0, ""
    for number, line in enumerate(lines):
        heading = _SECTION.match(line)
        if heading and (heading[1] in SECTIONS or _opens(line)):
            if any(not _NOTHING.match(above) for above in lines[start:number]):
                yield name, start, number
            start, name = number, heading[1]
    if any(not _NOTHING.match(line) for line in lines[start:]):
        yield name, start, len(lines)


def _entries(lines: list[str], start: int, end: int, section: str) -> Iterator[tuple[int, int]]:
    """First line and line after the last of each entry, comments below it left out.

    One begins at the indent of the first one or left of it, at anything that looks like a supplier, and below one that
    is complete in its line: torn lines must not stick to their neighbours.
    """
    suppliers = section == "suppliers"
    filled = [number for number in range(start, end) if not _NOTHING.match(lines[number])]
    dashed = [number for number in filled if suppliers and _DASH.match(lines[number])]
    indent = next((_indent(lines[number]) for number in dashed or filled), 0)
    first, last, complete = -1, -1, False
    for number in filled:
        line = lines[number]
        if first < 0 or complete or _indent(line) <= indent or (suppliers and _ITEM.match(line)):
            if first >= 0:
                yield first, last + 1
            first, complete = number, suppliers and bool(_WHOLE.match(line))
        last = number
    if first >= 0:
        yield first, last + 1


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


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
