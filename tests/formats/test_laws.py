"""The laws that every table of every dialect obeys."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.findings import Rejected
from gateway.formats import FORMATS, carried, load_dialects
from gateway.mapping.shapes import shapes
from gateway.model import DOCUMENTS
from tests.data import mapping_texts
from tests.formats.strategies import documents, something, unmapped

DIALECTS = load_dialects(mapping_texts())
CODECS = {codec.name: codec for dialect in DIALECTS.values() for codec in dialect.codecs.values()}
every_codec = pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS.keys())
quick = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def drawn(codec, most: int = 40) -> settings:
    """How many documents are drawn: fewer of trees, which are larger and take longer to draw than to write."""
    return settings(quick, max_examples=min(most, 12) if codec.table.tree else most)


@every_codec
def test_what_is_written_is_recognised_and_read_back_equal(codec):
    @drawn(codec)
    @given(documents(codec.table))
    def law(document):
        raw = codec.write(document)
        assert codec.resemblance(raw[:8000])
        assert codec.read(raw, "law").document == document

    law()


@every_codec
def test_a_term_without_a_line_is_refused_by_name(codec):
    """Law 2, term by term: everything that the model knows and the table does not name."""
    from gateway.formats import example

    table = codec.table
    text = mapping_texts()[f"{table.example}.yaml"]
    document = carried(example(text, "example", DOCUMENTS[codec.document]), table.leave_out)
    known = codec.read(codec.write(document), "example").document
    if table.tree:
        _says_or_refuses(codec, known)
        return
    for name, shape in unmapped(table):
        broken = msgspec.structs.replace(known, **{name: something(shape)})
        with pytest.raises(Rejected) as refused:
            codec.write(broken)
        assert any(finding.place.path.startswith(name) for finding in refused.value.findings), name


def _says_or_refuses(codec, known):
    """Of a document whose tree is another on the wire: every field comes back, or is refused by name."""
    for name, shape in shapes(type(known)).items():
        if name in codec.table.leave_out or (shape.required and not shape.many):
            continue
        broken = msgspec.structs.replace(known, **{name: something(shape)})
        try:
            raw = codec.write(broken)
        except Rejected as refused:
            # A value that is wrong by itself is named by its place on the wire.
            lost = [finding for finding in refused.findings if "cannot be said" in finding.message]
            assert refused.findings
            assert not lost or any(finding.place.path.startswith(name) for finding in lost), (name, lost)
        else:
            wanted = codec.pair.sayable(broken)
            assert codec.read(raw, "law").document == carried(wanted, codec.table.leave_out), name


@every_codec
def test_garbage_is_rejected_and_nothing_else(codec):
    @quick
    @given(st.binary(max_size=400))
    def law(raw):
        with pytest.raises(Rejected) as refused:
            codec.read(raw, "garbage")
        assert refused.value.findings

    law()


@every_codec
def test_a_mutated_document_is_read_or_rejected(codec):
    good = codec.write(_example(codec))

    @quick
    @given(st.data())
    def law(data):
        raw = bytearray(good)
        for _ in range(data.draw(st.integers(1, 4))):
            start = data.draw(st.integers(0, len(raw) - 1))
            stop = data.draw(st.integers(start, min(len(raw), start + 40)))
            raw[start:stop] = data.draw(st.binary(max_size=8) | st.just(bytes(raw[start:stop]) * 2))
            if not raw:
                raw = bytearray(b"<")
        try:
            document = codec.read(bytes(raw), "mutant").document
        except Rejected as refused:
            assert {finding.place.source for finding in refused.findings} == {"mutant"}
        else:
            assert type(document).__name__ == codec.document

    law()


def _example(codec):
    from gateway.formats import example

    text = mapping_texts()[f"{codec.table.example}.yaml"]
    return carried(example(text, "example", DOCUMENTS[codec.document]), codec.table.leave_out)


def test_no_format_stands_twice_and_every_table_has_an_example():
    assert len(FORMATS) == len(set(FORMATS.values()))
    assert all(codec.table.example for codec in CODECS.values())


def test_a_suppliers_own_dialect_is_at_most_25_lines():
    for path, text in mapping_texts().items():
        if path.startswith("dialects/"):
            assert len(text.splitlines()) <= 25, path
