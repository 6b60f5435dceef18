"""What is done with documents that break rules: said in profiles and of suppliers, mistakes pointed at."""

from __future__ import annotations

import pytest

from gateway.suppliers.policy import Policies, every
from gateway.wording import explain
from tests.suppliers.files import HEAD, LINE, TAIL, read, told, where
from tests.suppliers.test_mistakes import GOOD


def test_nothing_wrong_leaves_the_house_and_what_can_be_read_is_taken() -> None:
    (supplier, _) = read(HEAD + TAIL)
    assert supplier.rules == Policies(inbound=every("warn"), outbound=every("refuse"))


def test_a_supplier_says_its_own_on_top_of_its_profile() -> None:
    strict = "  strict: {profile: files, rules: {inbound: {schematron: refuse, xsd: refuse}, outbound: {ours: warn}}}\n"
    line = "  - {id: beta, name: Beta AB, org: 5500000020, profile: strict, rules: {inbound: {xsd: accept}}}\n"
    suppliers = read(HEAD.replace("suppliers:\n", strict + "suppliers:\n") + line + TAIL)
    assert not suppliers.findings
    inbound, outbound = suppliers.by_id["beta"].rules.inbound, suppliers.by_id["beta"].rules.outbound
    assert (inbound.schematron, inbound.xsd, inbound.structure, inbound.ours) == ("refuse", "accept", "warn", "warn")
    assert (outbound.ours, outbound.schematron) == ("warn", "refuse")


@pytest.mark.parametrize(
    ("rules", "words", "rule"),
    [
        ("{^inbond: {ours: warn}}", "rules.inbond is not a direction; did you mean inbound?", "unknown-rules"),
        ("{inbound: {^schematrom: warn}}", "rules.inbound.schematrom is not a layer of rules; did you mean schematron?",
         "unknown-rules"),
        ("{inbound: {xsd: ^refus}}", "rules.inbound.xsd is 'refus', which is not a policy; did you mean refuse?",
         "unknown-rules"),
        ("{inbound: {xsd: ^[warn]}}", "is 'a list', which is not a policy", "unknown-rules"),
        ("^refuse", "rules is a mapping such as {inbound: {schematron: refuse}}; found a text", "type"),
        ("{outbound: ^refuse}", "rules.outbound is a mapping such as {ours: warn}; found a text", "type"),
    ],
)  # fmt: skip
def test_a_mistake_is_pointed_at(rules: str, words: str, rule: str) -> None:
    line = f"  - {{{GOOD}, rules: {rules}}}"
    finding = told(line.replace("^", "", 1))
    assert words in finding.message
    assert finding.rule == f"supplier-{rule}"
    assert where(finding) == (LINE, line.index("^") + 1)
    assert finding.message not in explain(finding, "sv").what


def test_a_mistake_in_a_profile_is_told_once() -> None:
    strict = "  strict: {profile: files, rules: {inbound: {schematron: never}}}\n"
    lines = "".join(f"  - {{id: b{n}, name: B, org: 55000000{n}, profile: strict}}\n" for n in ("20", "38"))
    findings = read(HEAD.replace("suppliers:\n", strict + "suppliers:\n") + lines + TAIL).findings
    assert [finding.place.path for finding in findings] == ["profile strict"]
    assert "2 suppliers are left out" in findings[0].message
