"""The filters of `avrop message list` and `bulk`: options of the terminal to what the search asks for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from gateway.exchange.journal import MessageState
from gateway.exchange.search import Wanted
from gateway.model import DOCUMENTS

_HERE = ZoneInfo("Europe/Stockholm")
_TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
_STATES = ", ".join(state.value for state in MessageState)

Number = Annotated[
    str,
    typer.Option(help="An order's or document's number (its beginning is enough), a key, a remote id or a file name."),
]
Of = Annotated[list[str], typer.Option("--supplier", help="The supplier's id; repeat for several.")]
States = Annotated[list[str], typer.Option("--state", help=f"One of {_STATES}; repeat for several.")]
Direction = Annotated[str, typer.Option(help="in or out.")]
Kind = Annotated[str, typer.Option(help=f"One of {', '.join(DOCUMENTS)}.")]
Since = Annotated[datetime | None, typer.Option(formats=_TIMES, help="Created then or later, Swedish time.")]
Until = Annotated[datetime | None, typer.Option(formats=_TIMES, help="Created before then.")]
Says = Annotated[
    str, typer.Option("--finding", help="A text in its findings, or a rule's id; the last 30 days unless --since.")
]
OfCause = Annotated[str, typer.Option("--cause", help="The id of a cause, from avrop message dead.")]


def wanted(
    number: str,
    suppliers: list[str],
    states: list[str],
    direction: str,
    document: str,
    since: datetime | None,
    until: datetime | None,
    finding: str,
    cause: str,
) -> Wanted:
    """The options as one value; a word that is not known ends the command with 2."""
    known = {state.value for state in MessageState}
    if unknown := [state for state in states if state not in known]:
        raise typer.BadParameter(f"{unknown[0]!r} is no state; known: {_STATES}")
    if direction not in {"", "in", "out"}:
        raise typer.BadParameter(f"--direction is in or out, not {direction!r}")
    if document and document not in DOCUMENTS:
        raise typer.BadParameter(f"{document!r} is no document; known: {', '.join(DOCUMENTS)}")
    return Wanted(
        number=number,
        suppliers=tuple(suppliers),
        states=tuple(map(MessageState, states)),
        direction="in" if direction == "in" else "out" if direction == "out" else "",
        document=document,
        since=_here(since),
        until=_here(until),
        finding=finding,
        cause=cause,
    )


def _here(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=_HERE) if moment is not None else None
