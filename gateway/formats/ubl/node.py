"""A table's elements as the reader meets them, by their tags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

from gateway.formats.build import Builder, builder
from gateway.formats.ubl.dress import CODED
from gateway.formats.ubl.elements import Element
from gateway.formats.values import READERS, read_decimal
from gateway.mapping.codes import Codes
from gateway.mapping.table import Group, Leaf
from gateway.model.party import Amount, Identifier, Quantity

_TYPES = {"identifier": Identifier, "quantity": Quantity, "amount": Amount}


class Node:
    """An element as the reader meets it. `bit` marks it as seen; `required` are the bits of children that must be.

    `hooked`: something in it belongs to the document as a whole.
    """

    __slots__ = (
        "attributes", "bit", "build", "children", "choices", "coded", "codes", "const", "constants", "convert",
        "fields", "hook", "hooked", "key", "kind", "many", "name", "needed", "order", "own", "required", "single",
        "spared", "spoken", "type", "unread", "when",
    )  # fmt: skip

    def __init__(self, element: Element) -> None:
        leaf, group = element.leaf, element.group
        self.name = element.name
        self.kind = element.kind
        self.order = element.order
        self.bit = 0
        self.single = element.max == 1
        self.many = element.many
        self.hook = element.hook
        self.key = f"@{element.hook}" if element.hook else ".".join(element.term)
        self.const = leaf.const if leaf else None
        self.codes: Codes | None = leaf.codes if leaf else None
        self.type = _TYPES.get(leaf.type) if leaf else None
        self.coded = CODED.get(leaf.type, "") if leaf else ""
        self.fields = element.fields
        self.convert = _converter(leaf)
        said = {_qualified(name): extra for name, extra in element.attributes.items()}
        self.attributes = {name: extra for name, extra in said.items() if extra.term and extra.only != "write"}
        self.unread = frozenset(name for name, extra in said.items() if extra.only == "write")
        self.spoken = _spoken(element)
        self.needed = tuple(map(_qualified, self.spoken)) if element.kind != "leaf" else ()
        self.constants = {name: extra.const for name, extra in said.items() if extra.const is not None}
        self.own = element.own
        self.spared = bool(group and group.spared)
        self.when = element.when
        self.choices: list[Node] = []
        self.children: dict[str, Node] = {}
        self.required = 0
        for index, child in enumerate(element.children):
            self.adopt(Node(child), child, 1 << index)
        self.hooked: bool = bool(self.hook) or any(child.hooked for child in self.every_child)
        self.build: Builder | None = None
        if group is not None and element.kind == "object":
            self.build = builder(group.struct, _own_terms(group))

    def adopt(self, node: Node, element: Element, bit: int) -> None:
        """Takes a child; of several with one name, those with a predicate hang on the one without."""
        node.bit = bit
        if element.min:
            self.required |= bit
        if element.leaf and element.leaf.only == "write":
            node.key, node.const, node.codes, node.type, node.convert = "", None, None, None, str
        first = self.children.setdefault(element.tag, node)
        if node.when is not None or first is not node:
            if node.when is None:
                node.choices, first.choices = [first, *first.choices], []
                self.children[element.tag] = node
            else:
                first.choices.append(node)

    @property
    def every_child(self) -> list[Node]:
        return [node for child in self.children.values() for node in dict.fromkeys([child, *child.choices])]

    def choose(self, element: etree._Element) -> Node | None:
        """Which of the lines for elements of this name is meant by `element`; None where none of them is."""
        for choice in self.choices:
            if choice.when and _told(element, choice.when[0]) == choice.when[1]:
                return choice
        return self if self.when is None else None


def _converter(leaf: Leaf | None) -> Callable[[str], Any]:
    if leaf is None or leaf.type == "identifier":
        return str
    return read_decimal if leaf.type in _TYPES else READERS[leaf.type]


def _spoken(element: Element) -> tuple[str, ...]:
    """The attributes that must be there."""
    own = [
        name
        for name, field in element.fields.items()
        if element.leaf and element.leaf.coded and field == CODED[element.leaf.type]
    ]
    return (*own, *(name for name, extra in element.attributes.items() if extra.term and extra.min))


def _told(element: etree._Element, path: str) -> str:
    return ((element.get(path[1:]) if path.startswith("@") else element.findtext(path)) or "").strip()


def _qualified(name: str) -> str:
    """The attribute's name as the parser gives it."""
    return f"{{http://www.w3.org/XML/1998/namespace}}{name[4:]}" if name.startswith("xml:") else name


def _own_terms(group: Group) -> list[tuple[str, ...]]:
    terms: list[tuple[str, ...]] = []
    for line in group.terms:
        if isinstance(line, Group) and not line.term and not line.hook:
            terms.extend(_own_terms(line))
        elif line.term:
            terms.append(line.term)
    return terms
