"""`avrop punchout list|show`: visits to suppliers' own shops, from the terminal."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from gateway.cli import house, telling
from gateway.cli.say import Json, end, say
from gateway.exchange.punchout import told, visits
from gateway.exchange.punchout.visits import State, Visit

app = typer.Typer(help="Visits to suppliers' own shops: who went, how it ended, what came back.", no_args_is_help=True)


@app.command("list")
def list_visits(
    supplier: Annotated[str, typer.Option(help="Only this supplier's.")] = "",
    state: Annotated[State | None, typer.Option(help="Only those in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    json: Json = False,
) -> None:
    """The newest visits."""
    with house.engine().connect() as conn:
        found = visits.recent(conn, supplier or None, limit, state=state)
    lines = [
        f"{one.id}  {one.created_at:%Y-%m-%d %H:%M}  {one.state.value:9} {one.kind:7} {one.supplier_id}"
        for one in found
    ]
    say(found, "\n".join(lines) or "no visit matches", json)


@app.command()
def show(
    id: Annotated[UUID, typer.Argument(help="The visit's id, as avrop punchout list shows it.")], json: Json = False
) -> None:
    """One visit as its whole story: what was asked and answered, what came back, and what was said of it."""
    with house.engine().connect() as conn:
        story = told.story(conn, id)
    if story is None:
        say({"error": f"there is no visit {id}"}, f"there is no visit {id}", json)
        end(2)
        return
    visit = story.visit
    lines = [f"{visit.supplier_id}: {visit.operation} by {visit.kind}, {visit.state.value}", *([visit.cause or ""])]
    lines += [telling.line(one) for one in story.messages]
    for line in visit.basket.lines if visit.basket is not None else ():
        lines.append(f"  {line.quantity.value} {line.quantity.unit} {line.item.seller_id} {line.item.name}")
    lines += [f"  {finding}" for finding in (*visit.remarks, *story.findings)]
    say(story, "\n".join(filter(None, lines)), json)


def _line(visit: Visit) -> str:
    when = f"{visit.created_at:%Y-%m-%d %H:%M}"
    return f"{visit.id}  {when}  {visit.state.value:9} {visit.kind:7} {visit.supplier_id}"
