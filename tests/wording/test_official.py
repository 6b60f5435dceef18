"""Every rule of the official packages has plain words in both languages, and something to do about it."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from gateway.findings import Finding
from gateway.wording import LANGUAGES, explain
from tests.data import shared

FOREIGN = re.compile(r"(DK|NO|IT|GR|IS|NL|DE)-")
_FILES = ("peppol-2026.5/schematron", "peppol-logistics/schematron")
_LEFT = {"UBL-CR-001", "UBL-CR-666", "UBL-CR-672", "UBL-CR-673", "UBL-DT-24"}  # said with their own words, and a lead


def _official() -> list[Finding]:
    found = {}
    for folder in _FILES:
        for path in sorted(shared(folder).glob("*.sch")):
            for check in etree.parse(path).iter("{*}assert", "{*}report"):
                text = " ".join("".join(check.itertext()).split())
                found[check.get("id", ""), text] = Finding(rule=check.get("id", ""), message=text)
    return list(found.values())


def test_every_official_rule_is_explained_in_both_languages():
    findings = _official()
    assert len({finding.rule for finding in findings}) > 3000
    for finding in findings:
        swedish, english = (explain(finding, language) for language in LANGUAGES)
        assert all((swedish.what, swedish.todo, english.what, english.todo)), finding
        assert swedish.what != english.what, finding
        assert swedish.todo != english.todo, finding
        assert not re.search(r"\{[a-z]+\}", f"{swedish} {english}"), finding


def test_only_rules_of_other_countries_are_said_in_their_publishers_words():
    for finding in _official():
        text = re.sub(r"^\s*\[[^]]*\]\s*-?\s*", "", finding.message)
        if not FOREIGN.match(finding.rule) and finding.rule not in _LEFT:
            assert text not in explain(finding, "sv").what, finding


def test_a_rule_that_nobody_knows_is_said_in_its_own_words():
    finding = Finding(rule="XX-R-001", message="[XX-R-001]-Something MUST be so.")
    assert explain(finding, "sv").what == "Regel XX-R-001 säger: Something MUST be so."
    assert explain(finding, "en").what == "Something MUST be so."
    assert explain(finding, "sv").todo != explain(finding, "en").todo


@pytest.mark.parametrize(
    ("rule", "message", "swedish"),
    [
        ("PEPPOL-T01-B00101", "Element 'cbc:IssueDate' MUST be provided.", "utfärdandedatum (cbc:IssueDate)"),
        ("PEPPOL-T01-B00801", "Value MUST be part of code list 'Colours (X1)'.", "finns inte i listan Colours (X1)"),
        ("PEPPOL-T99-B00801", "Value MUST be part of code list 'Colours (X1)'.", "finns inte i listan Colours (X1)"),
        ("BR-02", "An Invoice shall have an Invoice number (BT-1).", "fakturanummer (BT-1)"),
        ("BR-S-08", "For each different value", "normal moms (S)"),
        ("PEPPOL-COMMON-R049", "Swedish number", "Luhn"),
        ("xsd", "Element '{urn:x-2}ID': This element is not expected. Expected is ( {urn:x-2}Name ).", "Name väntades"),
        ("xsd", "Element '{urn:x-2}IssueDate': 'i går' is not a valid value of the atomic type 'xs:date'.", "i går"),
        ("xsd", "Order is not complete: cbc:ID is missing at its end", "cbc:ID saknas i slutet"),
    ],
)  # fmt: skip
def test_what_is_named_stays_in_the_words(rule, message, swedish):
    assert swedish in explain(Finding(rule=rule, message=message), "sv").what
