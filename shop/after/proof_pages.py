"""The proof of a delivery on the order's side: as much of it as concerns this order."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from gateway.orders import book
from gateway.orders.book import OrderRow
from gateway.orders.proof import Proof
from shop.after.desk import after_page, visible
from shop.after.handed import proofs_of
from shop.after.order_view import label
from web.access import ADMIN, APPROVER, BUYER, CONTROLLER, PURCHASER, allow

router = APIRouter()
_WHO = (BUYER, APPROVER, ADMIN, PURCHASER, CONTROLLER)


@router.get("/orders/{number}/proofs/{proof_id}")
@allow(*_WHO)
def proof_page(request: Request, number: str, proof_id: UUID) -> Response:
    """Who took what of this order, when, with the signature and the photos."""
    with request.app.state.engine.begin() as conn:
        row = visible(conn, request, number)
        proof = _proof(conn, request, row, proof_id)
        return after_page(conn, request, "proof.html", row=row, proof=proof, label_of=label)


@router.get("/orders/{number}/proofs/{proof_id}/photos/{photo_id}")
@allow(*_WHO)
def proof_photo(request: Request, number: str, proof_id: UUID, photo_id: UUID) -> Response:
    """A photo of it, as JPEG."""
    with request.app.state.engine.begin() as conn:
        proof = _proof(conn, request, visible(conn, request, number), proof_id)
        look = request.app.state.handlers.proof_photo
        jpeg = look(conn, proof_id, photo_id) if look and photo_id in proof.photos else None
    if jpeg is None:
        raise HTTPException(404)
    return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})


def _proof(conn: sa.Connection, request: Request, row: OrderRow, proof_id: UUID) -> Proof:
    """The proof, if the order's own story tells of it; else it does not exist."""
    handlers = getattr(request.app.state, "handlers", None)
    told = {one.id for one in proofs_of(book.timeline(conn, row.id))}
    look = handlers.proof_of if handlers else None
    found: Proof | None = look(conn, proof_id) if look and proof_id in told else None
    mine = found.of_order(row.number) if found and not found.undone_at else None
    if mine is None:
        raise HTTPException(404)
    return mine
