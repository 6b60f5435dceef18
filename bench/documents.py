"""Writing and reading Peppol documents of ten lines, each beside plain lxml doing the like."""

from __future__ import annotations

from typing import Any

import msgspec
from lxml import etree

from bench.figure import figure, rates
from gateway.formats import example, load_dialects
from gateway.formats.ubl.dress import NAMESPACES
from gateway.model import DOCUMENTS
from gateway.settings import load_settings, mapping_texts

_LINES = 10


def write() -> dict[str, Any]:
    """Orders of ten lines to T01; the reference builds the same document by lxml's SubElement."""
    codec, document = peppol("Order", "order")
    flat = _flattened(etree.fromstring(codec.write(document)))
    ours, plain = rates(lambda: codec.write(document), lambda: _built(flat))
    return {"orders_per_s": figure(ours, "orders/s", plain, "lxml SubElement building of the same document")}


def read() -> dict[str, Any]:
    """T76 of ten lines to the model; the reference parses and takes every text by a compiled XPath."""
    codec, document = peppol("OrderResponse", "order_response")
    raw = codec.write(document)
    paths = [etree.XPath(path, namespaces=NAMESPACES) for path in _paths(etree.fromstring(raw))]

    def reference() -> list[Any]:
        root = etree.fromstring(raw)
        return [path(root) for path in paths]

    ours, plain = rates(lambda: codec.read(raw, "bench"), reference)
    what = f"parsing and {len(paths)} compiled XPaths, without checks or model"
    return {"responses_per_s": figure(ours, "responses/s", plain, what)}


def peppol(kind: str, name: str) -> tuple[Any, Any]:
    texts = mapping_texts(load_settings())
    document: Any = example(texts[f"examples/{name}.yaml"], name, DOCUMENTS[kind])
    lines = tuple(
        msgspec.structs.replace(document.lines[place % len(document.lines)], id=str(place + 1))
        for place in range(_LINES)
    )
    return load_dialects(texts)["peppol"].codec(kind), msgspec.structs.replace(document, lines=lines)


def _flattened(root: etree._Element) -> list[tuple[int, Any, dict[str, str], str | None]]:
    """(index of the parent, tag, attributes, text) of each element in document order."""
    places: dict[Any, int] = {}
    flat = []
    for index, element in enumerate(root.iter()):
        places[element] = index
        parent = element.getparent()
        attributes = {str(name): str(value) for name, value in element.attrib.items()}
        flat.append((-1 if parent is None else places[parent], element.tag, attributes, element.text))
    return flat


def _built(flat: list[tuple[int, Any, dict[str, str], str | None]]) -> bytes:
    made: list[etree._Element] = []
    for parent, tag, attributes, text in flat:
        element = etree.Element(tag, attributes) if parent < 0 else etree.SubElement(made[parent], tag, attributes)
        element.text = text
        made.append(element)
    return etree.tostring(made[0], encoding="UTF-8", xml_declaration=True)


def _paths(root: etree._Element) -> list[str]:
    tree = root.getroottree()
    return [f"string({tree.getpath(element)})" for element in root.iter() if not len(element)]
