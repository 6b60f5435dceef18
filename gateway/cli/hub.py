"""`avrop hub …`: the hub from the terminal."""

from __future__ import annotations

import typer

from gateway.cli import hub_labels, hub_plan, stock

app = typer.Typer(help="The hub: what comes in, what goes out, what is kept for hard times.", no_args_is_help=True)
app.add_typer(hub_labels.app, name="labels")
hub_plan.register(app)
stock.register(app)
