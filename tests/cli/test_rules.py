"""`avrop rules` and `avrop document validate`, as an operator and a program use them."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from gateway.cli import program
from gateway.formats import example, load_dialects, sbdh
from gateway.model import Order
from tests.data import mapping_texts, shared
from tests.rules.samples import FILES, folder, one_rule, zipped

RUNNER = CliRunner()
DAYS = {"spring": "2026-05-15", "autumn": "2026-11-15", "future": "2999-01-01"}


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("AVROP_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture(scope="module")
def order() -> bytes:
    texts = mapping_texts()
    raw = load_dialects(texts)["peppol"].write(example(texts["examples/order.yaml"], "order", Order))
    return raw.replace(b"><", b">\n<")


def run(*arguments, code=0):
    result = RUNNER.invoke(program(), [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    return result.stdout


def install(path, name, day="spring", code=0):
    return run("rules", "install", path, "--name", name, "--from", DAYS.get(day, day), "--json", code=code)


def validated(*arguments, code=0):
    return [json.loads(line) for line in run("document", "validate", *arguments, code=code).splitlines()]


def rules_of(line, fatal=True) -> list[str]:
    return [finding["rule"] for finding in line["findings"] if finding["fatal"] is fatal]


def test_packages_are_installed_and_listed(home):
    assert "avrop rules install" in run("rules", "list")
    said = json.loads(install(zipped(home / "in.zip"), "own-spring"))
    assert (said["name"], said["from"], said["transactions"]) == ("own-spring", "2026-05-15", ["T01"])
    install(folder(home / "new", {"own-T01.sch": one_rule("cbc:Note")}), "own-future", "future")
    listed = json.loads(run("rules", "list", "--json"))
    assert listed["in_force"] == {"T01": {"xsd": "own-spring", "schematron": "own-spring"}}
    assert [package["name"] for package in listed["coming"]] == ["own-future"]
    assert [package["name"] for package in listed["installed"]] == ["own-spring", "own-future"]
    shown = run("rules", "list")
    assert "T01   xsd: own-spring  schematron: own-spring" in shown
    assert "comes on 2999-01-01" in shown


def test_a_package_that_is_no_good_is_refused(home):
    bad = folder(home / "in", FILES | {"rules/own-T01.sch": one_rule("((")})
    result = RUNNER.invoke(program(), ["rules", "install", str(bad), "--name", "own", "--from", "2026-05-15"])
    assert result.exit_code == 1
    assert "rules/own-T01.sch:5" in str(result.exception)
    install(bad, "own", "15 maj", code=2)


def test_without_packages_structure_judges_and_the_others_say_what_to_do(home, order):
    path = home / "order.xml"
    path.write_bytes(order)
    (line,) = validated(path)
    assert (line["file"], line["format"], rules_of(line)) == (str(path), "peppol", [])
    assert rules_of(line, fatal=False).count("rules-not-installed") == 2
    assert "avrop rules install PATH" in line["findings"][0]["message"]


def test_every_layer_speaks_and_only_those_that_are_named(home, order):
    rule = one_rule("cbc:Never", "OWN-T01-R009")
    install(folder(home / "in", FILES | {"rules/own-T01.sch": rule}), "own-spring")
    path, other = home / "order.xml", home / "other.txt"
    path.write_bytes(order.replace(b"<cbc:IssueDate>", b"<cbc:Mood>good</cbc:Mood>\n<cbc:IssueDate>"))
    other.write_text("nothing of ours")
    first, second = validated(path, other, code=1)
    assert set(rules_of(first)) >= {"xsd", "OWN-T01-R009"}
    assert [finding["line"] for finding in first["findings"] if finding["rule"] == "OWN-T01-R009"] == [2]
    assert rules_of(second) == ["not-recognised"]
    (alone,) = validated(path, "--layer", "schematron", code=1)
    assert rules_of(alone) == ["OWN-T01-R009"]
    assert alone["rules"] == {"schematron": "own-spring"}
    (early,) = validated(path, "--layer", "schematron", "--day", "2026-01-01")
    assert rules_of(early, fatal=False) == ["rules-not-installed"]
    (named,) = validated(path, "--layer", "schematron", "--day", "2026-01-01", "--rules", "own-spring", code=1)
    assert rules_of(named) == ["OWN-T01-R009"]


def test_a_document_is_judged_as_another_transaction(home, order):
    install(folder(home / "in", {"own-T110.sch": one_rule("cbc:Never", "OWN-T110-R001")}), "own")
    path = home / "order.xml"
    path.write_bytes(order)
    (line,) = validated(path, "--layer", "schematron", "--as", "T110", code=1)
    assert rules_of(line) == ["OWN-T110-R001"]
    (own,) = validated(path, "--layer", "schematron")
    assert rules_of(own, fatal=False) == ["rules-not-installed"]


def test_lines_inside_an_envelope_are_those_of_the_file(home, order):
    install(folder(home / "in", {"own-T01.sch": one_rule("cbc:Never")}), "own")
    header = sbdh.header_for(order, "0007:2120009994", "0007:5560360793", "7", sbdh.datetime(2026, 11, 20))
    wrapped = sbdh.wrap(order, header).replace(b"</HeaderVersion>", b"</HeaderVersion>\n\n\n")
    path = home / "wrapped.xml"
    path.write_bytes(wrapped)
    (line,) = validated(path, "--layer", "schematron", code=1)
    (finding,) = line["findings"]
    assert finding["line"] == wrapped[: wrapped.index(b"<Order")].count(b"\n") + 1


def test_what_is_too_large_is_not_even_read(home, monkeypatch):
    monkeypatch.setenv("AVROP_INBOX_LIMIT", "1000")
    path = home / "large.xml"
    with path.open("wb") as large:
        large.truncate(1_000_000_000)
    (line,) = validated(path, code=1)
    assert rules_of(line) == ["too-large"]


@pytest.mark.parametrize(
    "wrong", [("--as", "T99"), ("--layer", "all"), ("--rules", "none"), ("--day", "soon"), ("--nothing",)]
)
def test_wrong_use_ends_with_2(home, wrong):
    path = home / "order.xml"
    path.write_bytes(b"<Order/>")
    run("document", "validate", path, *wrong, code=2)
    run("bench", "write", "--rules", home, code=2)


def test_document_types_judge_cxml_files_by_their_version(home):
    sample = shared("cxml-samples/focxml-order_request.xml")
    (silent,) = validated(sample)
    assert "rules-not-installed" in rules_of(silent, fatal=False)
    assert "no dtd rules in force for OrderRequest" in str(silent["findings"])
    said = json.loads(install(shared("cxml-older"), "cxml-older"))
    assert said["versions"] == ["1.2.014", "1.2.020", "1.2.037"]
    assert "4 DTD (cXML 1.2.014, 1.2.020, 1.2.037)" in run("rules", "list")
    (older,) = validated(sample)
    assert older["rules"] == {"dtd": "cxml-older"}
    assert "dtd" in rules_of(older, fatal=False), "the document is younger than every DTD: a warning"
    install(shared("cxml-1.2.071"), "cxml-1.2.071", "2026-01-01")
    (newer,) = validated(sample, "--layer", "dtd", "--lang", "sv", code=1)
    assert newer["rules"] == {"dtd": "cxml-1.2.071"}
    assert [(one["rule"], one["line"]) for one in newer["findings"]] == [("dtd", 58)]
    assert "PaymentReference i Payment finns inte i dokumenttypen" in str(newer["findings"])


def test_a_document_that_has_no_document_type_says_so_where_it_was_asked(home, order):
    path = home / "order.xml"
    path.write_bytes(order)
    (line,) = validated(path, "--layer", "dtd")
    assert rules_of(line, fatal=False) == ["rules-none"]
