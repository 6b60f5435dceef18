"""The proof of a delivery, to read and to print."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from hub.handing import signature, words
from hub.handing.proof import photo_of, proof_of
from web.access import ADMIN, DOCK, PURCHASER, allow
from web.pages import render

router = APIRouter()


@router.get("/hub/proof/{delivery_id}")
@allow(DOCK, ADMIN, PURCHASER)
def proof_page(request: Request, delivery_id: UUID) -> Response:
    """Who took what, when, with the signature and the photos."""
    with request.app.state.engine.begin() as conn:
        proof = proof_of(conn, delivery_id)
    if proof is None:
        raise HTTPException(404)
    return render(request, "hub/drive/proof.html", {"proof": proof}, drive=words, signature=signature)


@router.get("/hub/proof/{delivery_id}/photos/{photo_id}")
@allow(DOCK, ADMIN, PURCHASER)
def proof_photo(request: Request, delivery_id: UUID, photo_id: UUID) -> Response:
    """A photo of it, as JPEG."""
    with request.app.state.engine.begin() as conn:
        jpeg = photo_of(conn, delivery_id, photo_id)
    if jpeg is None:
        raise HTTPException(404)
    return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})
