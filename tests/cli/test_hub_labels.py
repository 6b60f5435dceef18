"""`avrop hub labels`: series, printing and links from the terminal."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from gateway.cli import program
from gateway.orders import book
from hub import receiving
from hub.marking import links
from tests.hub.marking.decoding import pdf_codes
from tests.orders.samples import sample_order

NUMBER = "26-000123"


@pytest.fixture
def received(engine: sa.Engine, database_url: str, monkeypatch: pytest.MonkeyPatch) -> sa.Engine:
    """Goods that came without a despatch advice, in the database that the commands find."""
    monkeypatch.setenv("AVROP_DATABASE_URL", database_url)
    now = datetime.now(UTC)
    with engine.begin() as conn:
        book.add(conn, sample_order(NUMBER), "papperslagret", "glantan", "Kim Exempel", now, "confirmed")
        receiving.scan(conn, NUMBER, "Alva", now)
    return engine


def run(*arguments: str, code: int = 0) -> Any:
    result = CliRunner().invoke(program(), ["hub", "labels", *arguments, "--json"])
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_a_label_is_printed_and_printed_again(received: sa.Engine, tmp_path: Path) -> None:
    first = run("print", NUMBER, "--out", str(tmp_path / "a.pdf"))
    (code,) = first["labels"]
    assert pdf_codes((tmp_path / "a.pdf").read_bytes()) == [["]C14137350001000022", f"]C100{code}"]]
    again = run("print", code, "--as", "203.zpl", "--out", str(tmp_path / "a.zpl"))
    assert again["labels"] == [code]
    assert f">;>800{code}" in (tmp_path / "a.zpl").read_text()
    assert run("series") == [{"prefix": "7350001", "extension": 0, "supplier": None, "given": 1, "left": 10**9 - 1}]
    plain = CliRunner().invoke(program(), ["hub", "labels", "print", NUMBER, "--as", "1.svg"])
    assert plain.stdout.startswith("<svg ")


def test_what_cannot_be_printed_or_opened_ends_otherwise(received: sa.Engine, tmp_path: Path) -> None:
    assert "26-999999" in run("print", "26-999999", "--out", str(tmp_path / "a"), code=1)["error"]
    assert "b.pdf" in run("print", NUMBER, "--as", "b.pdf", "--out", str(tmp_path / "a"), code=2)["error"]
    assert "--out" in run("print", NUMBER, code=2)["error"]
    assert not (tmp_path / "a").exists()
    assert "prefix" in run("open", "12", code=1)["error"]
    assert run("open", "7399999", "--extension", "3", "--start", "5")["left"] == 10**9 - 5
    assert "taken" in run("open", "7399999", "--extension", "3", code=1)["error"]


def test_a_link_opens_until_the_key_is_renewed(received: sa.Engine) -> None:
    address = run("link", NUMBER, "--base", "https://avrop.example/", "--days", "3")["address"]
    token = address.removeprefix("https://avrop.example/labels/")
    with received.connect() as conn:
        found = links.read(conn, token, datetime.now(UTC))
    assert found is not None
    assert found.order == NUMBER
    run("renew")
    with received.connect() as conn:
        assert links.read(conn, token, datetime.now(UTC)) is None
    assert "26-999999" in run("link", "26-999999", code=1)["error"]
