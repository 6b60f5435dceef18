"""What the sandbox writes for a Peppol supplier obeys Peppol's own rules."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace

from gateway.model import OrderResponse
from gateway.orders.amend import ADVANCED, cancellation_of, change_of, with_quantities
from gateway.sandbox.behaviour import Behaviour
from gateway.sandbox.changes import answers_to_cancellation, answers_to_change
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


@pytest.mark.parametrize("behaviour", [b for b in Behaviour if b is not Behaviour.SILENT])
def test_every_answer_to_a_change_obeys_the_official_rules(behaviour):
    rules = loaded(shared("peppol-2026.5/schematron") / "PEPPOLBIS-T116.sch")
    placed = replace(order(quantities=("5", "2.5", "1")), profile=ADVANCED)
    wanted = with_quantities(placed, {"1": Decimal(4), "2": Decimal(0)})
    change = change_of(placed, wanted, f"{placed.number}-C1", 1, NOW)
    cancellation = cancellation_of(placed, f"{placed.number}-X1", "Behövs inte", NOW)
    said = [*answers(placed, behaviour, NOW), *answers_to_change(change, behaviour, False, NOW)]
    for _, document in [*said, *answers_to_cancellation(cancellation, behaviour, False, NOW)]:
        if isinstance(document, OrderResponse):
            raw = dialects()["peppol-advanced"].write(document)
            assert [str(finding) for finding in rules.judge(raw)] == []
