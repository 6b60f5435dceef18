"""Messages: find one, and read its whole story."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from gateway.console import lookup, understanding, words
from gateway.console.lookup import PAGE, Wanted
from gateway.exchange import journal, verdicts
from gateway.exchange.journal import Message, MessageState
from gateway.formats import Dialect, load_dialects
from gateway.orders import book
from gateway.settings import mapping_texts
from web.access import ADMIN, allow
from web.pages import render

router = APIRouter()


@router.get("/console/messages")
@allow(ADMIN)
def message_list(request: Request, order: str = "", supplier: str = "", state: str = "", page: int = 1) -> Response:
    """The newest messages, or those that match."""
    state = state if state in {known.value for known in MessageState} else ""
    wanted = Wanted(order=order.strip()[:40], supplier=supplier.strip()[:100], state=state, page=max(page, 1))
    with request.app.state.engine.begin() as conn:
        found, count = lookup.find_messages(conn, wanted, request.app.state.suppliers)
        numbers = lookup.order_numbers(conn, (message.order_id for message in found))
    asked = {"order": wanted.order, "supplier": wanted.supplier, "state": wanted.state}

    def address(number: int) -> str:
        return f"/console/messages?{urlencode({**{k: v for k, v in asked.items() if v}, 'page': number})}"

    context = {"messages": found, "count": count, "numbers": numbers, "wanted": wanted, "address": address}
    context |= {"pages": ceil(count / PAGE), "words": words, "suppliers": request.app.state.suppliers}
    return render(request, "console/messages.html", context, searched=any(asked.values()))


@router.get("/console/messages/{message_id}")
@allow(ADMIN)
def message_page(request: Request, message_id: UUID) -> Response:
    """Raw and understood side by side, and everything that has happened to it."""
    with request.app.state.engine.begin() as conn:
        message = journal.get(conn, message_id)
        if message is None:
            raise HTTPException(404)
        raw = journal.raw(conn, message_id)
        row = book.get(conn, message.order_id) if message.order_id is not None else None
        findings = journal.findings_of(conn, message_id)
        judged = verdicts.of_message(conn, message_id)
        attempts = journal.attempts_of(conn, message_id)
        others = journal.of_order(conn, message.order_id) if message.order_id is not None else []
    lines, cut = understanding.raw_lines(raw or b"", {finding.place.line or 0 for finding in findings})
    context: dict[str, Any] = {"message": message, "row": row, "findings": findings, "attempts": attempts}
    context |= {"lines": lines, "cut": cut, "judged": judged}
    context |= {"others": [other for other in others if other.id != message_id], "size": len(raw or b"")}
    context |= {"understood": _understood(request, message, raw, row), "words": words, "understanding": understanding}
    context["supplier"] = request.app.state.suppliers.get(message.supplier_id or "")
    return render(request, "console/message.html", context)


@router.get("/console/messages/{message_id}/raw")
@allow(ADMIN)
def raw_bytes(request: Request, message_id: UUID) -> Response:
    """Exactly what went or came over the wire, as a file."""
    with request.app.state.engine.begin() as conn:
        raw = journal.raw(conn, message_id) if journal.get(conn, message_id) is not None else None
    if raw is None:
        raise HTTPException(404)
    headers = {"Content-Disposition": f'attachment; filename="message-{message_id}"'}
    return Response(raw, media_type="application/octet-stream", headers=headers)


def _understood(
    request: Request, message: Message, raw: bytes | None, row: book.OrderRow | None
) -> understanding.Understood:
    """What came in is read again; what goes out is the order as it stands in the book."""
    if message.direction == "out":
        return understanding.explain(row.order) if row is not None else understanding.Understood()
    source = message.name or message.source
    return understanding.understand(raw or b"", source, dialects_of(request), message.dialect)


def dialects_of(request: Request) -> Mapping[str, Dialect]:
    """The mapping tables, compiled once per program."""
    state = request.app.state
    if not hasattr(state, "dialects"):
        state.dialects = load_dialects(mapping_texts(state.settings))
    found: Mapping[str, Dialect] = state.dialects
    return found
