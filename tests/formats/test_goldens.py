"""Real documents read and written back equal, and what we write judged by the publisher's own rules and schemas."""

from __future__ import annotations

import pytest
from lxml import etree

from gateway.findings import Rejected
from gateway.formats import example, load_dialects
from gateway.model import DOCUMENTS
from gateway.rules.schematron import Schematron
from gateway.rules.xsd import Schema
from tests.data import mapping_texts, shared

TEXTS = mapping_texts()
PEPPOL = load_dialects(TEXTS)["peppol"]
TRANSACTIONS = {"Order": "T01", "OrderResponse": "T76", "DespatchAdvice": "T16"}


def canonical(raw: bytes) -> bytes:
    """Canonical XML without comments, blank text and unused namespaces; base64 without white space."""
    root = etree.fromstring(raw, etree.XMLParser(remove_comments=True, remove_pis=True))
    for element in root.iter():
        if len(element) and not (element.text or "").strip():
            element.text = None
        if not (element.tail or "").strip():
            element.tail = None
        if etree.QName(element).localname == "EmbeddedDocumentBinaryObject":
            element.text = "".join((element.text or "").split())
    etree.cleanup_namespaces(root)
    return etree.tostring(root, method="c14n2")


@pytest.mark.parametrize("document", TRANSACTIONS)
def test_every_official_example_is_written_back_equal(document):
    examples = sorted(shared(f"peppol-2026.5/examples/{TRANSACTIONS[document]}").glob("*.xml"))
    assert len(examples) >= 6
    for path in examples:
        raw = path.read_bytes()
        reading = PEPPOL.read(raw, path.name)
        assert type(reading.document).__name__ == document
        assert reading.findings == (), path.name
        assert canonical(PEPPOL.write(reading.document)) == canonical(raw), path.name


@pytest.mark.parametrize("document", TRANSACTIONS)
def test_what_we_write_obeys_schema_and_official_rules(document):
    """Law 4, on our own example; documents drawn at random follow with the documents issue."""
    name = {"Order": "order", "OrderResponse": "order_response", "DespatchAdvice": "despatch_advice"}[document]
    raw = PEPPOL.write(example(TEXTS[f"examples/{name}.yaml"], name, DOCUMENTS[document]))
    assert Schema(shared(f"ubl-2.1/maindoc/UBL-{document}-2.1.xsd")).judge(raw) == ()
    rules = shared(f"peppol-2026.5/schematron/PEPPOLBIS-{TRANSACTIONS[document]}.sch").read_text(encoding="utf-8")
    fatal = [str(finding) for finding in Schematron.load(rules).judge(raw) if finding.fatal]
    assert fatal == []


def test_what_is_not_known_is_said_with_its_line_and_never_lost_in_silence():
    raw = PEPPOL.write(example(TEXTS["examples/order_response.yaml"], "x", DOCUMENTS["OrderResponse"]))
    raw = raw.replace(b"<cac:OrderReference>", b"\n<cbc:Mood>good</cbc:Mood><cac:OrderReference>")
    (finding,) = PEPPOL.read(raw, "in/7.xml").findings
    assert finding.rule == "not-carried"
    assert finding.place.line == 3
    assert finding.place.path == "/OrderResponse/cbc:Mood"


def test_every_mistake_is_reported_at_once_with_line_and_path():
    raw = PEPPOL.write(example(TEXTS["examples/order_response.yaml"], "x", DOCUMENTS["OrderResponse"]))
    raw = raw.replace(b"2026-11-20", b"20 nov").replace(b'unitCode="XBX"', b'unitCode="BALJA"', 1)
    raw = raw.replace(b"<cbc:LineID>1</cbc:LineID>", b"")
    with pytest.raises(Rejected) as refused:
        PEPPOL.read(raw, "in/8.xml")
    said = {(finding.place.path, finding.rule) for finding in refused.value.findings}
    assert ("/OrderResponse/cbc:IssueDate", "ubl-value") in said
    assert ("/OrderResponse/cac:OrderLine[1]/cac:LineItem/cbc:Quantity", "ubl-value") in said
    assert ("/OrderResponse/cac:OrderLine[1]/cac:OrderLineReference", "ubl-missing") in said
