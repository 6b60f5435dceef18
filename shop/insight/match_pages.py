"""What the rows of a ledger were matched to: confirmed, rejected, changed; by text or by supplier."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from shop.desk import viewer
from shop.finding.asked import LONGEST, PAGE_SIZE, Query
from shop.finding.few import few
from shop.finding.finder import finder_of
from shop.insight import deciding, found, ledgers
from shop.insight.desk import KEEPERS, Desk, page
from shop.insight.matching import SURE
from shop.insight.settling import BESIDE, MEAN, NONE, PRICE, SHOP
from shop.reach import Reach
from web.access import allow
from web.languages import N_
from web.pages import redirect

router = APIRouter()
FATES = {BESIDE: N_("Beside the contract"), SHOP: N_("Bought in the shop"), NONE: N_("No contract would have served")}
WAYS = {
    PRICE: N_("by price"),
    MEAN: N_("by the mean of the category"),
    "": N_("not counted"),
}
_DONE = frozenset({"confirmed", "rejected", "changed", "undo"})


@router.get("/insight/ledgers/{ledger_id}/matches")
@allow(*KEEPERS)
def matches(
    request: Request, ledger_id: UUID, fate: str = BESIDE, sure: str = "", of: str = "", number: int = 1
) -> Response:
    """Suppliers and texts of a ledger, with what would have served them."""
    number = min(max(number, 1), 50_000)
    with request.app.state.engine.begin() as conn:
        desk = Desk(conn, request)
        ledger = ledgers.get(conn, ledger_id)
        if ledger is None:
            raise HTTPException(404)
        fate = fate if fate in FATES else BESIDE
        groups, more = found.groups(conn, ledger_id, fate, sure if sure in SURE else "", of, number)
        chosen = {"fate": fate, "sure": sure, "of": of}
        query = request.query_params
        last = {name: query.get(name, "") for name in ("done", "supplier", "text")}
        return page(
            desk,
            "matches.html",
            ledger=ledger,
            groups=groups,
            more=more,
            number=number,
            fates=FATES,
            sures=SURE,
            ways=WAYS,
            chosen=chosen,
            sellers=found.sellers(conn, ledger_id, 25) if not of else [],
            back=_address(ledger_id, **chosen, number=str(number)),
            elsewhere=lambda **other: _address(ledger_id, **(chosen | other)),
            last=last if last["done"] in _DONE else None,
            measure_word=desk.measure,
            urlencode=urlencode,
        )


def _address(ledger_id: UUID, **chosen: str) -> str:
    kept = {name: value for name, value in chosen.items() if value and value != "1"}
    return f"/insight/ledgers/{ledger_id}/matches" + (f"?{urlencode(kept)}" if kept else "")


@router.post("/insight/ledgers/{ledger_id}/decide")
@allow(*KEEPERS)
def decide(
    request: Request,
    ledger_id: UUID,
    supplier: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
    what: Annotated[str, Form()] = "",
    fate: Annotated[str, Form()] = BESIDE,
) -> Response:
    """Confirms, rejects or undoes: of a supplier and text, or of everything of a supplier. It is remembered."""
    if what not in deciding.WAYS or not supplier:
        raise HTTPException(400)
    with request.app.state.engine.begin() as conn:
        deciding.decide(conn, supplier, text, what, viewer(request).login, request.app.state.now())
    return _back(request, ledger_id, what, supplier, text, fate)


def _back(request: Request, ledger_id: UUID, what: str, supplier: str, text: str, fate: str) -> Response:
    values = {"done": what, "supplier": supplier, "text": text, "fate": fate if fate in FATES else BESIDE}
    return redirect(request, _address(ledger_id, **values))


@router.get("/insight/ledgers/{ledger_id}/change")
@allow(*KEEPERS)
def choose(request: Request, ledger_id: UUID, supplier: str = "", text: str = "", q: str = "") -> Response:
    """Articles that could have served instead."""
    with request.app.state.engine.begin() as conn:
        desk = Desk(conn, request)
        hits = served(desk, q or text)
        return page(desk, "change.html", ledger_id=ledger_id, supplier=supplier, text=text, q=q or text, hits=hits,
                    measure_word=desk.measure)  # fmt: skip


def served(desk: Desk, text: str) -> tuple[Any, ...]:
    """Articles on contract that the search of the shop finds for a text, whichever unit bought."""
    if not text.strip():
        return ()
    query, everything = Query(text=text[:LONGEST], contract=True), Reach(today=desk.today)
    return few(desk.conn, finder_of(desk.request.app), query, everything, PAGE_SIZE)


@router.post("/insight/ledgers/{ledger_id}/change")
@allow(*KEEPERS)
def change(
    request: Request,
    ledger_id: UUID,
    supplier: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
    article: Annotated[int, Form()] = 0,
) -> Response:
    """Another article would have served these rows."""
    if not supplier:
        raise HTTPException(400)
    try:
        with request.app.state.engine.begin() as conn:
            deciding.change(conn, supplier, text, article, viewer(request).login, request.app.state.now())
    except LookupError:
        raise HTTPException(404) from None
    return _back(request, ledger_id, "changed", supplier, text, BESIDE)
