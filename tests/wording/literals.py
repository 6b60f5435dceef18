"""The names of the rules that our own code reports, read out of the sources."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.data import ROOT

ROOMS = ("formats", "learn", "lookup", "mapping", "rules", "exchange", "suppliers")
_RULE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Calls that report, and the family that they put before the name of the rule.
_PLAIN = {"reject": "", "Finding": "", "_finding": "", "_unjudged": "", "_no": "", "Problem": ""}
_FAMILIES = {
    "suppliers": {"complain": "supplier-"},
    "formats/ubl": {"fatal": "ubl-", "note": "ubl-"},
    "formats/rows": {"fatal": "csv-"},
    "formats/form": {"add": "form-", "_bad": "form-"},
    "mapping": {"add": ""},
    "rules/ours": {"say": "avrop-"},
    "learn": {"note": "learn-", "doubt": "learn-", "stop": "learn-"},
}
_NOT_CARRIED = "not-carried"


def rules() -> dict[str, str]:
    """Rule to the file that reports it."""
    found: dict[str, str] = {}
    for room in ROOMS:
        for path in sorted((ROOT / "gateway" / room).rglob("*.py")):
            file = path.relative_to(ROOT / "gateway").as_posix()
            found |= dict.fromkeys(_of_file(path, file), file)
    return found | {"xml-size": "xml.py", "xml-syntax": "xml.py", "xml-doctype": "xml.py", "xml-encoding": "xml.py"}


def _of_file(path: Path, file: str) -> Iterator[str]:
    family = next((names for folder, names in _FAMILIES.items() if file.startswith(folder)), {})
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in _PLAIN:
            given = [keyword.value for keyword in node.keywords if keyword.arg == "rule"] or node.args[:3]
            yield from _named(given, "-")
        elif name in family:
            for rule in _named(node.args[:1], ""):
                yield rule if rule == _NOT_CARRIED else family[name] + rule


def _named(given: list[ast.expr], inside: str) -> Iterator[str]:
    """The first literal that can be a rule; `inside` stands in it."""
    for argument in given:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            if _RULE.fullmatch(argument.value) and inside in argument.value:
                yield argument.value
            return
