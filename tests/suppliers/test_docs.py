"""docs/suppliers.md says what the loader does: its examples load, its tables are complete."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from gateway.exchange.inbox_cxml import TAKEN
from gateway.suppliers.agreement import Lane
from gateway.suppliers.facts import FACTS
from gateway.suppliers.pace import DEADLINES, LANE, RETRY
from gateway.suppliers.policy import ACTIONS
from gateway.suppliers.supplier import LATER
from gateway.transports import TRANSPORTS, NotSent, Refused
from gateway.transports.cxml.status import OUTCOMES
from gateway.transports.punchout import PUNCHOUTS
from tests.suppliers.files import read

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "suppliers.md").read_text("utf-8")


def _rows(heading: str) -> dict[str, set[str]]:
    """First column to the words in code of the last one, for each row of the table under `heading`."""
    table = DOCS.split(f"## {heading}")[1].split("\n## ")[0]
    cells = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("| `")]
    return {name: set(re.findall(r"`([^`]+)`", row[-1])) for row in cells for name in re.findall(r"`([^`]+)`", row[0])}


def test_every_fact_stands_in_the_table() -> None:
    assert set(_rows("Facts of a supplier")) == set(FACTS)


def test_every_transport_stands_there_with_all_its_settings() -> None:
    rows = _rows("Ways of sending")
    assert set(rows) == set(TRANSPORTS) | set(LATER)
    for name, transport in TRANSPORTS.items():
        assert rows[name] == {field.encode_name for field in msgspec.structs.fields(transport.Settings)}


def test_every_way_into_a_shop_stands_there_with_all_its_settings() -> None:
    rows = _rows("The supplier's own shop: `punchout`")
    assert set(rows) == set(PUNCHOUTS)
    for name, entrance in PUNCHOUTS.items():
        assert rows[name] == {field.encode_name for field in msgspec.structs.fields(entrance.Settings)}


def test_the_statuses_of_cxml_stand_there_as_they_are_judged() -> None:
    text = DOCS.split("### cxml:")[1].split("### email")[0]
    for code, (kind, _) in OUTCOMES.items():
        if isinstance(code, int):
            assert kind is (Refused if code < 500 else NotSent)
    assert all(f"| {codes} |" in text for codes in ("200, 204, 211", "201, 280", "281"))
    assert all(request in text for request in TAKEN)


def test_the_examples_load() -> None:
    line, profiles, careful, _told, strict = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)
    way = "transport: {type: access_point, url: u, token: env:T}"
    peppol = f'  peppol: {{dialect: peppol, participant: "0007:{{org}}", {way}}}\n'
    bakery = "  - {id: bagaren, name: Bagaren, org: 5500000012, profile: skogsbagaren}\n"
    suppliers = read(profiles + peppol + line + bakery)
    assert [str(finding) for finding in suppliers.findings] == []
    assert suppliers.by_id["bagaren"].settings.user == "bagaren"
    lanes = careful + f"  files: {{profile: careful, dialect: csv, participant: '0007:{{org}}', {way}}}\n"
    with_lane = read(lanes + _ONE)
    assert [str(finding) for finding in with_lane.findings] == []
    assert with_lane.by_id["bagaren"].lane.per_minute == 30
    files = f"  files: {{profile: strict, dialect: csv, participant: '0007:{{org}}', {way}}}\n"
    with_rules = read(strict + files + _ONE)
    assert [str(finding) for finding in with_rules.findings] == []
    assert with_rules.by_id["bagaren"].rules.inbound.schematron == "refuse"


_ONE = "suppliers:\n  - {id: bagaren, name: Bagaren, org: 5500000012, profile: files}\n"


def test_every_key_of_a_lane_stands_in_the_table_with_its_default() -> None:
    assert set(_rows("Lanes, deadlines, owner")) == set(LANE)
    text = DOCS.split("## Lanes, deadlines, owner")[1]
    assert all(f"`{key}`" in text for key in (*DEADLINES, *RETRY))
    assert f"| `concurrency` | {Lane().concurrency} |" in text
    assert f"| `breaker` | {Lane().breaker} |" in text


def test_every_policy_stands_in_the_table() -> None:
    assert set(_rows("Rules")) == set(ACTIONS)
