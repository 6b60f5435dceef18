"""The tables of Peppol Logistics see, without the publisher's rules, what these say of structure."""

from __future__ import annotations

import pytest

from gateway.formats import example, load_dialects
from tests.data import mapping_texts, shared
from tests.rules.breaking.drafts import Draft
from tests.rules.breaking.facts import asserts, contexts
from tests.rules.breaking.structural import broken

TEXTS = mapping_texts()
CODECS = load_dialects(TEXTS)["peppol"].codecs
TABLES = {"T120": "peppol/advanced_despatch_advice", "T128": "peppol/receipt_advice"}
every_transaction = pytest.mark.parametrize("transaction", TABLES)


def seed(transaction: str) -> Draft:
    """Our example, as the table writes it."""
    codec = CODECS[TABLES[transaction]]
    return Draft(codec.table, codec.write(example(TEXTS[f"{codec.table.example}.yaml"], "x", codec.table.document)))


def rules(transaction: str):
    return shared(f"peppol-logistics/schematron/PEPPOLBIS-{transaction}.sch")


@every_transaction
def test_the_table_names_each_element_of_the_data_model(transaction):
    draft = seed(transaction)
    for path in contexts(rules(transaction)):
        assert draft.spec_of(path).name == path.rsplit("/", 1)[-1]


@every_transaction
def test_the_structure_check_of_the_table_sees_each_rule_of_the_data_model(transaction):
    codec, raw = CODECS[TABLES[transaction]], seed(transaction).raw()
    structural = [rule for rule in asserts(rules(transaction)) if rule.shape not in ("", "location")]
    assert len(structural) > 100
    missed = []
    for rule in structural:
        draft = Draft(codec.table, raw)
        broken(rule, draft)
        if not any(finding.fatal for finding in codec.check(draft.raw(), rule.id)):
            missed.append(rule.name)
    assert missed == []
