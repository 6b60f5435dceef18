"""Patterns whose contexts are all plain paths from the root: one step into a tree of names finds the rule.

Most published rules are of this kind ("/ubl:Order/cac:OrderLine/cbc:Note", "/ubl:Order/cac:OrderLine/*"), hundreds in a
pattern. Matching them one by one costs most of the time of a verdict; here each element costs one look at its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Self

_PATH = re.compile(r"(?:/[\w.-]+(?::[\w.-]+)?)*/(?:\*|[\w.-]+(?::[\w.-]+)?)")


class Branch:
    """An element as contexts name it: the place of the first rule for it, its named children, the rule for others."""

    def __init__(self) -> None:
        self.children: dict[str, Self] = {}
        self.rule: int | None = None
        self.others: int | None = None

    def child(self, name: str) -> Self:
        return self.children.setdefault(name, type(self)())

    def winner(self, name: str) -> int | None:
        """The rule that judges the child `name`: the first in the pattern that matches it."""
        rules = [rule for rule in (self.children[name].rule, self.others) if rule is not None]
        return min(rules, default=None)


def branches(contexts: Iterable[str]) -> Branch | None:
    """The contexts as a tree whose root is the document; None where one of them is no plain path."""
    tree = Branch()
    for place, context in enumerate(contexts):
        if not _PATH.fullmatch(context.strip()):
            return None
        *parents, last = context.strip()[1:].split("/")
        at = tree
        for name in parents:
            at = at.child(name)
        if last == "*":
            at.others = place if at.others is None else at.others
        else:
            leaf = at.child(last)
            leaf.rule = place if leaf.rule is None else leaf.rule
    return tree
