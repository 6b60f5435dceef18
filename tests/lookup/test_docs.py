"""docs/lookup.md names every answer, rule and setting, and no other."""

from __future__ import annotations

import re
from typing import get_args

from gateway.lookup import Answer
from tests.data import ROOT
from tests.wording.literals import rules

DOCS = (ROOT / "docs" / "lookup.md").read_text(encoding="utf-8")


def _first_cells(heading: str) -> set[str]:
    table = DOCS.split(f"## {heading}")[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


def test_every_answer_stands_there():
    assert _first_cells("Four answers") == {kind.__struct_config__.tag for kind in get_args(Answer)}


def test_every_setting_stands_there():
    read = re.findall(r'"(AVROP_SM\w+)"', (ROOT / "gateway" / "settings.py").read_text(encoding="utf-8"))
    assert len(read) == 5
    assert _first_cells("Settings") == set(read)


def test_every_rule_stands_there():
    assert _first_cells("Findings") == {rule for rule, file in rules().items() if file.startswith("lookup/")}
