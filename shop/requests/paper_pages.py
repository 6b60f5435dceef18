"""An attachment, given back as it came: with the type that its first bytes say, and nothing in it can run."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from shop.desk import viewer
from shop.requests import asking, papers, seeing
from shop.requests.asking import State
from shop.requests.sniff import SHOWN
from web.access import ADMIN, APPROVER, BUYER, PURCHASER, allow

router = APIRouter()
_SAFE: Final = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


@router.get("/papers/{paper_id}")
@allow(BUYER, APPROVER, PURCHASER, ADMIN)
def paper(request: Request, paper_id: UUID) -> Response:
    """Pictures are shown, everything else is saved; it does not exist for those who may not see what it hangs on."""
    with request.app.state.engine.begin() as conn:
        found = papers.get(conn, paper_id)
        person = viewer(request)
        if found is None or not seeing.may_see(conn, found[0].unit_id, person):
            raise HTTPException(404)
        hung, media_type, content = found
        of_request = asking.get(conn, hung.about)
        if of_request is not None and of_request.state is State.DRAFT and of_request.made_by != person.login:
            raise HTTPException(404)
    how = "inline" if media_type in SHOWN else "attachment"
    plain = hung.name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    headers = {
        "Content-Disposition": f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(hung.name, safe='')}",
        "Content-Security-Policy": _SAFE,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=media_type, headers=headers)
