"""`avrop suppliers check|schema|revisions|diff`: the suppliers file, its mistakes and its history."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from gateway.cli import house
from gateway.cli.say import Json, end, say
from gateway.exchange import configurations
from gateway.exchange.configurations import Configuration
from gateway.findings import Finding
from gateway.settings import Settings, load_settings
from gateway.suppliers import commands
from gateway.suppliers.load import load
from gateway.suppliers.owners import check_owners
from gateway.suppliers.references import check_references
from gateway.suppliers.schema import schema as schema_of
from gateway.suppliers.supplier import Suppliers
from gateway.transports import TRANSPORTS

File = Annotated[Path | None, typer.Argument(help="The file; by default the configured suppliers.yaml.")]


def register(app: typer.Typer) -> None:
    """Adds the commands to `avrop suppliers`."""
    for command in (check, schema, revisions, diff):
        app.command()(command)


def check(
    file: File = None,
    secrets: Annotated[
        bool, typer.Option("--secrets", help="Also whether each env: and file: leads somewhere.")
    ] = False,
    owners: Annotated[
        bool, typer.Option("--owners", help="Also whether each owner is a log-in; asks the database.")
    ] = False,
    json: Json = False,
) -> None:
    """Every mistake with line, column and suggestion; exit 1 when there is one.

    Run --secrets where the worker runs: its environment and its files are what counts. No secret is shown.
    """
    settings = _settings(file)
    text, suppliers = _read(settings)
    more: list[Finding] = []
    source = settings.suppliers_file.name
    if secrets:
        more += check_references(suppliers, TRANSPORTS, text, source)
    if owners:
        from web import accounts

        named = {supplier.owner for supplier in suppliers}
        with house.engine(settings).connect() as conn:
            more += check_owners(suppliers, accounts.names(conn, named).keys(), source)
    answer = commands.check(suppliers, more)
    say(answer.data, answer.text, json)
    end(answer.code)


def schema(json: Json = False) -> None:
    """A JSON Schema of suppliers.yaml for editors; the repository keeps it in suppliers.schema.json."""
    settings = load_settings()
    found = schema_of(TRANSPORTS, house.tables(settings))
    say(found, msgspec.json.format(msgspec.json.encode(found), indent=2).decode(), json)


def revisions(limit: int = 20, json: Json = False) -> None:
    """Every revision of suppliers.yaml that was seen, the newest first, with why those were refused that were."""
    with house.engine(load_settings()).connect() as conn:
        found = configurations.recent(conn, limit)
    lines = [line for one in found for line in _told(one)]
    say(found, "\n".join(lines) or "no revision was seen yet; serve and worker note them", json)


def diff(
    file: File = None,
    against: Annotated[str, typer.Option(help="The beginning of another revision's digest.")] = "",
    json: Json = False,
) -> None:
    """What the file changes since the last revision that was accepted: who comes, who goes, which facts."""
    settings = _settings(file)
    with house.engine(settings).connect() as conn:
        before = configurations.named(conn, against) if against else configurations.last_accepted(conn)
        if before is None:
            message = f"there is no revision {against}" if against else "no revision was accepted yet"
            say({"error": message}, message, json)
            end(2)
            return
        was = _load(configurations.text_of(conn, before.digest), settings)
    answer = commands.diff(was, _read(settings)[1], f"{before.digest[:12]} of {before.seen_at:%Y-%m-%d %H:%M}")
    say(answer.data, answer.text, json)
    end(answer.code)


def _told(one: Configuration) -> list[str]:
    state = "accepted" if one.accepted else "refused"
    first = f"{one.seen_at:%Y-%m-%d %H:%M:%S}  {one.digest[:12]}  {state:9} {one.suppliers} suppliers"
    return [first, *(f"    {finding}" for finding in one.findings)]


def _settings(file: Path | None) -> Settings:
    settings = load_settings()
    if file is not None:
        settings = msgspec.structs.replace(settings, suppliers_file=file)
    if not settings.suppliers_file.exists():
        raise typer.BadParameter(f"there is no file {settings.suppliers_file}")
    return settings


def _read(settings: Settings) -> tuple[str, Suppliers]:
    text = settings.suppliers_file.read_text(encoding="utf-8")
    return text, _load(text, settings)


def _load(text: str, settings: Settings) -> Suppliers:
    return load(text, settings.suppliers_file.name, TRANSPORTS, house.tables(settings))
