"""The JSON Schema for editors: valid, kept true, never stricter than the checks, and of help against mistakes."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from gateway.settings import load_settings, mapping_texts
from gateway.suppliers.facts import FACTS, OWN
from gateway.suppliers.hours import DAGAR, DAYS, PATTERN, windows
from gateway.suppliers.invent import HEAD as INVENTED_HEAD
from gateway.suppliers.schema import schema
from gateway.transports import TRANSPORTS
from tests.exchange.desk import dialects
from tests.suppliers.files import HEAD, TAIL, read
from tests.suppliers.plain_yaml import plain
from tests.suppliers.test_mistakes import GOOD, MISTAKES

ROOT = Path(__file__).resolve().parents[2]
DOCS = (ROOT / "docs" / "suppliers.md").read_text("utf-8")
# What only the checks can see: check digits, twins, what a profile gives, the environment, and a range of a setting
# that may also be a text with a placeholder.
BEYOND = ("identifier", "twin", "placeholder", "unknown-profile")


@cache
def made() -> dict[str, Any]:
    return schema(TRANSPORTS, dialects())


@cache
def judge() -> Draft202012Validator:
    return Draft202012Validator(made())


def wrong(text: str) -> list[str]:
    """What the schema says against a file."""
    return [error.message for error in judge().iter_errors(plain(text))]


def test_it_is_a_schema_and_the_committed_one_is_this_one() -> None:
    Draft202012Validator.check_schema(made())
    committed = msgspec.json.decode((ROOT / "suppliers.schema.json").read_bytes())
    as_written = msgspec.json.decode(msgspec.json.encode(made()))
    assert committed == as_written, "run: python -m gateway.cli suppliers schema > suppliers.schema.json"
    assert "$schema=suppliers.schema.json" in INVENTED_HEAD


def test_the_file_of_the_repository_is_valid() -> None:
    assert wrong((ROOT / "suppliers.yaml").read_text("utf-8")) == []


def test_every_example_in_the_docs_is_valid() -> None:
    examples = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)
    assert len(examples) >= 4
    assert [wrong(example) for example in examples] == [[]] * len(examples)


def test_every_fact_and_every_setting_is_explained() -> None:
    supplier = made()["$defs"]["suppliers"]["items"]["properties"]
    profile = made()["$defs"]["profiles"]["additionalProperties"]["properties"]
    assert (set(supplier), set(profile)) == (set(FACTS), set(FACTS) - set(OWN))
    assert all(shape["description"] for shape in supplier.values())
    ways = {way["title"]: way for way in made()["$defs"]["transport"]["anyOf"] if "title" in way}
    for name, transport in TRANSPORTS.items():
        fields = {field.encode_name for field in msgspec.structs.fields(transport.Settings)}
        assert set(ways[name]["properties"]) == {"type", *fields}
        assert ways[name]["description"]
    assert "pins the server" in ways["sftp"]["properties"]["host_key"]["description"]


@pytest.mark.parametrize(
    ("marked", "rule"),
    [
        (marked, rule)
        for marked, _, rule in MISTAKES
        if rule not in {*BEYOND, "missing", "missing-setting", "setting"} and "${" not in marked
    ],
)
def test_a_mistake_that_a_schema_can_see_is_seen(marked: str, rule: str) -> None:
    line = marked.replace("%s", GOOD).replace("^", "", 1)
    assert wrong(HEAD + line + "\n" + TAIL), line


@pytest.mark.parametrize(
    "facts",
    [
        "lane: {concurrency: 0}", "lane: {concurency: 2}", "lane: {timeout: 20}", "lane: {timeout: 20 sek}",
        "lane: {open: always}", "lane: {open: mon 7-18}", "lane: {retry: {frist: 1m}}", "lane: fast", "deadlines: 1d",
        "deadlines: {response: soon}", "owner: Alex Exempel", "rules: {inbound: {xsd: refus}}", "lead_days: 400",
        "transport: {type: sftp, hosst: a}", "transport: {port: abc}", "transport: {type: folder, password: env:A}",
        "transport: {type: access_point, token: hemligt}",
    ],
)  # fmt: skip
def test_nonsense_is_seen(facts: str) -> None:
    line = f"  - {{{GOOD}, {facts}}}\n"
    assert read(HEAD + line + TAIL).findings
    assert wrong(HEAD + line + TAIL)


@pytest.mark.parametrize(
    "facts",
    [
        "lane: {concurrency: '2', open: ~, timeout: 1m 30s}", "lane: {timeout: '${T:-20s}'}", "lane: ~",
        "lane: {open: [Mon-Fri 7.00-18:00, l\u00f6r 08:00 - 12:00]}", "contracts: [2024-11-08, 2024]", "active: Yes",
        "transport: {port: '23', user: 12345}", "transport: {port: '${PORT:-23}', inbox: '{id}/in'}", "owner: a@b.se",
        "transport: {type: folder, inbox: /in}", "transport: portal, email: a@b.se", "lead_days: '4'",
        "gln: 7350001400013",        "transport: {password: env:SECRET}", "org: 550000-0020",
    ],
)  # fmt: skip
def test_what_the_checks_accept_is_valid(facts: str) -> None:
    good = GOOD.replace(", org: 5500000020", "") if facts.startswith("org") else GOOD
    text = f"{HEAD}  - {{{good}, {facts}}}\n{TAIL}"
    assert [str(finding) for finding in read(text).findings] == []
    assert wrong(text) == []


_DAY = st.sampled_from([*DAYS, *DAGAR])
_CLOCK = st.builds("{:02}:{:02}".format, st.integers(0, 11), st.integers(0, 59))
_LATE = st.builds("{:02}.{:02}".format, st.integers(12, 23), st.integers(0, 59))


@given(first=_DAY, last=st.none() | _DAY, start=_CLOCK, end=_LATE, dash=st.sampled_from(["-", " - ", "\u2013"]))
def test_hours_that_are_read_have_the_shape_that_the_schema_wants(
    first: str, last: str | None, start: str, end: str, dash: str
) -> None:
    text = f"{first}{'-' + last if last else ''} {start}{dash}{end}"
    assert len(windows(text)) == 1
    assert re.fullmatch(PATTERN, text)


def test_dialects_are_those_of_the_mappings() -> None:
    dialect = made()["$defs"]["suppliers"]["items"]["properties"]["dialect"]["anyOf"][0]["enum"]
    assert dialect == sorted(dialects())
    assert mapping_texts(load_settings({}))
