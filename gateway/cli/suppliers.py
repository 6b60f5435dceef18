"""`avrop suppliers list|show|lookup|learn`."""

from __future__ import annotations

from typing import Annotated

import typer

from gateway.cli import house, learn
from gateway.cli.say import Json, end, say
from gateway.suppliers import commands
from gateway.suppliers.supplier import Suppliers

app = typer.Typer(
    help="Who we buy from: check the file, list it, show one, look one up in Peppol, learn from their files.",
    no_args_is_help=True,
)
learn.register(app)


def _load() -> Suppliers:
    from gateway.settings import load_settings

    settings = load_settings()
    if not settings.suppliers_file.exists():
        raise typer.BadParameter(f"there is no file {settings.suppliers_file}")
    return house.suppliers_of(settings, house.tables(settings))


def _answer(answer: commands.Answer, as_json: bool) -> None:
    say(answer.data, answer.text, as_json)
    end(answer.code)


@app.command("list")
def list_all(transport: str = "", category: str = "", json: Json = False) -> None:
    """One line per supplier, all or of one transport or category."""
    _answer(commands.list_all(_load(), transport, category), json)


@app.command()
def show(id: str, json: Json = False) -> None:
    """Everything known of one supplier; secrets stay references."""
    _answer(commands.show(_load(), id), json)


@app.command()
def lookup(
    id: Annotated[str, typer.Argument(help="A supplier's id, or a participant such as 0007:2120003005.")],
    document: Annotated[str, typer.Option(help="One document, such as Order or T01; otherwise all that it gets.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Everything it is registered for.")] = False,
    json: Json = False,
) -> None:
    """Whether Peppol knows a supplier, for our documents, and where they go; exit 1 when they cannot be sent."""
    from gateway.program import open_lookup
    from gateway.settings import load_settings
    from gateway.suppliers import lookup_command

    settings = load_settings()
    dialects = house.tables(settings)
    known = (house.suppliers_of(settings, dialects), dialects, open_lookup(settings))
    ask = lookup_command.look_up_all(id, *known) if everything else lookup_command.look_up(id, document, *known)
    _answer(ask, json)
