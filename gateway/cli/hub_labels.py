"""`avrop hub labels series|open|print|link|renew`: numbers for parcels, their labels, and links for suppliers."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import sqlalchemy as sa
import typer

from gateway.cli import house
from gateway.cli.say import Json, end, say
from gateway.exchange.office import utc_now
from gateway.orders import book
from gateway.settings import load_settings
from hub.marking import links, pool, sheets
from hub.marking.forms import FORMS, written
from hub.marking.sheets import House

app = typer.Typer(help="Labels of parcels: their numbers, printing, and suppliers' own.", no_args_is_help=True)
Codes = Annotated[list[str], typer.Argument(help="Orders, despatch advices or SSCCs.")]
Order = Annotated[str, typer.Argument(help="The order's number.")]
Out = Annotated[Path | None, typer.Option("--out", help="The file to write; without it the labels go to the output.")]
As = Annotated[str, typer.Option("--as", help=f"{', '.join(FORMS)}, or 1.svg for the first label alone.")]


@app.command("series")
def list_series(json: Json = False) -> None:
    """The series that SSCCs are taken from, and how many numbers each has left."""
    with house.engine().connect() as conn:
        found = pool.all_series(conn)
    data = [_facts(one) for one in found]
    lines = [f"{one.extension} {one.prefix:12} {one.next:>12} given, {one.left:>12} left" for one in found]
    say(data, "\n".join(lines) or "no series is open; the first label opens one of the municipality's prefix", json)


@app.command("open")
def open_series(
    prefix: Annotated[str, typer.Argument(help="The GS1 company prefix, 4 to 12 digits.")],
    extension: Annotated[int, typer.Option(help="The digit before it, 0 to 9.")] = 0,
    start: Annotated[int, typer.Option(help="The first serial number, where others were used before.")] = 0,
    supplier: Annotated[str, typer.Option(help="Only for this supplier's parcels.")] = "",
    by: house.By = "",
    json: Json = False,
) -> None:
    """Opens a series of SSCCs; numbers are taken from it when those before it are used up."""
    more = {"extension": extension, "start": start, "supplier_id": supplier or None}
    made = _done(json, lambda conn: pool.open_series(conn, prefix, house.who(by), utc_now(), **more))  # type: ignore[arg-type]
    say(_facts(made), f"open: {made.extension} {made.prefix}, {made.left} numbers", json)


@app.command("print")
def print_labels(codes: Codes, form: As = "a6.pdf", out: Out = None, by: house.By = "", json: Json = False) -> None:
    """Labels of parcels, those without a number given one; printed again they keep it."""
    settings = load_settings()
    home = House(settings.municipality.hub.name, settings.municipality.company_prefix)
    if out is None and json:
        house.wrong_use("--json needs --out: labels and JSON do not go to one output", json)
    if form not in FORMS and not re.fullmatch(r"\d{1,3}\.svg", form):
        house.wrong_use(f"there is no form {form}: {', '.join(FORMS)}, 1.svg", json)

    def make(conn: sa.Connection) -> sheets.Sheet | None:
        ids = {parcel.id for code in codes for parcel in sheets.called(conn, code)}
        return sheets.make(conn, ids, home, house.who(by), utc_now())

    sheet = _done(json, make)
    made = written(sheet.labels, form) if sheet else None
    if sheet is None or made is None:
        why = f"no parcel goes by {', '.join(codes)}" if sheet is None else f"there is no label {form}"
        say({"error": why}, why, json)
        end(1)
        return
    if out is None:
        sys.stdout.buffer.write(made[1])
        return
    out.write_bytes(made[1])
    data = {"file": str(out), "sheet": sheet.id, "labels": [one.sscc for one in sheet.labels]}
    say(data, f"{out}: {len(sheet.labels)} labels", json)


@app.command()
def link(
    order: Order,
    base: Annotated[str, typer.Option(help="What addresses of this house begin with.")] = "http://127.0.0.1:8000",
    days: Annotated[int, typer.Option(min=1, max=3650, help="How long it is good.")] = links.LASTS.days,
    json: Json = False,
) -> None:
    """The address of the page where an order's supplier makes its own labels, without an account."""

    def make(conn: sa.Connection) -> str | None:
        row = book.get(conn, order.upper())
        return links.token(conn, row.number, utc_now(), timedelta(days=days)) if row else None

    token = _done(json, make)
    if token is None:
        why = f"there is no order {order}"
        say({"error": why}, why, json)
        end(1)
    address = f"{base.rstrip('/')}/labels/{token}"
    say({"order": order, "address": address, "days": days}, address, json)


@app.command()
def renew(json: Json = False) -> None:
    """A new key for links: none that was given out before opens any more."""
    _done(json, lambda conn: links.renew(conn, utc_now()))
    say({"renewed": True}, "links that were given out before do not open any more", json)


def _done(json: bool, what: Callable[[sa.Connection], Any]) -> Any:
    """What `what` gives, kept; the end of the command with 1 where it cannot be done."""
    try:
        with house.engine().begin() as conn:
            return what(conn)
    except (ValueError, pool.NoNumbers) as error:
        say({"error": str(error)}, str(error), json)
        end(1)


def _facts(series: pool.Series) -> dict[str, Any]:
    return {
        "prefix": series.prefix,
        "extension": series.extension,
        "supplier": series.supplier_id,
        "given": series.next,
        "left": series.left,
    }
