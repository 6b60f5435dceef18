"""`avrop message hold|release|skip|resend|retry-now|bulk`: what a person does, one message or many."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import typer

from gateway.cli import filters, house
from gateway.cli.say import Json, end, say
from gateway.exchange import bulk, resending
from gateway.exchange.allowed import Action
from gateway.exchange.office import utc_now
from gateway.findings import Rejected

Ids = Annotated[list[UUID], typer.Argument(help="The messages' ids, as avrop message list shows them.")]
_REASONED = frozenset({Action.HOLD, Action.SKIP})


def register(app: typer.Typer) -> None:
    """Adds the commands to `avrop message`."""
    for command in (hold, release, skip, resend):
        app.command()(command)
    app.command("retry-now")(retry_now)
    app.command("bulk")(many)


def hold(ids: Ids, reason: house.Reason, by: house.By = "", json: Json = False) -> None:
    """Keeps messages that wait to be sent from going, until somebody releases them; each becomes a task."""
    _each(Action.HOLD, ids, reason, by, json)


def release(ids: Ids, by: house.By = "", json: Json = False) -> None:
    """Sends held messages after all, under their old keys."""
    _each(Action.RELEASE, ids, "", by, json)


def skip(ids: Ids, reason: house.Reason, by: house.By = "", json: Json = False) -> None:
    """Decides that messages are not sent. An order that nobody was told of is cancelled; a change counts as refused."""
    _each(Action.SKIP, ids, reason, by, json)


def resend(
    ids: Ids,
    as_new: Annotated[
        bool, typer.Option("--as-new", help="As a new message under a key of its own, linked to the first.")
    ] = False,
    by: house.By = "",
    json: Json = False,
) -> None:
    """Sends again what was sent, held or skipped; reads again what came in and could not be read or used.

    By default under the same key and with the same bytes: whoever has it already recognises it and keeps one, so it is
    safe when nobody knows whether it arrived. With --as-new it is another message that they take as a second one: for
    receivers that refuse the first because they saw it before and lost it since.
    """
    if not as_new:
        _each(Action.RESEND, ids, "", by, json)
        return
    try:
        with house.engine().begin() as conn:
            new = [resending.resend(conn, one, house.who(by), utc_now(), as_new=True) for one in ids]
    except (Rejected, LookupError) as error:
        house.refused(error, json)
        return
    say({"done": new, "refused": []}, "\n".join(f"message {one} is on its way" for one in new), json)


def retry_now(ids: Ids, by: house.By = "", json: Json = False) -> None:
    """Makes waiting messages due at once, instead of at the time of their next attempt."""
    _each(Action.NOW, ids, "", by, json)


def many(
    action: Annotated[Action, typer.Argument(help="What is done with all that match.")],
    number: filters.Number = "",
    supplier: filters.Of = [],  # noqa: B006 - typer only reads it
    state: filters.States = [],  # noqa: B006
    direction: filters.Direction = "",
    document: filters.Kind = "",
    since: filters.Since = None,
    until: filters.Until = None,
    finding: filters.Says = "",
    cause: filters.OfCause = "",
    reason: house.Reason = "",
    go: Annotated[bool, typer.Option("--go", help="Do it. Without, it is only said what would be done.")] = False,
    by: house.By = "",
    json: Json = False,
) -> None:
    """The same for all messages that match the filters: first dry, then with --go, a hundred at a time.

    Without --go: how many it would be done with, which, and what would be refused and why. Exit 1 if any is refused.
    """
    wanted = filters.wanted(number, supplier, state, direction, document, since, until, finding, cause)
    if not wanted.narrow:
        raise typer.BadParameter("name at least one filter: nobody means every message there is")
    if action in _REASONED and go and not reason.strip():
        raise typer.BadParameter(f"{action.value} needs a --reason")
    engine = house.engine()
    if not go:
        with engine.connect() as conn:
            trial = bulk.try_out(conn, wanted, action, utc_now())
        said = [f"{action.value}: {trial.goes} of {trial.count} messages; --go does it"]
        said += [f"  not {count}: {why}" for why, count in trial.refused.items()]
        say(trial, "\n".join(said), json)
        end(1 if trial.refused else 0)
        return
    outcome = bulk.everything(engine, wanted, action, house.who(by), reason, utc_now, _progress)
    _tell(outcome.done, outcome.refused, action, json)


def _progress(outcome: bulk.Outcome) -> None:
    print(f"{outcome.seen} …", file=sys.stderr, flush=True)


def _each(action: Action, ids: Sequence[UUID], reason: str, by: str, json: bool) -> None:
    with house.engine().begin() as conn:
        outcome = bulk.each(conn, list(reversed(ids)), action, house.who(by), reason, utc_now())
    _tell(outcome.done, outcome.refused, action, json)


def _tell(done: int, refused: Sequence[tuple[UUID, Any]], action: Action, json: bool) -> None:
    told = [{"id": one, "rule": finding.rule, "message": finding.message} for one, finding in refused]
    lines = [f"{action.value}: done with {done} messages" if done != 1 else f"{action.value}: done with 1 message"]
    say({"done": done, "refused": told}, "\n".join([*lines, *(str(finding) for _, finding in refused)]), json)
    end(1 if refused else 0)
