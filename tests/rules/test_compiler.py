"""What our own small schemas mean when compiled: lets, first rule wins, reports, extends, texts; what is refused."""

from __future__ import annotations

import pytest

from gateway.findings import Rejected
from gateway.rules.schematron import Schematron
from gateway.rules.xsd import Schema

DOCUMENT = b"""<order xmlns="urn:example:order">
  <line unit="st"><count>3</count></line>
  <line unit="dunk"><count>0</count></line>
</order>"""


def schematron(body: str, binding: str = "xslt2") -> Schematron:
    return Schematron.load(
        f'<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="{binding}">'
        f'<ns prefix="o" uri="urn:example:order"/>{body}</schema>',
        "own.sch",
    )


def told(body: str, document: bytes = DOCUMENT) -> list[tuple[str, str]]:
    return [(finding.rule, finding.message) for finding in schematron(body).judge(document, "order.xml")]


def test_the_first_rule_that_matches_is_the_only_one_in_its_pattern() -> None:
    first = '<rule context="o:line[@unit=\'dunk\']"><assert id="A" test="false()">first</assert></rule>'
    second = '<rule context="o:line"><assert id="B" test="false()">second</assert></rule>'
    assert told(f"<pattern>{first}{second}</pattern>") == [("B", "second"), ("A", "first")]
    assert sorted(told(f"<pattern>{first}</pattern><pattern>{second}</pattern>")) == [
        ("A", "first"), ("B", "second"), ("B", "second"),
    ]  # fmt: skip


def test_lets_of_schema_pattern_and_rule_are_seen_where_they_hold() -> None:
    rule = (
        '<rule context="o:line"><let name="n" value="number(o:count)"/><let name="half" value="$n div 2"/>'
        '<assert id="{id}" test="$half * 2 + $most - $most = $n and $n &gt; $least">{id}</assert></rule>'
    )
    body = (
        '<let name="most" value="sum(//o:count)"/>'
        f'<pattern><let name="least" value="min(//o:count)"/>{rule.format(id="LOW")}</pattern>'
        f'<pattern><let name="least" value="max(//o:count)"/>{rule.format(id="HIGH")}</pattern>'
    )
    assert told(body) == [("LOW", "LOW"), ("HIGH", "HIGH"), ("HIGH", "HIGH")]


def test_texts_read_the_document_and_reports_speak_when_true() -> None:
    body = (
        '<pattern><rule context="o:line"><report id="R" test="o:count = 0" diagnostics="d">'
        '<name/> in <emph>unit</emph> <value-of select="@unit"/></report></rule></pattern>'
        '<diagnostics><diagnostic id="d">order at least 1</diagnostic></diagnostics>'
    )
    assert told(body) == [("R", "line in unit dunk order at least 1")]


def test_a_rule_extends_an_abstract_one() -> None:
    body = (
        '<pattern><rule abstract="true" id="counted"><assert id="C" test="o:count &gt; 0">count</assert></rule>'
        '<rule context="o:line"><extends rule="counted"/></rule></pattern>'
    )
    assert told(body) == [("C", "count")]


def test_attributes_can_be_judged() -> None:
    body = "<pattern><rule context=\"o:line/@unit\"><assert id='U' test=\". = 'st'\">unit</assert></rule></pattern>"
    (finding,) = schematron(body).judge(DOCUMENT, "order.xml")
    assert (finding.rule, finding.place.path, finding.place.line) == ("U", "/o:order[1]/o:line[2]/@unit", 3)


@pytest.mark.parametrize(
    ("attributes", "fatal"), [('flag="fatal"', True), ('flag="warning"', False), ("", True), ('role="warning"', False)]
)
def test_flags_decide_what_is_fatal(attributes: str, fatal: bool) -> None:
    body = f'<pattern><rule context="/"><assert id="F" {attributes} test="false()">x</assert></rule></pattern>'
    (finding,) = schematron(body).judge(DOCUMENT)
    assert finding.fatal is fatal


@pytest.mark.parametrize(
    "body",
    [
        '<include href="other.sch"/>',
        '<pattern abstract="true" id="p"><rule context="$x"/></pattern>',
        '<pattern><rule context="o:line"><extends rule="nowhere"/></rule></pattern>',
        '<pattern><rule context="o:line"><assert id="A" test="((">x</assert></rule></pattern>',
    ],
)
def test_what_cannot_be_compiled_is_refused(body: str) -> None:
    with pytest.raises(Rejected) as caught:
        schematron(body)
    assert caught.value.findings[0].rule == "schematron"


def test_other_bindings_and_other_files_are_refused() -> None:
    with pytest.raises(Rejected, match="queryBinding is xpath"):
        schematron("", binding="xpath")
    with pytest.raises(Rejected, match="expected schema"):
        Schematron.load("<order/>")
    with pytest.raises(Rejected, match="not well-formed"):
        Schematron.load("<schema")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\x01",
        b"<order",
        b"<a><b></a>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<?xml version="1.0" encoding="latin-9000"?><a/>',
        b"<a>" * 10_000,
        "<a>å</a>".encode("utf-16")[:-3],
    ],
    ids=range(8),
)
def test_garbage_is_a_finding_and_never_an_error(raw: bytes) -> None:
    findings = schematron("").judge(raw, "in.xml")
    assert findings
    assert all(finding.fatal and finding.place.source == "in.xml" for finding in findings)


def test_a_document_in_another_encoding_is_judged() -> None:
    body = "<pattern><rule context='o:n'><assert id='E' test=\". = 'å'\">letter</assert></rule></pattern>"
    latin = '<?xml version="1.0" encoding="ISO-8859-1"?><n xmlns="urn:example:order">å</n>'.encode("latin-1")
    assert told(body, latin) == []


def test_a_schema_that_is_not_there_is_refused(tmp_path) -> None:
    with pytest.raises(Rejected, match="cannot be read"):
        Schema(tmp_path / "none.xsd")
