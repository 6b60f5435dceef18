"""Real documents read and written back equal, and what we write judged by the publisher's own rules and schemas."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from gateway.findings import Rejected
from gateway.formats import carried, example, identify, load_dialects
from gateway.formats.sbdh import is_wrapped, unwrap
from gateway.model import DOCUMENTS
from gateway.rules.schematron import Schematron
from gateway.rules.xsd import Schema
from tests.data import mapping_texts, shared
from tests.formats.comparing import canonical
from tests.formats.examples import EXAMPLES, NOT_PROVED
from tests.formats.strategies import documents

TEXTS = mapping_texts()
DIALECTS = load_dialects(TEXTS)
CODECS = {codec.name: codec for dialect in DIALECTS.values() for codec in dialect.codecs.values()}
PEPPOL = DIALECTS["peppol"]
every_row = pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: f"{row.table}:{row.files.split('/')[-2]}")


@every_row
def test_every_real_document_is_recognised_read_and_written_back_equal(row):
    """Law 5: equal, but for what the reading said that it did not carry; of BIS 3 everything is carried."""
    codec = CODECS[row.table]
    folder, _, pattern = row.files.rpartition("/")
    found = sorted(shared(folder).glob(pattern))
    assert found
    for path in found:
        raw = path.read_bytes()
        raw = unwrap(raw)[1] if is_wrapped(raw) else raw
        reading = codec.read(raw, path.name)
        assert _identified(raw) == row.table, path.name
        assert not (codec.table.complete and reading.findings), [str(finding) for finding in reading.findings]
        written = codec.write(reading.document)
        assert canonical(written, codec.table) == canonical(raw, codec.table, reading.findings), path.name
        assert codec.read(written, "again").document == reading.document


def _identified(raw: bytes) -> str:
    """The table that recognises a document among those of all dialects."""
    found = identify(DIALECTS, raw)
    return found[1].name if found else ""


@pytest.mark.parametrize("row", [row for row in EXAMPLES if row.schema], ids=lambda row: row.table)
def test_what_we_write_obeys_schema_and_official_rules(row):
    """Law 4, on our own example."""
    codec = CODECS[row.table]
    text = TEXTS[f"{codec.table.example}.yaml"]
    wanted = carried(example(text, row.table, codec.table.document), codec.table.leave_out)
    raw = codec.write(wanted)
    assert Schema(shared(row.schema)).judge(raw) == ()
    assert [str(finding) for finding in codec.check(raw, "ours") if finding.fatal] == []
    for rules in row.rules:
        found = Schematron.load(shared(rules).read_text(encoding="utf-8"), rules).judge(raw)
        assert [str(finding) for finding in found if finding.fatal] == []


def test_every_table_of_ubl_is_proved_by_real_documents():
    proved = {row.table for row in EXAMPLES} | NOT_PROVED
    assert {name for name, codec in CODECS.items() if codec.table.syntax == "ubl"} <= proved


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


@pytest.mark.parametrize("row", [row for row in EXAMPLES if row.schema], ids=lambda row: row.table)
def test_whatever_a_table_can_write_obeys_the_schema(row):
    """Every path of the table stands in the schema, in its order: documents drawn from the table prove it."""
    codec, schema = CODECS[row.table], Schema(shared(row.schema))

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(documents(codec.table))
    def law(document):
        raw = codec.write(document)
        assert [str(finding) for finding in schema.judge(raw)] == []
        assert [str(finding) for finding in codec.check(raw, "drawn") if finding.fatal] == []

    law()
