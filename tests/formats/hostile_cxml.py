"""The same for cXML, where a DOCTYPE that only names its type is let through; built when asked for."""

from __future__ import annotations

from collections.abc import Callable

from tests.formats.hostile import BOMB, ENTITY, MILLION, QUADRATIC, XI, numbered, wide

DOCTYPE = b'<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.014/cXML.dtd">'
DECLARED = b'<?xml version="1.0" encoding="%s"?>'
LINE = (
    b'<ItemIn quantity="1"><ItemID><SupplierPartID>A</SupplierPartID></ItemID><ItemDetail><UnitPrice><Money '
    b'currency="SEK">2</Money></UnitPrice><Description xml:lang="sv">P</Description><UnitOfMeasure>EA</UnitOfMeasure>'
    b'<Classification domain="UNSPSC">44122003</Classification></ItemDetail></ItemIn>'
)


def cart(inner: bytes, attributes: bytes = b"", before: bytes = DOCTYPE) -> bytes:
    """What is known as a cart by its head, with `inner` as the cookie of the buyer."""
    return (
        before
        + b'<cXML payloadID="b-1" timestamp="2026-11-20T09:40:00+01:00"'
        + attributes
        + b"><Header/><Message><PunchOutOrderMessage><BuyerCookie>"
        + inner
        + b'</BuyerCookie><PunchOutOrderMessageHeader operationAllowed="edit"><Total><Money currency="SEK">5</Money>'
        + b"</Total></PunchOutOrderMessageHeader>"
        + LINE
        + b"</PunchOutOrderMessage></Message></cXML>"
    )


def declaring(inside: bytes) -> bytes:
    """A DOCTYPE as cXML's, that declares something besides."""
    return DOCTYPE[:-1] + b" [" + inside + b"]>"


