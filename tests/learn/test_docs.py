"""The example of docs/learn.md is what the command proposes."""

from __future__ import annotations

import re
from datetime import date

from gateway.learn import File, learn
from gateway.learn.explain import told
from tests.data import ROOT, mapping_texts

PAGE = (ROOT / "docs" / "learn.md").read_text(encoding="utf-8")


def _block(kind: str) -> str:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)[0]


def test_the_example_is_proposed_as_the_page_says():
    raw = _block("csv").replace("\n", "\r\n").encode("windows-1252")
    found = learn([File("orderbesked.csv", raw)], "orderbesked", mapping_texts(), date(2026, 11, 25))
    assert found.sound
    assert found.text == _block("yaml")
    shown = {tuple(line.split()) for line in told(found, "en").splitlines()}
    lines = re.findall(r"```\n(column .*?)```", PAGE, re.DOTALL)[0].splitlines()
    assert len(lines) == 3
    assert {tuple(line.split()) for line in lines} <= shown


def test_the_words_that_the_page_points_at_are_there():
    for path in re.findall(r"\]\(\.\./(gateway/[^)]+)\)", PAGE):
        assert (ROOT / path).is_file(), path
