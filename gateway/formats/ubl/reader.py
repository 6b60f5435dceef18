"""Compiles a table into a reader: one walk over the parsed tree gives values, structure findings and lines at once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

from lxml import etree

from gateway.findings import Finding, Place
from gateway.formats.build import Builder, builder
from gateway.formats.hooks import MERGERS
from gateway.formats.ubl.dress import CODED
from gateway.formats.ubl.elements import Element
from gateway.formats.values import READERS, read_decimal
from gateway.mapping.codes import Codes
from gateway.mapping.shapes import HOOKS
from gateway.mapping.table import Group, Leaf
from gateway.model.party import Amount, Identifier, Quantity
from gateway.xml import line_of

_TYPES = {"identifier": Identifier, "quantity": Quantity, "amount": Amount}
_COUNTED = 10_000
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


class Node:
    """An element as the reader meets it. `bit` marks it as seen; `required` are the bits of children that must be."""

    __slots__ = (
        "attributes", "bit", "build", "children", "choices", "coded", "codes", "const", "constants", "convert",
        "fields", "hook", "key", "kind", "many", "name", "order", "required", "single", "spoken", "type", "when",
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
        self.attributes = {name: extra for name, extra in element.attributes.items() if extra.term}
        self.spoken = _spoken(element)
        self.constants = {name: extra.const for name, extra in element.attributes.items() if extra.const is not None}
        self.when = element.when
        self.choices: list[Node] = []
        self.children: dict[str, Node] = {}
        self.required = 0
        for index, child in enumerate(element.children):
            self.adopt(Node(child), child, 1 << index)
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
            if choice.when and (element.findtext(choice.when[0]) or "").strip() == choice.when[1]:
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


def _own_terms(group: Group) -> list[tuple[str, ...]]:
    terms: list[tuple[str, ...]] = []
    for line in group.terms:
        if isinstance(line, Group) and not line.term and not line.hook:
            terms.extend(_own_terms(line))
        elif line.term:
            terms.append(line.term)
    return terms


class Walk:
    """One reading of one document: collects findings; `read(root)` gives the document, or None if it fails.

    Strict: what is not known here, stands out of order or is empty is forbidden, and not only not carried. Of findings
    `most` are kept, and the first fatal one; `met` counts all.
    """

    most = 500

    def __init__(self, root: Node, source: str, strict: bool = False) -> None:
        self.root = root
        self.source = source
        self.strict = strict
        self.findings: list[Finding] = []
        self.met = 0
        self.asides: dict[str, list[tuple[Any, tuple[Any, ...]]]] = {}

    def read(self, element: etree._Element) -> Any:
        values: dict[str, Any] = {}
        self.group(element, self.root, values)
        for hook, asides in self.asides.items():
            if merged := MERGERS[hook](asides):
                values[HOOKS[hook][0]] = merged
        return self.make(self.root, values)

    def group(self, element: etree._Element, node: Node, values: dict[str, Any]) -> None:
        """Reads the children of `element` into `values`, checking order, number and presence."""
        seen = last = 0
        children = node.children
        for child in element:
            spec = children.get(child.tag)
            if spec is not None and spec.choices:
                spec = spec.choose(child)
            if spec is None:
                self.unknown(child, node)
                continue
            if spec.order < last:
                self.note("order", f"stands after {_by_order(node, last).name}, before which it belongs", child)
            last = max(last, spec.order)
            if seen & spec.bit and spec.single:
                self.fatal("once", "stands more than once, and once is allowed", child)
                continue
            seen |= spec.bit
            if spec.kind == "leaf":
                self.leaf(child, spec, values)
            elif spec.kind == "object":
                self.object(child, spec, values)
            else:
                self.group(child, spec, values)
        if missing := node.required & ~seen:
            self.missing(element, node, missing)
        elif not seen and children:
            self.fatal("empty", "is empty", element)
        if element.attrib:
            self.attributes(element, {}, None)
        if element.text is not None and not element.text.isspace():
            self.not_carried(f"the text {element.text.strip()[:60]!r} beside child elements", element)

    def object(self, element: etree._Element, spec: Node, values: dict[str, Any]) -> None:
        inner: dict[str, Any] = {}
        self.group(element, spec, inner)
        made = self.make(spec, inner)
        if made is None:
            return
        if spec.many:
            values.setdefault(spec.key, []).append(made)
        else:
            values[spec.key] = made

    def make(self, node: Node, values: dict[str, Any]) -> Any:
        hooked = [(name[1:], values.pop(name)) for name in list(values) if name[0] == "@"]
        for key, value in values.items():
            if type(value) is list:
                values[key] = tuple(value)
        try:
            made = node.build(values) if node.build else None
        except TypeError:
            if not any(finding.fatal for finding in self.findings):
                raise
            return None
        for hook, found in hooked:
            self.asides.setdefault(hook, []).append((made, tuple(found)))
        return made

    def leaf(self, element: etree._Element, spec: Node, values: dict[str, Any]) -> None:
        text = element.text
        if len(element):
            self.fatal("leaf", "holds other elements, and a value is expected", element)
            return
        if text is None or not text.strip():
            self.note("empty", "is empty and was read as if it were not there", element)
            return
        if spec.const is not None and text.strip() != spec.const:
            self.fatal("const", f"says {text.strip()!r}, and {spec.const!r} is expected", element)
            return
        try:
            value = self.value(spec, spec.convert(text), element, values)
        except ValueError as error:
            self.fatal("value", str(error), element)
            return
        if not spec.key:
            return
        if spec.many:
            values.setdefault(spec.key, []).append(value)
        else:
            values[spec.key] = value

    def value(self, spec: Node, plain: Any, element: etree._Element, values: dict[str, Any]) -> Any:
        """The value with its attributes and codes; raises ValueError with a sentence for the finding."""
        found = self.attributes(element, spec.fields, spec, values) if element.attrib else {}
        for name in spec.spoken:
            if name not in element.attrib:
                self.note("attribute", f"has no {name}, which must be there", element)
        if spec.type is not None:
            if spec.codes is not None and (code := found.get(spec.coded)) is not None:
                if code not in spec.codes.from_wire:
                    raise ValueError(f"{code!r} is not in the code list {spec.codes.name}")
                found[spec.coded] = spec.codes.from_wire[code]
            if spec.type is Amount and "currency" not in found:
                raise ValueError("has no currencyID; an amount needs its currency")
            return spec.type(value=plain, **found)
        if spec.codes is not None:
            if plain.strip() not in spec.codes.from_wire:
                raise ValueError(f"{plain!r} is not in the code list {spec.codes.name}")
            return spec.codes.from_wire[plain.strip()]
        return plain

    def attributes(
        self, element: etree._Element, fields: dict[str, str], spec: Node | None, values: dict[str, Any] | None = None
    ) -> dict[str, str]:
        """The attributes that belong to the value; those mapped as terms go to `values`, others are reported."""
        found = {}
        for name, text in element.attrib.items():
            if name in fields:
                found[fields[str(name)]] = str(text)
            elif spec is not None and values is not None and name in spec.attributes:
                self.attribute(spec.attributes[str(name)], str(text), values)
            elif spec is not None and name in spec.constants and text == spec.constants[str(name)]:
                pass
            elif not str(name).startswith(_XSI):
                self.not_carried(f"the attribute {name!s}={str(text)[:60]!r}", element, f"/@{name!s}")
        return found

    def attribute(self, leaf: Leaf, text: str, values: dict[str, Any]) -> None:
        """An attribute that is a term of its own; raises ValueError for a code that is in no list."""
        if leaf.only == "write":
            return
        if leaf.codes is not None:
            if text not in leaf.codes.from_wire:
                raise ValueError(f"{text!r} is not in the code list {leaf.codes.name}")
            text = leaf.codes.from_wire[text]
        values[leaf.dotted] = text

    # --- findings -----------------------------------------------------------------------------------------------

    def unknown(self, element: etree._Element, node: Node) -> None:
        if not isinstance(element.tag, str):
            return
        near = ", ".join(child.name for child in node.children.values())[:200]
        said = "is not allowed here" if self.strict else "is not known here and was not carried"
        self.note("not-carried", f"{said}; {node.name} may hold {near}", element)

    def missing(self, element: etree._Element, node: Node, bits: int) -> None:
        for child in node.every_child:
            if bits & child.bit:
                self.fatal("missing", f"has no {child.name}, which must be there", element)

    def fatal(self, rule: str, message: str, element: etree._Element) -> None:
        self._add(rule, message, element, True)

    def note(self, rule: str, message: str, element: etree._Element) -> None:
        self._add(rule, message, element, self.strict)

    def not_carried(self, what: str, element: etree._Element, below: str = "") -> None:
        said = f"{what} is not allowed" if self.strict else f"{what} was not carried"
        self._add("not-carried", said, element, self.strict, below)

    def path(self, element: etree._Element) -> str:
        return path_of(element)

    def told(self) -> tuple[Finding, ...]:
        """The findings, and how many more there are than are told."""
        if self.met == len(self.findings):
            return tuple(self.findings)
        message = f"{self.met - len(self.findings)} more findings like these are not told"
        return (*self.findings, Finding(rule="ubl-more", message=message, place=Place(source=self.source), fatal=False))

    def _add(self, rule: str, message: str, element: etree._Element, fatal: bool, below: str = "") -> None:
        self.met += 1
        if len(self.findings) >= self.most and (not fatal or any(finding.fatal for finding in self.findings)):
            return
        place = Place(source=self.source, line=line_of(element), path=self.path(element) + below)
        name = rule if rule == "not-carried" else f"ubl-{rule}"
        if self.strict and rule == "not-carried":
            name = "ubl-not-allowed"
        self.findings.append(Finding(rule=name, message=message, place=place, fatal=fatal))


def _by_order(node: Node, order: int) -> Node:
    return next(child for child in node.children.values() if child.order == order)


def path_of(element: etree._Element, top: etree._Element | None = None) -> str:
    """/Order/cac:OrderLine[2]/cac:LineItem/cbc:ID, as a person would write it; only from below `top`."""
    steps: list[str] = []
    current: etree._Element | None = element
    while current is not None and current is not top:
        name = etree.QName(current).localname
        prefix = f"{current.prefix}:" if current.prefix else ""
        steps.append(f"{prefix}{name}{_index(current)}")
        current = current.getparent()
    return "".join(f"/{step}" for step in reversed(steps))


def _index(element: etree._Element) -> str:
    """Which of several siblings of its name, counted no further than a person would."""
    before = sum(1 for _ in islice(element.itersiblings(element.tag, preceding=True), _COUNTED))
    if before == _COUNTED:
        return "[…]"
    return f"[{before + 1}]" if before or next(element.itersiblings(element.tag), None) is not None else ""
