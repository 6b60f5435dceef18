"""Price lists from the terminal: dry run, diff, import, approve, decline, rollback; exit codes 0, 1 and 2."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from gateway.cli import program
from gateway.suppliers.invent import invent
from tests.shop.catalogues import CONTRACT, HEAD, contract, row, standing

SELLER = "byggladan-sagokoping"


@pytest.fixture
def run(engine: sa.Engine, database_url: str, tmp_path, monkeypatch):
    path = tmp_path / "suppliers.yaml"
    path.write_text(invent(40), encoding="utf-8")
    monkeypatch.setenv("AVROP_SUPPLIERS", str(path))
    monkeypatch.setenv("AVROP_DATABASE_URL", database_url)
    monkeypatch.setenv("AVROP_HOME", str(tmp_path))
    contract(engine, SELLER)

    def invoke(*arguments, code=0):
        result = CliRunner().invoke(program(), ["catalogue", *map(str, arguments), "--json"])
        assert result.exit_code == code, result.output
        return json.loads(result.stdout)

    return invoke


def test_a_price_list_from_dry_run_to_taking_back(run, engine, tmp_path):
    path = tmp_path / "lista.csv"
    path.write_text("\r\n".join([HEAD, row("A-1"), row("A-2", "-4"), ""]), encoding="utf-8")
    key = ("--supplier", SELLER, "--contract", CONTRACT)
    told = run("import", path, *key, "--dry-run", code=1)
    assert (told["counts"]["new"], told["bad"]) == (1, 1)
    assert told["findings"][0]["said"].startswith("lista.csv:3 price: -4 is not a price")
    assert run("diff", path, *key, code=1)["changes"][0]["seller_id"] == "A-1"
    assert standing(engine, SELLER) == {}
    waiting = run("import", path, *key, code=1)
    assert (waiting["state"], waiting["reasons"][0]["code"]) == ("review", "first")
    assert run("approve", waiting["number"], "--by", "pia")["state"] == "in_force"
    assert list(standing(engine, SELLER)) == ["A-1"]
    assert run("approve", waiting["number"], code=1)["error"].startswith("This catalogue is decided")
    path.write_text("\r\n".join([HEAD, row("A-1", "11"), ""]), encoding="utf-8")
    assert run("import", path, *key, "--replace", "--approve")["state"] == "in_force"
    assert run("rollback", *key, "--to", 0)["made"] == 3
    assert standing(engine, SELLER) == {}
    assert [one["state"] for one in run("list")] == ["in_force", "in_force", "declined", "declined"]
    assert run("diff", waiting["number"])["number"] == waiting["number"]


def test_wrong_use_is_told(run, tmp_path):
    path = tmp_path / "lista.csv"
    path.write_text(HEAD, encoding="utf-8")
    assert "no supplier nobody" in run("import", path, "--supplier", "nobody", "--contract", "X", code=2)["error"]
    assert "no contract X" in run("import", path, "--supplier", SELLER, "--contract", "X", code=2)["error"]
    assert "no catalogue 99" in run("approve", 99, code=2)["error"]
    assert "give --supplier" in run("diff", "finns-inte.csv", code=2)["error"]
    assert run("import", path, "--supplier", SELLER, "--contract", CONTRACT, code=1)["state"] == "failed"
