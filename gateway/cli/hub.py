"""`avrop hub …`: what is done at the hub, from the terminal."""

from __future__ import annotations

import typer

from gateway.cli import hub_labels

app = typer.Typer(help="The hub: labels of parcels.", no_args_is_help=True)
app.add_typer(hub_labels.app, name="labels")
