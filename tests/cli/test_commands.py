"""The command line: exit 0 good, 1 findings or refused, 2 wrong use; one JSON line per file; help that teaches."""

from __future__ import annotations

import json

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from gateway.cli import program
from tests.data import ROOT, shared

RUNNER = CliRunner()


def run(*arguments, code=0):
    result = RUNNER.invoke(program(), [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    return result.stdout


def test_a_group_that_is_read_alone_is_the_one_among_all():
    whole = get_command(program()).commands
    alone = set(get_command(program(["serve"])).commands)
    for name, group in whole.items():
        found = get_command(program([name, "--help"])).commands
        assert set(found) == alone | {name}
        assert getattr(found[name], "commands", {}).keys() == getattr(group, "commands", {}).keys()


def test_every_command_has_help_that_says_something():
    def commands(group, path=()):
        for name, command in group.commands.items():
            if hasattr(command, "commands"):
                yield from commands(command, (*path, name))
            else:
                yield (*path, name)

    from typer.main import get_command

    for path in commands(get_command(program())):
        assert len(run(*path, "--help")) > 80, path


def test_documents_go_through_the_command_line_and_back(tmp_path):
    example = shared("peppol-2026.5/examples/T76/UC1_Order_response.xml")
    (identified,) = [json.loads(line) for line in run("document", "identify", example).splitlines()]
    said = {"format": "peppol", "document": "OrderResponse", "table": "peppol/order_response"}
    assert identified == {"file": str(example)} | said
    line = run("document", "read", example)
    read = json.loads(line)
    assert read["document"]["type"] == "OrderResponse"
    assert read["not_carried"] == []
    canonical = tmp_path / "response.json"
    canonical.write_text(line)
    written = json.loads(run("document", "write", canonical, "--format", "peppol", "--out", tmp_path / "out"))
    again = json.loads(run("document", "read", written["written"]))
    assert again["document"] == read["document"]


def test_what_is_wrong_with_a_file_is_said_and_the_others_are_read(tmp_path):
    bad = tmp_path / "bad.xml"
    bad.write_bytes(b"<Order>")
    example = shared("peppol-2026.5/examples/T76/UC2_Order_response.xml")
    first, second = (json.loads(line) for line in run("document", "read", bad, example, code=1).splitlines())
    assert first["findings"]
    assert second["document"]["code"]


def test_suppliers_are_checked_with_line_and_column(tmp_path):
    assert json.loads(run("suppliers", "check", "--json"))["findings"] == []
    broken = tmp_path / "suppliers.yaml"
    text = (ROOT / "suppliers.yaml").read_text(encoding="utf-8")
    broken.write_text(text.replace("profile: peppol,", "profile: pepol,", 1), encoding="utf-8")
    told = json.loads(run("suppliers", "check", broken, "--json", code=1))
    assert told["suppliers"] == 1199
    assert "did you mean peppol?" in told["findings"][0]["message"]
    assert told["findings"][0]["line"]
    assert told["findings"][0]["column"]


WRONG = [("suppliers", "show", "nobody"), ("nonsense",), ("bench", "nothing"), ("document", "read")]


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_use_ends_with_2(wrong):
    run(*wrong, code=2)
