"""A catalogue that comes along with a CatalogUploadRequest, in the place of that: the table knows the Index alone."""

from __future__ import annotations

import copy
from collections.abc import Iterable

from lxml import etree

from gateway.findings import Rejected
from gateway.formats.cxml.multipart import Part
from gateway.xml import parse

REQUEST = "CatalogUploadRequest"
ALONE = (
    "the catalogue is not with its CatalogUploadRequest, and no address in a document is asked; "
    "it must come along as an Index in the same multipart, named by cid:"
)
_INDEX, _CID = "Index", "cid:"


def in_place(document: bytes, parts: Iterable[Part]) -> bytes:
    """The document with the Index that its CatalogUploadRequest names by `cid:` instead of it, under its name.

    Any other document, and one that names nothing that is there and an Index, comes back as it is: no address in it is
    ever asked.
    """
    if REQUEST.encode() not in document:
        return document
    try:
        root = parse(document, doctype=True)
        upload = root.find(f"Request/{REQUEST}")
        index = _sent_along(upload, parts) if upload is not None else None
    except Rejected:
        return document
    request = root.find("Request")
    if upload is None or index is None or request is None:
        return document
    name = upload.findtext("CatalogName", "").strip()
    if name and index.find("Comments") is None:
        _named(index, name)
    request.replace(upload, index)
    whole: bytes = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)
    return whole


def _sent_along(upload: etree._Element, parts: Iterable[Part]) -> etree._Element | None:
    url = upload.findtext("Attachment/URL", "").strip()
    if not url.lower().startswith(_CID):
        return None
    content = next((part.content for part in parts if part.cid == url[len(_CID) :]), None)
    index = parse(content, doctype=True) if content else None
    return copy.copy(index) if index is not None and index.tag == _INDEX else None


def _named(index: etree._Element, name: str) -> None:
    """The catalogue's name as the comment of the Index, which stands after who supplies it."""
    last = index.findall("SupplierID")[-1:]
    comments = etree.Element("Comments")
    comments.text = name
    index.insert(index.index(last[0]) + 1 if last else 0, comments)
