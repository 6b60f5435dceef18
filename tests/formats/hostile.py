"""Input that means harm by its size or shape: built when it is asked for, refused in bounded time and memory."""

from __future__ import annotations

import gzip
from collections.abc import Callable

ROOT = b"<OrderResponse xmlns='urn:oasis:names:specification:ubl:schema:xsd:OrderResponse-2'"
CUSTOMIZATION = b"<!--urn:fdc:peppol.eu:poacc:trns:order_response:3-->"
END = b"</OrderResponse>"
LAUGHS = b"".join(b'<!ENTITY a%d "%s">' % (level, b"&a%d;" % (level - 1) * 10) for level in range(1, 12))
BOMB = b"<!DOCTYPE x [<!ENTITY a0 'ha'>" + LAUGHS + b"]>"
QUADRATIC = b"<!DOCTYPE x [<!ENTITY a '" + b"x" * 100_000 + b"'>]>"
ENTITY = b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
XI = b"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='/etc/passwd' parse='text'/>"
MILLION = 1_000_000


def response(inner: bytes, attributes: bytes = b"", before: bytes = b"") -> bytes:
    """What is known as an order response by its head, with `inner` in it."""
    return before + ROOT + attributes + b">" + CUSTOMIZATION + inner + END


def numbered(pattern: bytes, count: int) -> bytes:
    return b"".join(pattern % number for number in range(count))


def wide(raw: bytes, encoding: str) -> bytes:
    return raw.decode().encode(encoding)


XML: dict[str, Callable[[], bytes]] = {
    "laughs after a long comment": lambda: response(b"&a11;", before=b"<!--" + b" " * 9000 + b"-->" + BOMB),
    "laughs after a long white space": lambda: response(b"&a11;", before=b"\n" * 9000 + BOMB),
    "laughs in an attribute": lambda: response(b"", b" x='&a11;'", BOMB),
    "laughs in UTF-16": lambda: wide(response(b"&a11;", before=BOMB), "utf-16"),
    "laughs in UTF-16 without a mark": lambda: wide(response(b"&a11;", before=BOMB), "utf-16-le"),
    "laughs in UTF-32": lambda: wide(response(b"&a11;", before=BOMB), "utf-32"),
    "laughs in UTF-32 without a mark": lambda: wide(response(b"&a11;", before=BOMB), "utf-32-be"),
    "laughs in UTF-7": lambda: wide(response(b"&a11;", before=BOMB), "utf-7"),
    "laughs in UTF-7 and saying so": lambda: (
        b"<?xml version='1.0' encoding='UTF-7'?>" + wide(response(b"&a11;", before=BOMB), "utf-7")
    ),
    "laughs in EBCDIC": lambda: wide(
        b"<?xml version='1.0' encoding='IBM037'?>" + response(b"&a11;", before=BOMB), "cp037"
    ),
    "quadratic blowup": lambda: response(b"&a;" * 100_000, before=QUADRATIC),
    "parameter entities": lambda: response(
        b"", before=b"<!DOCTYPE x [<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p; %p;]>"
    ),
    "external DTD": lambda: response(b"", before=b"<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'>"),
    "public DTD": lambda: response(b"", before=b"<!DOCTYPE x PUBLIC '-//X//Y' 'http://127.0.0.1:9/x.dtd'>"),
    "an entity in UTF-16": lambda: wide(response(b"&e;", before=ENTITY), "utf-16"),
    "an include": lambda: response(XI),
    "an include in UTF-16": lambda: wide(response(XI), "utf-16"),
    "100,000 deep": lambda: response(b"<a>" * 100_000 + b"</a>" * 100_000),
    "100,000 deep, unclosed": lambda: response(b"<a>" * 100_000),
    "100,000 deep, by an attribute each": lambda: response(b"<a b='c'>" * 100_000),
    "a million attributes": lambda: response(b"", numbered(b" a%d=''", MILLION)),
    "a million namespaces": lambda: response(b"", numbered(b" xmlns:a%d='b'", MILLION)),
    "a million elements in namespaces": lambda: response(numbered(b"<a xmlns='%d'/>", MILLION)),
    "a million names": lambda: response(numbered(b"<a%d/>", MILLION)),
    "four million elements": lambda: response(b"<a/>" * 4_000_000),
    "the same known element, 400,000 times": lambda: response(b"<ID>1</ID>" * 400_000, b" xmlns:cbc='urn:x'"),
    "a million attributes on a million elements": lambda: response(b"<a b='' c=''/>" * MILLION),
    "five million references": lambda: response(b"&#60;" * 3_900_000),
    "a text of 19 MB": lambda: response(b"x" * 19_000_000),
    "an attribute of 19 MB": lambda: response(b"", b" a='" + b"x" * 19_000_000 + b"'"),
    "a name of 19 MB": lambda: response(b"<" + b"x" * 19_000_000 + b"/>"),
    "a comment of 19 MB, unclosed": lambda: response(b"<!--" + b"-" * 19_000_000),
    "an instruction of 19 MB": lambda: response(b"<?a " + b"?" * 19_000_000),
    "CDATA of 19 MB": lambda: response(b"<![CDATA[" + b"]" * 19_000_000),
    "19 MB of white space before a declaration": lambda: b" " * 19_000_000 + b"<?xml version='1.0'?>" + response(b""),
    "a declaration of 19 MB": lambda: b"<?xml " + b"encoding=" * 2_100_000,
    "a gigabyte of nothing": lambda: bytes(2**30),
    "gzip of a gigabyte": lambda: gzip.compress(bytes(2**24)) * 64,
    "gzip of a document": lambda: gzip.compress(response(b"")),
    "null bytes": lambda: response(b"a\x00b" * 1000),
    "half a surrogate": lambda: response(b"\xed\xa0\x80"),
    "half a surrogate as a reference": lambda: response(b"&#xD800;"),
    "half a surrogate in UTF-16": lambda: wide(response(b"!!"), "utf-16").replace(
        "!!".encode("utf-16-le"), b"\x00\xd8!\x00"
    ),
    "overlong UTF-8": lambda: response(b"\xc0\xbcscript\xc0\xbe"),
}
# Those whose harm is in what they say.
SMALL = (
    "laughs after a long comment", "laughs in an attribute", "laughs in UTF-16", "laughs in UTF-32", "laughs in UTF-7",
    "laughs in EBCDIC", "parameter entities", "an entity in UTF-16", "an include", "gzip of a document", "null bytes",
    "half a surrogate", "half a surrogate as a reference", "overlong UTF-8",
)  # fmt: skip
ROWS: dict[str, Callable[[], bytes]] = {
    "a million columns": lambda: b";".join(b"c%d" % number for number in range(MILLION)) + b"\n",
    "a million columns of one name": lambda: b"a;" * MILLION + b"\n",
    "a million empty columns": lambda: b";" * MILLION + b"\n1\n",
    "one endless quoted field": lambda: b'"' + b"x" * 19_000_000,
    "one endless quoted field of quotes": lambda: b'"' * 19_000_000,
    "one endless line": lambda: b"x" * 19_000_000,
    "nothing but line ends": lambda: b"\n" * 19_000_000,
    "null bytes in rows": lambda: b"a;b\n\x00;\x00\n",
    "a gigabyte of rows": lambda: bytes(2**30),
}
