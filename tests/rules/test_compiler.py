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


@pytest.mark.parametrize("path", ["o:count", "o:order/o:line/o:count", "/o:order/o:line/o:count"])
def test_the_first_rule_wins_however_its_context_is_written(path: str) -> None:
    """Plain paths are walked as a tree, other contexts matched; an element unnamed gets the rule for all others."""
    named = f'<rule context="{path}"><assert id="N" test="false()">x</assert></rule>'
    free = f'<rule context="{path}"/>'
    others = '<rule context="/o:order/o:line/*"><assert id="O" test="false()">x</assert></rule>'
    deep = '<rule context="/o:order"><assert id="D" test="o:head">x</assert></rule>'
    document = DOCUMENT.replace(b"</line>", b"<note><count/></note></line>", 1)

    def rules(*parts: str) -> list[str]:
        return [rule for rule, _ in told(f"<pattern>{''.join(parts)}</pattern>", document)]

    assert rules(free, others, deep) == ["D", "O"]
    assert rules(others, free, deep)[:2] == ["D", "O"]
    assert rules(others, named).count("O") == 3
    assert rules(named, others).count("O") == 1


def test_a_code_is_sought_in_the_list_that_holds_where_it_stands() -> None:
    list_of = "<let name=\"{0}\" value=\"tokenize('{1}', '\\s')\"/>"
    check = '<rule context="o:line"><assert id="{0}" test="{1}">x</assert></rule>'
    walk = "some $code in ${0} satisfies $code = @unit"

    def judged(lists: str, test: str) -> int:
        return len(told(f"<pattern>{lists}{check.format('U', test)}</pattern>"))

    known = list_of.format("units", "st kg")
    assert judged(known, walk.format("units")) == 1
    assert judged(known, f"not(@unit) or ({walk.format('units')})") == 1
    assert judged(known, f"({walk.format('units')}) and o:count") == 1
    assert judged(known, "some $code in $units satisfies normalize-space(text()) = $code") == 2
    assert judged(known, "some $code in $units satisfies $code = @unit and o:count = 3") == 1
    assert judged("<let name='units' value=\"('st', 'dunk')\"/>", walk.format("units")) == 0
    first, second = (f"<pattern>{list_of.format('units', units)}{check.format(units, walk.format('units'))}</pattern>"
                     for units in ("st", "dunk"))  # fmt: skip
    assert told(first + second) == [("st", "x"), ("dunk", "x")]


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


def test_a_let_that_cannot_be_computed_costs_only_the_rules_that_use_it() -> None:
    wrong = '<let name="{0}" value="normalize-space(//o:count)"/>'
    check = '<assert id="{0}" test="{1}">x</assert>'
    context = "<rule context=\"o:line[$p = 'x'] | /o:order\">"
    body = (
        f"{wrong.format('s')}<pattern>{wrong.format('p')}<let name='q' value=\"$p = '3'\"/>{context}"
        f"{check.format('S', '$s')}{check.format('P', '$p')}{check.format('Q', '$q')}{check.format('OK', 'false()')}"
        "</rule></pattern>"
    )
    found = told(body)
    assert [rule for rule, _ in found] == ["S", "P", "Q", "OK"]
    assert ["cannot be judged" in message for _, message in found] == [True, True, True, False]


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
