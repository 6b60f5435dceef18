"""What the bench compares with judges alike: our shortcuts are only faster."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from lxml import etree

from bench.plain_schematron import plain
from bench.validate import validate
from gateway.findings import Rejected
from gateway.rules import saxon
from tests.data import shared
from tests.rules.packages import loaded

BREAKS = [
    (r"x{9999}", ""),
    (r"<cbc:IssueDate>[^<]*</cbc:IssueDate>", ""),
    (r'unitCode="[^"]*"', 'unitCode="DUNK"'),
    (r"<cbc:(Name|ID)>[^<]*<", r"<cbc:\1><"),
    (r"</cac:Item>", "</cac:Item><cbc:Mood>a</cbc:Mood><cbc:Mood>b</cbc:Mood>"),
    (r'(schemeID=")[^"]*', r"\g<1>9999"),
]


@pytest.mark.parametrize(("pattern", "by"), BREAKS, ids=range(len(BREAKS)))
def test_the_reference_finds_the_same(pattern, by):
    path = shared("peppol-2026.5/schematron/PEPPOLBIS-T01.sch")
    text = shared("peppol-2026.5/examples/T01/Order_Example.xml").read_text("utf-8")
    broken = re.sub(pattern, by, text)
    stylesheet = saxon.compile_stylesheet(plain(etree.parse(path).getroot()))
    said = etree.fromstring(
        saxon.transform(stylesheet, etree.tostring(etree.fromstring(broken.encode()), encoding="unicode"))
    )
    reference = Counter(failed.get("id") for failed in said.iter("failed-assert"))
    assert Counter(finding.rule for finding in loaded(path).judge(broken.encode())) == reference
    assert bool(reference) is (broken != text)


def test_without_rules_the_bench_says_what_it_needs(tmp_path):
    with pytest.raises(Rejected, match="avrop rules install"):
        validate(tmp_path)
