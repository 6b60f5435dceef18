"""An ItemDetail exactly as a shop wrote it, to be written into the order unchanged: signs, white space and all.

The parser that reads the document gives no positions of bytes, so the elements are found once more with expat, which
does. The document was read hard before; expat is told to refuse entities all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from xml.parsers import expat

from msgspec.structs import replace

from gateway.findings import Finding, Rejected
from gateway.model.basket import PunchOutBasket
from gateway.xml import parse

DROPPED = "cxml-dropped"
_ELEMENT = "ItemDetail"
_LINE = re.compile(r"/ItemIn(?:\[(\d+)\])?$")


def kept(basket: PunchOutBasket, raw: bytes, told: Iterable[Finding] = ()) -> PunchOutBasket:
    """The basket with the `detail` of each line out of the bytes that it was read from; `told` names those left out.

    A detail that cannot stand alone, because it leans on a prefix declared above it, is left out: then the order's own
    words are written instead.
    """
    gone = {int(place[1] or 1) for one in told if one.rule == DROPPED and (place := _LINE.search(one.place.path))}
    found = [text for place, text in enumerate(details(raw), 1) if place not in gone]
    if len(found) != len(basket.lines):
        return basket
    pairs = zip(basket.lines, found, strict=True)
    return replace(basket, lines=tuple(replace(line, detail=_alone(text)) for line, text in pairs))


def details(raw: bytes) -> list[str]:
    """The markup of every ItemDetail of the document, in its order; what is in another encoding is turned into text."""
    spans: list[tuple[int, int]] = []
    wide = raw.decode("utf-16").encode() if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else raw
    parser = expat.ParserCreate("utf-8" if wide is not raw else None)
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.EntityDeclHandler = _refuse
    start = [0]

    def begins(name: str, _attributes: Any) -> None:
        if name == _ELEMENT:
            start[0] = parser.CurrentByteIndex

    def ends(name: str) -> None:
        if name == _ELEMENT:
            spans.append((start[0], parser.CurrentByteIndex))

    parser.StartElementHandler, parser.EndElementHandler = begins, ends
    encoding = ["utf-8"]
    parser.XmlDeclHandler = lambda _version, declared, _alone: encoding.__setitem__(0, declared or "utf-8")
    try:
        parser.Parse(wide, True)
    except (expat.ExpatError, ValueError):
        return []
    said = "utf-8" if wide is not raw else encoding[0]
    return [_whole(wide, first, last).decode(said, "replace") for first, last in spans]


def _whole(raw: bytes, first: int, last: int) -> bytes:
    """From the start tag to the end of the end tag, at whose beginning `last` stands; an empty one ends where it is."""
    return raw[first : raw.index(b">", last) + 1]


def _alone(text: str) -> str | None:
    try:
        return text if parse(text.encode()).tag == _ELEMENT else None
    except Rejected:
        return None


def _refuse(*_: object) -> None:
    raise ValueError("entities are not taken")
