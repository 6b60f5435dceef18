"""A form's body, `multipart/form-data` (RFC 7578): names and values of its parts, as bytes."""

from __future__ import annotations

import re

from gateway.findings import Rejected, reject
from gateway.formats.form.body import RawPairs, refuse_size

_BOUNDARY = re.compile(r"""boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))""", re.IGNORECASE)
_NAME = re.compile(rb"""[;\s]name=(?:"((?:[^"\\\r\n]|\\.)*)"|([^\s;"]+))""", re.IGNORECASE)
_MOST_HEADER = 4000


def parts(media_type: str, raw: bytes) -> RawPairs:
    """Raises `Rejected` where the boundary is missing, or a part has no end or no name."""
    found = _BOUNDARY.search(media_type)
    if found is None:
        raise _broken("the Content-Type states no boundary")
    boundary = b"--" + (found[1] or found[2]).encode("utf-8", "replace")
    refuse_size(raw, raw.count(b"\r\n" + boundary))
    _, *pieces = (b"\r\n" + raw).split(b"\r\n" + boundary)
    if not pieces or not pieces[-1].startswith(b"--"):
        raise _broken("the last part has no end; the body was cut, or its boundary is another one")
    if b"\x00" in raw:
        raise reject("form-syntax", "a field holds a null character; have the shop leave it out")
    return [_part(piece) for piece in pieces[:-1]]


def _part(piece: bytes) -> tuple[bytes, bytes]:
    head, blank, value = piece.partition(b"\r\n\r\n")
    name = _NAME.search(head[:_MOST_HEADER])
    if not blank or name is None:
        raise _broken("a part does not say the name of its field")
    said = name[1] if name[1] is not None else name[2]
    return said.replace(b"%22", b'"').replace(b'\\"', b'"'), value


def _broken(why: str) -> Rejected:
    return reject("form-multipart", f"this is no multipart form that can be read: {why}")
