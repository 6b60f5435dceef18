"""`avrop order rehearse|place`: what would go, byte for byte, without sending it; and an order out of a file, sent."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli import house
from gateway.cli.say import Json, end, say, told
from gateway.exchange import correcting, place, rehearse
from gateway.exchange.office import Office, utc_now
from gateway.exchange.rehearse import Rehearsal
from gateway.findings import Rejected
from gateway.formats import identify
from gateway.formats.bare import bare
from gateway.model import Order
from gateway.orders import book
from gateway.settings import load_settings, mapping_texts
from gateway.suppliers.supplier import Supplier

Source = Annotated[
    str,
    typer.Argument(help="An order number, or a file: canonical JSON or any format; nothing: the dialect's example."),
]
Out = Annotated[Path | None, typer.Option("--out", help="Write the bytes to this file.")]
_CUT = 4000


def register(app: typer.Typer) -> None:
    """Adds the commands to `avrop order`."""
    app.command("rehearse")(rehearse_order)
    app.command("place")(place_order)


def rehearse_order(
    supplier: Annotated[str, typer.Argument(help="The supplier's id, as in suppliers.yaml.")],
    order: Source = "",
    out: Out = None,
    json: Json = False,
) -> None:
    """A dry run: the exact bytes, envelope and file name, what every layer of rules says, and when it would leave.

    Nothing is stored and nobody is called. Exit 1 where it would not go.
    """
    with house.office(load_settings()) as office:
        to = house.named(office.suppliers, supplier, json)
        try:
            document, key = _order(office, to, order)
            found = rehearse.rehearse(office, to, document, key)
        except (Rejected, LookupError) as error:
            house.refused(error, json)
            return
    if out is not None:
        out.write_bytes(found.content)
    say(_facts(found), _text(found), json)
    end(0 if found.answer == "goes" else 1)


def place_order(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="An order: canonical JSON or any format.")],
    supplier: Annotated[str, typer.Option(help="To whom, by its id in suppliers.yaml.")],
    unit: Annotated[str, typer.Option(help="For which unit; it decides who sees it in the shop.")] = "cli",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="As avrop order rehearse: send and store nothing.")
    ] = False,
    by: house.By = "",
    json: Json = False,
) -> None:
    """Enters an order that somebody else made and sends it: order, message and job together, or none of them.

    What rehearse refuses is not placed. The number must be new.
    """
    if dry_run:
        rehearse_order(supplier, str(file), None, json)
        return
    with house.office(load_settings()) as office:
        to = house.named(office.suppliers, supplier, json)
        try:
            order, _ = _order(office, to, str(file))
            found = rehearse.rehearse(office, to, order)
            if found.answer == "refused":
                raise Rejected(found.against)
            with office.engine.begin() as conn:
                if book.get(conn, order.number) is not None:
                    raise LookupError(f"order {order.number} is in the book already: give it another number")
                place.place(conn, order, to, unit, house.who(by), utc_now())
        except (Rejected, LookupError) as error:
            house.refused(error, json)
            return
    what = "is a task: it is ordered by hand" if to.by_hand else "is on its way"
    say({"placed": order.number, "supplier": to.id, "by_hand": to.by_hand}, f"{order.number} {what}", json)


def _order(office: Office, supplier: Supplier, source: str) -> tuple[Order, str]:
    """The order and its key, "" where it has none yet."""
    if not source:
        return rehearse.example(office, supplier, mapping_texts(office.settings)), ""
    if not Path(source).is_file():
        with office.engine.connect() as conn:
            return rehearse.from_book(conn, source)
    raw = bare(Path(source).read_bytes())
    known = None if raw.lstrip()[:1] == b"{" else identify(office.dialects, raw)
    found = known[0].read(raw, source, "Order").document if known else correcting.decoded(raw, "Order")
    assert isinstance(found, Order), "both were told to read an order"
    return found, ""


def _facts(found: Rehearsal) -> dict[str, Any]:
    """The bytes as text where they are; `--out` gives them as they are."""
    verdicts = [{"layer": one.layer, "package": one.package, "findings": told(one.findings)} for one in found.verdicts]
    facts: dict[str, Any] = {
        "supplier": found.supplier_id,
        "dialect": found.dialect,
        "answer": found.answer,
        "name": found.name,
    }
    facts |= {"media_type": found.media_type, "envelope": found.envelope, "bytes": len(found.content)}
    facts |= {"against": told(found.against), "noted": told(found.noted), "verdicts": verdicts, "way": found.way}
    return facts | {"document": found.document, "content": found.content.decode("utf-8", "backslashreplace")}


def _text(found: Rehearsal) -> str:
    way = found.way
    leaves = (
        f"{way.leaves_at:%Y-%m-%d %H:%M} UTC" if way.leaves_at else f"not before {way.paused_by or 'never'} resumes it"
    )
    lines = [f"{found.answer}: {found.name or '–'}, {len(found.content)} bytes, {found.dialect} by {way.transport}"]
    lines += [f"to {way.place}, leaves {leaves}, {way.waiting} before it"]
    lines += [f"{one.layer:12} {one.package or 'built in':20} {len(one.findings)} findings" for one in found.verdicts]
    lines += [f"against: {one}" for one in found.against] + [f"noted: {one}" for one in found.noted]
    shown = found.content.decode("utf-8", "replace")
    return "\n".join([*lines, "", shown[:_CUT] + ("\n…" if len(shown) > _CUT else "")])
