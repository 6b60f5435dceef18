"""`avrop hub …`: the hub from the terminal."""

from __future__ import annotations

import typer

from gateway.cli import hub_plan

app = typer.Typer(help="The hub: what comes in, what goes out.", no_args_is_help=True)
hub_plan.register(app)
