"""Each official rule is broken by a small document of our own that breaks nothing else, and the finding names it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lxml import etree

from gateway.findings import Finding
from gateway.formats import carried, example, load_dialects
from tests.data import mapping_texts, shared
from tests.rules.breaking.cases import CASES, Case
from tests.rules.breaking.drafts import PREFIXES, Draft
from tests.rules.breaking.facts import Assert, asserts, contexts
from tests.rules.breaking.structural import broken
from tests.rules.packages import loaded

SCHEMATRON = "peppol-2026.5/schematron"
TEXTS = mapping_texts()
CODECS = load_dialects(TEXTS)["peppol"].codecs
every_transaction = pytest.mark.parametrize("transaction", CASES)


def seed(case: Case) -> Draft:
    """Our example as the table writes it, made ready to be broken."""
    table = CODECS[case.table].table
    document = carried(example(TEXTS[f"{table.example}.yaml"], case.table, table.document), table.leave_out)
    draft = Draft(table, CODECS[case.table].write(document))
    for edit in case.breaking.seed:
        edit(draft)
    return draft


def breakings(transaction: str) -> Iterator[tuple[Assert, Draft, str]]:
    """For each rule a document that breaks it, and the place that a finding has to name ("" where not foreseen)."""
    case = CASES[transaction]
    raw = seed(case).raw()
    for rule in asserts(shared(f"{SCHEMATRON}/PEPPOLBIS-{transaction}.sch")):
        draft, place = Draft(CODECS[case.table].table, raw), ""
        for edit in case.breaking.first.get(rule.name, ()):
            edit(draft)
        if rule.shape:
            place = draft.place(broken(rule, draft))
        else:
            for edit in case.by_hand[rule.name]:
                edit(draft)
        yield rule, draft, place


def well_placed(finding: Finding, raw: bytes, place: str) -> bool:
    """Whether the finding's path leads to an element that begins on its line, the foreseen one where one is."""
    root = etree.fromstring(raw)
    found = root.xpath(finding.place.path, namespaces=PREFIXES | {"ubl": etree.QName(root).namespace})
    return len(found) == 1 and found[0].sourceline == finding.place.line and place in ("", finding.place.path)


@every_transaction
def test_the_seed_breaks_nothing(transaction):
    rules = loaded(shared(f"{SCHEMATRON}/PEPPOLBIS-{transaction}.sch"))
    assert [str(finding) for finding in rules.judge(seed(CASES[transaction]).raw())] == []


@every_transaction
def test_each_rule_is_broken_alone_and_named(transaction):
    case, wrong = CASES[transaction], []
    path = shared(f"{SCHEMATRON}/PEPPOLBIS-{transaction}.sch")
    names = {rule.id: rule.name for rule in asserts(path)}
    assert len(set(names.values())) == len(names)
    for rule, draft, place in breakings(transaction):
        findings = loaded(path).judge(draft.raw(), rule.id)
        told = {names[finding.rule] for finding in findings}
        expected = {rule.name, *case.alongside.get(rule.name, ((), ""))[0]} - set(case.breaking.never)
        if told != expected:
            wrong.append(f"{rule.id} ({rule.name}): expected {expected}, told {told}")
        for finding in findings:
            if finding.rule == rule.id and (
                finding.fatal != rule.fatal or not well_placed(finding, draft.raw(), place)
            ):
                wrong.append(f"{rule.id} ({rule.name}): at {place or 'its place'}, told {finding}")
    assert not wrong, "\n".join(wrong)


@every_transaction
def test_the_table_names_each_element_of_the_data_model(transaction):
    draft = seed(CASES[transaction])
    for path in contexts(shared(f"{SCHEMATRON}/PEPPOLBIS-{transaction}.sch")):
        assert draft.spec_of(path).name == path.rsplit("/", 1)[-1]


def test_every_breaking_is_of_a_rule_that_there_is():
    known = {rule.name for each in CASES for rule in asserts(shared(f"{SCHEMATRON}/PEPPOLBIS-{each}.sch"))}
    for case in CASES.values():
        said = {*case.by_hand, *case.breaking.first, *case.alongside, *case.breaking.never}
        assert said <= known, said - known


@every_transaction
def test_the_structure_check_of_the_table_sees_each_rule_of_the_data_model(transaction):
    """Built in and always on: what the publisher's rules say of structure is said without them, by the table."""
    codec = CODECS[CASES[transaction].table]
    assert [str(finding) for finding in codec.check(seed(CASES[transaction]).raw(), "seed") if finding.fatal] == []
    structural = [
        (rule, draft.raw()) for rule, draft, _ in breakings(transaction) if rule.shape not in ("", "location")
    ]
    missed = [rule.name for rule, raw in structural if not any(f.fatal for f in codec.check(raw, rule.id))]
    assert missed == []
