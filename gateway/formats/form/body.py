"""A form's body, `application/x-www-form-urlencoded`: names and values as bytes, in bounded number, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote_plus, unquote_to_bytes

from gateway.findings import Place, Rejected, reject

MAX_BYTES = 20_000_000
MAX_FIELDS = 200_000

_BROKEN = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_NULL = re.compile(rb"\x00|%00")  # no text has one, and no database keeps one
_FIELD, _EQUALS = b"\x01", b"\x02"
_MARKS = re.compile(rb"[\x01\x02]|%0[12]")
_PIECE = 100_000
_SAFE = "[]:/,~"

Pairs = list[tuple[str, str]]
RawPairs = list[tuple[bytes, bytes]]


def split(raw: bytes, source: str = "") -> RawPairs:
    """Names and values in their order, percent signs and pluses undone. Raises `Rejected` for what is no form."""
    refuse_size(raw, raw.count(b"&") + 1, source)
    if not raw.isascii():
        message = "the body holds bytes that no form can hold; it must be percent-encoded"
        raise reject("form-syntax", message, Place(source=source))
    for part in raw.split(b"&"):
        if part and b"=" not in part:
            message = f"{part[:40].decode()!r} is no field: a form is written name=value&name=value"
            raise reject("form-syntax", message, Place(source=source))
    if _BROKEN.search(raw):
        message = "a percent sign stands before no two hexadecimal digits; the body must be percent-encoded"
        raise reject("form-syntax", message, Place(source=source))
    if _NULL.search(raw):
        raise reject("form-syntax", "a field holds a null character; have the shop leave it out", Place(source=source))
    return _plain(raw) if _MARKS.search(raw) is None else [_pair(part) for part in raw.split(b"&") if part]


def _plain(raw: bytes) -> RawPairs:
    """All percent signs undone at once, for which what divides the fields becomes what is in none of them."""
    marked = raw.replace(b"+", b" ").replace(b"&", _FIELD).replace(b"=", _EQUALS)
    parts = (part.partition(_EQUALS) for part in _undone(marked).split(_FIELD) if part)
    return [(name, value.replace(_EQUALS, b"=")) for name, _, value in parts]


def _pair(part: bytes) -> tuple[bytes, bytes]:
    name, _, value = part.replace(b"+", b" ").partition(b"=")
    return _undone(name), _undone(value)


def _undone(text: bytes) -> bytes:
    """Piece by piece, because each percent sign takes some 50 bytes of memory on the way."""
    if b"%" not in text:
        return text
    pieces, start = [], 0
    while start < len(text):
        end = min(start + _PIECE, len(text))
        if end < len(text) and (cut := text.rfind(b"%", end - 2, end)) != -1:
            end = cut
        pieces.append(unquote_to_bytes(text[start:end]))
        start = end
    return b"".join(pieces)


def refuse_size(raw: bytes, fields: int, source: str = "") -> None:
    """Raises `Rejected` for a body that is longer, or holds more fields, than is read."""
    for what, held, most in (("bytes", len(raw), MAX_BYTES), ("fields", fields, MAX_FIELDS)):
        if held > most:
            raise reject("form-size", f"the form holds {held} {what}; at most {most} are read", Place(source=source))


def decoded(pairs: RawPairs, charset: str, source: str = "") -> Pairs:
    """The same as text. Raises `Rejected` naming the field whose bytes are no `charset`."""
    found = []
    for name, value in pairs:
        try:
            found.append((name.decode(charset), value.decode(charset)))
        except UnicodeDecodeError as error:
            raise wrong_charset(name, error.object[error.start], charset, source) from None
    return found


def wrong_charset(name: bytes, byte: int, charset: str, source: str = "") -> Rejected:
    place = Place(source=source, path=name.decode("ascii", "replace")[:80])
    message = f"byte {byte:#04x} is not {charset}; state the shop's own charset under punchout, or in its form"
    return reject("form-charset", message, place)


def joined(pairs: Iterable[tuple[str, str]]) -> bytes:
    """The body that says `pairs`, in UTF-8. Raises UnicodeEncodeError for half a surrogate."""
    return "&".join(f"{quote_plus(name, _SAFE)}={quote_plus(value, _SAFE)}" for name, value in pairs).encode("ascii")
