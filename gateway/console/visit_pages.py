"""Visits to suppliers' own shops: who went, how it ended, and each as one story with every message of it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from gateway.console import words
from gateway.exchange.office import Handlers
from gateway.exchange.punchout import told, visits
from gateway.exchange.punchout.visits import State
from web.access import ADMIN, allow
from web.languages import N_
from web.pages import render

router = APIRouter()
PAGE: Final = 50
STATES: Final[dict[State, tuple[str, str]]] = {
    State.ASKED: ("info", N_("asking the shop")),
    State.READY: ("info", N_("let in, not gone yet")),
    State.OPEN: ("info", N_("in the shop")),
    State.RETURNED: ("warn", N_("back, not decided")),
    State.ADDED: ("good", N_("in the basket")),
    State.DECLINED: ("", N_("declined")),
    State.EMPTY: ("", N_("nothing to add")),
    State.REFUSED: ("bad", N_("refused")),
    State.EXPIRED: ("", N_("took too long")),
}
"""Each with the colour of its tag."""
KINDS: Final = {"cxml": "cXML", "oci": "OCI", "peppol": "Peppol"}
OPERATIONS: Final = {"create": N_("new basket"), "edit": N_("changes lines"), "inspect": N_("looks at lines")}


@router.get("/console/visits")
@allow(ADMIN)
def visit_list(request: Request, supplier: str = "", state: str = "", page: int = 1) -> Response:
    """The newest first; of one supplier and in one state where these are named."""
    app, page = request.app.state, max(page, 1)
    wanted = State(state) if state in set(State) else None
    with app.engine.connect() as conn:
        found = visits.recent(conn, supplier or None, PAGE + 1, (page - 1) * PAGE, wanted)
    suppliers = app.suppliers.as_of_now()
    context = {"visits": found[:PAGE], "more": len(found) > PAGE, "page": page, "states": STATES, "kinds": KINDS}
    context |= {"suppliers": suppliers, "shops": [one for one in suppliers if one.punchout], "operations": OPERATIONS}
    return render(request, "console/visits.html", context, supplier=supplier, state=wanted)


@router.get("/console/visits/{visit_id}")
@allow(ADMIN)
def visit_page(request: Request, visit_id: UUID) -> Response:
    """Request, answer, basket, replays, remarks and orders on one page."""
    app = request.app.state
    handlers: Handlers = getattr(app, "handlers", Handlers())
    with app.engine.connect() as conn:
        story = told.story(conn, visit_id, handlers.orders_of_visit)
    if story is None:
        raise HTTPException(404)
    context = {"story": story, "visit": story.visit, "words": words, "states": STATES, "kinds": KINDS}
    context |= {"supplier": app.suppliers.get(story.visit.supplier_id), "operations": OPERATIONS}
    return render(request, "console/visit.html", context)
