"""A DTD as installed, read from its own bytes: nothing that it names is fetched, whatever it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from gateway.findings import Place, reject

_SELF: Final = "avrop:dtd"
_ASKING: Final = f'<!DOCTYPE cXML SYSTEM "{_SELF}"><cXML/>'.encode()
_WRAPS: Final = ("Request", "Response", "Message")
_IS_CXML: Final = re.compile(rb"<!ELEMENT\s+cXML\s")
_VERSION: Final = "cxml.version"
NUMBERS: Final = re.compile(r"(?<![\d.])\d\.\d\.\d{3}(?![\d.]*\d)")
"""A version of cXML, and no part of the address of a machine."""


class _Itself(etree.Resolver):
    """Gives the DTD to the parser under a name that is no address; all else is empty, and remembered."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.asked: list[str] = []

    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:  # type: ignore[override] # wrong in stubs
        if system_url == _SELF:
            return self.resolve_string(self.raw, context, base_url=_SELF)
        self.asked.append(system_url)
        return self.resolve_string(b"", context, base_url=system_url)


def is_cxml(raw: bytes) -> bool:
    """Whether the DTD is one of cXML's; any other is kept and judges nothing."""
    return _IS_CXML.search(raw) is not None


def declared(raw: bytes, name: str) -> Any:
    """The declarations, as lxml's DTD, whose published types lack most of it.

    Raises `Rejected` with the line for what is no DTD, or brings in others.
    """
    itself = _Itself(raw)
    parser = etree.XMLParser(load_dtd=True, no_network=True, resolve_entities=False, huge_tree=False)
    parser.resolvers.add(itself)
    try:
        found: Any = etree.fromstring(_ASKING, parser).getroottree().docinfo.externalDTD
    except etree.XMLSyntaxError as error:
        raise reject("dtd", f"this DTD cannot be read: {error.msg}", Place(source=name, line=error.lineno)) from None
    if itself.asked:
        message = f"it brings in {itself.asked[0]}, which is never fetched; install the DTD in one file"
        raise reject("dtd", message, Place(source=name))
    if found is None:
        raise reject("dtd", "this DTD declares nothing", Place(source=name))
    return found


def version_of(dtd: Any, path: str) -> str:
    """As it says itself (`cxml.version`), else as its path does; empty where neither."""
    said = next((str(one.content) for one in dtd.iterentities() if one.name == _VERSION and one.content), "")
    found = NUMBERS.search(said) or NUMBERS.search(path)
    return found[0] if found else ""


def judged_by(dtd: Any) -> tuple[str, ...]:
    """The elements by which a document is known that this DTD judges: what may stand in a Request, a Response or a
    Message, and an Index, which has no envelope."""
    elements = {one.name: one for one in dtd.iterelements()}
    inside = {name for wrap in _WRAPS if wrap in elements for name in _names(elements[wrap].content)}
    return tuple(sorted(inside | ({"Index"} & elements.keys())))


def _names(content: Any) -> Iterator[str]:
    """The names in a content model."""
    left = [content]
    while left:
        one = left.pop()
        if one is None:
            continue
        if one.type == "element":
            yield one.name
        left += [one.left, one.right]
