"""What the sandbox writes for a Peppol supplier obeys Peppol's own rules."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.model import OrderResponse
from gateway.sandbox.behaviour import Behaviour
from gateway.sandbox.supplier import answers
from tests.data import shared
from tests.rules.packages import loaded
from tests.sandbox.orders import dialects, order

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("behaviour", [b for b in Behaviour if b is not Behaviour.SILENT])
def test_every_answer_obeys_the_official_rules(behaviour):
    rules = shared("peppol-2026.5/schematron")
    for _, document in answers(order(quantities=("5", "2.5", "1")), behaviour, NOW):
        transaction = "T76" if isinstance(document, OrderResponse) else "T16"
        raw = dialects()["peppol"].write(document)
        findings = loaded(rules / f"PEPPOLBIS-{transaction}.sch").judge(raw)
        assert [str(finding) for finding in findings] == []
