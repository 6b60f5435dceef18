"""docs/operations.md tells all that there is: every variable, alarm, figure and span."""

from __future__ import annotations

import re

import pytest

from gateway.exchange import worker_figures
from gateway.exchange.alarms import Kind
from tests.data import ROOT

DOCS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SOURCES = {
    name: (ROOT / name).read_text(encoding="utf-8")
    for name in ("gateway/observing.py", "gateway/telemetry.py", "gateway/exchange/metrics_http.py")
}


def test_every_variable_stands_there():
    read = set(re.findall(r"AVROP_\w+", SOURCES["gateway/observing.py"] + SOURCES["gateway/telemetry.py"]))
    assert len(read) > 8
    assert read == set(re.findall(r"AVROP_\w+", DOCS))


@pytest.mark.parametrize("kind", Kind)
def test_every_alarm_stands_there(kind: Kind):
    assert f"`{kind.value}`" in DOCS


def test_every_figure_stands_there():
    ours = set(re.findall(r'"(avrop_\w+)"', SOURCES["gateway/exchange/metrics_http.py"]))
    ours |= {family.name for family in worker_figures.REGISTRY.collect() if family.name.startswith("avrop_")}
    assert len(ours) > 14
    told = {re.sub(r"_total$", "", name) for name in re.findall(r"`(avrop_\w+)", DOCS)}
    assert told == ours


def test_every_span_stands_there():
    sources = [*(ROOT / "gateway" / "exchange").glob("*.py"), *(ROOT / "shop").glob("*.py")]
    spans = {name for path in sources for name in re.findall(r'telemetry\.span\(\s*"(\w+)"', path.read_text("utf-8"))}
    assert {"compose", "attempt", "apply"} <= spans
    for name in spans:
        assert f"`{name}`" in DOCS, name
