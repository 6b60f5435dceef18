"""A cXML document without the secrets that its sender showed, for the journal. Pure."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from gateway.formats.cxml import multipart
from gateway.formats.cxml.envelope import opened

_SHOWN: Final = re.compile(rb"(<SharedSecret(?:\s[^<>]*)?>)[^<]*(</SharedSecret\s*>)")


def blanked(raw: bytes, source: str) -> bytes:
    """`raw` with nothing in its SharedSecrets, every other byte as it came; a whole with files is put together anew.

    Where a secret is written so that it cannot be cut out (CDATA, UTF-16), the document is written anew. Raises
    `Rejected` for what is no cXML.
    """
    if multipart.is_whole(raw):
        document, parts = multipart.taken_apart(raw, source)
        return multipart.whole(blanked(document, source), parts)
    if not any(opened(raw, source).secrets):
        return raw
    cut = _SHOWN.sub(rb"\1\2", raw)
    return cut if cut != raw and not any(opened(cut, source).secrets) else _anew(raw, source)


def _anew(raw: bytes, source: str) -> bytes:
    tree = opened(raw, source).root.getroottree()
    for shown in tree.getroot().iter("SharedSecret"):
        shown.clear()
    written: bytes = etree.tostring(tree, encoding="UTF-8", xml_declaration=True)
    return written
