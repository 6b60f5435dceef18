"""Parsing XML from outside: nothing is resolved, nothing is fetched, size and depth are bounded."""

from __future__ import annotations

import re

from lxml import etree

from gateway.findings import Place, reject

MAX_BYTES = 20_000_000
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_DOCTYPE = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)


def parse(raw: bytes, source: str) -> etree._Element:
    """The root element of `raw`. Raises `Rejected` for anything that is not a plain, bounded XML document."""
    if len(raw) > MAX_BYTES:
        message = f"the document holds {len(raw)} bytes; at most {MAX_BYTES} are read"
        raise reject("xml-size", message, Place(source=source))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        line, column = getattr(error, "position", (None, None))
        place = Place(source=source, line=line or None, column=column or None)
        raise reject("xml-syntax", f"this is not XML that can be read: {error}", place) from None
    if getattr(root.getroottree().docinfo, "doctype", "") or _DOCTYPE.search(raw[:4096]):
        message = "a document type declaration is not accepted: it can declare entities; send the document without it"
        raise reject("xml-doctype", message, Place(source=source, line=1))
    return root


def line_of(element: etree._Element) -> int | None:
    """The line on which an element begins, where the parser knew it."""
    line = element.sourceline
    return line if isinstance(line, int) and line else None


class UnwritableError(ValueError):
    """A text that the wire cannot carry."""


def escape(text: str) -> str:
    """`text` as element content. Raises `UnwritableError` for what XML 1.0 cannot say, and for an empty text."""
    if not text or text.isspace():
        raise UnwritableError("the text is blank; leave the term out instead")
    if _SPECIAL.search(text) is None:
        return text
    if bad := _UNWRITABLE.search(text):
        raise UnwritableError(f"{text!r} contains the character U+{ord(bad[0]):04X}, which XML cannot carry")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def escape_attribute(text: str) -> str:
    """`text` as an attribute value, where white space would otherwise be normalised away."""
    return escape(text).replace('"', "&quot;").replace("\t", "&#9;").replace("\n", "&#10;")
