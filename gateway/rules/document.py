"""XML from outside, parsed hard: no entities, no network, no endless depth. What cannot be read is `Rejected`."""

from __future__ import annotations

import re

from lxml import etree

from gateway.findings import Place, reject

MAX_BYTES = 100 * 1024 * 1024
_STEP = re.compile(r"/(@?)(?:Q\{([^}]*)\})?([^/\[{}]+)(?:\[(\d+)\])?")


def parse(raw: bytes, source: str = "") -> etree._ElementTree:
    """The document. Raises `Rejected` with line and column for what is not well-formed or declares a document type."""
    if len(raw) > MAX_BYTES:
        raise reject("xml-size", f"{len(raw)} bytes; at most {MAX_BYTES} are judged", Place(source=source))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        place = Place(source=source, line=line or None, column=column or None)
        raise reject("xml", f"this is not well-formed XML: {error.msg}", place) from None
    except ValueError as error:
        raise reject("xml", f"this is not XML: {error}", Place(source=source)) from None
    tree = root.getroottree()
    if tree.docinfo.internalDTD is not None:
        message = "a document type is declared; documents of trade have none, and entities are not read"
        raise reject("xml-doctype", message, Place(source=source, line=1))
    return tree


def line_of(tree: etree._ElementTree, path: str) -> int | None:
    """The line of the element at `path`, as XPath's path() writes it; of its last known ancestor otherwise."""
    node: etree._Element | None = None
    for attribute, namespace, name, number in _STEP.findall(path):
        if attribute:
            break
        tag = f"{{{namespace}}}{name}" if namespace else name
        if node is None:
            node = tree.getroot()
            continue
        same = node.findall(tag)
        index = int(number or 1) - 1
        if index >= len(same):
            break
        node = same[index]
    return line_number(node) if node is not None else None


def line_number(element: etree._Element) -> int | None:
    """Where an element begins in its file."""
    line = element.sourceline
    return line if isinstance(line, int) else None
