"""A cXML document with the files that it names by `cid:`, as one MIME whole (RFC 2387). Pure.

A whole begins with its own headers, so that it can be kept and read by itself; over HTTP its Content-Type is a header
of the request. The document stands in it as it is, files in base64: the same facts give the same bytes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import quopri
import re
from collections.abc import Iterable, Iterator
from email.message import Message
from typing import Final

import msgspec

from gateway.findings import Place, reject

MEDIA_TYPE: Final = "multipart/related"
_START: Final = b"MIME-Version: 1.0\r\n"
_ROOT: Final = "cxml"
_MOST_PARTS: Final = 200
_XML: Final = ("text/xml", "application/xml")
_SIGNS = re.compile(r"[^\w.+-]", re.ASCII)
_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+", re.IGNORECASE)


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A file: `cid` is what stands behind `cid:` in the document."""

    cid: str
    content: bytes
    media_type: str = "application/octet-stream"
    name: str = ""


def is_whole(raw: bytes) -> bool:
    """Whether these bytes are a whole as this module makes it."""
    return raw.startswith(_START)


def whole(document: bytes, parts: Iterable[Part]) -> bytes:
    """The document and its files."""
    files = [_file(part) for part in parts]
    boundary = f"=_{hashlib.sha256(b''.join([document, *files])).hexdigest()[:40]}"
    head = f'Content-Type: {MEDIA_TYPE}; boundary="{boundary}"; type="text/xml"; start="<{_ROOT}>"\r\n\r\n'
    first = f"Content-Type: text/xml; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\nContent-ID: <{_ROOT}>\r\n\r\n"
    between = f"\r\n--{boundary}\r\n".encode()
    inside = between.join([first.encode() + document, *files])
    return _START + head.encode() + between[2:] + inside + f"\r\n--{boundary}--\r\n".encode()


def received(content_type: str, body: bytes) -> bytes:
    """What came by HTTP as a whole that can be kept."""
    return _START + f"Content-Type: {content_type}\r\n\r\n".encode("ascii", "replace") + body


def taken_apart(raw: bytes, source: str = "") -> tuple[bytes, tuple[Part, ...]]:
    """The document in a whole, and its files. Raises `Rejected` for a whole that is torn or holds no XML."""
    head, _, body = raw.partition(b"\r\n\r\n")
    about = _headers(head)
    boundary = _said(about.get_param("boundary"))
    if not boundary or len(boundary) > 200:
        raise reject("cxml-parts", "the Content-Type names no boundary between its parts", Place(source=source))
    found = list(_parts(body, boundary.encode("ascii", "replace"), source))
    start = _said(about.get_param("start")).strip("<> ")
    root = next((part for part in found if start and part.cid == start), None)
    root = root or next((part for part in found if part.media_type in _XML), None)
    if root is None:
        raise reject("cxml-parts", "none of its parts is the cXML document", Place(source=source))
    return root.content, tuple(part for part in found if part is not root)


def _file(part: Part) -> bytes:
    media_type = part.media_type if _TYPE.fullmatch(part.media_type) else "application/octet-stream"
    name = f'; filename="{_SIGNS.sub("_", part.name)}"' if part.name else ""
    head = (
        f"Content-Type: {media_type}\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <{part.cid}>\r\n"
        f"Content-Disposition: attachment{name}\r\n\r\n"
    )
    return head.encode() + base64.encodebytes(part.content).replace(b"\n", b"\r\n").rstrip()


def _parts(body: bytes, boundary: bytes, source: str) -> Iterator[Part]:
    """Not nested: a part that has parts itself is a file like any other."""
    pieces = re.split(
        rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)", body, maxsplit=_MOST_PARTS
    )
    if len(pieces) // 2 >= _MOST_PARTS:
        raise reject("cxml-parts", f"holds more than {_MOST_PARTS - 2} parts", Place(source=source))
    ends = [place for place in range(1, len(pieces), 2) if pieces[place] is not None]
    if not ends:
        raise reject("cxml-parts", "the end of its parts is missing", Place(source=source))
    for piece in pieces[2 : ends[0] : 2]:
        head, _, inside = re.sub(rb"\A\r?\n", b"", piece).partition(b"\r\n\r\n" if b"\r\n\r\n" in piece else b"\n\n")
        yield _part(_headers(head), inside, source)


def _part(about: Message, inside: bytes, source: str) -> Part:
    coding = _said(about.get("Content-Transfer-Encoding")).strip().lower()
    try:
        content = base64.b64decode(inside) if coding == "base64" else inside
    except (binascii.Error, ValueError):
        raise reject("cxml-parts", "a part is no base64, and says that it is", Place(source=source)) from None
    content = quopri.decodestring(content) if coding == "quoted-printable" else content
    cid = _said(about.get("Content-ID")).strip().strip("<>")
    return Part(cid=cid, content=content, media_type=about.get_content_type(), name=_said(about.get_filename()))


def _headers(head: bytes) -> Message:
    about = Message()
    for line in re.sub(r"\r?\n[ \t]+", " ", head.decode("utf-8", "replace")).splitlines()[:50]:
        name, colon, value = line.partition(":")
        if colon and name.strip() and name.strip() not in about:
            about[name.strip()] = value.strip()
    return about


def _said(value: object) -> str:
    return value if isinstance(value, str) else ""
