"""Every kind of mistake: one finding, on its line and column, with what to do; the neighbours stay."""

from __future__ import annotations

import pytest

from tests.suppliers.files import HEAD, LINE, TAIL, read, told, where

GOOD = "id: beta, name: Beta AB, org: 5500000020, profile: files"
# (the line, with ^ before the character that the finding points at; the words it must say; its rule)
MISTAKES = [
    ("  - {%s, ^nmae: x}", "nmae is not a fact of a supplier; did you mean name?", "unknown-key"),
    ("  - {%s, transport: {^hosst: b}}", "transport.hosst is not a setting of sftp; did you mean host?",
     "unknown-setting"),
    ("  - {id: beta, name: Beta, org: 5500000020, profile: ^fils}", "did you mean files?", "unknown-profile"),
    ("  - {%s, dialect: ^cvs}", "dialect cvs is not a dialect with tables in mappings; did you mean csv?",
     "unknown-dialect"),
    ("  - {%s, transport: ^sfpt}", "transport sfpt is not known; did you mean sftp?", "unknown-transport"),
    ("  - {%s, transport: {type: ^sfpt}}", "transport sfpt is not known; did you mean sftp?", "unknown-transport"),
    ("  - {%s, participant: '0007:{org}', ^transport: {type: access_point, url: u}}", "transport.token is missing",
     "missing-setting"),
    ("  - {id: beta, name: Beta, org: ^5500000021, profile: files}", "the check digit should be 0", "identifier"),
    ("  - {id: beta, name: Beta, org: ^SE550000002001, profile: files}", "10 digits are expected", "identifier"),
    ("  - {%s, gln: ^7350001400005}", "the check digit should be 6", "identifier"),
    ("  - {%s, participant: ^7:1}", "expected ICD:value", "identifier"),
    ("  - {id: ^alfa, name: Beta, org: 5500000020, profile: files}", "already that of alfa on line 12", "twin"),
    ("  - {%s, gln: ^7350001400006}", "already that of alfa on line 12", "twin"),
    ("  - {%s, participant: ^0007:5500000004}", "already that of alfa on line 12", "twin"),
    ("  - ^{name: Beta, org: 5500000020, profile: files}", "id is missing", "missing"),
    ("  - ^{id: beta, org: 5500000020, profile: files}", "name is missing", "missing"),
    ("  - ^{id: beta, name: Beta, profile: files}", "org is missing", "missing"),
    ("  - {id: beta, name: ^'', org: 5500000020, profile: files}", "name is empty", "missing"),
    ("  - {id: ^Beta AB, name: Beta, org: 5500000020, profile: files}", "small letters", "id"),
    ("  - {id: beta, name: ^[Beta], org: 5500000020, profile: files}", "name is text; found a list", "type"),
    ("  - {%s, lead_days: ^two}", "whole number from 0 to 365; found 'two'", "type"),
    ("  - {%s, lead_days: ^-1}", "whole number from 0 to 365", "type"),
    ("  - {%s, active: ^maybe}", "active is true or false; found 'maybe'", "type"),
    ("  - {%s, contracts: ^2024-118}", "contracts is a list, such as [2024-118]; found a text", "type"),
    ("  - {%s, contracts: [2024-118, ^{a: b}]}", "list of texts", "type"),
    ("  - {%s, email: ^beta.example}", "is not an e-mail address", "email"),
    ("  - {%s, category: ^Två ord}", "is not a word in small letters", "category"),
    ("  - {%s, transport: {port: ^abc}}", "transport.port 'abc': expected a whole number", "setting"),
    ("  - {%s, transport: {marker: ^done}}", "transport.marker 'done': expected an ending such as .done", "setting"),
    ("  - {%s, transport: {key_expires: ^soon}}", "key_expires 'soon': expected a day such as 2027-01-31", "setting"),
    ("  - {%s, transport: {port: ^70000}}", "transport.port '70000': Expected `int` <= 65535", "setting"),
    ("  - {%s, transport: {host: ^[a]}}", "transport.host 'a list': expected text", "setting"),
    ("  - {%s, transport: {password: ^hemligt}}", "write env:NAME or file:/path", "secret"),
    ("  - {%s, transport: {password: ^'${SECRET:-hemligt}'}}", "write env:NAME or file:/path", "secret"),
    ("  - {%s, transport: {host: ^'${HOST}'}}", "HOST is not set; set it, or give a default", "placeholder"),
    ("  - {%s, transport: {host: ^'${lower}'}}", "write ${NAME} or ${NAME:-default}", "placeholder"),
    ("  - {%s, transport: {host: ^'{idd}.example'}}", "{idd} stands for nothing; there are {id}", "placeholder"),
    ("  - {%s, transport: {user: ^{id}}}", "put quotes around", "type"),
    ("  - {%s, transport: ^[sftp]}", "found a list", "type"),
    (
        "  - ^{%s, transport: {type: email, host: a.example, sender: a@b.example}}",
        "email is missing; orders are sent there",
        "missing",
    ),
    (
        "  - {%s, email: ^beta.example, transport: {type: email, host: a.example, sender: a@b.example}}",
        "is not an e-mail address",
        "email",
    ),
    (
        '  - ^{%s, transport: {type: sftp, host: a.example, host_key: k, user: "{email}"}}',
        "email is missing; transport.user is made of it",
        "missing",
    ),
    ("  - ^{%s, transport: {type: access_point, url: u, token: env:T}}", "participant is missing", "missing"),
    ("  - ^{id: beta, name: Beta, org: 5500000020}", "transport is missing", "missing"),
    ("  - ^{id: beta, name: Beta, org: 5500000020, transport: {type: folder, inbox: /in}}", "dialect is missing",
     "missing"),
    ("  - ^just words", "a supplier is a mapping", "type"),
]  # fmt: skip
BROKEN_YAML = [
    ("  - {%s, ^id: gamma}", "id stands twice; the first one is on line 13", "yaml-twice"),
    ("  - {%s, transport: {port: 1, ^port: 2}}", "port stands twice", "yaml-twice"),
    ("  - {%s, email: ^*gamma}", "the alias *gamma is not read", "yaml-alias"),
    ("  - {%s, contracts: ^&many [a]}", "the anchor &many is not read", "yaml-alias"),
    ("  - {%s, email: ^!!python/object:os.system x}", "is not read; remove it", "yaml-tag"),
    ("  - {%s, ^[a]: b}", "a key is a word", "yaml-key"),
    ("  - ^{%s", "what begins here is never closed", "yaml-syntax"),
    ("  - {%s, email: ^\"x}", "what begins here is never closed", "yaml-syntax"),
    ("  - {%s^: : }", "this is not YAML", "yaml-syntax"),
    ("  - id: beta, name^: Beta AB", "this is not YAML", "yaml-syntax"),
    ("^\t- {%s}", "a tab stands here; indent with spaces", "yaml-tab"),
    ("  - {%s, email: a^\x00b}", "does not belong in the file", "yaml-character"),
    ("  - {%s, email: a^\ud800b}", "does not belong in the file", "yaml-character"),
    ("  - {%s, email: a^\u2028b}", "a line break that editors do not show", "yaml-character"),
    ("gory: food, contracts^: [2024-118]}", "this is not YAML", "yaml-syntax"),
    ("   ^ek. för., org: 5500000178}", "found a mapping", "suppliers-file"),
    ("^gory: food", "suppliers is a list, each supplier behind `- `; found a mapping", "suppliers-file"),
    ("  -{id: beta, name^: Beta AB}", "this is not YAML", "yaml-syntax"),
    ("  - {%s, contracts: " + "[" * 18 + "^[" + "]" * 19 + "}", "nested more than 20 levels", "yaml-depth"),
]  # fmt: skip


