"""Compiles a table into a reader: one walk over the parsed tree gives values, structure findings and lines at once."""

from __future__ import annotations

from typing import Any

import msgspec
from lxml import etree

from gateway.findings import Finding
from gateway.formats.hooks import MERGERS
from gateway.formats.ubl.node import Node
from gateway.formats.ubl.notes import Notes
from gateway.formats.values import READERS
from gateway.mapping.shapes import HOOKS
from gateway.mapping.table import Leaf
from gateway.model.party import Amount, Identifier

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


class Walk(Notes):
    """One reading of one document: `read(root)` gives the document, or None if it fails.

    Strict: what is not known here, stands out of order or is empty is forbidden. Tolerant: an identifier of a scheme
    that is in no list is read without its scheme, which is said. `unsaid` are attributes that need no word anywhere.
    """

    def __init__(
        self,
        root: Node,
        source: str,
        *,
        strict: bool = False,
        tolerant: bool = False,
        unsaid: str = _XSI,
        family: str = "ubl",
    ) -> None:
        super().__init__(source, strict, family)
        self.root = root
        self.tolerant = tolerant
        self.unsaid = unsaid
        self.dropped: list[Finding] = []
        self.spared = 0
        self.asides: dict[str, list[tuple[Any, tuple[Any, ...]]]] = {}

    def read(self, element: etree._Element) -> Any:
        values: dict[str, Any] = {}
        self.group(element, self.root, values)
        for hook, asides in self.asides.items():
            if merged := MERGERS[hook](asides):
                values[HOOKS[hook][0]] = merged
        return self.make(self.root, values, element)

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
            last = spec.order if spec.order > last else last
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
        elif not seen and children and not (node.attributes or node.own):
            self.fatal("empty", "is empty", element)
        if element.attrib or (element.text is not None and not element.text.isspace()) or node.needed or node.own:
            self.beside(element, node, values)

    def beside(self, element: etree._Element, node: Node, values: dict[str, Any]) -> None:
        """What an element that holds elements has besides them."""
        self.attributes(element, {}, node, values)
        for name in node.needed:
            if not element.get(name, "").strip():
                self.fatal("attribute", f"has no {name}, which must be there", element)
        if node.own is not None:
            self.own(element, node.own, values)
        elif element.text is not None and not element.text.isspace():
            self.not_carried(f"the text {element.text.strip()[:60]!r} beside child elements", element)

    def own(self, element: etree._Element, leaf: Leaf, values: dict[str, Any]) -> None:
        """The text of an element that may hold others as well, wherever between them it stands."""
        text = "".join([element.text or "", *(child.tail or "" for child in element)]).strip()
        if not text:
            if leaf.min:
                self.fatal("missing", "holds no text, which must be there", element)
            return
        try:
            self.attribute(leaf, text, values)
        except ValueError as error:
            self.fatal("value", str(error), element)

    def object(self, element: etree._Element, spec: Node, values: dict[str, Any]) -> None:
        inner: dict[str, Any] = {}
        before = len(self.findings)
        self.group(element, spec, inner)
        made = self.make(spec, inner, element)
        if spec.spared and (made is None or self.worse(before)):
            self.drop(element, before)
            return
        if made is None:
            return
        self.spared += spec.spared
        if spec.many:
            values.setdefault(spec.key, []).append(made)
        else:
            values[spec.key] = made

    @property
    def nothing_left(self) -> bool:
        """Whether something was left out, and all of its kind."""
        return bool(self.dropped) and not self.spared

    def worse(self, before: int) -> bool:
        """Whether something fatal was found since there were so many findings."""
        return any(finding.fatal for finding in self.findings[before:])

    def drop(self, element: etree._Element, before: int) -> None:
        """Leaves out one of several: what is wrong with it is told, and costs only itself."""
        found = self.findings[before:]
        self.fatals -= sum(finding.fatal for finding in found)
        told = found[: max(self.most - before, 0)]
        self.findings[before:] = [msgspec.structs.replace(finding, fatal=False) for finding in told]
        self.hushed = len(self.findings) >= self.most
        cause = next((finding.message for finding in found if finding.fatal), "it cannot be read")
        self.note("dropped", f"was left out of the basket: {cause}", element)
        if len(self.dropped) < self.most:
            self.dropped.extend(finding for finding in found if finding.fatal)

    def make(self, node: Node, values: dict[str, Any], element: etree._Element) -> Any:
        hooked = [(name[1:], values.pop(name)) for name in list(values) if name[0] == "@"] if node.hooked else ()
        for key, value in values.items():
            if type(value) is list:
                values[key] = tuple(value)
        try:
            made = node.build(values) if node.build else None
        except TypeError:
            if not self.fatals:
                self.fatal("missing", f"a part that every {node.name} must have is missing", element)
            return None
        for hook, found in hooked:
            self.asides.setdefault(hook, []).append((made, tuple(found)))
        return made

    def leaf(self, element: etree._Element, spec: Node, values: dict[str, Any]) -> None:
        text = element.text
        if not spec.key and spec.const is None:
            return
        if spec.const == "" and not (text or "").strip() and not len(element):
            return
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
                if code in spec.codes.from_wire:
                    found[spec.coded] = spec.codes.from_wire[code]
                elif spec.type is Identifier and self.tolerant:
                    self.not_carried(f"the scheme {code[:60]!r}", element, f"/@{_attribute(spec)}")
                    del found[spec.coded]
                else:
                    raise ValueError(f"{code!r} is not in the code list {spec.codes.name}")
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
                self.said(str(name), str(text), element, spec, values)
            elif spec is not None and (name in spec.unread or text == spec.constants.get(str(name))):
                pass
            elif not str(name).startswith(self.unsaid):
                self.not_carried(f"the attribute {name!s}={str(text)[:60]!r}", element, f"/@{name!s}")
        return found

    def said(self, name: str, text: str, element: etree._Element, spec: Node, values: dict[str, Any]) -> None:
        """An attribute that is a term. One of a value raises ValueError with it; others are told one by one."""
        if not text.strip() and spec.kind != "leaf":
            self._add("empty", "is empty and was read as if it were not there", element, self.strict, f"/@{name}")
            return
        try:
            self.attribute(spec.attributes[name], text, values)
        except ValueError as error:
            if spec.kind == "leaf":
                raise
            self._add("value", str(error), element, True, f"/@{name}")

    def attribute(self, leaf: Leaf, text: str, values: dict[str, Any]) -> None:
        """A text that is a term of its own; raises ValueError where it is no such value or code."""
        value: Any = text
        if leaf.codes is not None:
            if text.strip() not in leaf.codes.from_wire:
                raise ValueError(f"{text!r} is not in the code list {leaf.codes.name}")
            value = leaf.codes.from_wire[text.strip()]
        elif leaf.type in READERS:
            value = READERS[leaf.type](text)
        values[leaf.dotted] = value

    def unknown(self, element: etree._Element, node: Node) -> None:
        if not isinstance(element.tag, str):
            return
        if len(self.findings) >= self.most:  # one of very many: the time to word it is better spent
            self.met += 1
            return
        near = ", ".join(child.name for child in node.children.values())[:200]
        said = "is not allowed here" if self.strict else "is not known here and was not carried"
        self.note("not-carried", f"{said}; {node.name} may hold {near}", element)

    def missing(self, element: etree._Element, node: Node, bits: int) -> None:
        for child in node.every_child:
            if bits & child.bit:
                self.fatal("missing", f"has no {child.name}, which must be there", element)


def _by_order(node: Node, order: int) -> Node:
    return next(child for child in node.children.values() if child.order == order)


def _attribute(node: Node) -> str:
    """The attribute that carries the code of a value."""
    return next(name for name, field in node.fields.items() if field == node.coded)
