"""`avrop message edit`: a person corrects a document; it is checked and goes as a new message linked to the first."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from uuid import UUID

import msgspec
import typer

from gateway.cli import house
from gateway.cli.say import Json, end, say
from gateway.exchange import correcting, fields, journal
from gateway.exchange.correcting import Correction
from gateway.exchange.office import Office, utc_now
from gateway.findings import Rejected, reject
from gateway.model import Document, Order
from gateway.settings import load_settings

Set = Annotated[list[str], typer.Option("--set", help=f"FIELD=VALUE, of {', '.join(fields.FIELDS)}; repeat.")]
Quantity = Annotated[list[str], typer.Option("--quantity", help="LINE=QUANTITY; 0 takes the line away; repeat.")]
File = Annotated[
    Path | None, typer.Option("--file", exists=True, dir_okay=False, help="The whole document in canonical JSON.")
]


def register(app: typer.Typer) -> None:
    """Adds the command to `avrop message`."""
    app.command()(edit)


def edit(
    id: UUID,
    said: Set = [],  # noqa: B006 - typer only reads it
    quantity: Quantity = [],  # noqa: B006
    file: File = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and show what differs; send nothing.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="Send although there are warnings.")] = False,
    by: house.By = "",
    json: Json = False,
) -> None:
    """Corrects what a message says and sends it as a new one under its own key; the first one stays in the journal.

    The number of the document stays, because answers are matched by it. An order in the book says from then on what
    was sent. More than was ordered, or what may have arrived before, needs --anyway.
    """
    with house.office(load_settings()) as office:
        try:
            correction = correcting.check(office, id, _wanted(office, id, _pairs(said), _pairs(quantity), file))
            if dry_run or (correction.warnings and not anyway):
                _show(correction, None, json)
                end(0 if not correction.warnings or anyway else 1)
                return
            with office.engine.begin() as conn:
                new = correcting.send(conn, id, correction, house.who(by), utc_now())
        except (Rejected, LookupError) as error:
            house.refused(error, json)
            return
    _show(correction, new, json)


def _wanted(
    office: Office, id: UUID, said: Mapping[str, str], quantities: Mapping[str, str], file: Path | None
) -> Document:
    with office.engine.connect() as conn:
        message = journal.get(conn, id)
        if message is None:
            raise LookupError(f"there is no message {id}")
        before = correcting.original(conn, message)
    if file is not None:
        return correcting.decoded(file.read_bytes(), type(before).__name__)
    if not isinstance(before, Order):
        raise reject("correction-fixed", f"message {id} stays as it is: correct a {type(before).__name__} by --file")
    return fields.corrected(before, said, quantities)


def _pairs(given: list[str]) -> dict[str, str]:
    if wrong := [one for one in given if "=" not in one]:
        raise typer.BadParameter(f"{wrong[0]!r} has no =")
    return dict(one.split("=", 1) for one in given)


def _show(correction: Correction, new: UUID | None, json: bool) -> None:
    lines = [str(change) for change in correction.changes]
    lines += [f"warning: {one}" for one in correction.warnings]
    lines.append(f"message {new} is on its way" if new is not None else "nothing was sent")
    data = {"sent": new, "changes": correction.changes, "warnings": correction.warnings}
    data["document"] = msgspec.to_builtins(correction.document, enc_hook=str)
    say(data, "\n".join(lines), json)
