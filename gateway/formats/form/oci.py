"""An OCI form as shops post it, made the way the dialect `oci` reads it: in UTF-8, its names and values tidied."""

from __future__ import annotations

import re

from gateway.findings import Place, reject
from gateway.formats.form.body import Pairs, RawPairs, joined
from gateway.formats.form.charset import as_text

NOTHING = "NEW_ITEM"
_BEGINS = f"{NOTHING}-"
_ITEM = re.compile(r"new_item-", re.IGNORECASE)
_INDEXED = re.compile(r"\[\s*\d+\s*\]\s*$", re.ASCII)
_XML = {"~xmldocument", "xmldocument", "~xml_type", "xml_type"}
_LONGEST = 200  # of a name
_MOST_BYTES = 1_000_000  # of a value
_ECHO = re.compile(r"[~!]?[A-Za-z_][\w.:~ -]*", re.ASCII)


def normal(pairs: RawPairs, codec: str) -> bytes:
    """The form; with the field NEW_ITEM, empty, where nothing was chosen. Raises `Rejected`."""
    for name, value in pairs:
        if len(value) > _MOST_BYTES:
            message = f"the field holds {len(value)} bytes; at most {_MOST_BYTES} are read"
            raise reject("form-size", message, Place(path=name.decode("ascii", "replace")[:80]))
    found = [_tidy(as_text(name, name, codec), as_text(name, value, codec)) for name, value in pairs]
    if not any(name.startswith(_BEGINS) for name, _ in found):
        _refuse_others(found)
        found.insert(0, (NOTHING, ""))
    return joined(found)


def _tidy(name: str, text: str) -> tuple[str, str]:
    """Blanks at the end of a value do not count in fields of fixed width, and browsers write every line end as CRLF."""
    name = name.strip()
    if _ITEM.match(name):
        name = f"{_BEGINS}{name[len(_BEGINS) :].strip()}"
    return name, text.replace("\r\n", "\n").rstrip(" ")


def _refuse_others(found: Pairs) -> None:
    """Nothing chosen is one thing, a basket in another shape is another."""
    for name, _ in found:
        if name.lower() in _XML:
            message = "the shop posts its basket as XML; have it post the fields NEW_ITEM-…[n] (OCI as HTML form)"
            raise reject("form-document", message, Place(path=name[:80]))
        if len(name) > _LONGEST or _INDEXED.search(name) or _ECHO.fullmatch(name) is None:
            message = "no field is called NEW_ITEM-…[n], and this is none of OCI's either; is it an OCI shop?"
            raise reject("form-field", message, Place(path=name[:80]))