def _told(marked: str, words: str, rule: str) -> None:
    line = marked.replace("%s", GOOD)
    finding = told(line.replace("^", "", 1))
    assert words in finding.message
    assert finding.rule == rule
    assert finding.fatal
    assert where(finding) == (LINE, line.index("^") + 1), str(finding)


@pytest.mark.parametrize(("marked", "words", "rule"), MISTAKES)
def test_a_mistake_in_a_supplier(marked: str, words: str, rule: str) -> None:
    _told(marked, words, f"supplier-{rule}")


@pytest.mark.parametrize(("marked", "words", "rule"), BROKEN_YAML)
def test_a_mistake_in_the_yaml_of_a_supplier(marked: str, words: str, rule: str) -> None:
    _told(marked, words, rule)


def test_a_secret_is_never_repeated() -> None:
    finding = told(f"  - {{{GOOD}, transport: {{password: hemligt}}}}")
    assert "hemligt" not in str(finding)


def test_every_mistake_of_a_supplier_is_told_at_once() -> None:
    suppliers = read(
        HEAD + "  - {id: Beta, nam: x, org: 1, gln: 2, transport: {hosst: a, port: 1}, profile: files}\n" + TAIL
    )
    rules = [finding.rule for finding in suppliers.findings]
    assert sorted(rules) == [
        "supplier-id", "supplier-identifier", "supplier-identifier", "supplier-missing", "supplier-unknown-key",
        "supplier-unknown-setting",
    ]  # fmt: skip
    assert len(suppliers) == 2


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [
        ("", "", None),
        ("- a\n", "expected `profiles:` and `suppliers:` at the top, found a list", (1, 1)),
        ("just words\n", "found a text", (1, 1)),
        ("suppliers: yes\n", "suppliers is a list", (1, 12)),
        ("profiles: [a]\n", "profiles is a mapping from name to profile; found a list", (1, 11)),
        ("supliers:\n  - {id: a}\n", "supliers is not a part of a suppliers file", (1, 1)),
        ("suppliers: []\n---\nsuppliers: []\n", "second document", (3, 1)),
        ("suppliers: [\n", "never closed", (1, 12)),
        ("suppliers: *all\n", "the alias *all", (1, 12)),
        ("suppliers:\n" + "x" * 8_000_000, "at most 8000000 are read", (None, None)),
    ],
    ids=range(10),
)
def test_a_file_that_is_none(text: str, words: str, place: tuple[int | None, int | None] | None) -> None:
    suppliers = read(text)
    assert len(suppliers) == 0
    assert [where(finding) for finding in suppliers.findings] == ([place] if place else [])
    assert all(words in finding.message for finding in suppliers.findings)


def test_a_bomb_of_aliases_is_seen_before_it_unfolds() -> None:
    lines = "".join(f"  p{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    suppliers = read(f"profiles:\n  p0: &a0 [x]\n{lines}" + HEAD.replace("profiles:\n", "") + TAIL)
    assert len(suppliers) == 2
    assert {finding.rule for finding in suppliers.findings} == {"yaml-alias"}
