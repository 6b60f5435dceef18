"""The DTDs of cXML beside the repository, read once, and a whole document around what a table writes."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from gateway.formats.cxml.envelope import Credential, Head, Kind, dtd, seal
from gateway.rules.dtd.declared import declared, judged_by
from gateway.rules.dtd.walk import Dtd
from gateway.xml import parse
from tests.data import SHARED, shared

VERSIONS = ("1.2.014", "1.2.020", "1.2.071")
_SINCE = dict.fromkeys(("PunchOutOrderMessage", "Index", "InvoiceDetailRequest"), "1.2.071")
"""Carts, catalogues and invoices are theirs to write, not ours; the price for many is younger than 1.2.020."""
_US, _THEM = Credential(domain="DUNS", identity="1"), Credential(domain="NetworkID", identity="AN-2")
HEAD = Head(
    payload_id="p-1@a.example",
    timestamp=datetime(2026, 11, 20, 8, 40, tzinfo=UTC),
    ours=_US,
    theirs=_THEM,
    sender=_US,
    secret="env:S",
    language="sv",
)


def sealed(body: bytes, version: str) -> bytes:
    """The whole document, with a DOCTYPE of that version."""
    text = body.decode()
    kind: Kind = "Message" if text.startswith("<PunchOutOrderMessage") else "Request"
    return seal(text, HEAD, version, kind)


def versions_of(request: str) -> list[str]:
    """The versions of which a DTD lies there that is about the request."""
    return [one for one in VERSIONS if one >= _SINCE.get(request, "") and _file(request, one)]


def broken(raw: bytes, request: str, version: str) -> list[str]:
    """What the DTD of that version says of a document."""
    found = _file(request, version)
    assert found, f"no DTD of {version} has {request}"
    return [str(finding) for finding in loaded(found).check(parse(raw, "law", doctype=True))]


@cache
def loaded(path: str) -> Dtd:
    return Dtd(declared(shared(path).read_bytes(), path))


@cache
def _file(request: str, version: str) -> str:
    """The DTD that we would name in the DOCTYPE, where it lies there and is about the request."""
    name = dtd(request, version).rpartition("/")[2]
    path = f"cxml-1.2.071/{name}" if version == "1.2.071" else f"cxml-older/{version}-{name}"
    there = (SHARED / path).exists() and request in judged_by(declared(shared(path).read_bytes(), path))
    return path if there else ""
