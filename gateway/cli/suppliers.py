"""`avrop suppliers check|list|show|learn`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from gateway.cli import learn
from gateway.cli.say import Json, end, say
from gateway.suppliers import commands
from gateway.suppliers.supplier import Suppliers

app = typer.Typer(help="Who we buy from: check the file, list it, show one.", no_args_is_help=True)
learn.register(app)


def _load(file: Path | None = None) -> Suppliers:
    from gateway.formats import load_dialects
    from gateway.program import load_suppliers
    from gateway.settings import load_settings, mapping_texts

    settings = load_settings()
    if file is not None:
        settings = msgspec.structs.replace(settings, suppliers_file=file)
    if not settings.suppliers_file.exists():
        raise typer.BadParameter(f"there is no file {settings.suppliers_file}")
    return load_suppliers(settings, load_dialects(mapping_texts(settings)))


def _answer(answer: commands.Answer, as_json: bool) -> None:
    say(answer.data, answer.text, as_json)
    end(answer.code)


@app.command()
def check(
    file: Annotated[Path | None, typer.Argument(help="The file; by default the configured suppliers.yaml.")] = None,
    json: Json = False,
) -> None:
    """Every mistake with line, column and suggestion; exit 1 when there is one."""
    _answer(commands.check(_load(file)), json)


@app.command("list")
def list_all(transport: str = "", category: str = "", json: Json = False) -> None:
    """One line per supplier, all or of one transport or category."""
    _answer(commands.list_all(_load(), transport, category), json)


@app.command()
def show(id: str, json: Json = False) -> None:
    """Everything known of one supplier; secrets stay references."""
    _answer(commands.show(_load(), id), json)
