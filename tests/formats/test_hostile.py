"""Input from outside that means harm or is broken: rejected with a place, in bounded time, nothing resolved."""

from __future__ import annotations

import pytest

from gateway.findings import Rejected
from gateway.formats import example, load_dialects
from gateway.formats.sbdh import header_for, unwrap, wrap
from gateway.model import DOCUMENTS
from tests.data import mapping_texts
from tests.formats.hostile import SMALL, XML

TEXTS = mapping_texts()
DIALECTS = load_dialects(TEXTS)
GOOD = DIALECTS["peppol"].write(example(TEXTS["examples/order_response.yaml"], "x", DOCUMENTS["OrderResponse"]))
ROOT = b"<OrderResponse xmlns='urn:oasis:names:specification:ubl:schema:xsd:OrderResponse-2'>"
CUSTOMIZATION = b"<!--urn:fdc:peppol.eu:poacc:trns:order_response:3-->"
BOMB = b"".join(b'<!ENTITY a%d "%s">' % (level, b"&a%d;" % (level - 1) * 10) for level in range(1, 12))

HOSTILE = {
    "nothing": b"",
    "one byte": b"<",
    "truncated": GOOD[: len(GOOD) // 2],
    "cut in the last element": GOOD[:-20],
    "latin-1 said to be utf-8": GOOD.decode().encode("latin-1"),
    "entity declared": b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
    + ROOT
    + CUSTOMIZATION
    + b"&e;</OrderResponse>",
    "billion laughs": b"<!DOCTYPE x [<!ENTITY a0 'ha'>"
    + BOMB
    + b"]>"
    + ROOT
    + CUSTOMIZATION
    + b"&a11;</OrderResponse>",
    "external DTD": b"<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'>" + GOOD.split(b"?>", 1)[1],
    "50 MB": ROOT + CUSTOMIZATION + b"<!--" + b"x" * 50_000_000 + b"--></OrderResponse>",
    "10,000 deep": ROOT + CUSTOMIZATION + b"<a>" * 10_000 + b"</a>" * 10_000 + b"</OrderResponse>",
    "10,000 deep, unclosed": ROOT + CUSTOMIZATION + b"<a>" * 10_000,
    "another root": GOOD.replace(b"OrderResponse", b"Surprise"),
    "a zip file": b"PK\x03\x04" + bytes(range(256)) * 4,
    "nul bytes": GOOD.replace(b"CA", b"C\x00"),
    **{name: XML[name]() for name in SMALL},
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS.keys())
@pytest.mark.parametrize("named", [False, True])
def test_hostile_input_is_rejected_with_a_place(dialect, raw, named):
    document = ("OrderResponse" if "OrderResponse" in dialect.documents else min(dialect.documents)) if named else None
    with pytest.raises(Rejected) as refused:
        dialect.read(raw, "in/bad", document)
    assert all(finding.place.source == "in/bad" for finding in refused.value.findings)
    assert any(finding.fatal for finding in refused.value.findings)


def test_rows_say_line_and_column():
    raw = DIALECTS["skogsbagaren"].write(
        example(TEXTS["examples/order_response.yaml"], "x", DOCUMENTS["OrderResponse"])
    )
    broken = raw.replace(";3;låda;".encode("cp1252"), ";två;balja;".encode("cp1252"))
    with pytest.raises(Rejected) as refused:
        DIALECTS["skogsbagaren"].read(broken, "in/42.csv")
    said = [str(finding) for finding in refused.value.findings]
    assert any(text.startswith("in/42.csv:2 Antal: 'två' is not a number") for text in said), said
    assert any(text.startswith("in/42.csv:2 Enhet: 'balja' is not a code of Enhet") for text in said), said


def test_a_row_file_with_two_documents_is_refused():
    raw = DIALECTS["csv"].write(example(TEXTS["examples/order_response.yaml"], "x", DOCUMENTS["OrderResponse"]))
    rows = raw.splitlines(keepends=True)
    with pytest.raises(Rejected) as refused:
        DIALECTS["csv"].read(b"".join([*rows, rows[1].replace(b"OS-9001", b"OS-9002")]), "in/two.csv")
    assert refused.value.findings[0].rule == "csv-one-document"


def test_an_envelope_gives_back_what_went_in(now):
    header = header_for(GOOD, "0007:2120009994", "0007:5500006597", "a-uuid", now)
    found, payload = unwrap(wrap(GOOD, header))
    assert found == header
    assert DIALECTS["peppol"].read(payload, "x").document == DIALECTS["peppol"].read(GOOD, "x").document
    assert header.document_id.endswith("##urn:fdc:peppol.eu:poacc:trns:order_response:3::2.1")


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_broken_envelope_is_rejected(raw):
    with pytest.raises(Rejected):
        unwrap(raw, "in/sbd")


def test_an_envelope_without_a_receiver_says_so(now):
    header = header_for(GOOD, "0007:2120009994", "0007:5500006597", "a-uuid", now)
    raw = wrap(GOOD, header).replace(b"<Receiver>", b"<Other>").replace(b"</Receiver>", b"</Other>")
    with pytest.raises(Rejected, match="the header has no Receiver/Identifier"):
        unwrap(raw)


@pytest.fixture
def now():
    from datetime import UTC, datetime

    return datetime(2026, 11, 20, 9, 40, tzinfo=UTC)
