"""No cXML document that a table of ours writes breaks the DTD of the version that is configured, old or new.

AVROP_ORDERS says how many documents are drawn of each table and version (a fifth of it).
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings

from gateway.formats import example, load_dialects
from gateway.model import DOCUMENTS
from tests.data import mapping_texts, shared
from tests.formats.dtds import broken, sealed, versions_of
from tests.formats.strategies import documents

CODECS = load_dialects(mapping_texts())["cxml"].codecs
COUNT = int(os.environ.get("AVROP_ORDERS", "200")) // 10
THEIRS = {"OrderResponse", "DespatchAdvice", "Invoice", "CreditNote", "Catalogue", "MessageLevelResponse"}
"""What suppliers write, and we in the sandbox only: there the examples must be valid, not whatever a table can say."""
OURS = [codec for codec in CODECS.values() if codec.document not in THEIRS]
every = pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS.keys())


@every
def test_the_example_is_valid_by_every_version_that_has_the_request(codec):
    shared("cxml-1.2.071")
    text = mapping_texts()[f"{codec.table.example}.yaml"]
    written = codec.write(example(text, "example", DOCUMENTS[codec.document]))
    versions = versions_of(codec.root)
    assert "1.2.071" in versions
    for version in versions:
        assert broken(sealed(written, version), codec.root, version) == [], version


def test_what_we_send_is_among_them():
    assert {"Order", "OrderChange", "OrderCancellation", "PunchOutSetup"} <= {codec.document for codec in OURS}


@pytest.mark.slow
@pytest.mark.parametrize("codec", OURS, ids=[codec.name for codec in OURS])
def test_whatever_we_write_is_valid_by_every_version_that_has_the_request(codec):
    shared("cxml-1.2.071")

    @settings(max_examples=COUNT, deadline=None, suppress_health_check=list(HealthCheck))
    @given(documents(codec.table))
    def law(document):
        written = codec.write(document)
        for version in versions_of(codec.root):
            assert broken(sealed(written, version), codec.root, version) == [], version

    law()
