"""Every finding that our own code can give has Swedish words; on broken input each message is said by a template."""

from __future__ import annotations

import random

import pytest

from gateway.findings import Finding, Rejected
from gateway.formats import example, load_dialects
from gateway.formats.sbdh import unwrap
from gateway.model import DOCUMENTS
from gateway.wording import explain
from gateway.wording.book import book, entries
from tests.data import mapping_texts
from tests.exchange.desk import dialects
from tests.formats.test_hostile import HOSTILE
from tests.mapping.test_mistakes import TABLE_MISTAKES
from tests.suppliers import test_mistakes as suppliers
from tests.suppliers.files import HEAD, TAIL, read
from tests.wording.literals import rules

RULES = rules()
# What others say comes with a lead of ours: an access point, Python, libxml2's and YAML's parsers.
_QUOTED = {"internal", "xml-syntax", "yaml-syntax", "transport-refused", "supplier-setting", "supplier-placeholder"}


def _said_in_swedish(findings: tuple[Finding, ...] | list[Finding]) -> None:
    for finding in findings:
        swedish, english = explain(finding, "sv"), explain(finding, "en")
        assert english.what, finding
        assert swedish.todo != english.todo, finding
        assert swedish.what != finding.message, finding
        if finding.rule not in _QUOTED:
            assert finding.message not in swedish.what, finding


def test_the_sources_are_read():
    assert len(RULES) > 100
    assert {"not-carried", "ubl-missing", "csv-cells", "supplier-twin", "order-unknown", "table-term"} <= RULES.keys()


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_of_ours_has_words(rule):
    entry = book().exact.get(rule)
    assert entry is not None, f"{rule} of {RULES[rule]} has no words: add it to gateway/wording/words/*.yaml"
    assert entry.what.get("sv")
    assert entry.todo.get("sv")
    assert entry.todo.get("en")
    assert entry.todo["sv"] != entry.todo["en"]


@pytest.mark.parametrize("dialect", ["peppol", "csv", "skogsbagaren"])
def test_hostile_documents_are_explained(dialect):
    for raw in HOSTILE.values():
        with pytest.raises(Rejected) as refused:
            dialects()[dialect].read(raw, "in/bad", None)
        _said_in_swedish(refused.value.findings)


@pytest.mark.parametrize("dialect", ["peppol", "svehandel", "csv", "skogsbagaren", "tradgard", "oci"])
def test_mutated_documents_are_explained(dialect):
    texts, chance, said = mapping_texts(), random.Random(7), 0
    for codec in dialects()[dialect].codecs.values():
        if not codec.table.example:
            continue
        good = codec.write(example(texts[f"{codec.table.example}.yaml"], "x", DOCUMENTS[codec.document]))
        for _ in range(40):
            said += _of_mutant(codec, _mutated(good, chance))
    assert said > 40


def _of_mutant(codec, raw: bytes) -> int:
    try:
        findings = codec.read(raw, "in/bad").findings
    except Rejected as rejected:
        findings = rejected.findings
    found = (*findings, *codec.check(raw, "in/bad"))
    _said_in_swedish(found)
    return len(found)


def _mutated(good: bytes, chance: random.Random) -> bytes:
    """A line taken away, moved, doubled or emptied, or a few letters changed."""
    pieces = good.replace(b"><", b">\n<").replace(b"&", b"\n&").split(b"\n")
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(pieces))
        what = chance.choice(("drop", "double", "move", "letters", "attribute", "element"))
        if what == "drop":
            pieces[at] = b""
        elif what == "double":
            pieces.insert(at, pieces[at])
        elif what == "move":
            pieces.insert(chance.randrange(len(pieces)), pieces.pop(at))
        elif what == "letters":
            pieces[at] = pieces[at].translate(bytes.maketrans(b"01259", b"xZ;.,"))
        elif what == "attribute":
            pieces[at] = pieces[at].replace(b">", b' colour="red">', 1)
        else:
            pieces.insert(at, b"<surprise>1</surprise>")
    return b"\n".join(pieces)


@pytest.mark.parametrize(("marked", "words", "rule"), [*suppliers.MISTAKES, *suppliers.BROKEN_YAML])
def test_mistakes_in_suppliers_are_explained(marked, words, rule):
    line = marked.replace("%s", suppliers.GOOD).replace("^", "", 1)
    found = read(HEAD + line + "\n" + TAIL).findings
    assert found
    _said_in_swedish(found)


@pytest.mark.parametrize(("good", "bad", "says", "rule"), TABLE_MISTAKES)
def test_mistakes_in_tables_are_explained(good, bad, says, rule):
    texts = mapping_texts()
    texts["peppol/order_response.yaml"] = texts["peppol/order_response.yaml"].replace(good, bad, 1)
    with pytest.raises(Rejected) as refused:
        load_dialects(texts)
    _said_in_swedish(refused.value.findings)


def test_an_envelope_that_is_none_is_explained():
    for raw in (b"<a/>", b"<StandardBusinessDocument"):
        with pytest.raises(Rejected) as refused:
            unwrap(raw)
        _said_in_swedish(refused.value.findings)


def test_holes_are_carried_and_what_was_meant_with_them():
    message = "transport.hosst is not a setting of sftp; did you mean host? (3 suppliers are left out)"
    finding = Finding(rule="supplier-unknown-setting", message=message)
    assert explain(finding, "sv").what == (
        "transport.hosst är ingen inställning för sftp; menade du host? (3 leverantörer är utelämnade)"
    )
    assert explain(finding, "en").what == message


def test_no_rule_has_two_entries():
    seen = [entry.rule.text for entry in entries()]
    assert len(seen) == len(set(seen))
