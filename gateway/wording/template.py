"""A sentence with holes, matched against a message and filled in another language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Final

_HOLE = re.compile(r"\{([a-z]+)\}")
_ANY = r"(.*?)"
_SHAPES: Final = {
    "path": r"(\S+?)",
    "number": r"([\d.,]+)",
    "vat": r"(S|Z|E|AE|IC|G|O|AF|AG|B)",
    "quoted": r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""",
    "transaction": r"(T\d+)",
}
"""What a hole of this name may hold; any other name holds anything, and as little as it can."""


class Template:
    """`Template("{name} is missing")`; a brace that holds more than a word is an ordinary character."""

    def __init__(self, text: str) -> None:
        self.text = text
        parts = _HOLE.split(text)
        self._literals, self._names = parts[::2], parts[1::2]
        self.weight = sum(map(len, self._literals))

    @property
    def plain(self) -> bool:
        """Whether it has no holes."""
        return not self._names

    def match(self, text: str) -> dict[str, str] | None:
        """What stands in the holes of `text`; None where it is another sentence."""
        if not text.startswith(self._literals[0]) or not text.endswith(self._literals[-1]):
            return None
        found = self._pattern.fullmatch(text)
        return None if found is None else dict(zip(self._names, found.groups(), strict=True))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        body = re.escape(self._literals[0])
        for name, literal in zip(self._names, self._literals[1:], strict=True):
            body += _SHAPES.get(name, _ANY) + re.escape(literal)
        return re.compile(body, re.DOTALL)


def fill(text: str, values: Mapping[str, str], spoken: Callable[[str, str], str]) -> str:
    """`text` with the holes that `values` know; `spoken(name, value)` says a value in the language."""
    return _HOLE.sub(lambda hole: spoken(hole[1], values[hole[1]]) if hole[1] in values else hole[0], text)
