"""`avrop order show|change|cancel|accept|settle`: one order, its story, and what can be asked of its supplier."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Annotated

import msgspec
import sqlalchemy as sa
import typer

from gateway.cli import house
from gateway.cli.say import Json, end, say
from gateway.exchange import changing, journal
from gateway.exchange.office import utc_now
from gateway.findings import Rejected
from gateway.formats import Dialect
from gateway.model import OrderCancellation, OrderChange
from gateway.orders import book, versions
from gateway.orders.amend import with_quantities
from gateway.settings import load_settings
from gateway.suppliers.supplier import Supplier

app = typer.Typer(help="Orders: their story, and what can be asked of their supplier.", no_args_is_help=True)

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the document that would be sent, and send nothing.")]
_CLI = "cli"
Asking = Callable[[sa.Connection, book.OrderRow, Supplier, dict[str, Dialect]], OrderChange | OrderCancellation]


@app.command()
def show(number: str, json: Json = False) -> None:
    """One order with its timeline, versions and messages."""
    with house.engine(load_settings()).connect() as conn:
        row = book.get(conn, number)
        if row is None:
            say({"error": f"there is no order {number}"}, f"there is no order {number}", json)
            end(2)
            return
        events = book.timeline(conn, row.id)
        messages = journal.of_order(conn, row.id)
        known = versions.of_order(conn, row.id)
    facts = {"order": row, "timeline": events, "messages": messages, "versions": known}
    lines = [f"{row.number}  {row.state.value}  supplier {row.supplier_id}  unit {row.unit_id}"]
    lines += [f"  {event.at:%Y-%m-%d %H:%M:%S}  {event.event.value:19} {event.actor}" for event in events]
    lines += [f"  version {one.version} {one.state.value} {one.change or ''}".rstrip() for one in known if known[1:]]
    lines += [f"  {message.direction:3} {message.document or '?':17} {message.state.value}" for message in messages]
    say(facts, "\n".join(lines), json)


@app.command()
def change(
    number: str,
    line: Annotated[list[str], typer.Option(help="A line id; with its --quantity, as often as needed.")],
    quantity: Annotated[list[str], typer.Option(help="The new quantity of that line; 0 takes it away.")],
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Asks the supplier for other quantities: the whole order goes out anew as an order change."""
    if len(line) != len(quantity):
        raise typer.BadParameter("each --line needs its --quantity")
    try:
        wanted = dict(zip(line, (Decimal(value) for value in quantity), strict=True))
    except InvalidOperation:
        raise typer.BadParameter(f"a quantity is a number, not {', '.join(quantity)}") from None
    _ask(
        number,
        lambda conn, row, supplier, dialects: changing.change(
            conn, row.id, with_quantities(row.order, wanted), supplier, dialects, _CLI, utc_now()
        ),
        dry_run,
        json,
    )


@app.command()
def cancel(number: str, reason: Annotated[str, typer.Option()], dry_run: DryRun = False, json: Json = False) -> None:
    """Asks the supplier to take the whole order back."""
    _ask(
        number,
        lambda conn, row, supplier, dialects: changing.cancel(
            conn, row.id, reason, supplier, dialects, _CLI, utc_now()
        ),
        dry_run,
        json,
    )


@app.command()
def accept(number: str, dry_run: DryRun = False, json: Json = False) -> None:
    """Says yes to what the supplier offers instead; it goes back as an order change."""
    _ask(
        number,
        lambda conn, row, supplier, dialects: changing.accept_offer(conn, row.id, supplier, dialects, _CLI, utc_now()),
        dry_run,
        json,
    )


@app.command()
def settle(
    number: str,
    accepted: Annotated[bool, typer.Option("--accepted/--refused", help="What the supplier said.")],
    note: Annotated[str, typer.Option(help="Who said it, and how.")],
    json: Json = False,
) -> None:
    """Records by hand what a supplier answered to a change or cancellation, by telephone for example."""
    with house.engine(load_settings()).begin() as conn:
        row = _found(conn, number, json)
        state = changing.settle(conn, row.id, accepted, _CLI, note, utc_now())
    say({"order": number, "state": state.value}, f"{number}  {state.value}", json)


def _ask(number: str, what: Asking, dry_run: bool, json: bool) -> None:
    """In one transaction, which a dry run takes back."""
    settings = load_settings()
    dialects = house.tables(settings)
    suppliers = house.suppliers_of(settings, dialects)
    with house.engine(settings).connect() as conn:
        row = _found(conn, number, json)
        supplier = suppliers.get(row.supplier_id)
        if supplier is None:
            say({"error": f"no supplier is called {row.supplier_id}"}, f"no supplier is called {row.supplier_id}", json)
            end(2)
            return
        try:
            asked = what(conn, row, supplier, dialects)
        except (Rejected, ValueError) as error:
            findings = error.findings if isinstance(error, Rejected) else ()
            say({"error": str(error), "findings": findings}, str(error), json)
            end(1)
            return
        conn.rollback() if dry_run else conn.commit()
    shown = msgspec.json.format(msgspec.json.encode(asked), indent=2).decode()
    told = shown if dry_run else f"{asked.number} is on its way"
    say({"sent": not dry_run, "document": asked}, told, json)


def _found(conn: sa.Connection, number: str, json: bool) -> book.OrderRow:
    row = book.get(conn, number)
    if row is None:
        say({"error": f"there is no order {number}"}, f"there is no order {number}", json)
        raise typer.Exit(2)
    return row
