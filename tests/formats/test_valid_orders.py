"""Law 4 at large: no order that we write from any canonical order breaks the official schema or rules.

AVROP_ORDERS says how many are drawn (10,000 before a release).
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, seed, settings

from gateway.formats import load_dialects
from gateway.rules.xsd import Schema
from tests.data import mapping_texts, shared
from tests.formats.valid_orders import orders
from tests.rules.packages import loaded

SHARES = 4
COUNT = int(os.environ.get("AVROP_ORDERS", "200")) // SHARES


@pytest.mark.slow
@pytest.mark.parametrize("share", range(SHARES))
def test_no_order_that_we_write_breaks_the_official_rules(share):
    codec = load_dialects(mapping_texts())["peppol"].codec("Order")
    schema = Schema(shared("ubl-2.1/maindoc/UBL-Order-2.1.xsd"))
    rules = loaded(shared("peppol-2026.5/schematron/PEPPOLBIS-T01.sch"))

    @seed(share)
    @settings(max_examples=COUNT, deadline=None, suppress_health_check=list(HealthCheck))
    @given(orders())
    def law(order):
        raw = codec.write(order)
        assert codec.read(raw, "law").document == order
        assert [str(finding) for finding in codec.check(raw, "law") if finding.fatal] == []
        assert [str(finding) for finding in schema.judge(raw)] == []
        assert [str(finding) for finding in rules.judge(raw) if finding.fatal] == []

    law()
