"""XML from outside, parsed hard: no entities, document types, includes or network; size and depth bounded.

Every room that reads XML reads it here, or by `iterparse(..., **PARSER_OPTIONS)` after `refuse_prolog` on the first
bytes where a document is too large to be held. What cannot be read is `Rejected`, at once and without a copy.
"""

from __future__ import annotations

import re
from typing import Any, Final

from lxml import etree

from gateway.findings import Place, Rejected, reject

MAX_BYTES: Final = 20_000_000
MAX_MARKS: Final = 2_000_000  # tags and attributes: each takes some 150 bytes of memory, however short it is written
PARSER_OPTIONS: Final[dict[str, Any]] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,  # libxml2 then bounds depth and the length of one text itself
    "remove_comments": True,
    "remove_pis": True,
}
_ENCODINGS = {"UTF-8", "UTF-16", "ISO-8859-1", "ISO-8859-15", "WINDOWS-1252", "US-ASCII"}
_DECLARATION = 1000  # no declaration is longer
_DECLARED = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
_DOCTYPE = re.compile(rb"(?>(?:\s+|<\?(?>.*?\?>)|<!--(?>.*?-->))*)<!DOCTYPE", re.DOTALL)
_BARE = re.compile(
    rb"""(?>(?:\s+|<\?(?>.*?\?>)|<!--(?>.*?-->))*)<!DOCTYPE\s+[\w.:-]+"""
    rb"""(?:\s+(?:SYSTEM|PUBLIC\s+(?:"[^"<>]*"|'[^'<>]*'))\s+(?:"[^"<>]*"|'[^'<>]*'))?\s*>""",
    re.DOTALL,
)
_UTF_8_BOM = b"\xef\xbb\xbf"
_UTF_32 = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff", b"<\x00\x00\x00", b"\x00\x00\x00<")
_UTF_16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}
_INCLUDE = b"http://www.w3.org/2001/XInclude"
_ADVICE = re.compile(r",? (?:try|use) XML_PARSE_HUGE.*", re.DOTALL)  # to programmers, not to who sent the document
_STEP = re.compile(r"/(@?)(?:Q\{([^}]*)\})?([^/\[{}]+)(?:\[(\d+)\])?")


def parser() -> etree.XMLParser:
    """A parser for one document from outside."""
    return etree.XMLParser(**PARSER_OPTIONS)


def parse(raw: bytes, source: str = "", limit: int = MAX_BYTES, *, doctype: bool = False) -> etree._Element:
    """The root element of `raw`. Raises `Rejected` for anything that is not a plain XML document of at most `limit`.

    `doctype`: one that only names its type (cXML does) is let through; what it names is never fetched, and a document
    type that declares anything is refused like everywhere.
    """
    if len(raw) > limit:
        raise too_large(len(raw), source, limit)
    text = refuse_prolog(raw, source, doctype=doctype)
    if (marks := text.count(b"<") + text.count(b"=")) > MAX_MARKS:
        message = f"the document holds {marks} tags and attributes; at most {MAX_MARKS} are read"
        raise reject("xml-size", message, Place(source=source))
    try:
        root = etree.fromstring(raw, parser())
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise not_xml(error, source) from None
    if doctype:
        _refuse_entities(root, source)
    else:
        refuse_doctype(root, source)
    if _INCLUDE in text:
        _refuse_includes(root, source)
    return root


def refuse_prolog(head: bytes, source: str, *, doctype: bool = False) -> bytes:
    """Reads up to the root element; raises `Rejected` for a document type and for an encoding that is not read.

    Gives the text in an encoding that agrees with ASCII, which is `head` itself unless it is UTF-16.
    """
    if head[:4] in _UTF_32:
        raise _encoding("UTF-32", source)
    text = head.removeprefix(_UTF_8_BOM) if head.startswith(_UTF_8_BOM) else head
    if wide := _UTF_16.get(head[:2]):
        text = head.decode(wide, "replace").encode("utf-8", "replace")
    elif text.startswith(b"<?xml"):
        _refuse_encoding(text[:_DECLARATION], source)
    if _DOCTYPE.match(text) and not doctype:
        raise _doctype(source)
    if _DOCTYPE.match(text) and _BARE.match(text) is None:
        message = "the document type declares something of its own, such as entities; send the document without that"
        raise reject("xml-doctype", message, Place(source=source, line=1))
    return text


def refuse_doctype(root: etree._Element, source: str) -> None:
    """Raises `Rejected` for a document whose parser met a document type before its root."""
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype(source)


def _refuse_entities(root: etree._Element, source: str) -> None:
    """With a document type that is not fetched, a name in it could stand for anything: none may be used."""
    for entity in root.iter(etree.Entity):
        message = f"the entity {entity.text} is not known here; write the sign itself, or its number"
        raise reject("xml-entity", message, Place(source=source, line=line_of(entity)))


def too_large(size: int, source: str, limit: int = MAX_BYTES) -> Rejected:
    """The refusal of a document by its size alone, in bytes."""
    message = f"the document holds {size} bytes; at most {limit} are read"
    return reject("xml-size", message, Place(source=source))


def not_xml(error: Exception, source: str) -> Rejected:
    """What the parser could not read, with line and column where it knows them."""
    line, column = getattr(error, "position", (None, None))
    place = Place(source=source, line=line or None, column=column or None)
    words = _ADVICE.sub("", str(getattr(error, "msg", None) or error))
    return reject("xml-syntax", f"this is not well-formed XML: {words}", place)


def line_of(element: etree._Element) -> int | None:
    """The line on which an element begins, where the parser knew it."""
    line = element.sourceline
    return line if isinstance(line, int) and line else None


def line_at(root: etree._Element, path: str) -> int | None:
    """The line of the element at `path`, as XPath's path() writes it; of its last known ancestor otherwise."""
    node: etree._Element | None = None
    for attribute, namespace, name, number in _STEP.findall(path):
        if attribute:
            break
        if node is None:
            node = root
            continue
        same = node.findall(f"{{{namespace}}}{name}" if namespace else name)
        index = int(number or 1) - 1
        if index >= len(same):
            break
        node = same[index]
    return line_of(node) if node is not None else None


def _refuse_includes(root: etree._Element, source: str) -> None:
    for element in root.iter(f"{{{_INCLUDE.decode()}}}*"):
        message = "another file would have to be included here (XInclude), and none is; send the whole document"
        raise reject("xml-xinclude", message, Place(source=source, line=line_of(element)))


def _refuse_encoding(declaration: bytes, source: str) -> None:
    if b"?>" not in declaration:
        message = f"this is not well-formed XML: its declaration does not end within {_DECLARATION} bytes"
        raise reject("xml-syntax", message, Place(source=source, line=1))
    declared = _DECLARED.match(declaration)
    if declared and declared[1].decode("ascii", "replace").upper() not in _ENCODINGS:
        raise _encoding(declared[1].decode("ascii", "replace"), source)


def _doctype(source: str) -> Rejected:
    message = "a document type declaration is not accepted: it can declare entities; send the document without it"
    return reject("xml-doctype", message, Place(source=source, line=1))


def _encoding(name: str, source: str) -> Rejected:
    message = f"the encoding {name} is not read; send the document in UTF-8"
    return reject("xml-encoding", message, Place(source=source, line=1))
