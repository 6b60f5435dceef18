"""The dry run of an order for a supplier: what would go, what is said of it, and when it would leave."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from gateway.console import understanding, words
from gateway.console.desk import office_of, supplier_of
from gateway.exchange import correcting, rehearse
from gateway.exchange.rehearse import Rehearsal
from gateway.exchange.verdicts import outcome_of
from gateway.findings import Finding, Rejected
from gateway.model import Document, Order
from gateway.settings import mapping_texts
from gateway.suppliers.supplier import Supplier
from web.access import ADMIN, allow
from web.languages import N_
from web.pages import render

router = APIRouter()
_LONGEST = 2_000_000


@router.get("/console/suppliers/{supplier_id}/rehearse")
@allow(ADMIN)
def rehearse_number(request: Request, supplier_id: str, number: str = "") -> Response:
    """With an order of the book, or with the example of the supplier's own tables."""
    supplier, office = supplier_of(request, supplier_id), office_of(request)
    try:
        if number.strip():
            with request.app.state.engine.connect() as conn:
                document, key = rehearse.from_book(conn, number.strip()[:80])
        else:
            document, key = rehearse.example(office, supplier, mapping_texts(request.app.state.settings)), ""
        return _page(request, supplier, number, rehearse.rehearse(office, supplier, document, key))
    except LookupError:
        return _page(request, supplier, number, problem=N_("There is no order with that number."))
    except Rejected as rejected:
        return _page(request, supplier, number, findings=rejected.findings)


@router.post("/console/suppliers/{supplier_id}/rehearse")
@allow(ADMIN)
def rehearse_document(request: Request, supplier_id: str, document: Annotated[str, Form()] = "") -> Response:
    """With an order in canonical JSON."""
    supplier = supplier_of(request, supplier_id)
    try:
        order: Document = correcting.decoded(document[:_LONGEST].encode(), Order.__name__)
        found = rehearse.rehearse(office_of(request), supplier, order)
    except Rejected as rejected:
        return _page(request, supplier, "", findings=rejected.findings, document=document)
    return _page(request, supplier, "", found, document=document)


def _page(
    request: Request,
    supplier: Supplier,
    number: str,
    found: Rehearsal | None = None,
    *,
    problem: str | None = None,
    findings: tuple[Finding, ...] = (),
    document: str = "",
) -> Response:
    lines, cut = understanding.raw_lines(found.content if found else b"", ())
    understood = understanding.explain(found.document) if found else understanding.Understood()
    context: dict[str, Any] = {"supplier": supplier, "wanted_number": number, "found": found, "problem": problem}
    context |= {"findings": findings, "document": document, "lines": lines, "cut": cut, "words": words}
    context |= {"understood": understood, "understanding": understanding, "outcome_of": outcome_of}
    return render(request, "console/rehearse.html", context, 422 if problem or findings else 200)
