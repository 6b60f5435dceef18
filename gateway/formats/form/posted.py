"""What a shop's page made the browser post to us, and the document in it (cXML, OCI or Peppol T77)."""

from __future__ import annotations

import base64
import binascii
import re

from gateway.findings import Place, Rejected, reject
from gateway.formats.form.body import RawPairs, refuse_size, split
from gateway.formats.form.charset import as_utf_8, charset_of
from gateway.formats.form.multipart import parts
from gateway.formats.form.oci import normal

_URLENCODED, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_BASE64, _PLAIN = "cxmlbase64", "cxmlurlencoded"
_DECLARED = re.compile(rb"""^(\s*<\?xml\b[^>]*?)\s+encoding\s*=\s*(?:"[^"]*"|'[^']*')""")
_BOM = b"\xef\xbb\xbf"
_LEAST = 16  # bytes of base64 that could hold a document
_SHOWN = 8
_HEAD = 1000  # no declaration is longer


def posted(kind: str, media_type: str, body: bytes, charset: str = "iso-8859-1") -> bytes:
    """The document that `body` brings: `kind` is cxml, oci or peppol, `media_type` the request's Content-Type.

    cXML and T77 come as their XML; an OCI basket as the form itself, in UTF-8, for the dialect `oci`. `charset` is the
    shop's own, where the form does not state one (OCI). Raises `Rejected`, and nothing else.
    """
    refuse_size(body, 0)
    if _is_xml(body) or _kind_of(media_type) in {"text/xml", "application/xml"}:
        return _raw(kind, body)
    if kind == "peppol" and (inside := _from_base64(body)) is not None:
        return inside
    pairs = _pairs(media_type, body)
    if kind == "oci":
        return normal(pairs, charset_of(pairs, media_type, charset))
    return _cxml(pairs, charset_of(pairs, media_type, "utf-8")) if kind == "cxml" else _catalogue(pairs)


def _pairs(media_type: str, body: bytes) -> RawPairs:
    kind = _kind_of(media_type)
    if kind == _MULTIPART:
        return parts(media_type, body)
    if kind in {_URLENCODED, ""}:
        return split(body)
    message = f"the page posted {kind[:60]!r}; a form is posted as {_URLENCODED} or {_MULTIPART}"
    raise reject("form-media", message)


def _raw(kind: str, body: bytes) -> bytes:
    if kind == "oci" or not _is_xml(body):
        wanted = "an OCI shop posts the fields of a form" if kind == "oci" else "the body should begin with <"
        raise reject("form-media", f"the body is no basket of this shop: {wanted}; ask what its page posts")
    return body


def _cxml(pairs: RawPairs, charset: str) -> bytes:
    """The document of `cxml-base64` or else `cxml-urlencoded`, in any case and however the name is dressed."""
    for wanted in (_BASE64, _PLAIN):
        found = [(name, value) for name, value in pairs if _squeezed(name).endswith(wanted) and value.strip()]
        if any(value != found[0][1] for _, value in found):
            raise reject("form-twice", "the document stands there twice, and differs", _at(found[0][0]))
        if found and wanted == _BASE64:
            return _document(found[0][0], _binary(*found[0]))
        if found:
            return _text(*found[0], charset)
    raise _no_field("cxml-urlencoded or cxml-base64", pairs)


def _text(name: bytes, value: bytes, charset: str) -> bytes:
    """Text in a form has the form's charset, whatever it declares of itself."""
    if value[:3].upper() == b"%3C":  # encoded by the page, and once more by the browser
        value = split(b"x=" + value)[0][1] if value.isascii() else value
    text = as_utf_8(name, value, charset)
    return _document(name, _DECLARED.sub(rb"\1", text[:_HEAD]) + text[_HEAD:])


def _binary(name: bytes, value: bytes) -> bytes:
    """A plus that the page did not encode has become a space."""
    try:
        return base64.b64decode(_unbroken(value), validate=True)
    except (binascii.Error, ValueError) as error:
        message = f"this is no base64 ({error}); ask the supplier for the document as it is, in cxml-urlencoded"
        raise reject("form-base64", message, _at(name)) from None


def _document(name: bytes, content: bytes) -> bytes:
    if _is_xml(content):
        return content
    raise reject("form-document", "what the field holds is no XML document; ask what the page puts there", _at(name))


def _catalogue(pairs: RawPairs) -> bytes:
    """The one field that holds a document: SFTI's note leaves its name to the parties."""
    found = [inside for _, value in pairs if (inside := _inside(value)) is not None]
    if not found:
        raise _no_field("a T77 document in base64", pairs)
    if any(one != found[0] for one in found):
        raise reject("form-twice", "several fields hold documents, and they differ; one is expected")
    return found[0]


def _inside(value: bytes) -> bytes | None:
    return value if _is_xml(value) else _from_base64(value)


def _from_base64(value: bytes) -> bytes | None:
    """The XML document that `value` holds in base64; None where it holds none."""
    plain = _unbroken(value)
    try:
        if len(plain) < _LEAST or not _is_xml(base64.b64decode(plain[:_LEAST], validate=True)):
            return None
        return base64.b64decode(plain, validate=True)
    except (binascii.Error, ValueError):
        return None


def _unbroken(value: bytes) -> bytes:
    """Without line ends; a space is a plus, but for one that is left over behind the last group of four."""
    text = value.lstrip().translate(None, b"\r\n\t")
    return (text.rstrip(b" ") if len(text) % 4 else text).replace(b" ", b"+")


def _is_xml(content: bytes) -> bool:
    return content[:2] in {b"\xff\xfe", b"\xfe\xff"} or content[:_HEAD].removeprefix(_BOM).lstrip()[:1] == b"<"


def _kind_of(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _squeezed(name: bytes) -> str:
    return re.sub(r"[^a-z0-9]", "", name.decode("ascii", "replace").lower())


def _no_field(wanted: str, pairs: RawPairs) -> Rejected:
    names = ", ".join(name.decode("ascii", "replace")[:40] for name, _ in pairs[:_SHOWN]) or "none"
    message = f"no field of the form holds {wanted}; it has: {names}. Ask the supplier what their page posts"
    return reject("form-field", message)


def _at(name: bytes) -> Place:
    return Place(path=name.decode("ascii", "replace")[:80])
