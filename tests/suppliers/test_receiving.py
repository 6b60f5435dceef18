"""What is agreed about goods that have come: said in profiles and of suppliers, nonsense pointed at."""

from __future__ import annotations

import pytest

from gateway.suppliers.agreement import Receiving
from gateway.suppliers.receiving import CLAIMS
from gateway.wording import explain
from hub.cases.decide import CLAIMABLE
from tests.suppliers.files import HEAD, LINE, TAIL, read, told, where
from tests.suppliers.test_mistakes import GOOD

TOLD = "  told: {profile: files, receiving: {receipt: channel, claim: [short, damaged]}}\n"


def _beta(facts: str) -> Receiving:
    line = f"  - {{id: beta, name: Beta AB, org: 5500000020, {facts}}}\n"
    suppliers = read(HEAD.replace("suppliers:\n", TOLD + "suppliers:\n") + line + TAIL)
    assert [str(finding) for finding in suppliers.findings] == []
    return suppliers.by_id["beta"].receiving


def test_it_is_said_key_by_key() -> None:
    assert _beta("profile: files") == Receiving()
    assert _beta("profile: told") == Receiving(receipt="channel", claim=frozenset({"short", "damaged"}))
    assert _beta("profile: told, receiving: {claim: wrong, want: replace}") == Receiving(
        receipt="channel", claim=frozenset({"wrong"}), want="replace"
    )
    assert _beta("profile: told, receiving: {claim: ~, receipt: none}") == Receiving(receipt="none")


def test_the_file_and_the_hub_know_the_same_claims() -> None:
    assert set(CLAIMS) == CLAIMABLE


@pytest.mark.parametrize(
    ("facts", "words", "rule"),
    [
        ("receiving: ^channel", "receiving is a mapping such as {receipt: channel", "type"),
        ("receiving: {^reciept: mail}", "receiving.reciept is not known; did you mean receipt?", "unknown-receiving"),
        ("receiving: {receipt: ^chanel}", "'chanel' is not one of channel, mail, none; did you mean channel?",
         "receiving"),
        ("receiving: {claim: ^shrt}", "'shrt' is not one of short, damaged", "receiving"),
        ("receiving: {want: ^money}", "'money' is not one of credit, replace", "receiving"),
    ],
)  # fmt: skip
def test_nonsense_is_pointed_at(facts: str, words: str, rule: str) -> None:
    line = f"  - {{{GOOD}, {facts}}}"
    finding = told(line.replace("^", "", 1))
    assert words in finding.message
    assert finding.rule == f"supplier-{rule}"
    assert where(finding) == (LINE, line.index("^") + 1)
    swedish = explain(finding, "sv")
    assert finding.message not in swedish.what
    assert not swedish.what.startswith("Värdet går inte att använda")