CXML: dict[str, Callable[[], bytes]] = {
    "an internal entity": lambda: cart(b"&e;", before=declaring(b"<!ENTITY e 'x'>")),
    "an entity that nobody uses": lambda: cart(b"k", before=declaring(b"<!ENTITY e 'x'>")),
    "an external entity": lambda: cart(b"&e;", before=declaring(b"<!ENTITY e SYSTEM 'file:///etc/passwd'>")),
    "an external entity without the DTD": lambda: cart(b"&e;", before=ENTITY.replace(b" x ", b" cXML ")),
    "a parameter entity": lambda: cart(b"k", before=declaring(b"<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;")),
    "an entity of the DTD that is not fetched": lambda: cart(b"&cxml.version;"),
    "an empty internal subset": lambda: cart(b"k", before=declaring(b"")),
    "a default attribute": lambda: cart(b"k", before=declaring(b"<!ATTLIST Money currency CDATA 'SEK'>")),
    "laughs": lambda: cart(b"&a11;", before=BOMB.replace(b" x ", b" cXML ")),
    "laughs in an attribute": lambda: cart(b"k", b" x='&a11;'", BOMB.replace(b" x ", b" cXML ")),
    "laughs in UTF-16": lambda: wide(cart(b"&a11;", before=BOMB.replace(b" x ", b" cXML ")), "utf-16"),
    "quadratic blowup": lambda: cart(b"&a;" * 100_000, before=QUADRATIC.replace(b" x ", b" cXML ")),
    "a second DOCTYPE": lambda: cart(b"k", before=DOCTYPE + ENTITY),
    "a DOCTYPE after a comment of 9 kB": lambda: cart(b"&e;", before=b"<!--" + b" " * 9000 + b"-->" + ENTITY),
    "an include": lambda: cart(XI),
    "an include in UTF-16": lambda: wide(cart(XI), "utf-16"),
    "UTF-7": lambda: DECLARED % b"UTF-7" + wide(cart(b"&a11;"), "utf-7"),
    "UTF-7 that does not say so": lambda: wide(cart(b"k"), "utf-7").replace(b"<", b"+ADw-"),
    "EBCDIC": lambda: wide(DECLARED % b"IBM037" + cart(b"k"), "cp037"),
    "UTF-32": lambda: wide(cart(b"k"), "utf-32"),
    "UTF-32 without a mark": lambda: wide(cart(b"k"), "utf-32-be"),
    "Shift-JIS": lambda: DECLARED % b"Shift_JIS" + "注文".join(cart(b"!").decode().split("!", 1)).encode("shift-jis"),
    "Windows-1252 that says UTF-8": lambda: DECLARED % b"UTF-8" + wide(cart("å".encode()), "cp1252"),
    "UTF-16 that says ASCII": lambda: wide(cart(b"k"), "utf-16")[:40],
    "an encoding that nobody has": lambda: DECLARED % b"x-none" + cart(b"k"),
    "100,000 deep": lambda: cart(b"<a>" * 100_000 + b"</a>" * 100_000),
    "100,000 deep, unclosed": lambda: cart(b"<a>" * 100_000),
    "a million attributes": lambda: cart(b"k", numbered(b" a%d=''", MILLION)),
    "a million namespaces": lambda: cart(b"k", numbered(b" xmlns:a%d='b'", MILLION)),
    "three million comments": lambda: cart(b"<!---->" * 2_800_000),
    "three million instructions": lambda: cart(b"<?a?>" * 3_000_000),
    "four million elements": lambda: cart(b"<a/>" * 4_000_000),
    "a text of 19 MB": lambda: cart(b"x" * 19_000_000),
    "an attribute of 19 MB": lambda: cart(b"k", b" a='" + b"x" * 19_000_000 + b"'"),
    "a comment of 19 MB, unclosed": lambda: cart(b"<!--" + b"-" * 19_000_000),
    "a DOCTYPE of 19 MB": lambda: cart(b"k", before=b'<!DOCTYPE cXML SYSTEM "' + b"x" * 19_000_000 + b'" [ ]>'),
    "a DOCTYPE of 19 MB that names its type": lambda: cart(
        b"k", before=b'<!DOCTYPE cXML SYSTEM "' + b"x" * 19_000_000 + b'">'
    ),
    "a DOCTYPE of 19 MB of white space": lambda: cart(b"k", before=b"<!DOCTYPE cXML" + b" " * 19_000_000 + b"[ ]>"),
    "19 MB of comments before a DOCTYPE": lambda: b"<!---->" * 2_700_000 + ENTITY + cart(b"&e;", before=b""),
    "CDATA of 19 MB": lambda: cart(b"<![CDATA[" + b"]" * 19_000_000),
    "a gigabyte of nothing": lambda: bytes(2**30),
    "a gigabyte that begins well": lambda: cart(b"k") + bytes(2**30),
    "null bytes": lambda: cart(b"a\x00b" * 1000),
    "half a surrogate": lambda: cart(b"\xed\xa0\x80"),
}
"""Refused by every door."""

WELL_FORMED: dict[str, Callable[[], bytes]] = {
    "a million comments": lambda: cart(b"k" + b"<!---->" * 1_900_000),
    "a million instructions": lambda: cart(b"k" + b"<?a?>" * 1_900_000),
    "40,000 lines": lambda: cart(b"k").replace(LINE, LINE * 40_000),
    "40,000 lines that are wrong": lambda: cart(b"k").replace(LINE, LINE.replace(b'="1"', b'="-1,5"') * 40_000),
    "40,000 lines of nothing": lambda: cart(b"k").replace(LINE, LINE.replace(b'="1"', b'="0"') * 40_000),
    "900,000 elements": lambda: cart(b"<a b=''/>" * 900_000),
    "400,000 that are no lines": lambda: cart(b"k").replace(LINE, b"<a b=''/>" * 400_000),
    "400,000 attributes that nobody knows": lambda: cart(b"k").replace(LINE, LINE + b"<ItemIn a='' b=''/>" * 400_000),
    "a hundred thousand classifications": lambda: cart(b"k").replace(
        LINE, LINE.replace(b"<Class", b"<Classification domain='UNSPSC'>pen</Classification>" * 100_000 + b"<Class")
    ),
}
"""Read or refused, and judged, within the same bounds."""
