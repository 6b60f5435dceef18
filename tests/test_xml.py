"""The one parser of documents from outside: what it refuses, how soon, and which encodings it reads."""

from __future__ import annotations

import pytest

from gateway.findings import Rejected
from gateway.xml import MAX_BYTES, line_at, line_of, parse, refuse_prolog

ENTITY = b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
LAUGHS = b'<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;"><!ENTITY e "&d;&d;">]><a x="&e;">&e;</a>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>'
INCLUDE = b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="b.xml"/></a>'
DECLARED = b'<?xml version="1.0" encoding="%s"?>'


def refused(raw: bytes) -> str:
    with pytest.raises(Rejected) as caught:
        parse(raw, "in.xml")
    (finding,) = caught.value.findings
    assert finding.fatal
    assert finding.place.source == "in.xml"
    return finding.rule


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (ENTITY, "xml-doctype"),
        (LAUGHS, "xml-doctype"),
        (OUTSIDE, "xml-doctype"),
        (b"<?xml version='1.0'?>\n<!-- <a> --><?b c?>" + ENTITY, "xml-doctype"),
        (ENTITY.decode().encode("utf-16"), "xml-doctype"),
        (b"\xef\xbb\xbf" + ENTITY, "xml-doctype"),
        (DECLARED % b"UTF-7" + b"+ADwAIQ-DOCTYPE a+AD4-<a/>", "xml-encoding"),
        (DECLARED % b"latin-9000" + b"<a/>", "xml-encoding"),
        ("<a/>".encode("utf-32"), "xml-encoding"),
        (INCLUDE, "xml-xinclude"),
        (INCLUDE.decode().encode("utf-16"), "xml-xinclude"),
        (b"", "xml-syntax"),
        (b"\x00\x01", "xml-syntax"),
        (b"<a", "xml-syntax"),
        (b"<a>&nbsp;</a>", "xml-syntax"),
        (b"<a>" * 1_000_000, "xml-syntax"),
        (b"<!-- " * 1_000_000, "xml-syntax"),
        (b"<a b='" + b"x" * 11_000_000 + b"'/>", "xml-syntax"),
        ("<a>å</a>".encode("utf-16")[:-3], "xml-syntax"),
    ],
)
def test_what_is_refused(raw: bytes, rule: str) -> None:
    assert refused(raw) == rule


def test_a_document_too_large_is_refused_by_its_size_alone() -> None:
    assert refused(bytes(MAX_BYTES + 1)) == "xml-size"


@pytest.mark.parametrize(
    "raw",
    [
        "<a>å€</a>".encode(),
        b"\xef\xbb\xbf" + "<a>å€</a>".encode(),
        "<?xml version='1.0' encoding='UTF-16'?><a>å€</a>".encode("utf-16"),
        "<a>å€</a>".encode("utf-16"),
        DECLARED % b"iso-8859-15" + "<a>å€</a>".encode("iso-8859-15"),
        DECLARED % b"Windows-1252" + "<a>å€</a>".encode("windows-1252"),
        "<a>å<!-- a remark parts no text -->€</a>".encode(),
    ],
)
def test_encodings_that_are_read(raw: bytes) -> None:
    assert parse(raw).text == "å€"


def test_lines_are_found_by_element_and_by_path() -> None:
    root = parse(b'<a xmlns="urn:x">\n<b/>\n<b c="1"/></a>')
    assert [line_of(child) for child in root] == [2, 3]
    assert line_at(root, "/Q{urn:x}a[1]/Q{urn:x}b[2]/@c") == 3
    assert line_at(root, "/Q{urn:x}a[1]/Q{urn:x}b[9]") == 1


def test_the_beginning_of_a_stream_is_judged_alone() -> None:
    assert refuse_prolog(b"<Catalogue><ID>1", "in.xml") == b"<Catalogue><ID>1"
    with pytest.raises(Rejected):
        refuse_prolog(ENTITY[:20], "in.xml")
