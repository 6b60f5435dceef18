"""How a command answers: words for a terminal, one JSON line for a program."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
import typer

from gateway.findings import Finding

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]


def say(data: Any, text: str, as_json: bool) -> None:
    """Prints `data` as one JSON line or `text` as it is."""
    print(msgspec.json.encode(data, enc_hook=str).decode() if as_json else text, flush=True)


def end(code: int) -> None:
    """Ends the command: 0 good, 1 findings or refused, 2 wrong use."""
    if code:
        raise typer.Exit(code)


def told(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings as every command tells them in JSON."""
    return [
        {
            "rule": finding.rule,
            "fatal": finding.fatal,
            "line": finding.place.line,
            "path": finding.place.path,
            "message": finding.message,
        }
        for finding in findings
    ]
