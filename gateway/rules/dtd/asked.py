"""Which DTD a document asks for: what it is, and the version that its DOCTYPE names. Nothing is fetched from there."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from lxml import etree

from gateway.rules.dtd.declared import NUMBERS

ROOT: Final = "cXML"
_WRAPS: Final = ("Request", "Response", "Message")
_STATUS: Final = "Status"


class Asked(msgspec.Struct, frozen=True):
    """`element` names the kind of document (OrderRequest; Status for an answer that holds no more); `version` is
    empty where none is named, `file` is the name of the DTD's file (Fulfill.dtd)."""

    element: str
    version: str = ""
    file: str = ""


def asked_by(root: etree._Element) -> Asked | None:
    """None for a document in a namespace: no DTD of cXML is about it."""
    if not isinstance(root.tag, str) or root.tag.startswith("{"):
        return None
    doctype: Any = root.getroottree().docinfo
    system = doctype.system_url or ""
    version = NUMBERS.search(system) or NUMBERS.search(root.get("version", ""))
    file = system.rpartition("/")[2]
    element = _inside(root) if root.tag == ROOT else root.tag
    return Asked(element, version[0] if version else "", file)


def _inside(root: etree._Element) -> str:
    for wrap in _WRAPS:
        for part in root.iterchildren(wrap):
            return next((str(one.tag) for one in part.iterchildren(etree.Element) if one.tag != _STATUS), _STATUS)
    return _STATUS


def numbers(version: str) -> tuple[int, ...]:
    """A version that can be compared; one that is not said is the oldest."""
    return tuple(int(part) for part in version.split(".")) if NUMBERS.fullmatch(version) else ()
