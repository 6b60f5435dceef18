"""How a command answers: words for a terminal, one JSON line for a program."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
import typer

from gateway.findings import Finding
from gateway.wording import Language, explain

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]
Lang = Annotated[
    Language | None,
    typer.Option("--lang", help="Say in plain words what is wrong and what to do: in Swedish (sv) or English (en)."),
]


def say(data: Any, text: str, as_json: bool) -> None:
    """Prints `data` as one JSON line or `text` as it is."""
    print(msgspec.json.encode(data, enc_hook=str).decode() if as_json else text, flush=True)


def end(code: int) -> None:
    """Ends the command: 0 good, 1 findings or refused, 2 wrong use."""
    if code:
        raise typer.Exit(code)


def told(findings: Iterable[Finding], language: Language | None = None) -> list[dict[str, Any]]:
    """Findings as every command tells them in JSON; in a language that was asked for, also what to do."""
    return [
        {
            "rule": finding.rule,
            "fatal": finding.fatal,
            "line": finding.place.line,
            "path": finding.place.path,
            **_words(finding, language),
        }
        for finding in findings
    ]


def _words(finding: Finding, language: Language | None) -> dict[str, str]:
    if language is None:
        return {"message": finding.message}
    explained = explain(finding, language)
    return {"message": explained.what, "todo": explained.todo}
