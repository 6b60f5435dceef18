"""Invoices: what waits for attest, one invoice beside its order, and the rules of what may differ."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from gateway.exchange import journal
from shop import units
from shop.after import attest, invoices, tolerance
from shop.after.attest import CannotDecide, Seen, Stand, look, why_not
from shop.after.desk import LONGEST, OVERSEERS, after_page, number_in
from shop.after.invoices import OPEN, InvoiceRow
from shop.after.tolerance import Tolerance
from shop.after.words import ACTS, DIFFERENCES, STANDS, UNIT_OF
from shop.desk import one_line, viewer
from web import accounts
from web.access import ADMIN, APPROVER, CONTROLLER, PURCHASER, allow
from web.languages import N_
from web.pages import redirect

router = APIRouter()
PAGE_SIZE = 30
_SEES_ALL = OVERSEERS | {CONTROLLER}
_WORDS: dict[str, Any] = {"stands": STANDS, "differences": DIFFERENCES, "acts": ACTS, "unit_of": UNIT_OF}


@router.get("/invoices")
@allow(APPROVER, PURCHASER, CONTROLLER, ADMIN)
def invoice_list(request: Request, state: str = OPEN, page: int = 1) -> Response:
    """Those of one's units; whoever looks after all sees all. The first due first."""
    page, state = min(max(page, 1), 10_000), state if state in (OPEN, "attested", "disputed") else OPEN
    with request.app.state.engine.begin() as conn:
        given = (state, PAGE_SIZE + 1, (page - 1) * PAGE_SIZE)
        rows = invoices.page(conn, _units(conn, request), *given)
        shown = [(look(conn, invoice), number) for invoice, number in rows[:PAGE_SIZE]]
        more = len(rows) > PAGE_SIZE
        return after_page(conn, request, "invoices.html", shown=shown, state=state, page=page, more=more, **_WORDS)


@router.get("/invoices/rules")
@allow(PURCHASER, CONTROLLER, ADMIN)
def rules_form(request: Request, done: str = "") -> Response:
    """How much may differ."""
    with request.app.state.engine.begin() as conn:
        return after_page(conn, request, "rules.html", rules=tolerance.current(conn), errors={}, said={}, done=done)


@router.post("/invoices/rules")
@allow(PURCHASER, ADMIN)
def rules_sent(
    request: Request,
    line_amount: Annotated[str, Form()] = "",
    line_percent: Annotated[str, Form()] = "",
    freight: Annotated[str, Form()] = "",
    offer_days: Annotated[str, Form()] = "",
) -> Response:
    """Other rules from now on."""
    said = {"line_amount": line_amount, "line_percent": line_percent, "freight": freight, "offer_days": offer_days}
    numbers = {name: number_in(text) for name, text in said.items()}
    most = {"line_amount": 10_000, "line_percent": 100, "freight": 10_000, "offer_days": 60}
    errors = {
        name: N_("Write a number that makes sense here.")
        for name, value in numbers.items()
        if value is None or not 0 <= value <= most[name] or (name == "offer_days" and (value < 1 or value % 1))
    }
    with request.app.state.engine.begin() as conn:
        if errors:
            given: dict[str, Any] = {"rules": tolerance.current(conn), "errors": errors, "said": said, "done": ""}
            return after_page(conn, request, "rules.html", 422, **given)
        amounts = {name: round(value or Decimal(0), 2) for name, value in numbers.items() if name != "offer_days"}
        rules = Tolerance(**amounts, offer_days=int(numbers["offer_days"] or 1))
        tolerance.put(conn, rules, viewer(request).login, request.app.state.now())
    return redirect(request, "/invoices/rules?done=yes")


@router.get("/invoices/{invoice_id}")
@allow(APPROVER, PURCHASER, CONTROLLER, ADMIN)
def invoice_page(request: Request, invoice_id: UUID) -> Response:
    """One invoice beside its order."""
    with request.app.state.engine.begin() as conn:
        return _show(conn, request, _visible(conn, request, invoice_id))


@router.get("/invoices/{invoice_id}/original")
@allow(APPROVER, PURCHASER, CONTROLLER, ADMIN)
def original(request: Request, invoice_id: UUID) -> Response:
    """The bytes as they were received; the journal keeps them for as long as accounts are kept."""
    with request.app.state.engine.begin() as conn:
        found = _visible(conn, request, invoice_id)
        raw, message = journal.raw(conn, found.message_id), journal.get(conn, found.message_id)
    name = "".join(sign if sign.isalnum() and sign.isascii() else "-" for sign in found.number)
    kept = f'attachment; filename="{found.kind}-{name}.xml"'
    digest = message.sha256 if message and message.sha256 else ""
    headers = {"Content-Disposition": kept, "X-Content-SHA256": digest}
    return Response(raw or b"", media_type="application/octet-stream", headers=headers)


