"""The official rules, compiled by us, on the official examples and on documents broken by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.findings import Finding
from gateway.rules.xsd import Schema
from tests.rules.packages import DATA, folders, loaded, need_data, packages_for

PEPPOL = DATA / "peppol-2026.5"
# The publisher's own example breaks the publisher's own rule.
KNOWN = {"ReceiptAdvice_Example_Full.xml": {"PEPPOL-T128-R023"}}
BROKEN = [
    ("T01", "Order_Example.xml", r"<cbc:IssueDate>[^<]*</cbc:IssueDate>", "", "PEPPOL-T01-B00104"),
    ("T01", "Order_Example.xml", r"(<cbc:CustomizationID>)[^<]*", r"\1urn:example:other", "PEPPOL-T01-R034"),
    ("T01", "Order_Example.xml", r'(unitCode=")[^"]*', r"\1DUNK", "PEPPOL-T01-B24102"),
    (
        "T01",
        "Order_Example.xml",
        r'(<cbc:EndpointID schemeID=")[^<]*',
        r'\g<1>0007">SE212000300501',
        "PEPPOL-COMMON-R049",
    ),
    ("T76", "OrderResponse_Example.xml", r"(<cbc:OrderResponseCode[^>]*>)[^<]*", r"\1XX", "PEPPOL-T76-B00801"),
    ("T16", "DespatchAdvice_Example.xml", r"(?s)<cac:DespatchLine>.*</cac:DespatchLine>", "", "PEPPOL-T16-B00107"),
]


@pytest.fixture(autouse=True)
def _data() -> None:
    need_data()


def judge(folder: Path, raw: bytes, source: str) -> list[Finding]:
    return [finding for package in packages_for(folder) for finding in package.judge(raw, source)]


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_official_examples_obey_the_official_rules(folder: Path) -> None:
    examples = sorted(folder.glob("*.xml"))
    assert examples
    for example in examples:
        fatal = {finding.rule for finding in judge(folder, example.read_bytes(), example.name) if finding.fatal}
        assert fatal == KNOWN.get(example.name, set())


@pytest.mark.parametrize(
    "example", sorted(PEPPOL.glob("examples/T10-self-billing/*.xml"))[:1], ids=lambda path: path.name
)
def test_rules_of_another_document_speak(example: Path) -> None:
    plain = loaded(PEPPOL / "schematron" / "PEPPOL-EN16931-UBL.sch")
    assert any(finding.fatal for finding in plain.judge(example.read_bytes()))


def test_every_assert_is_in_the_compiled_rules() -> None:
    for path in PEPPOL.glob("schematron/PEPPOLBIS-T*.sch"):
        written = set(re.findall(r"<assert[^>]*?\sid=\"([^\"]+)\"", path.read_text("utf-8")))
        assert loaded(path).rules == written


@pytest.mark.parametrize(("folder", "name", "pattern", "by", "rule"), BROKEN)
def test_a_broken_document_gets_the_rule_that_it_breaks(
    folder: str, name: str, pattern: str, by: str, rule: str
) -> None:
    text = (PEPPOL / "examples" / folder / name).read_text("utf-8")
    broken = re.sub(pattern, by, text, count=1)
    assert broken != text
    findings = judge(PEPPOL / "examples" / folder, broken.encode(), name)
    assert rule in {finding.rule for finding in findings if finding.fatal}
    told = next(finding for finding in findings if finding.rule == rule)
    assert told.place.source == name
    assert told.place.path.startswith("/ubl:")
    assert told.message


def test_a_finding_stands_on_the_line_of_its_element() -> None:
    text = (PEPPOL / "examples/T01/Order_Example.xml").read_text("utf-8")
    broken = text.replace('unitCode="C62"', 'unitCode="DUNK"', 1)
    line = broken[: broken.index("DUNK")].count("\n") + 1
    told = [finding for finding in judge(PEPPOL / "examples/T01", broken.encode(), "") if finding.fatal]
    assert [finding.place.line for finding in told] == [line]


def test_an_amount_that_is_no_number_is_told_by_the_rules_that_add_it() -> None:
    text = (PEPPOL / "examples/T01/Order_Example.xml").read_text("utf-8")
    broken = re.sub(r"(<cbc:PayableAmount[^>]*>)[^<]*", r"\1abc", text, count=1)
    told = {finding.rule: finding.message for finding in judge(PEPPOL / "examples/T01", broken.encode(), "")}
    assert {"PEPPOL-T01-R006", "PEPPOL-T01-R016"} <= set(told)
    assert '"abc"' in told["PEPPOL-T01-R006"]


def test_the_schema_judges_structure() -> None:
    schema = Schema(DATA / "ubl-2.1/maindoc/UBL-Order-2.1.xsd")
    text = (PEPPOL / "examples/T01/Order_Example.xml").read_text("utf-8")
    assert schema.judge(text.encode(), "order.xml") == ()
    wrong = text.replace("</cac:BuyerCustomerParty>", "</cac:BuyerCustomerParty><cbc:Note>late</cbc:Note>", 1)
    (told,) = schema.judge(wrong.encode(), "order.xml")
    assert (told.rule, told.fatal, told.place.source) == ("xsd", True, "order.xml")
    assert told.place.line == wrong[: wrong.index("late")].count("\n") + 1
    assert "Note" in told.message
