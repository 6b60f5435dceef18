"""A small document of our own in the making: what a rule speaks of is grown into it from the table, then broken."""

from __future__ import annotations

import copy

from lxml import etree

from gateway.formats.ubl.dress import CODED, NAMESPACES
from gateway.formats.ubl.elements import Element, root_element
from gateway.mapping.table import Leaf, Table
from tests.rules.breaking.samples import BESIDE, CODES, PLAIN, TEXTS

PREFIXES = NAMESPACES | {"xsi": "http://www.w3.org/2001/XMLSchema-instance"}


class Draft:
    """A written document to be grown and changed. Paths are steps from the root: `cac:Delivery/cbc:ID/@schemeID`."""

    def __init__(self, table: Table, raw: bytes) -> None:
        self.root = etree.fromstring(raw)
        self.spec = root_element(table)
        self.currency = self.root.findtext("cbc:DocumentCurrencyCode", "SEK", PREFIXES)

    def raw(self) -> bytes:
        """One element a line, so that a finding's line says something."""
        etree.indent(self.root)
        return etree.tostring(self.root, xml_declaration=True, encoding="UTF-8")

    def at(self, path: str) -> etree._Element:
        """The first element at `path`, grown with what must stand in it and beside it where it is not there yet."""
        steps = path.split("/") if path else []
        if found := self.root.xpath(path or ".", namespaces=PREFIXES):
            return found[0]
        chain = _chain(self.spec, [step.split("[")[0] for step in steps])
        assert chain, f"the table has no line for {path}"
        here, spec = self.root, self.spec
        for depth, below in enumerate(chain, 1):
            there = self.root.xpath("/".join([".", *steps[:depth]]), namespaces=PREFIXES)
            here, spec = there[0] if there else self.grow(here, spec, below), below
        return here

    def put(self, path: str, value: str) -> None:
        """Sets the text of an element or, `.../@name`, an attribute."""
        path, _, attribute = path.partition("@")
        element = self.at(path.rstrip("/"))
        if attribute:
            prefix, _, local = attribute.rpartition(":")
            element.set(f"{{{PREFIXES[prefix]}}}{local}" if prefix else local, value)
        else:
            element.text = value

    def drop(self, path: str, every: bool = False) -> None:
        """Takes away the first element or attribute at `path`, or each."""
        owner, _, attribute = path.partition("/@")
        for element in self.root.xpath(owner, namespaces=PREFIXES)[: None if every else 1]:
            if attribute:
                element.attrib.pop(attribute, None)
            else:
                element.getparent().remove(element)

    def twice(self, path: str) -> None:
        """Repeats the element at `path` right after it."""
        element = self.at(path)
        element.addnext(copy.deepcopy(element))

    def place(self, element: etree._Element) -> str:
        """Where an element stands, as a finding names it: `/ubl:Order[1]/cbc:ID[1]`."""
        prefixes = {uri: prefix for prefix, uri in PREFIXES.items()}
        steps = []
        for each in (element, *element.iterancestors()):
            name, number = etree.QName(each), 1 + len(list(each.itersiblings(each.tag, preceding=True)))
            steps.append(f"{prefixes.get(name.namespace, 'ubl')}:{name.localname}[{number}]")
        return "/" + "/".join(reversed(steps))

    def spec_of(self, path: str) -> Element:
        chain = _chain(self.spec, path.split("/")) if path else []
        assert chain is not None, f"the table has no line for {path}"
        return chain[-1] if chain else self.spec

    def grow(self, parent: etree._Element, spec: Element, child: Element) -> etree._Element:
        """A new `child` in its place in `parent`, with all that it must hold, and what belongs beside it."""
        made = self._made(child)
        order = {each.tag: each.order for each in spec.children}
        later = [other for other in parent if order.get(other.tag, -1) > child.order]
        parent.insert(parent.index(later[0]) if later else len(parent), made)
        for name in BESIDE.get(spec.name, ()):
            other = next((each for each in spec.children if each.name == name), None)
            if other is not None and parent.find(other.tag) is None:
                self.grow(parent, spec, other)
        return made

    def _made(self, spec: Element) -> etree._Element:
        made = etree.Element(spec.tag)
        if spec.leaf is not None and spec.kind == "leaf":
            made.text = _text(spec)
            for name, field in spec.fields.items():
                if field in {"scheme", "unit", "currency"}:
                    made.set(name, self.currency if field == "currency" else _code(spec.leaf, CODED[spec.leaf.type]))
            for name, leaf in spec.attributes.items():
                if value := leaf.const or TEXTS.get(name) or (_code(leaf, name) if leaf.codes else ""):
                    made.set(name, value)
            return made
        needed = [child for child in spec.children if child.min or (child.leaf and child.leaf.const)]
        beside = [child for child in spec.children if child.name in BESIDE.get(spec.name, ())]
        for child in spec.children:
            if child in (needed + beside or spec.children[:1]) and made.find(child.tag) is None:
                made.append(self._made(child))
        if spec.when:
            made.find(spec.when[0]).text = spec.when[1]
        return made


def _chain(spec: Element, steps: list[str]) -> list[Element] | None:
    """The table's elements along a path; where several share a name, those that lead to its end."""
    if not steps:
        return []
    for child in spec.children:
        if child.name == steps[0] and (rest := _chain(child, steps[1:])) is not None:
            return [child, *rest]
    return None


def _text(spec: Element) -> str:
    leaf = spec.leaf
    assert leaf is not None
    if leaf.const or spec.name in TEXTS:
        return leaf.const or TEXTS[spec.name]
    if leaf.codes and leaf.type not in CODED:
        return _code(leaf, spec.name)
    return PLAIN[leaf.type]


def _code(leaf: Leaf, what: str) -> str:
    """A code that the table allows, the usual one where there is one."""
    usual = CODES.get(what, "")
    known = leaf.codes.from_wire if leaf.codes else {usual: usual}
    return usual if usual in known else next(iter(known))
