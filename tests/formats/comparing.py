"""Two XML documents compared as trees, without what a reading said that it did not carry."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from gateway.findings import Finding
from gateway.formats.sbdh import payload_of
from gateway.formats.ubl.elements import Element, root_element
from gateway.formats.ubl.notes import path_of
from gateway.mapping.table import Table

_NOT_READ = {"not-carried", "ubl-empty"}
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


def canonical(raw: bytes, table: Table, findings: Iterable[Finding] = ()) -> bytes:
    """Canonical XML without comments, blank text and unused namespaces; base64 without white space.

    Left away: what `findings` name as not carried, what is empty, the envelope around the document, and what the table
    always writes and never reads: attributes and elements.
    """
    root = etree.fromstring(raw, etree.XMLParser(remove_comments=True, remove_pis=True))
    _strip(root, [finding.place.path for finding in findings if finding.rule in _NOT_READ])
    root = etree.fromstring(etree.tostring(payload_of(root)))
    for child in root_element(table).children:
        if child.leaf and child.leaf.only == "write":
            for element in root.findall(child.tag):
                root.remove(element)
    constants = _constants(root_element(table))
    for element in list(root.iter()):
        if len(element) and not (element.text or "").strip():
            element.text = None
        element.tail = None
        if etree.QName(element).localname == "EmbeddedDocumentBinaryObject":
            element.text = "".join((element.text or "").split())
        for name in [*constants.get(str(element.tag), ()), f"{_XSI}schemaLocation"]:
            element.attrib.pop(name, None)
    _prune(root)
    etree.cleanup_namespaces(root)
    return etree.canonicalize(root, rewrite_prefixes=True).encode()


def _strip(root: etree._Element, paths: list[str]) -> None:
    places = {path_of(element): element for element in root.iter()}
    for path in paths:
        step, _, attribute = path.partition("/@")
        element = places[step]
        parent = element.getparent()
        if attribute:
            element.attrib.pop(attribute, None)
        elif parent is not None:
            parent.remove(element)


def _prune(element: etree._Element) -> None:
    for child in list(element):
        _prune(child)
        if not len(child) and not (child.text or "").strip():
            element.remove(child)


def _constants(element: Element) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for child in element.children:
        for tag, names in _constants(child).items():
            found.setdefault(tag, set()).update(names)
    for name, leaf in element.attributes.items():
        if leaf.const is not None:
            found.setdefault(element.tag, set()).add(name)
    return found