@router.post("/invoices/{invoice_id}/attest")
@allow(APPROVER)
def attest_it(
    request: Request, invoice_id: UUID, mark: Annotated[str, Form()], reason: Annotated[str, Form()] = ""
) -> Response:
    """Beslutsattest."""
    return _decide(
        request, invoice_id, lambda conn, one, who, text, now: attest.attest(conn, one, who, mark, text, now), reason
    )


@router.post("/invoices/{invoice_id}/dispute")
@allow(APPROVER, PURCHASER, ADMIN)
def dispute_it(
    request: Request, invoice_id: UUID, mark: Annotated[str, Form()], reason: Annotated[str, Form()] = ""
) -> Response:
    """Not as it is."""
    return _decide(
        request, invoice_id, lambda conn, one, who, text, now: attest.dispute(conn, one, who, mark, text, now), reason
    )


@router.post("/invoices/{invoice_id}/open")
@allow(APPROVER, PURCHASER, ADMIN)
def open_it(request: Request, invoice_id: UUID) -> Response:
    """Takes back what was decided."""
    return _decide(request, invoice_id, lambda conn, one, who, _, now: attest.open_again(conn, one, who, now), "")


@router.post("/invoices/{invoice_id}/order")
@allow(PURCHASER, ADMIN)
def give_to_order(request: Request, invoice_id: UUID, number: Annotated[str, Form()] = "") -> Response:
    """Says which order it is for."""
    return _decide(
        request, invoice_id, lambda conn, one, who, text, now: attest.give(conn, one, text, who, now), number
    )


def _decide(request: Request, invoice_id: UUID, act: Callable[..., InvoiceRow], text: str) -> Response:
    text = one_line(text)
    with request.app.state.engine.begin() as conn:
        found = _visible(conn, request, invoice_id)
        try:
            if len(text) > LONGEST:
                raise CannotDecide(N_("Write it shorter, at most 500 characters."))
            with conn.begin_nested():
                act(conn, invoice_id, viewer(request), text, request.app.state.now())
        except CannotDecide as no:
            return _show(conn, request, found, status=409, problem=str(no), reason=text)
    return redirect(request, f"/invoices/{invoice_id}")


def _units(conn: sa.Connection, request: Request) -> set[str] | None:
    person = viewer(request)
    return None if person.roles & _SEES_ALL else units.ids_of_user(conn, person.id, [units.APPROVER])


def _visible(conn: sa.Connection, request: Request, invoice_id: UUID) -> InvoiceRow:
    """The invoice, if it is of a unit that this person approves for; else it does not exist."""
    found, mine = invoices.get(conn, invoice_id), _units(conn, request)
    if found is None:
        raise HTTPException(404)
    if mine is not None:
        seen = look(conn, found)
        if seen.facts is None or seen.facts.row.unit_id not in mine:
            raise HTTPException(404)
    return found


def _show(
    conn: sa.Connection, request: Request, invoice: InvoiceRow, status: int = 200, problem: str = "", reason: str = ""
) -> Response:
    seen, person = look(conn, invoice), viewer(request)
    logins = {invoice.decided_by, invoice.matched_by} - {None}
    hands = seen.facts.hands if seen.facts else None
    logins |= hands.ordered | hands.received if hands else set()
    return after_page(
        conn,
        request,
        "invoice.html",
        status,
        seen=seen,
        invoice=invoice,
        billing=invoice.billing,
        row=seen.facts.row if seen.facts else None,
        hands=hands,
        why_not=why_not(conn, seen, person),
        may_give=bool(person.roles & OVERSEERS),
        may_open=_may_open(seen, person.login, person.roles),
        candidates=invoices.candidates(conn, invoice) if seen.facts is None else [],
        names=accounts.names(conn, [one for one in logins if one]),
        message=journal.get(conn, invoice.message_id),
        problem=problem,
        reason=reason,
        **_WORDS,
    )


def _may_open(seen: Seen, login: str, roles: frozenset[str]) -> bool:
    if seen.stand not in (Stand.ATTESTED, Stand.DISPUTED):
        return False
    return seen.invoice.decided_by == login or (seen.stand is Stand.DISPUTED and bool(roles & OVERSEERS))
