"""Law 4 at large: no order that we write from any canonical order breaks the official schema or rules.

AVROP_ORDERS says how many orders are drawn (10,000 before a release), and a quarter as many changes.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, seed, settings

from gateway.formats import load_dialects
from gateway.rules.xsd import Schema
from tests.data import mapping_texts, shared
from tests.formats.valid_orders import changes, orders
from tests.rules.packages import loaded

SHARES = 4
COUNT = int(os.environ.get("AVROP_ORDERS", "200")) // SHARES


def never_refused(document, drawn, ubl, transaction, share):
    codec = load_dialects(mapping_texts())["peppol"].codec(document)
    schema = Schema(shared(f"{ubl}.xsd"))
    rules = loaded(shared(f"peppol-2026.5/schematron/PEPPOLBIS-{transaction}.sch"))

    @seed(share)
    @settings(max_examples=COUNT, deadline=None, suppress_health_check=list(HealthCheck))
    @given(drawn)
    def law(document):
        raw = codec.write(document)
        assert codec.read(raw, "law").document == document
        assert [str(finding) for finding in codec.check(raw, "law") if finding.fatal] == []
        assert [str(finding) for finding in schema.judge(raw)] == []
        assert [str(finding) for finding in rules.judge(raw) if finding.fatal] == []

    law()


@pytest.mark.slow
@pytest.mark.parametrize("share", range(SHARES))
def test_no_order_that_we_write_breaks_the_official_rules(share):
    never_refused("Order", orders(), "ubl-2.1/maindoc/UBL-Order-2.1", "T01", share)


@pytest.mark.slow
def test_no_order_change_that_we_write_breaks_the_official_rules():
    never_refused("OrderChange", changes(), "ubl-2.3/maindoc/UBL-OrderChange-2.3", "T114", 0)
