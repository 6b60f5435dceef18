"""Secrets by reference: which lead nowhere, and which files others can read; never what they hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.findings import Finding
from gateway.suppliers.owners import check_owners
from gateway.suppliers.references import check_references
from gateway.transports import TRANSPORTS
from gateway.transports.secrets import resolve
from gateway.wording import explain
from tests.suppliers.files import HEAD, LINE, TAIL, read, where

BETA = "  - {{id: beta, name: Beta AB, org: 5500000020, profile: files, transport: {{password: 'file:{}'}}}}\n"
GAMMA = "  - {id: gamma, name: G, org: 5500000038, profile: peppol, owner: erin}\n"


def _checked(text: str) -> list[Finding]:
    found = check_references(read(text), TRANSPORTS, text, "suppliers.yaml")
    for finding in found:
        assert finding.message not in explain(finding, "sv").what
    return found


def test_one_that_leads_nowhere_is_told_once_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("T", raising=False)
    (finding,) = _checked(HEAD + GAMMA + TAIL)
    assert finding.rule == "supplier-reference"
    assert finding.message == (
        "transport.token: the environment variable T is not set; set it where the worker is started"
        " (2 suppliers need it)"
    )
    assert where(finding) == (2, HEAD.split("\n")[1].index("env:T") + 1)
    monkeypatch.setenv("T", "hemligt")
    assert _checked(HEAD + GAMMA + TAIL) == []


def test_a_file_that_is_not_there_or_that_others_can_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("T", "hemligt")
    path = tmp_path / "password"
    text = HEAD + BETA.format(path) + TAIL
    (missing,) = _checked(text)
    assert "cannot be read (No such file or directory)" in missing.message
    assert where(missing) == (LINE, BETA.format(path).index("file:/") + 1)
    path.write_text("hemligt\n")
    path.chmod(0o644)
    (open_,) = _checked(text)
    assert (open_.rule, open_.fatal) == ("supplier-open-secret", False)
    assert f"others can read the file {path} (mode 0644); chmod 600 it (1 supplier needs it)" in open_.message
    assert "hemligt" not in str(open_)
    path.chmod(0o600)
    assert _checked(text) == []


def test_a_public_key_in_a_file_may_be_read_by_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("T", "hemligt")
    path = tmp_path / "host_key.pub"
    path.write_text("SHA256:abc")
    path.chmod(0o644)
    assert _checked(HEAD.replace("SHA256:abc", f"file:{path}") + TAIL) == []


def test_a_secret_is_read_when_it_is_used(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("one")
    assert resolve(f"file:{path}") == "one"
    path.write_text("two")
    assert resolve(f"file:{path}") == "two"


def test_an_owner_who_is_no_log_in_is_told_at_his_first_supplier() -> None:
    other = GAMMA.replace("gamma", "delta").replace("5500000038", "5500000046").replace("erin", "kim@example.se")
    (finding,) = check_owners(read(HEAD + GAMMA + other + TAIL), {"erik"}, "suppliers.yaml")
    assert finding.rule == "supplier-unreachable"
    assert "owner erin is no log-in of this program, and hears of nothing; did you mean erik?" in finding.message
    assert (finding.place.line, finding.place.path) == (LINE, "gamma")
    assert check_owners(read(HEAD + GAMMA + other + TAIL), {"erin"}, "suppliers.yaml") == []
