"""The pages of docs/documents are what the tables say now."""

from __future__ import annotations

import re

import pytest

from gateway.mapping.index import table_names
from gateway.mapping.pages import INDEX, pages
from tests.data import ROOT, mapping_texts

TEXTS = mapping_texts()
PAGES = pages(TEXTS)
FOLDER = ROOT / "docs" / "documents"
AGAIN = "run `python docs/generate.py` and read the diff"


def test_every_table_has_a_page_and_every_page_a_table():
    assert len(PAGES) == len(table_names(TEXTS)) + 2
    assert {path.name for path in FOLDER.glob("*.md")} == set(PAGES), AGAIN


def test_every_page_says_what_its_table_says_now():
    stale = [name for name, page in PAGES.items() if _written(name) != page]
    assert stale == [], AGAIN


def test_every_table_says_in_a_sentence_what_its_document_is():
    silent = [name for name in table_names(TEXTS) if "\nabout: " not in TEXTS[f"{name}.yaml"]]
    assert silent == [], "give the table an about: with one English sentence"


def test_a_page_holds_constants_code_lists_cardinality_attributes_and_what_is_left_out():
    page = PAGES["peppol-despatch-advice.md"]
    assert "- `cbc:CustomizationID` · 1..1 · always `urn:fdc:peppol.eu:poacc:trns:despatch_advice:3`" in page
    assert "  - `cac:Party` → `consignee` · 1..1 · Party\n    - `cbc:EndpointID` → `endpoint` · 1..1" in page
    assert "[eas]: ../../mappings/codelists/eas.yaml" in page
    assert "· by the hook packing" in page
    assert "`lines.shipment_id`" in PAGES["csv-despatch-advice.md"]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_link_of_a_page_leads_to_a_file(name):
    for target in re.findall(r"\]\(([^)]+)\)|^\[[^\]]+\]: (\S+)", PAGES[name], re.MULTILINE):
        path = (target[0] or target[1]).partition("#")[0] or name
        assert (FOLDER / path).resolve().exists(), target


def _written(name: str) -> str:
    path = FOLDER / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def test_the_index_names_every_page():
    assert all(f"({name})" in PAGES[INDEX] for name in PAGES if name != INDEX)
