"""What the README shows works: its examples load, its commands exist, its settings are those that are read."""

from __future__ import annotations

import re

from typer.main import get_command

from gateway.cli import program
from gateway.formats import load_dialects
from gateway.suppliers.invent import invent
from gateway.suppliers.load import load
from gateway.transports import TRANSPORTS
from tests.data import ROOT, mapping_texts

README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)


def test_the_dialect_of_the_readme_compiles_and_the_supplier_loads():
    supplier, dialect = EXAMPLES
    dialects = load_dialects(mapping_texts() | {"dialects/readme.yaml": dialect})
    assert "Ordernr" in str(dialects["readme"].codec("Order").table)
    profiles = invent(1).split("suppliers:\n")[0]
    loaded = load(f"{profiles}suppliers:\n  {supplier}", "README.md", TRANSPORTS, dialects)
    assert loaded.findings == ()
    assert loaded.get("exempelbagaren").dialect == "skogsbagaren"


def test_every_command_of_the_readme_exists_and_every_command_stands_there():
    section = README.split("## The command line")[1].split("## Settings")[0]
    commands = get_command(program()).commands
    named = {(name, verb) for name, group in commands.items() for verb in getattr(group, "commands", {"": None})}
    for name, verb in named:
        assert re.search(rf"avrop {name}\b.*{verb}", section), f"{name} {verb}"
    for name, verbs in re.findall(r"avrop (\w+) ([\w|]+)", section):
        known = getattr(commands[name], "commands", None)
        assert known is None or set(verbs.split("|")) <= set(known), name


def test_every_setting_stands_in_the_readme():
    read = set(re.findall(r"AVROP_\w+", (ROOT / "gateway" / "settings.py").read_text(encoding="utf-8")))
    assert read
    assert read - set(re.findall(r"AVROP_\w+", README)) == set()


def test_the_two_commands_are_those_of_the_makefile():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in ("demo", "test"):
        assert f"make {command}" in README
        assert re.search(rf"^{command}:", makefile, re.MULTILINE)
