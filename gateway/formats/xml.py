"""Values as XML says them: what must be escaped, and what XML 1.0 cannot say at all."""

from __future__ import annotations

import re

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


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
