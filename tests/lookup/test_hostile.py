"""An SMP that means harm costs little time and memory, and is a lookup that is down."""

from __future__ import annotations

import gzip
import time

import pytest

from gateway.lookup import Fetcher, LookupDown
from tests.lookup import papers
from tests.lookup.house import House
from tests.lookup.papers import ORDER, WHO

GOOD = papers.signed(papers.metadata())
ENTITY = b"<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]>"
INCLUDE = b"<i:include xmlns:i='http://www.w3.org/2001/XInclude' href='/etc/passwd'/>"
CERTIFICATE = b"<ds:X509Certificate>AAAA</ds:X509Certificate>"
XML = {
    "entities": ENTITY + GOOD.replace(b">order<", b">&b;<"),
    "external entity": b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>" + GOOD.replace(b">order<", b">&e;<"),
    "deep": b"<a>" * 100_000 + b"</a>" * 100_000,
    "not xml": b"\x00\xff" * 1000,
    "empty": b"",
    "cut": GOOD[:-10],
    "a web page": b"<html><body>Welcome!</body></html>",
    "include": GOOD.replace(b"<ServiceMetadata>", b"<ServiceMetadata>" + INCLUDE),
    "utf-32": GOOD.decode().encode("utf-32"),
    "huge": b"<a>" + b"x" * 2_000_000 + b"</a>",
    "many attributes": b"<a " + b" ".join(b'a%d="1"' % n for n in range(60_000)) + b"/>",
    "many certificates": GOOD.replace(b"<ds:X509Data>", b"<ds:X509Data>" + CERTIFICATE * 15_000),
    "no service": papers.signed(papers.redirect("x", "y").replace(b"Redirect", b"Nothing")),
    "another root": papers.signed(b"<SignedServiceMetadata/>"),
    "a date that is none": papers.signed(papers.metadata(papers.endpoint(opens="soon"))),
}  # fmt: skip


def asked(house: House) -> LookupDown:
    began = time.monotonic()
    answer = house.ask()
    assert time.monotonic() - began < 30
    assert isinstance(answer, LookupDown)
    assert answer.findings
    return answer


@pytest.mark.parametrize("raw", XML.values(), ids=XML)
def test_hostile_xml_is_refused_within_bounds(house: House, raw):
    house.register(raw)
    assert b"root:" not in str(asked(house).findings).encode()


@pytest.mark.parametrize("raw", [*XML.values()][:10], ids=[*XML][:10])
def test_a_hostile_list_is_refused_too(house: House, raw):
    house.name()
    house.smp.pages[house.path()] = raw
    assert isinstance(house.lookup.capabilities(WHO), LookupDown)


def test_references_without_a_document_type_are_left_out(house: House):
    house.name()
    odd = papers.group(ORDER).replace(
        b"<ServiceMetadataReference ", b"<ServiceMetadataReference href='x'/><ServiceMetadataReference "
    )
    house.smp.pages[house.path()] = odd
    assert house.lookup.capabilities(WHO).offered == (ORDER,)


def test_http_redirects_are_not_followed(house: House):
    house.register()
    house.smp.pages["/elsewhere"] = GOOD
    house.smp.pages[house.path(ORDER)] = (302, {"Location": "/elsewhere"}, b"")
    assert asked(house).findings[0].rule == "lookup-smp"
    assert "/elsewhere" not in house.smp.asked


def test_what_was_packed_without_being_asked_for_is_not_unpacked(house: House):
    house.register((200, {"Content-Encoding": "gzip"}, gzip.compress(b" " * 5_000_000)))
    assert "packed" in asked(house).cause


def _endless(handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b" " * 65_536)
    except OSError:
        return


def _dripping(handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    _drip(handler, b" ")


def _dripping_head(handler) -> None:
    handler.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
    _drip(handler, b"x")


def _drip(handler, drop: bytes) -> None:
    try:
        for _ in range(600):
            handler.wfile.write(drop)
            handler.wfile.flush()
            time.sleep(0.1)
    except OSError:
        return


def test_an_answer_without_an_end_is_cut(house: House):
    house.register(_endless)
    assert "larger than" in asked(house).cause


@pytest.mark.parametrize("page", [_dripping, _dripping_head])
def test_an_answer_drop_by_drop_is_left_in_time(house: House, page):
    house.register(page)
    house.lookup = house.asking(seconds=0.7)
    began = time.monotonic()
    assert "0.7 seconds" in asked(house).cause
    assert time.monotonic() - began < 30


def test_broken_http_is_refused(house: House):
    house.register(lambda handler: handler.wfile.write(b"SSH-2.0-x\r\n\r\n"))
    assert asked(house).findings[0].rule == "lookup-smp"


def test_tls_that_nobody_vouches_for_is_said_as_such(house: House):
    house.register()
    house.lookup = house.asking(fetcher=Fetcher(loopback=True))
    assert asked(house).findings[0].rule == "lookup-tls"


def test_a_hostile_name_in_an_entry_is_no_address(house: House):
    for at in ("https://smp example", "https://[::1", "https://:443", "https://" + "a" * 230):
        house.name(at=at)
        house.lookup = house.asking(seconds=3)
        assert asked(house).findings[0].rule in {"lookup-address", "lookup-naptr", "lookup-smp"}, at
