"""What we send in every dialect and scenario, and what we make of every answer: good ones, wrong ones, hostile ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from gateway.exchange.documents import takes_changes
from gateway.exchange.selftest.scenario import MARK, Scenario, scenario_of
from gateway.formats import sbdh
from gateway.model import DespatchAdvice, Order, OrderCancellation, OrderChange
from gateway.orders.amend import change_of
from gateway.sandbox.answers import response
from gateway.sandbox.behaviour import Behaviour, as_asked
from gateway.sandbox.changes import answers_to_cancellation
from gateway.sandbox.plan import plan
from gateway.sandbox.practice.judge import Bench, Outcome, judge
from gateway.sandbox.practice.papers import NUMBER, applies, order_of, papers
from gateway.sandbox.speaking import say
from gateway.sandbox.supplier import answers, despatches
from gateway.wording import explain
from tests.exchange.desk import dialects
from tests.formats.test_hostile import HOSTILE

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Europe/Stockholm"))
SPOKEN = sorted(name for name, one in dialects().items() if "Order" in one.documents)
PAIRS = [(name, scenario) for name in SPOKEN for scenario in Scenario if applies(dialects()[name], scenario)]
Files = Sequence[tuple[str, bytes]]


def judged(dialect: str, files: Files, scenario: Scenario | None = None) -> Outcome:
    speaker = dialects()[dialect]
    order = order_of(speaker, scenario or Scenario.ACCEPT, NOW)
    return judge(Bench(dialects()), speaker, files, order, NOW.date(), scenario)


def good_answers(dialect: str, scenario: Scenario) -> Files:
    """What our own suppliers would answer, as files."""
    speaker = dialects()[dialect]
    order = order_of(speaker, scenario, NOW)
    said = [document for _, document in answers(order, as_asked(order, Behaviour.SILENT), NOW)]
    if scenario is Scenario.CANCEL:
        asked = papers(speaker, scenario, NOW)[1].document
        assert isinstance(asked, OrderCancellation)
        said = [said[0], answers_to_cancellation(asked, Behaviour.ACCEPT, False, NOW)[0][1]]
    elif takes_changes(speaker) and len(said) == 1 and scenario is not Scenario.REJECT:
        # The offer was agreed to; the goods follow.
        said += [
            one for _, one in despatches(order, plan(order, as_asked(order, Behaviour.SILENT), NOW.date()), NOW.date())
        ]
    return [(f"{place}.out", say(speaker, document)) for place, document in enumerate(said)]


@pytest.mark.parametrize(("dialect", "scenario"), PAIRS)
def test_what_we_send_is_marked_and_read_by_its_own_dialect(dialect: str, scenario: Scenario) -> None:
    speaker = dialects()[dialect]
    sent = papers(speaker, scenario, NOW)
    order = speaker.read(sent[0].content, sent[0].name, "Order").document
    assert isinstance(order, Order)
    assert order.number == NUMBER
    assert scenario_of(order) is scenario
    texts = [order.note or "", *(line.item.name or "" for line in order.lines)]
    assert all(MARK in text.replace("TEST - ", "TEST – ") for text in texts)
    kinds = [type(paper.document) for paper in sent]
    more = {Scenario.CHANGE: [OrderChange], Scenario.CANCEL: [OrderCancellation]}.get(scenario, [])
    assert kinds == [Order, *(more if takes_changes(speaker) else [])]
    for paper in sent:
        codec = speaker.codec(type(paper.document).__name__)
        assert [one for one in codec.check(paper.content, paper.name) if one.fatal] == []


@pytest.mark.parametrize(("dialect", "scenario"), PAIRS)
def test_good_answers_are_good_in_every_dialect(dialect: str, scenario: Scenario) -> None:
    outcome = judged(dialect, good_answers(dialect, scenario), scenario)
    assert outcome.findings == ()
    assert [one.findings for one in outcome.files if not one.good] == []
    assert outcome.good
    assert all(one.format for one in outcome.files)


def test_a_scenario_that_a_dialect_lacks_sends_nothing() -> None:
    assert papers(dialects()["csv"], Scenario.CANCEL, NOW) == ()


@pytest.mark.parametrize("dialect", ["peppol", "skogsbagaren"])
def test_the_wrong_scenario_is_told(dialect: str) -> None:
    outcome = judged(dialect, good_answers(dialect, Scenario.ACCEPT), Scenario.REJECT)
    (finding,) = outcome.findings
    assert (finding.rule, outcome.good) == ("selftest-code", False)
    assert explain(finding, "sv").what == "Svaret är AP, och scenariot reject vill ha RE"


@pytest.mark.parametrize(
    ("scenario", "kept", "missing"),
    [
        (Scenario.ACCEPT, 1, "a despatch advice is missing"),
        (Scenario.SPLIT, 2, "a second despatch advice is missing"),
        (Scenario.REJECT, 0, ""),
    ],
)
def test_what_is_missing_is_told(scenario: Scenario, kept: int, missing: str) -> None:
    outcome = judged("csv", good_answers("csv", scenario)[:kept], scenario)
    assert not outcome.good
    assert missing in "".join(finding.message for finding in outcome.findings)
    for finding in outcome.findings:
        assert explain(finding, "sv").what != finding.message


def test_answers_about_another_order_and_other_lines() -> None:
    speaker = dialects()["peppol"]
    order = order_of(speaker, Scenario.ACCEPT, NOW)
    other = say(speaker, response(replace(order, number="26-000999"), "AP", 1, NOW.date()))
    (one,) = judged("peppol", [("svar.xml", other)]).files
    assert [finding.rule for finding in one.findings if finding.fatal] == ["avrop-order-unknown"]
    assert one.findings[-1].place.source == "svar.xml"


def test_more_than_was_ordered_over_two_advices() -> None:
    (_, first), (_, advice) = good_answers("csv", Scenario.ACCEPT)
    read = dialects()["csv"].read(advice, "x").document
    assert isinstance(read, DespatchAdvice)
    again = say(dialects()["csv"], replace(read, number="FS-2"))
    outcome = judged("csv", [("a", first), ("b", advice), ("c", again)])
    assert "avrop-despatched-too-much" in {finding.rule for finding in outcome.files[2].findings}
    assert "avrop-despatched-too-much" not in {finding.rule for finding in outcome.files[1].findings}
    twice = judged("csv", [("a", advice), ("b", say(dialects()["csv"], replace(read, note="annat")))])
    assert "avrop-number-reused" in {finding.rule for finding in twice.files[1].findings}


def test_another_dialect_is_named() -> None:
    (one, _) = judged("csv", good_answers("peppol", Scenario.ACCEPT)).files
    assert one.findings[0].rule == "practice-other-dialect"
    assert "of the dialect peppol" in one.findings[0].message
    (one,) = judged("csv", [("bild.png", b"\x89PNG\r\n\x1a\n")]).files
    assert one.findings[0].rule == "practice-unknown"
    (one,) = judged("peppol", [("order.xml", papers(dialects()["peppol"], Scenario.ACCEPT, NOW)[0].content)]).files
    assert "unexpected-document" in {finding.rule for finding in one.findings}


def test_an_envelope_is_opened() -> None:
    (_, content), *_ = good_answers("peppol", Scenario.REJECT)
    header = sbdh.header_for(content, "0007:5500006597", "0007:2120009994", "0d6fbb5e-1111-4222-8333-0123456789ab", NOW)
    assert judged("peppol", [("sbd.xml", sbdh.wrap(content, header))], Scenario.REJECT).good


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_files_are_findings(name: str) -> None:
    (one,) = judged("peppol", [("ond.xml", HOSTILE[name])]).files
    assert not one.good
    assert one.findings


def avrop(*arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AVROP_")}
    command = [sys.executable, "-m", "gateway.cli", "sandbox", *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.slow
def test_the_command_line_shows_and_judges(tmp_path: Path) -> None:
    shown = avrop("show", "--dialect", "tradgard", "--scenario", "backorder", "--out", str(tmp_path), "--json")
    assert shown.returncode == 0, shown.stderr
    (paper,) = json.loads(shown.stdout)
    order = dialects()["tradgard"].read(Path(paper["file"]).read_bytes(), "x", "Order").document
    assert isinstance(order, Order)
    files = []
    for _, document in answers(order, Behaviour.BACKORDER, NOW):
        files.append(tmp_path / f"{type(document).__name__}.csv")
        files[-1].write_bytes(say(dialects()["tradgard"], document))
    asked = ["--dialect", "tradgard", "--against", paper["file"]]
    good = avrop("judge", *map(str, files), *asked, "--scenario", "backorder", "--json")
    assert good.returncode == 0, good.stdout
    lines = [json.loads(line) for line in good.stdout.splitlines()]
    assert [line.get("file") for line in lines] == ["OrderResponse.csv", "DespatchAdvice.csv", None]
    assert lines[0]["document"]["order"] == NUMBER
    assert lines[2] == {"scenario": "backorder", "good": True, "findings": []}
    wrong = avrop("judge", *map(str, files), *asked, "--scenario", "split", "--lang", "sv")
    assert wrong.returncode == 1
    assert "svaret summerar till" in wrong.stdout
    assert avrop("judge", str(files[0]), "--dialect", "tradgrd").returncode == 2
    assert Decimal(lines[1]["document"]["lines"][0]["delivered"]["value"]) > 0


def test_an_order_change_asks_as_its_order_does() -> None:
    order = order_of(dialects()["peppol-advanced"], Scenario.SPLIT, NOW)
    assert scenario_of(change_of(order, order, f"{NUMBER}-C1", 1, NOW)) is Scenario.SPLIT
    assert scenario_of(replace(order, number="26-000123")) is None
    assert as_asked(replace(order, note=None, lines=()), Behaviour.REJECT) is Behaviour.REJECT
