"""`avrop message list|show|dead`: what was sent and received, and what is stuck, from the terminal."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import typer

from gateway.cli import acting, editing, filters, house, telling
from gateway.cli.say import Json, end, say
from gateway.exchange import causes, search, whole
from gateway.exchange.office import utc_now
from gateway.settings import load_settings

app = typer.Typer(
    help="The journal: what was sent and received, attempt by attempt; and what a person does about it.",
    no_args_is_help=True,
)
acting.register(app)
editing.register(app)


@app.command("list")
def list_messages(
    number: filters.Number = "",
    supplier: filters.Of = [],  # noqa: B006 - typer only reads it
    state: filters.States = [],  # noqa: B006
    direction: filters.Direction = "",
    document: filters.Kind = "",
    since: filters.Since = None,
    until: filters.Until = None,
    finding: filters.Says = "",
    cause: filters.OfCause = "",
    before: Annotated[
        int | None, typer.Option(help="The next page: the sequence that the last one ended with.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    json: Json = False,
) -> None:
    """The newest messages, in and out, that match all of the filters."""
    import msgspec

    wanted = filters.wanted(number, supplier, state, direction, document, since, until, finding, cause)
    with house.engine().connect() as conn:
        found = search.find(conn, msgspec.structs.replace(wanted, before=before), limit, utc_now())
    lines = [telling.line(one) for one in found]
    if len(found) == limit:
        lines.append(f"more: --before {found[-1].sequence}")
    say(found, "\n".join(lines) or "no message matches", json)


@app.command()
def show(
    id: Annotated[UUID, typer.Argument(help="The message's id, as avrop message list shows it.")],
    raw: Annotated[bool, typer.Option("--raw", help="Only the bytes, as they were sent or received.")] = False,
    diff: Annotated[
        bool,
        typer.Option("--diff", help="Ordered beside answered and sent, line by line; and what a person corrected."),
    ] = False,
    json: Json = False,
) -> None:
    """One message as its whole story: what it says, findings, verdicts, attempts, receipt, and what belongs to it."""
    settings = load_settings()
    with house.engine(settings).connect() as conn:
        try:
            story = whole.story(conn, id, house.tables(settings))
        except LookupError as error:
            say({"error": str(error)}, str(error), json)
            end(2)
            return
        if raw:
            typer.get_binary_stream("stdout").write(story.raw or b"")
            return
        answers = _answers(conn, story, settings) if diff else []
        text = whole.raw_difference(conn, story) if diff else []
    data, told = telling.story(story), telling.story_text(story)
    if diff:
        data |= {"answers": answers, "changed": story.changed, "raw_difference": text}
        told = telling.difference_text(answers, story.changed, text)
    say(data, told, json)


@app.command()
def dead(
    supplier: Annotated[str, typer.Option(help="Only this supplier's.")] = "",
    json: Json = False,
) -> None:
    """Dead letters by their true cause: two hundred of one cause are one line. Exit 1 while there are any.

    Mend the cause, then send all of it again: avrop message bulk resend --cause ID --go
    """
    with house.engine().connect() as conn:
        found = causes.of_dead(conn, supplier or None)
    lines = [f"{one.count:6}  {one.id[:8]}  {telling.of_suppliers(one)}: {one.said} [{one.rule}]" for one in found]
    say(found, "\n".join(lines) or "nothing is stuck", json)
    end(1 if found else 0)


def _answers(conn: Any, story: whole.Story, settings: Any) -> list[Any]:
    if story.row is None:
        return []
    return whole.answers(conn, story.row, [*story.related, story.message], house.tables(settings))
