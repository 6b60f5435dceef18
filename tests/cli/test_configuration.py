"""`avrop suppliers check|schema|revisions|diff`, as people and programs call them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.exchange import configurations
from tests.cli.test_commands import run
from tests.exchange.desk import dialects
from tests.orders.samples import NOW
from tests.suppliers.files import HEAD, TAIL, read
from web import accounts

CHANGED = HEAD.replace("http://a", "http://b") + TAIL.replace("omega", "sigma")
UNUSED = HEAD.replace("suppliers:\n", "  spare: {profile: files}\nsuppliers:\n") + TAIL


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Path:
    path = tmp_path / "suppliers.yaml"
    path.write_text(HEAD + TAIL, encoding="utf-8")
    monkeypatch.setenv("AVROP_SUPPLIERS", str(path))
    monkeypatch.setenv("AVROP_DATABASE_URL", database_url)
    monkeypatch.setenv("T", "hemligt-ord")
    return path


def answered(*arguments: object, code: int = 0) -> Any:
    return json.loads(run("suppliers", *arguments, "--json", code=code))


def seen(engine: sa.Engine, text: str, accepted: bool = True, days: int = 0) -> None:
    with engine.begin() as conn:
        configurations.note(conn, text, read(text), accepted, NOW + timedelta(days=days))


def test_a_profile_that_nobody_uses_is_a_note(file: Path) -> None:
    file.write_text(UNUSED, encoding="utf-8")
    (note,) = answered("check")["findings"]
    assert (note["rule"], note["fatal"], note["line"], note["path"]) == ("supplier-unused", False, 11, "profile spare")
    assert "all sound" in run("suppliers", "check")
    assert "; 1 notes" in run("suppliers", "check")


def test_secrets_are_followed_only_when_asked_for(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert answered("check", "--secrets")["findings"] == []
    monkeypatch.delenv("T")
    assert answered("check")["findings"] == []
    (finding,) = answered("check", "--secrets", code=1)["findings"]
    assert (finding["rule"], finding["line"]) == ("supplier-reference", 2)


def test_owners_are_looked_up_in_the_accounts(file: Path, engine: sa.Engine) -> None:
    file.write_text(HEAD + TAIL.replace("lead_days: 4", "owner: erin"), encoding="utf-8")
    (finding,) = answered("check", "--owners", code=1)["findings"]
    assert "owner erin is no log-in of this program" in finding["message"]
    with engine.begin() as conn:
        accounts.add(conn, "erin", name="Erin Exempel", password="x" * 20, roles=["admin"], now=NOW)
    assert answered("check", "--owners")["findings"] == []


def test_the_schema_is_printed(file: Path) -> None:
    found = answered("schema")
    assert found["$schema"].endswith("2020-12/schema")
    assert set(dialects()) == set(found["$defs"]["suppliers"]["items"]["properties"]["dialect"]["anyOf"][0]["enum"])
    assert json.loads(run("suppliers", "schema")) == found


def test_revisions_are_told_with_their_reasons(file: Path, engine: sa.Engine) -> None:
    assert "no revision was seen yet" in run("suppliers", "revisions")
    seen(engine, HEAD + TAIL)
    seen(engine, HEAD + TAIL.replace("files", "fils"), accepted=False, days=1)
    newest, oldest = answered("revisions")
    assert (newest["accepted"], newest["suppliers"], oldest["accepted"], oldest["suppliers"]) == (False, 1, True, 2)
    assert "refused   1 suppliers" in run("suppliers", "revisions")
    assert "did you mean files?" in run("suppliers", "revisions")


def test_what_the_file_changes_is_told(file: Path, engine: sa.Engine) -> None:
    assert "no revision was accepted yet" in run("suppliers", "diff", code=2)
    seen(engine, HEAD + TAIL)
    assert "nothing differs from" in run("suppliers", "diff")
    file.write_text(CHANGED, encoding="utf-8")
    told = run("suppliers", "diff")
    assert "+ sigma  Omega AB" in told
    assert "- omega  Omega AB" in told
    assert "~ alfa\n    settings.url: http://a -> http://b\n" in told
    data = answered("diff")
    assert (data["differences"]["added"], data["differences"]["removed"]) == (["sigma"], ["omega"])
    assert data["differences"]["changed"]["alfa"] == [
        {"fact": "settings.url", "before": "http://a", "after": "http://b"}
    ]


def test_a_file_beside_it_and_an_older_revision_can_be_compared(file: Path, engine: sa.Engine, tmp_path: Path) -> None:
    seen(engine, HEAD + TAIL)
    seen(engine, CHANGED, days=1)
    broken = tmp_path / "new.yaml"
    broken.write_text(HEAD + TAIL.replace("files", "fils"), encoding="utf-8")
    oldest = read(HEAD + TAIL).digest[:8]
    told = run("suppliers", "diff", broken, "--against", oldest, code=1)
    assert "- omega" in told
    assert "1 findings: this file is refused; avrop suppliers check tells why" in told
    assert "there is no revision ffff" in run("suppliers", "diff", "--against", "ffff", code=2)
