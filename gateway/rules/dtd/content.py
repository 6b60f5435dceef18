"""What may stand in an element, by its content model: where a row of children goes wrong, and what was expected there.

The model becomes a machine (Glushkov): a state is a place in the model, and `follow` says which places may come next.
libxml2 says only that the content is wrong; this says where.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

_START: Final = -1
_MOST_NAMED: Final = 40


class Wrong(msgspec.Struct, frozen=True):
    """`at` is the place of the child that may not stand there, None where the end came too early; `expected` names."""

    at: int | None
    expected: tuple[str, ...]


class Content:
    """The machine of one element's content model, as lxml gives it (`declaration.content`)."""

    def __init__(self, model: Any) -> None:
        self.names: list[str] = []
        self.follow: dict[int, list[int]] = {_START: []}
        empty, first, last = self._built(model)
        self.follow[_START] = first
        self.ends = {*last, *([_START] if empty else [])}

    def wrong(self, children: Iterable[str]) -> Wrong | None:
        """The first child that may not stand where it stands; None for a row as the model wants it."""
        states = [_START]
        for at, name in enumerate(children):
            reached = self._next(states)
            states = [place for place in reached if self.names[place] == name]
            if not states:
                return Wrong(at, self._named(reached))
        if self.ends.isdisjoint(states):
            return Wrong(None, self._named(self._next(states)))
        return None

    def _next(self, states: Iterable[int]) -> list[int]:
        return list(dict.fromkeys(place for state in states for place in self.follow[state]))

    def _named(self, places: Iterable[int]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.names[place] for place in places))[:_MOST_NAMED]

    def _built(self, model: Any) -> tuple[bool, list[int], list[int]]:
        """Whether it may be empty, and the places with which it may begin and end."""
        if model.type == "pcdata":
            empty, first, last = True, [], []
        elif model.type == "element":
            place = len(self.names)
            self.names.append(model.name)
            self.follow[place] = []
            empty, first, last = False, [place], [place]
        else:
            empty, first, last = self._joined(model.type, [self._built(part) for part in _parts(model)])
        if model.occur in ("plus", "mult"):
            self._may_follow(last, first)
        return empty or model.occur in ("opt", "mult"), first, last

    def _joined(self, how: str, parts: list[tuple[bool, list[int], list[int]]]) -> tuple[bool, list[int], list[int]]:
        if how == "or":
            firsts = [place for part in parts for place in part[1]]
            return any(part[0] for part in parts), firsts, [place for part in parts for place in part[2]]
        empty, first, last = parts[0]
        for more, begins, ends in parts[1:]:
            self._may_follow(last, begins)
            first = [*first, *begins] if empty else first
            last = [*last, *ends] if more else ends
            empty = empty and more
        return empty, first, last

    def _may_follow(self, ends: list[int], begins: list[int]) -> None:
        for place in ends:
            known = set(self.follow[place])
            self.follow[place] += [one for one in begins if one not in known]


def _parts(model: Any) -> list[Any]:
    """A sequence or choice of several is a chain of pairs to its right."""
    found, rest = [model.left], model.right
    while rest is not None and rest.type == model.type and rest.occur == "once" and rest.right is not None:
        found.append(rest.left)
        rest = rest.right
    return [one for one in (*found, rest) if one is not None]
