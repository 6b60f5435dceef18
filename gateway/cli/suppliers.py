"""`avrop suppliers list|show`."""

from __future__ import annotations

import typer

from gateway.cli.say import Json, end, say
from gateway.suppliers import commands
from gateway.suppliers.supplier import Suppliers

app = typer.Typer(help="Who we buy from: check the file, list it, show one.", no_args_is_help=True)


def _load() -> Suppliers:
    from gateway.formats import load_dialects
    from gateway.program import load_suppliers
    from gateway.settings import load_settings, mapping_texts

    settings = load_settings()
    if not settings.suppliers_file.exists():
        raise typer.BadParameter(f"there is no file {settings.suppliers_file}")
    return load_suppliers(settings, load_dialects(mapping_texts(settings)))


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
