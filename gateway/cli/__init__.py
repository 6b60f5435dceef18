"""`avrop`: every command takes --json; exit 0 good, 1 findings or refused, 2 wrong use."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Final

import typer

from gateway.cli import run
from gateway.findings import Rejected

_GROUPS: Final = {
    "suppliers": ("suppliers", "configuration", "selftest"),
    "document": ("documents", "validate"),
    "rules": ("rules",),
    "order": ("orders", "rehearsing"),
    "message": ("messages",),
    "lane": ("lanes",),
    "punchout": ("punchout",),
    "catalogue": ("catalogue",),
    "hub": ("hub",),
    "sandbox": ("sandbox",),
}
"""The module of each group of commands, and the modules that add some to it."""


def program(words: Sequence[str] = ()) -> typer.Typer:
    """All commands; where `words` begin with one, that one alone: reading what all of them need takes a second."""
    app = typer.Typer(
        help="Avrop: one shop, one gateway and one hub for what a municipality calls off from its contracts.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    run.register(app)
    known = words and words[0] in {*_GROUPS, *(command.__name__ for command in run.COMMANDS)}
    for name in _GROUPS:
        if not known or name == words[0]:
            app.add_typer(_group(name), name=name)
    return app


@cache
def _group(name: str) -> typer.Typer:
    first, *more = (import_module(f"gateway.cli.{module}") for module in _GROUPS[name])
    for one in more:
        one.register(first.app)
    found: typer.Typer = first.app
    return found


def main() -> None:
    """The console script. What is rejected is said finding by finding, without a traceback."""
    try:
        program(sys.argv[1:])()
    except Rejected as rejected:
        for finding in rejected.findings:
            print(finding, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
