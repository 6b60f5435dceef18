"""A form's body, `application/x-www-form-urlencoded`: names and values as bytes, in bounded number, and back."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote_plus, unquote_to_bytes

from gateway.findings import Place, Rejected, reject

MAX_BYTES = 20_000_000
MAX_FIELDS = 200_000

Pairs = list[tuple[str, str]]
RawPairs = list[tuple[bytes, bytes]]


def split(raw: bytes, source: str = "") -> RawPairs:
    """Names and values in their order, percent signs and pluses undone. Raises `Rejected` for what is no form."""
    refuse_size(raw, raw.count(b"&") + 1, source)
    if not raw.isascii():
        message = "the body holds bytes that no form can hold; it must be percent-encoded"
        raise reject("form-syntax", message, Place(source=source))
    found = []
    for part in raw.split(b"&"):
        name, sign, value = part.partition(b"=")
        if not sign and part:
            message = f"{part[:40].decode()!r} is no field: a form is written name=value&name=value"
            raise reject("form-syntax", message, Place(source=source))
        if part:
            found.append((_plain(name), _plain(value)))
    return found


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
        refuse_null(name, value, source)
    return found


def refuse_null(name: bytes, value: bytes, source: str = "") -> None:
    """No text has a null character, and no database keeps one."""
    if b"\x00" in value or b"\x00" in name:
        place = Place(source=source, path=name.decode("ascii", "replace")[:80])
        raise reject("form-syntax", "the field holds a null character; have the shop leave it out", place)


def wrong_charset(name: bytes, byte: int, charset: str, source: str = "") -> Rejected:
    place = Place(source=source, path=name.decode("ascii", "replace")[:80])
    message = f"byte {byte:#04x} is not {charset}; state the shop's own charset under punchout, or in its form"
    return reject("form-charset", message, place)


def joined(pairs: Iterable[tuple[str, str]]) -> bytes:
    """The body that says `pairs`, in UTF-8. Raises UnicodeEncodeError for half a surrogate."""
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs).encode("ascii")


def _plain(text: bytes) -> bytes:
    if b"+" in text:
        text = text.replace(b"+", b" ")
    return unquote_to_bytes(text) if b"%" in text else text
