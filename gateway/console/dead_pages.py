"""Dead letters: what only a person brings further, grouped by what is really wrong."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.console import words
from gateway.exchange import causes
from web.access import ADMIN, allow
from web.pages import render

router = APIRouter()


@router.get("/console/dead")
@allow(ADMIN)
def dead_letters(request: Request) -> Response:
    """One line for each cause, those with most messages first."""
    state = request.app.state
    with state.engine.connect() as conn:
        found = causes.of_dead(conn)
    context = {"causes": found, "count": sum(one.count for one in found), "words": words, "suppliers": state.suppliers}
    return render(request, "console/dead.html", context)
