"""The link for a supplier, and the page it opens: no account, how many parcels, and their labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import msgspec
from fastapi import APIRouter, HTTPException, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gateway.exchange.typed_advice import MOST_PARCELS
from gateway.findings import Finding, Rejected
from gateway.orders import book
from gateway.orders.book import OrderRow
from gateway.suppliers.supplier import Supplier
from hub.expecting import expect
from hub.marking import links, pool, sheets, theirs
from hub.marking.links import Link
from hub.marking.pages import file_of, house_of, shown
from web.access import ADMIN, DOCK, PURCHASER, allow
from web.figures import LOCAL
from web.languages import N_, words_of
from web.pages import redirect, render, today_of

router = APIRouter()
Token = Annotated[str, Path(max_length=120)]
SAID: dict[str, str] = {
    "parcels": N_("Write how many parcels you send, 1 to 99."),
    "day": N_("Choose the day when the parcels are at the hub: today or later. Leave it empty if you do not know."),
    "number": N_("Write the number of your delivery note, with at most 60 characters."),
    "sent": N_("Write how many with digits, for example 3 or 2,5. Write 0 for what you do not send now."),
    "advice-reused": N_("Labels are printed with this number already. Open them below, or write another number."),
    "advice-nothing": N_("Nothing is sent: write how many of at least one article."),
    "advice-closed": N_("This order is ended or not approved: nothing should be sent. Call the hub."),
    "labels-many": N_("Labels have been printed many times for this order. Call the hub."),
    "labels-none": N_("There are no numbers for labels at the moment. Call the hub."),
}
"""What is wrong in the supplier's form, by rule or by field."""


class _Open(msgspec.Struct, frozen=True):
    """A link that is good, with its order and its supplier."""

    token: str
    row: OrderRow
    supplier: Supplier


@router.get("/hub/labels/link")
@allow(DOCK, ADMIN, PURCHASER)
def link(request: Request, order: str = "") -> Response:
    """The link to a supplier's own labels, to copy or to send as mail."""
    number, state = order.strip().upper()[:40], request.app.state
    found, address = None, ""
    with state.engine.begin() as conn:
        found = book.get(conn, number) if number else None
        if found is not None:
            address = f"{str(request.base_url).rstrip('/')}/labels/{links.token(conn, found.number, state.now())}"
    context: dict[str, Any] = {"order": number, "row": found, "address": address, "lasts": links.LASTS.days}
    context["mail"] = _mail(request, found, address) if found else ""
    return render(request, "hub/link.html", context, 422 if number and found is None else 200)


@router.get("/labels/{token}")
def their_page(request: Request, token: Token) -> Response:
    """The order with room for how many parcels."""
    return _page(request, _open(request, token), {}, {})


@router.post("/labels/{token}")
async def their_labels(request: Request, token: Token) -> Response:
    """Labels, and word to the hub; the same form again leads to the same labels."""
    given = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    return await run_in_threadpool(_made, request, token, given)


@router.get("/labels/{token}/{sheet_id}")
def their_sheet(request: Request, token: Token, sheet_id: UUID) -> Response:
    """Labels that the supplier made, to print."""
    opened = _open(request, token)
    found = _theirs(request, opened, sheet_id)
    context = shown(found) | {"at": f"/labels/{token}/{sheet_id}", "again": f"/labels/{token}", "row": opened.row}
    return render(request, "hub/sheet.html", context)


@router.get("/labels/{token}/{sheet_id}/{name}")
def their_file(request: Request, token: Token, sheet_id: UUID, name: str) -> Response:
    """The same as a file for a printer."""
    return file_of(_theirs(request, _open(request, token), sheet_id), name)


def _made(request: Request, token: str, given: Mapping[str, str]) -> Response:
    opened, state = _open(request, token), request.app.state
    row, now = opened.row, state.now()
    try:
        said = theirs.said_in(row, given, now.astimezone(LOCAL).date())
        with state.engine.begin() as conn:
            sheet = theirs.make(conn, row, said, opened.supplier, expect, house_of(request), now)
    except Rejected as rejected:
        return _page(request, opened, given, _wrong(rejected.findings))
    except pool.NoNumbers:
        return _page(request, opened, given, {"parcels": SAID["labels-none"]})
    return redirect(request, f"/labels/{token}/{sheet.id}")


def _wrong(findings: tuple[Finding, ...]) -> dict[str, str]:
    """What to say at which field."""
    found = {}
    for finding in findings:
        field = finding.place.path or "parcels"
        said = SAID.get(finding.rule) or SAID.get(field) or SAID["sent" if field.startswith("sent") else "parcels"]
        found[field] = said
    return found


def _page(request: Request, opened: _Open, given: Mapping[str, str], wrong: Mapping[str, str]) -> Response:
    """What was written stays; each problem stands at its field as well."""
    with request.app.state.engine.connect() as conn:
        earlier = theirs.of_order(conn, opened.row.id)
    hub = request.app.state.settings.municipality.hub
    first: dict[str, str] = {"parcels": "1", "number": theirs.next_number(opened.row, len(earlier)), "day": ""}
    context: dict[str, Any] = {"row": opened.row, "token": opened.token, "typed": first | dict(given), "wrong": wrong}
    context |= {"earlier": earlier, "hub_place": hub, "most": MOST_PARCELS, "today": today_of(request)}
    context["left"] = theirs.left_of(opened.row, earlier)
    return render(request, "hub/their_labels.html", context, 422 if wrong else 200)


def _open(request: Request, token: str) -> _Open:
    """The order behind the link: 404 for a link that is not ours, 410 for one whose time is over."""
    with request.app.state.engine.connect() as conn:
        found: Link | None = links.read(conn, token, request.app.state.now())
        row = book.get(conn, found.order) if found else None
    if found is None or row is None:
        raise HTTPException(404)
    supplier = request.app.state.suppliers.get(row.supplier_id)
    if found.until < today_of(request) or supplier is None:
        raise HTTPException(410)
    return _Open(token, row, supplier)


def _theirs(request: Request, opened: _Open, sheet_id: UUID) -> sheets.Sheet:
    with request.app.state.engine.connect() as conn:
        found = sheets.get(conn, sheet_id)
    if found is None or found.order_id != opened.row.id:
        raise HTTPException(404)
    return found


def _mail(request: Request, row: OrderRow, address: str) -> str:
    """A mail to the supplier, ready to send."""
    say = words_of(request).say
    subject = say("Labels for order %(number)s", number=row.number)
    body = say("Print labels for the parcels here: %(address)s", address=address)
    return f"mailto:?subject={quote(subject)}&body={quote(body)}"
