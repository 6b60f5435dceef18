"""An order's whole history, to print and to download."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from shop import units
from shop.after.desk import after_page, visible
from shop.after.facts import facts_of
from shop.after.record import as_json, record_of
from shop.after.wanted import in_short
from shop.events import story_of
from web import accounts
from web.access import ADMIN, APPROVER, BUYER, PURCHASER, allow

router = APIRouter()


@router.get("/orders/{number}/record.json")
@allow(BUYER, APPROVER, PURCHASER, ADMIN)
def record_file(request: Request, number: str) -> Response:
    """Everything, as a program reads it."""
    with request.app.state.engine.begin() as conn:
        found = as_json(record_of(conn, visible(conn, request, number)))
    headers = {"Content-Disposition": f'attachment; filename="order-{number}.json"'}
    return Response(found, media_type="application/json", headers=headers)


@router.get("/orders/{number}/record")
@allow(BUYER, APPROVER, PURCHASER, ADMIN)
def record_page(request: Request, number: str) -> Response:
    """Everything, as people read and print it."""
    with request.app.state.engine.begin() as conn:
        row = visible(conn, request, number)
        facts, found = facts_of(conn, row), record_of(conn, row)
        logins = {row.placed_by, *(one.actor for one in facts.events), *facts.hands.received, *facts.hands.attested}
        pairs = list(zip(facts.versions, facts.versions[1:], strict=False))
        return after_page(
            conn,
            request,
            "record.html",
            row=row,
            record=found,
            story=[(event, story_of(event)) for event in facts.events],
            versions=[(after, in_short(before.order, after.order)) for before, after in pairs],
            receipts=facts.receipts,
            invoices=facts.invoices,
            names=accounts.names(conn, logins),
            of_unit=units.get(conn, row.unit_id),
        )
