"""`avrop message list|show|release`: what was sent and received, from the terminal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
import typer

from gateway import database
from gateway.cli.say import Json, end, say
from gateway.exchange import journal
from gateway.exchange.office import utc_now
from gateway.exchange.place import release as release_message
from gateway.settings import load_settings

app = typer.Typer(help="The journal: what was sent and received, attempt by attempt.", no_args_is_help=True)


def _engine() -> sa.Engine:
    url = database.start(load_settings())
    database.upgrade(url)
    return database.engine(url)


@app.command("list")
def list_messages(limit: int = 50, json: Json = False) -> None:
    """The newest messages, in and out."""
    with _engine().connect() as conn:
        found = journal.recent(conn, limit=limit)
    lines = [
        f"{one.id}  {one.direction:3}  {one.state.value:10}  {one.document or '?':15} {one.supplier_id}"
        for one in found
    ]
    say(found, "\n".join(lines) or "no messages yet", json)


@app.command()
def show(id: UUID, raw: bool = False, json: Json = False) -> None:
    """One message: its state, attempts and findings; --raw prints the bytes as they were sent or received."""
    with _engine().connect() as conn:
        message = journal.get(conn, id)
        if message is None:
            say({"error": f"there is no message {id}"}, f"there is no message {id}", json)
            end(2)
            return
        content, attempts, findings = (
            journal.raw(conn, id),
            journal.attempts_of(conn, id),
            journal.findings_of(conn, id),
        )
    if raw:
        typer.get_binary_stream("stdout").write(content or b"")
        return
    lines = [f"{key:14}{value}" for key, value in _facts(message).items() if value not in (None, "")]
    lines += [f"attempt {one.n}  {one.at:%Y-%m-%d %H:%M:%S}  {one.outcome}  {one.evidence}" for one in attempts]
    lines += [str(finding) for finding in findings]
    say({"message": message, "attempts": attempts, "findings": findings}, "\n".join(lines), json)


@app.command()
def release(id: UUID, json: Json = False) -> None:
    """Sends a held message after all, under its old key."""
    try:
        with _engine().begin() as conn:
            release_message(conn, id, "cli", utc_now())
    except (LookupError, ValueError) as error:
        say({"error": str(error)}, str(error), json)
        end(1)
        return
    say({"released": id}, f"message {id} is on its way again", json)


def _facts(value: Any) -> dict[str, Any]:
    facts: dict[str, Any] = msgspec.to_builtins(value, enc_hook=str)
    return facts
