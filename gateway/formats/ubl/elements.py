"""A table's lines as a tree of elements: paths that begin alike share their parents."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from gateway.findings import reject
from gateway.mapping.table import Group, Leaf, Table

NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
# Which attribute carries which field of a value, for both directions; in the order in which they are written.
ATTRIBUTES: dict[str, dict[str, str]] = {
    "identifier": {"schemeID": "scheme"},
    "quantity": {"unitCode": "unit", "unitCodeListID": "unit_list"},
    "amount": {"currencyID": "currency"},
}
Kind = Literal["leaf", "object", "container", "wrapper"]


@dataclass
class Element:
    """One element: a value, an object of its own, a container around values of its parent's object, or a wrapper.

    A wrapper repeats around one repeated value: cac:PartyIdentification/cbc:ID.
    """

    name: str
    tag: str
    kind: Kind
    order: int
    leaf: Leaf | None = None
    group: Group | None = None
    min: int = 0
    max: int = 1
    attributes: dict[str, Leaf] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)

    @property
    def term(self) -> tuple[str, ...]:
        line = self.leaf or self.group
        return line.term if line else ()

    @property
    def many(self) -> bool:
        line = self.leaf or self.group
        return bool(line and line.many)

    @property
    def hook(self) -> str | None:
        line = self.leaf or self.group
        return line.hook if line else None


def root_element(table: Table) -> Element:
    """The tree of a whole table; its root carries the document's own namespace."""
    tag = table.root.at
    return Element(tag.split("}", 1)[1], tag, "object", 0, group=table.root, min=1, children=_children(table.root))


def _children(group: Group) -> list[Element]:
    children: list[Element] = []
    for line in group.terms:
        _place(children, line, line.at.split("/"))
    for element in children:
        _derive_card(element)
    return children


def _place(children: list[Element], line: Leaf | Group, steps: list[str]) -> None:
    if len(steps) == 2 and steps[1].startswith("@"):
        _attach(children, line, *steps)
        return
    if isinstance(line, Leaf) and line.many and len(steps) == 2:
        wrapper = Element(steps[0], _tag(steps[0], line), "wrapper", len(children), min=line.min, max=line.max)
        wrapper.children.append(Element(steps[1], _tag(steps[1], line), "leaf", 0, leaf=line, min=1))
        children.append(wrapper)
        return
    if len(steps) > 1:
        last = children[-1] if children else None
        if last is None or last.name != steps[0] or last.kind != "container" or last.group is not None:
            children.append(Element(steps[0], _tag(steps[0], line), "container", len(children)))
        _place(children[-1].children, line, steps[1:])
        return
    name = steps[0]
    if any(child.name == name for child in children):
        raise reject("table-twice", f"the path {line.at} stands twice or not beside its siblings", line.place)
    element = Element(name, _tag(name, line), "leaf", len(children), min=line.min, max=line.max)
    if isinstance(line, Leaf):
        element.leaf = line
    else:
        element.group = line
        element.kind = "object" if line.term or line.hook else "container"
        element.children = _children(line)
    children.append(element)


def _attach(children: list[Element], line: Leaf | Group, name: str, attribute: str) -> None:
    owner = next((child for child in children if child.name == name and child.kind == "leaf"), None)
    if owner is None or isinstance(line, Group):
        raise reject("table-path", f"{line.at} names an attribute of {name}, which no line before it maps", line.place)
    owner.attributes[attribute[1:]] = line


def _tag(name: str, line: Leaf | Group) -> str:
    prefix, _, local = name.partition(":")
    if prefix not in NAMESPACES or not local.isalnum():
        known = ", ".join(f"{known}:Name" for known in NAMESPACES)
        raise reject("table-path", f"{name!r} in {line.at!r} is not a step; steps are {known}", line.place)
    return f"{{{NAMESPACES[prefix]}}}{local}"


def _derive_card(element: Element) -> None:
    """A container that no line states must be there when something inside it must."""
    if element.kind == "container" and element.group is None:
        for child in element.children:
            _derive_card(child)
        element.min = int(any(child.min for child in element.children))
