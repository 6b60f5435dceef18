"""The cases as people work with them: what waits, one case with all that is known of it, and what is done about it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Form, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from hub import counting, photos, receiving, reports, words
from hub.acts.once import once
from hub.cases import book, claims, log
from hub.cases import words as said
from hub.cases.book import Case
from hub.cases.claims import Unclaimable
from hub.cases.decide import ANSWERS, CLAIMABLE
from hub.cases.forms import FORM_BYTES, day_in, filled_in
from hub.cases.reporting_pages import NO_NUMBER, NO_PHOTO
from hub.cases.tables import receipts_told
from web.access import ADMIN, DOCK, PURCHASER, allow
from web.languages import N_
from web.pages import redirect, render, today_of

router = APIRouter()
WHO = (DOCK, ADMIN, PURCHASER)
_LISTS = ("open", "mine", "done")


@router.get("/hub/cases")
@allow(*WHO)
def cases(request: Request, show: str = "open", done: str = "") -> Response:
    """Everything that waits for a person, the soonest day first."""
    viewer, which = request.state.viewer, show if show in _LISTS else "open"
    with request.app.state.engine.begin() as conn:
        found = book.listed(conn, which, viewer.login)
        counts = book.counts(conn, viewer.login, today_of(request))
        people = book.people(conn, WHO)
    context = {"cases": found, "counts": counts, "which": which, "people": people, "done": done == "yes"}
    return render(request, "hub/cases.html", context | {"words": words, "said": said, "today": today_of(request)})


@router.get("/hub/questions")
@allow(*WHO)
def questions(request: Request) -> Response:
    """The address from before there were cases."""
    return redirect(request, "/hub/cases")


@router.get("/hub/cases/{case_id}")
@allow(*WHO)
def case(request: Request, case_id: UUID, saved: str = "", late: str = "") -> Response:
    """One case: what was seen, who has it, what is asked of the supplier, and all that happened."""
    return _page(request, case_id, saved=saved == "yes", late=late == "yes")


@router.post("/hub/cases/{case_id}/owner")
@allow(*WHO)
def owner(request: Request, case_id: UUID, owner: Annotated[str, Form()] = "") -> Response:
    """The reader takes it (`me`), gives it to a colleague, or lets go of it (empty)."""
    viewer = request.state.viewer
    with request.app.state.engine.begin() as conn:
        found, people = _case(conn, case_id), book.people(conn, WHO)
        login = viewer.login if owner == "me" else owner or None
        if login is not None and login not in people:
            raise HTTPException(404)
        given = people[login] if login and login != viewer.login else ""
        book.take(conn, found, login, viewer.name, request.app.state.now(), given)
    return _back(request, case_id)


@router.post("/hub/cases/{case_id}/say")
@allow(*WHO, most=FORM_BYTES)
async def say(request: Request, case_id: UUID) -> Response:
    """A line for the log, a photo, or both; sent by a phone that may have lost the network."""
    form = await filled_in(request)

    def kept() -> Response:
        state, who = request.app.state, request.state.viewer.name
        act = form.act()
        with state.engine.begin() as conn:
            found, now = _case(conn, case_id), state.now()
            if once(conn, act.id, "case", who, now, act.at):
                try:
                    if form.photo:
                        book.add_photo(conn, case_id, photos.keep(conn, form.photo, who, now), who, now)
                except ValueError:
                    conn.rollback()
                    enough = len(found.photos) >= book.MOST_PHOTOS
                    return _page(request, case_id, problem=("photo", said.ENOUGH if enough else NO_PHOTO))
                book.say(conn, found, form.text("text"), who, now)
        return _back(request, case_id)

    return await run_in_threadpool(kept)


@router.post("/hub/cases/{case_id}/due")
@allow(*WHO)
def due(request: Request, case_id: UUID, due: Annotated[str, Form()] = "") -> Response:
    """Another day."""
    try:
        day = day_in(due, today_of(request))
    except ValueError:
        return _page(request, case_id, problem=("due", N_("Choose a day from today to a year ahead.")))
    with request.app.state.engine.begin() as conn:
        book.set_due(conn, _case(conn, case_id), day, request.state.viewer.name, request.app.state.now())
    return _back(request, case_id)


@router.post("/hub/cases/{case_id}/claim")
@allow(*WHO)
def claim(
    request: Request,
    case_id: UUID,
    wanted: Annotated[str, Form()] = "",
    line: Annotated[str, Form()] = "",
    quantity: Annotated[str, Form()] = "",
) -> Response:
    """The supplier is asked to make it good."""
    try:
        amount = counting.amount(quantity)
    except ValueError:
        return _page(request, case_id, problem=("quantity", NO_NUMBER))
    try:
        with request.app.state.engine.begin() as conn:
            _case(conn, case_id)
            who, now = request.state.viewer.name, request.app.state.now()
            claims.make(conn, case_id, wanted, who, now, line=line or None, quantity=amount)
    except Unclaimable as why:
        return _page(request, case_id, problem=said.UNCLAIMABLE[str(why)])
    return _back(request, case_id)


@router.post("/hub/cases/{case_id}/told")
@allow(*WHO)
def told(request: Request, case_id: UUID) -> Response:
    """Somebody has told the supplier by telephone."""
    with request.app.state.engine.begin() as conn:
        _case(conn, case_id)
        claims.told(conn, case_id, "person", request.state.viewer.name, request.app.state.now())
    return _back(request, case_id)


@router.post("/hub/cases/{case_id}/answer")
@allow(*WHO)
def answer(request: Request, case_id: UUID, answer: Annotated[str, Form()] = "") -> Response:
    """What the supplier said to the claim, or that it is withdrawn."""
    if answer not in ANSWERS:
        return _page(request, case_id, problem=("said", N_("Choose what the supplier said.")))
    with request.app.state.engine.begin() as conn:
        claims.answer(conn, _case(conn, case_id), answer, request.state.viewer.name, request.app.state.now())
    return _back(request, case_id)


@router.post("/hub/cases/{case_id}/order")
@allow(*WHO)
def give_to_order(request: Request, case_id: UUID, number: Annotated[str, Form()] = "") -> Response:
    """The unknown parcel belongs to this order."""
    state = request.app.state
    with state.engine.begin() as conn:
        found = _case(conn, case_id)
        given = receiving.assign(conn, found.parcel.id, number, request.state.viewer.name, state.now())
    if given is None:
        return _page(request, case_id, problem=("number", said.NO_ORDER), typed=number[:40])
    may_scan = request.state.viewer.roles & {DOCK, ADMIN}
    return redirect(request, f"/hub/dock?parcel={given.id}" if may_scan else f"/hub/cases/{case_id}?saved=yes")


@router.post("/hub/cases/{case_id}/close")
@allow(*WHO)
def close(request: Request, case_id: UUID, outcome: Annotated[str, Form()] = "") -> Response:
    """Dealt with; what was reported stays on the order's timeline. A claim that waits keeps it open."""
    with request.app.state.engine.begin() as conn:
        found = _case(conn, case_id)
        waits = found.claim is not None
        if not waits:
            reports.close(conn, case_id, request.state.viewer.name, log.one_line(outcome), request.app.state.now())
    if waits:
        return _page(request, case_id, problem=("said", said.CLAIM_WAITS))
    return redirect(request, "/hub/cases?done=yes")


