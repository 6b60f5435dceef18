"""`avrop order`: what can be asked of a supplier from the terminal, dry first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from gateway.cli import program
from gateway.exchange import journal
from gateway.exchange.place import place
from gateway.orders import book
from gateway.orders.lifecycle import Event, State
from gateway.suppliers.supplier import Supplier
from tests.exchange.desk import supplier
from tests.orders.samples import NOW, sample_order

NUMBER = sample_order().number
FILE = """\
suppliers:
  - id: papperslagret
    name: Papperslagret i Exempelstad AB
    org: 5599990008
    dialect: {dialect}
    transport: {{type: folder, inbox: "{root}/in", outbox: "{root}/out"}}
"""


@pytest.fixture
def seller(engine: sa.Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Supplier:
    """A supplier in a file of its own, and its order, sent and confirmed, in the database that the commands find."""
    seller = supplier(tmp_path, dialect="peppol-advanced")
    _write(tmp_path, "peppol-advanced")
    monkeypatch.setenv("AVROP_SUPPLIERS", str(tmp_path / "suppliers.yaml"))
    monkeypatch.setenv("AVROP_DATABASE_URL", database_url)
    with engine.begin() as conn:
        order_id = place(conn, sample_order(), seller, "glantan", "anna", NOW)
        book.record(conn, order_id, Event.CONFIRMED, seller.name, NOW)
    return seller


def _write(root: Path, dialect: str) -> None:
    (root / "suppliers.yaml").write_text(FILE.format(dialect=dialect, root=root), encoding="utf-8")


def run(*arguments: str, code: int = 0) -> Any:
    result = CliRunner().invoke(program(), ["order", *arguments, "--json"])
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def standing(engine: sa.Engine) -> tuple[State, list[str | None]]:
    with engine.connect() as conn:
        row = book.get(conn, NUMBER)
        assert row is not None
        return row.state, [message.document for message in journal.of_order(conn, row.id)]


@pytest.mark.usefixtures("seller")
def test_a_change_is_shown_first_and_then_sent(engine: sa.Engine) -> None:
    asked = run("change", NUMBER, "--line", "1", "--quantity", "7", "--dry-run")
    assert not asked["sent"]
    assert [line["status"] for line in asked["document"]["lines"]] == ["3", "4"]
    assert standing(engine) == (State.CONFIRMED, ["Order"])
    assert run("change", NUMBER, "--line", "1", "--quantity", "7")["document"]["number"] == f"{NUMBER}-C1"
    assert standing(engine) == (State.CHANGE_PENDING, ["Order", "OrderChange"])
    shown = run("show", NUMBER)
    assert [version["state"] for version in shown["versions"]] == ["standing", "proposed"]
    assert run("settle", NUMBER, "--accepted", "--note", "Ringde")["state"] == "confirmed"


@pytest.mark.usefixtures("seller")
def test_a_cancellation_is_sent_with_its_reason(engine: sa.Engine) -> None:
    assert run("cancel", NUMBER, "--reason", "Behövs inte")["document"]["reason"] == "Behövs inte"
    assert standing(engine) == (State.CANCEL_PENDING, ["Order", "OrderCancellation"])
    assert run("settle", NUMBER, "--refused", "--note", "Ringde")["state"] == "confirmed"


@pytest.mark.usefixtures("seller")
def test_what_cannot_be_asked_is_said(engine: sa.Engine, tmp_path: Path) -> None:
    assert "offered nothing" in run("accept", NUMBER, code=1)["error"]
    assert "has no line 9" in run("change", NUMBER, "--line", "9", "--quantity", "1", code=1)["error"]
    assert "there is no order" in run("cancel", "26-999999", "--reason", "x", code=2)["error"]
    assert CliRunner().invoke(program(), ["order", "change", NUMBER, "--line", "1", "--quantity", "sju"]).exit_code == 2
    _write(tmp_path, "peppol")
    assert run("cancel", NUMBER, "--reason", "x", code=1)["findings"][0]["rule"] == "no-advanced-ordering"
    assert standing(engine) == (State.CONFIRMED, ["Order"])
