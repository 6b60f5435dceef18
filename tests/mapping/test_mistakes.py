"""Mistakes in a table or dialect: each is found when it is loaded, with file, line, column and a suggestion."""

from __future__ import annotations

import pytest

from gateway.findings import Rejected
from gateway.formats import load_dialects
from tests.data import mapping_texts

TABLE_MISTAKES = [
    ("term: customer_reference}", "term: customer_referense}", "did you mean customer_reference?", "table-term"),
    ("codes: currencies, card: 1..1}", "codes: currensies, card: 1..1}", "did you mean currencies?", "table-codes"),
    (
        "path: cbc:Note, term: note}",
        "path: xyz:Note, term: note}",
        "'xyz:Note' in 'xyz:Note' is not a step",
        "table-path",
    ),
    ("path: cbc:Note, term: note}", "path: cbc:SalesOrderID, term: note}", "stands twice", "table-twice"),
    ("term: note}", "term: sales_order}", "the term sales_order is mapped twice", "table-twice"),
    ("term: issued, card: 1..1}", "term: issued, card: 1..2}", "'1..2' is not a cardinality", "table-card"),
    ("term: issued, card: 1..1}", "term: issued, card: 0..1}", "so its card is 1..1", "table-card"),
    (
        "term: issued, card: 1..1}",
        "term: issued, type: datum}",
        "issued is a date, not a datum; did you mean date?",
        "table-type",
    ),
    (
        "{path: cbc:ID, term: number, card: 1..1}",
        "{path: cbc:ID, const: x}",
        "number must be in every OrderResponse",
        "table-required",
    ),
    (
        "term: promised, use: peppol/parts/period, card: 1..1}",
        "term: promised, use: peppol/parts/perod}",
        "did you mean peppol/parts/period?",
        "table-missing",
    ),
    (
        "term: promised, use: peppol/parts/period, card: 1..1}",
        "term: promised, use: peppol/parts/address}",
        "is a fragment of Address",
        "table-use",
    ),
    ("each: lines", "term: lines", "lines is written with each, not term", "table-each"),
    (
        "term: order_line, card: 1..1}",
        "trem: order_line}",
        "trem is not a key of a line; did you mean term?",
        "table-key",
    ),
    ("document: OrderResponse", "document: OrderRespons", "did you mean OrderResponse?", "table-document"),
    ("syntax: ubl", "syntax: ubll", "did you mean ubl?", "table-syntax"),
    ("example: examples/order_response", "example: examples/none", "there is no example", "table-example"),
]


def texts_with(*tables: str) -> dict[str, str]:
    """These tables alone, with the fragments, lists and examples that they may need."""
    found = mapping_texts()
    others = [path for path, text in found.items() if "document:" in text or path.startswith("dialects/")]
    return {path: text for path, text in found.items() if path in tables or path not in others}


@pytest.mark.parametrize(("good", "bad", "says", "rule"), TABLE_MISTAKES, ids=[row[1][:40] for row in TABLE_MISTAKES])
def test_a_mistake_in_a_table_is_pointed_at(good, bad, says, rule):
    texts = texts_with("peppol/order_response.yaml")
    text = texts["peppol/order_response.yaml"]
    assert good in text
    texts["peppol/order_response.yaml"] = text.replace(good, bad, 1)
    line = text[: text.index(good)].count("\n") + 1
    with pytest.raises(Rejected) as refused:
        load_dialects(texts)
    finding = next(finding for finding in refused.value.findings if finding.rule == rule)
    assert says in finding.message
    assert finding.place.source.startswith("peppol/")
    assert finding.place.column
    assert finding.place.line == line or rule in {"table-required", "table-syntax", "table-example", "table-each"}


SPOKEN = ("csv/order.yaml", "csv/order_response.yaml", "csv/despatch_advice.yaml", "dialects/skogsbagaren.yaml")
DIALECT_MISTAKES = [
    ("extends: csv", "extends: csw", "did you mean csv?", "dialect-parent"),
    (
        "columns: {order_number: Ordernr",
        "columns: {order_nummer: Ordernr",
        "did you mean order_number?",
        "dialect-column",
    ),
    ("XCT: kart", "XCT: st", "are both written 'st'", "codes-injective"),
    ("  units:", "  unist:", "did you mean units?", "dialect-codes"),
    ('decimal: ","', 'decimall: ","', "did you mean decimal?", "table-layout"),
    ('date: "%d.%m.%Y"', 'date: "%d.%m"', "loses a part of the date", "table-layout"),
    ("encoding: windows-1252", "encoding: windows-9999", "unknown encoding", "table-layout"),
    ("line: Rad", "line: Artikel", "stands twice", "table-twice"),
    ("columns:", "order: {drop: [lines.quantity.value]}\ncolumns:", "cannot be dropped", "dialect-drop"),
    (
        "columns:",
        "order: {change: {lines.quantity.unt: {column: x}}}\ncolumns:",
        "did you mean lines.quantity.unit?",
        "dialect-term",
    ),
    ("columns:", "order: {chnage: {}}\ncolumns:", "did you mean change?", "dialect-key"),
    ("layout: {", "layout: {{", "this is not YAML", "yaml-syntax"),
    ("extends: csv", "extends: csv\nextends: csv", "stands twice", "yaml-twice"),
    ("extends: csv", "extends: &a csv\nlayuot: *a", "aliases", "yaml-alias"),
]


@pytest.mark.parametrize(("good", "bad", "says", "rule"), DIALECT_MISTAKES, ids=[row[3] for row in DIALECT_MISTAKES])
def test_a_mistake_in_a_dialect_is_pointed_at(good, bad, says, rule):
    texts = texts_with(*SPOKEN)
    text = texts["dialects/skogsbagaren.yaml"]
    assert good in text
    texts["dialects/skogsbagaren.yaml"] = text.replace(good, bad, 1)
    with pytest.raises(Rejected) as refused:
        load_dialects(texts)
    finding = next(finding for finding in refused.value.findings if finding.rule == rule)
    assert says in finding.message, finding
    assert finding.place.line


def test_a_dialect_may_drop_what_is_optional_and_then_refuses_it_by_name():
    texts = texts_with(*SPOKEN)
    texts["dialects/skogsbagaren.yaml"] += "\norder: {drop: [note]}\n"
    with pytest.raises(Rejected, match="note cannot be said in skogsbagaren/order"):
        load_dialects(texts)