@router.post("/hub/cases/{case_id}/reopen")
@allow(*WHO)
def reopen(request: Request, case_id: UUID) -> Response:
    with request.app.state.engine.begin() as conn:
        book.reopen(conn, _case(conn, case_id), request.state.viewer.name, request.app.state.now())
    return _back(request, case_id)


def _case(conn: sa.Connection, case_id: UUID) -> Case:
    found = book.get(conn, case_id, lock=True)
    if found is None:
        raise HTTPException(404)
    return found


def _back(request: Request, case_id: UUID) -> Response:
    return redirect(request, f"/hub/cases/{case_id}?saved=yes")


def _page(
    request: Request, case_id: UUID, problem: tuple[str, str] | None = None, typed: str = "", **more: Any
) -> Response:
    state = request.app.state
    with state.engine.begin() as conn:
        found = book.get(conn, case_id)
        if found is None:
            raise HTTPException(404)
        context: dict[str, Any] = {"log": log.read(conn, case_id), "people": book.people(conn, WHO)}
        context["receipts"] = _receipts(conn, found)
    supplier = state.suppliers.get(found.parcel.supplier_id or "")
    agreed = supplier.receiving if supplier else None
    context |= {"case": found, "problem": problem, "supplier": supplier, "agreed": agreed, "words": words, "said": said}
    context |= {"today": today_of(request), "may_claim": found.kind in CLAIMABLE and bool(found.parcel.order_id)}
    context |= {"saved": False, "late": False, "typed": typed}
    return render(request, "hub/case.html", context, 422 if problem else 200, **more)


def _receipts(conn: sa.Connection, case: Case) -> list[sa.Row[Any]]:
    """What the supplier has been told of this delivery."""
    if case.parcel.order_id is None:
        return []
    mine = (receipts_told.c.order_id == case.parcel.order_id) & (receipts_told.c.advice == (case.parcel.advice or ""))
    return list(conn.execute(sa.select(receipts_told).where(mine).order_by(receipts_told.c.at)))
