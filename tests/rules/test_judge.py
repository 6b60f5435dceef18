"""Verdicts: by which package, on which day, for which transaction; silence is told; what breaks a schema explained."""

from __future__ import annotations

from datetime import date

import pytest

from gateway.findings import Rejected
from gateway.rules.install import install
from gateway.rules.judge import Rules
from gateway.rules.pool import Pool
from tests.rules.samples import FILES, folder, one_rule, order

SPRING, AUTUMN = date(2026, 5, 15), date(2026, 11, 15)
INVOICE = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
BILLING = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:{0}:3.0"


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    with Pool() as pool:
        install(home / "rules", folder(home / "old"), "own-spring", SPRING, pool)
        newer = FILES | {"rules/own-T01.sch": one_rule("cbc:Note = 2", "OWN-T01-R002")}
        install(home / "rules", folder(home / "new", newer), "own-autumn", AUTUMN, pool)
        install(home / "rules", folder(home / "invoices", invoices()), "own-invoices", SPRING, pool)
        yield Rules(home / "rules", pool)


def invoices() -> dict[str, str]:
    """European rules for all invoices, plain rules and those of self-billing, as they are published together."""

    def file(rule: str, customization: str) -> str:
        test = f"starts-with(cbc:CustomizationID, '{customization}')" if customization else "cbc:ID"
        return one_rule(test, rule).replace("Order", "Invoice")

    return {
        "EU-UBL.sch": file("EU-R1", ""),
        "OWN-UBL.sch": file("OWN-R1", BILLING.format("billing")),
        "OWN-UBL-SB.sch": file("OWN-SB-R1", BILLING.format("selfbilling")),
    }


def invoice(kind: str) -> bytes:
    raw = order(number="").replace(b"Order", b"Invoice")
    return raw.replace(b"urn:fdc:peppol.eu:poacc:trns:order:3", BILLING.format(kind).encode())


def given(verdicts) -> dict[str, tuple[str, list[str]]]:
    return {verdict.layer: (verdict.package, [one.rule for one in verdict.findings]) for verdict in verdicts}


def test_a_verdict_names_the_package_in_force(rules):
    raw = order(number="")
    assert given(rules.judge(raw, day=AUTUMN)) == {
        "xsd": ("own-autumn", ["xsd"]), "schematron": ("own-autumn", ["OWN-T01-R002"]),
    }  # fmt: skip
    spring = rules.judge(raw, day=SPRING, layers=["schematron"])
    assert given(spring) == {"schematron": ("own-spring", ["OWN-T01-R001"])}
    assert spring[0].fatal
    assert spring[0].took_ms > 0
    assert given(rules.judge(order(), day=SPRING)) == {"xsd": ("own-spring", []), "schematron": ("own-spring", [])}


def test_a_package_can_be_named_whatever_the_day(rules):
    found = rules.judge(order(number=""), day=date(2020, 1, 1), package="own-spring", layers=["schematron"])
    assert given(found) == {"schematron": ("own-spring", ["OWN-T01-R001"])}
    with pytest.raises(Rejected, match="own-winter"):
        rules.judge(order(), day=SPRING, package="own-winter")


def test_without_rules_there_is_no_verdict_and_that_is_told(rules):
    assert rules.judge(order(), day=date(2020, 1, 1)) == ()
    told = rules.silent("T01", day=date(2020, 1, 1))
    assert [(one.rule, one.fatal) for one in told] == [("rules-not-installed", False)] * 2
    assert "no schematron rules in force for T01 on 2020-01-01; install them: avrop rules install" in told[1].message
    assert rules.silent("T01", day=SPRING) == ()
    assert [one.rule for one in rules.silent("T76", day=SPRING, layers=["xsd"])] == ["rules-not-installed"]
    assert rules.silent(None, day=SPRING) == ()


def test_a_document_is_judged_as_it_says_or_as_it_is_told(rules):
    assert rules.transaction(order()) == "T01"
    other = order().replace(b"trns:order:3", b"trns:another:1")
    assert rules.transaction(other) is None
    assert rules.transaction(b"<a") is None
    assert given(rules.judge(other, day=SPRING)) == {"xsd": ("own-spring", [])}
    assert given(rules.judge(other, day=SPRING, transaction="T01"))["schematron"] == ("own-spring", [])


@pytest.mark.parametrize(
    ("kind", "told"), [("billing", ["EU-R1"]), ("selfbilling", ["EU-R1"]), ("", ["EU-R1", "OWN-R1"])]
)
def test_the_rules_of_an_invoice_are_those_that_its_customization_asks_for(rules, kind, told):
    (verdict,) = rules.judge(invoice(kind), day=SPRING)
    assert sorted(one.rule for one in verdict.findings) == told


def test_what_is_no_document_gets_one_verdict_that_says_so(rules):
    (verdict,) = rules.judge(b"<Order", day=SPRING, source="in/1.xml")
    assert (verdict.package, verdict.findings[0].rule, verdict.findings[0].place.source) == (
        "",
        "xml-syntax",
        "in/1.xml",
    )
    (bomb,) = rules.judge(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', day=SPRING, layers=["schematron"])
    assert (bomb.layer, bomb.findings[0].rule) == ("schematron", "xml-doctype")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        (b"<cbc:ID>7</cbc:ID>", b"", 2, "cbc:Note may not stand here in Order: cbc:ID is expected before it"),
        (b"<cbc:ID>", b"<cbc:Ort>x</cbc:Ort><cbc:ID>", 2, "cbc:Ort may not stand here in Order: cbc:ID is expected"),
        (b"<cbc:ID>7</cbc:ID><cbc:Note>1</cbc:Note>", b"", 1, "Order is not complete: cbc:ID is missing at its end"),
        (b"</cbc:Note>", b"</cbc:Note>\n<cbc:ID>8</cbc:ID>", 3, "cbc:ID may not stand in Order"),
        (b"<cbc:ID>7", b"<cbc:ID><cbc:Note/>", 2, "cbc:ID: a simple content element"),
        (b"Order", b"Offer", 1, "Offer is not the root element"),
    ],
)
def test_what_breaks_a_schema_is_explained(rules, old, new, line, words):
    raw = order().replace(old, new)
    verdicts = rules.judge(raw, day=SPRING, transaction="T01", layers=["xsd"])
    first = verdicts[0].findings[0]
    assert (first.rule, first.fatal, first.place.line) == ("xsd", True, line)
    assert first.message.startswith(words)


def test_a_long_document_is_told_in_the_parsers_own_words(rules):
    raw = order(note="x" * 2_000_000, number="")
    (verdict,) = rules.judge(raw, day=SPRING, layers=["xsd"])
    assert "cbc:Note': This element is not expected" in verdict.findings[0].message
