"""In which charset a browser posted a form, and its texts in it."""

from __future__ import annotations

import codecs
import html
import re

from gateway.findings import Place, reject
from gateway.formats.form.body import RawPairs, wrong_charset

# What browsers do with a page that says ISO-8859-1 or US-ASCII (WHATWG Encoding Standard, "names and labels").
_CODECS = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "cp1252", "ascii": "cp1252", "iso-8859-1": "cp1252",
    "latin1": "cp1252", "iso8859-1": "cp1252", "windows-1252": "cp1252", "cp1252": "cp1252",
    "iso-8859-15": "iso8859-15", "latin-1": "cp1252",
}  # fmt: skip
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_REFERENCE = re.compile(r"&#\d{1,7};", re.ASCII)


def charset_of(pairs: RawPairs, media_type: str, otherwise: str) -> str:
    """The codec: of the field `_charset_`, else of the Content-Type, else of the shop. Raises `Rejected` if unknown."""
    said = next((value for name, value in pairs if name == b"_charset_" and value.strip()), b"")
    stated = _CHARSET.search(media_type)
    name = said.decode("ascii", "replace").strip() or (stated[1] if stated else "") or otherwise
    if name.lower() not in _CODECS:
        message = f"the charset {name[:40]!r} is not read; ask the shop to post its form in UTF-8"
        raise reject("form-charset", message, Place(path="_charset_" if said else "Content-Type"))
    return _CODECS[name.lower()]


def as_text(name: bytes, value: bytes, codec: str) -> str:
    """`value` as text. Raises `Rejected` where its bytes are no `codec`, or clearly are UTF-8 instead.

    What the charset has no sign for, a browser writes as its number (HTML, "encode"): such references are undone.
    """
    if value.isascii():
        return value.decode() if codec == "utf-8" or b"&#" not in value else _undone(value.decode())
    try:
        text = value.decode(codec)
    except UnicodeDecodeError as error:
        raise wrong_charset(name, error.object[error.start], codec) from None
    if codec == "utf-8":
        return text
    if _is_utf_8(value):
        message = f"{text[:40]!r} is UTF-8 read as {codecs.lookup(codec).name}; state charset: utf-8 for the shop"
        raise reject("form-charset", message, Place(path=name.decode("ascii", "replace")[:80]))
    return _undone(text)


def as_utf_8(name: bytes, value: bytes, codec: str) -> bytes:
    """A document that stands in a form as text; its own references are its own."""
    if codec == "utf-8" or value.isascii():
        try:
            value.decode()
        except UnicodeDecodeError as error:
            raise wrong_charset(name, error.object[error.start], "utf-8") from None
        return value
    try:
        return value.decode(codec).encode()
    except UnicodeDecodeError as error:
        raise wrong_charset(name, error.object[error.start], codec) from None


def _is_utf_8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def _undone(text: str) -> str:
    return _REFERENCE.sub(lambda match: _sign(match[0]), text)


def _sign(reference: str) -> str:
    """The sign of a reference that only a browser writes: one beyond the charset, and no half surrogate."""
    sign = html.unescape(reference)
    return sign if len(sign) == 1 and ord(sign) > 0xFF and sign != "\ufffd" else reference
