"""A table's lines as a tree of elements: paths that begin alike share their parents."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from gateway.findings import reject
from gateway.formats.ubl.dress import Dress, dress_of
from gateway.mapping.table import Group, Leaf, Table

Kind = Literal["leaf", "object", "container", "wrapper"]
_STEPS = re.compile(r"[^/\[]+(?:\[[^\]]*\])?")
_PREDICATE = re.compile(r"([^\[]+)\[([^=\]]+)='([^']*)'\]")


@dataclass
class Element:
    """One element: a value, an object of its own, a container around values of its parent's object, or a wrapper.

    A wrapper repeats around one repeated value: cac:PartyIdentification/cbc:ID. `when` tells it from siblings of the
    same name: the path of a child or `@attribute`, and the text that this must have. `fields` are the attributes of its
    value, `own` the text that stands in it beside its children.
    """

    name: str
    tag: str
    kind: Kind
    order: int
    leaf: Leaf | None = None
    group: Group | None = None
    min: int = 0
    max: int = 1
    when: tuple[str, str] | None = None
    fields: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, Leaf] = field(default_factory=dict)
    own: Leaf | None = None
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

    @property
    def kept(self) -> str:
        return self.group.kept if self.group else ""

    @property
    def beside(self) -> list[Leaf]:
        """What is said in the element itself: its attributes, and its text where it has children."""
        return [*self.attributes.values(), *([self.own] if self.own else [])]


def root_element(table: Table) -> Element:
    """The tree of a whole table; its root carries the document's own namespace."""
    tag = table.root.at
    root = Element(tag.split("}")[-1], tag, "object", 0, group=table.root, min=1)
    _Tree(dress_of(table)).fill(root, table.root)
    return root


class _Tree:
    def __init__(self, dress: Dress) -> None:
        self.dress = dress

    def fill(self, parent: Element, group: Group) -> None:
        for line in group.terms:
            self.place(parent, line, _STEPS.findall(line.at))
        for element in parent.children:
            _derive_card(element)

    def place(self, parent: Element, line: Leaf | Group, steps: list[str]) -> None:
        if steps[-1].startswith("@") and len(steps) < 3:
            self.attach(parent, line, steps)
            return
        if steps == ["."] and isinstance(line, Leaf) and self.dress.loose:
            parent.own = line
            return
        if isinstance(line, Leaf) and line.many and len(steps) == 2:
            wrapper = self.element(parent.children, steps[0], "wrapper", line)
            wrapper.children.append(self.element([], steps[1], "leaf", line))
            wrapper.children[0].min = 1
            return
        if len(steps) > 1:
            self.place(self.container(parent.children, steps[0], line), line, steps[1:])
            return
        if isinstance(line, Leaf):
            self.element(parent.children, steps[0], "leaf", line)
            return
        kind: Kind = "object" if line.term or line.hook else "container"
        element = self.element(parent.children, steps[0], kind, line)
        element.group = line
        self.fill(element, line)

    def container(self, children: list[Element], step: str, line: Leaf | Group) -> Element:
        """The container that the line before stands in, if it is this one; else a new one."""
        last = children[-1] if children else None
        if last is None or _said(last) != step or last.kind != "container" or last.group is not None:
            last = self.element(children, step, "container", line)
            last.min, last.max = 0, 1
        return last

    def attach(self, parent: Element, line: Leaf | Group, steps: list[str]) -> None:
        """An attribute of the parent itself, or of a child: of a value before it, or of one that holds no value."""
        name = steps[-1][1:]
        owner: Element | None = parent
        if len(steps) == 2:
            leaves = [child for child in parent.children if child.name == steps[0] and child.kind == "leaf"]
            owner = next(iter(leaves), None)
            if owner is None and self.dress.loose:
                owner = self.container(parent.children, steps[0], line)
        if owner is None or isinstance(line, Group) or (len(steps) == 1 and not self.dress.loose):
            raise reject(
                "table-path", f"{line.at} names an attribute of {steps[0]}, which no line before it maps", line.place
            )
        if name in owner.attributes:
            raise reject("table-twice", f"the path {line.at} stands twice", line.place)
        owner.attributes[name] = line
        owner.fields.pop(name, None)  # a line says it, such as the name of a list that never changes

    def element(self, children: list[Element], step: str, kind: Kind, line: Leaf | Group) -> Element:
        """A new element at the end of `children`. Raises `Rejected` where its path stands already."""
        match = _PREDICATE.fullmatch(step)
        name = match[1] if match else step
        when = (self.path(match[2], line), match[3]) if match else None
        twins = [child for child in children if child.name == name]
        if any(twin.when == when for twin in twins):
            raise reject("table-twice", f"the path {line.at} stands twice or not beside its siblings", line.place)
        order = twins[0].order if twins else len(children)
        element = Element(name, self.tag(name, line), kind, order, min=line.min, max=line.max, when=when)
        if kind == "leaf" and isinstance(line, Leaf):
            element.leaf = line
            element.fields = self.dress.fields(line.type)
        children.append(element)
        return element

    def path(self, steps: str, line: Leaf | Group) -> str:
        if steps.startswith("@"):
            return steps
        return "/".join(self.tag(step, line) for step in steps.split("/"))

    def tag(self, name: str, line: Leaf | Group) -> str:
        if not self.dress.namespaces and name.isalnum():
            return name
        prefix, _, local = name.partition(":")
        if prefix not in self.dress.namespaces or not local.isalnum():
            known = ", ".join(f"{known}:Name" for known in self.dress.namespaces) or "names without a prefix"
            raise reject("table-path", f"{name!r} in {line.at!r} is not a step; steps are {known}", line.place)
        return f"{{{self.dress.namespaces[prefix]}}}{local}"


def _said(element: Element) -> str:
    """The step as the table says it; a predicate cannot be shared by lines that do not repeat it."""
    return element.name if element.when is None else ""


def _derive_card(element: Element) -> None:
    """A container that no line states must be there when something inside it must."""
    if element.kind == "container" and element.group is None:
        for child in element.children:
            _derive_card(child)
        said = [leaf for leaf in element.beside if leaf.term]
        element.min = int(any(child.min for child in element.children) or any(leaf.min for leaf in said))
