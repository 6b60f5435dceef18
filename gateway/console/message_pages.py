"""Messages: find one, and read its whole story."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from gateway.console import lookup, understanding, words
from gateway.console.asked import asked, wanted
from gateway.exchange import allowed, journal, search, whole
from gateway.exchange.whole import Story
from gateway.findings import Finding
from gateway.model import DOCUMENTS, Order
from gateway.orders.lifecycle import PENDING, TERMINAL
from web.access import ADMIN, allow
from web.dialects import dialects_of
from web.pages import render

router = APIRouter()
_DID = frozenset({"hold", "release", "skip", "resend", "now", "new", "corrected", "answered"})


@router.get("/console/messages")
@allow(ADMIN)
def message_list(request: Request, before: int | None = None) -> Response:
    """The newest messages, or those that match; the next page begins before the last one of this."""
    state, said = request.app.state, asked(request.query_params)
    suppliers = state.suppliers.as_of_now()
    with state.engine.connect() as conn:
        page = wanted(said, suppliers, before)
        found = search.find(conn, page, search.PAGE + 1, state.now())
        count = search.count(conn, wanted(said, suppliers), state.now()) if found or before else 0
        numbers = lookup.order_numbers(conn, (message.order_id for message in found))
    shown = found[: search.PAGE]
    context: dict[str, Any] = {"messages": shown, "count": count, "numbers": numbers, "asked": said, "words": words}
    context |= {"next": shown[-1].sequence if len(found) > search.PAGE else None, "before": before}
    context |= {"suppliers": suppliers, "documents": DOCUMENTS, "most": search.COUNTED, "recent": search.RECENT.days}
    return render(request, "console/messages.html", context, searched=bool(said.said))


@router.get("/console/messages/{message_id}")
@allow(ADMIN)
def message_page(request: Request, message_id: UUID, did: str = "") -> Response:
    """Raw and understood side by side, everything that has happened to it, and what can be done with it."""
    return story_page(request, message_id, did=did if did in _DID else "")


def story_page(
    request: Request, message_id: UUID, *, did: str = "", problems: tuple[Finding, ...] = (), status: int = 200
) -> Response:
    """The page of one message; `problems` say why something was not done."""
    dialects = dialects_of(request)
    with request.app.state.engine.connect() as conn:
        try:
            story = whole.story(conn, message_id, dialects)
        except LookupError as error:
            raise HTTPException(404) from error
        related = [story.message, *story.related]
        answers = whole.answers(conn, story.row, related, dialects) if story.row is not None else []
        difference = whole.raw_difference(conn, story)
    raw = story.raw or b""
    lines, cut = understanding.raw_lines(raw, {finding.place.line or 0 for finding in story.findings})
    context: dict[str, Any] = {"story": story, "message": story.message, "row": story.row, "lines": lines, "cut": cut}
    context |= {"answers": answers, "difference": difference, "size": len(raw), "did": did, "problems": problems}
    context |= {"understood": _understood(story), "words": words, "understanding": understanding}
    context |= {"choices": _choices(story), "findings": story.findings}
    context["supplier"] = request.app.state.suppliers.get(story.message.supplier_id or "")
    return render(request, "console/message.html", context, status)


@router.get("/console/messages/{message_id}/raw")
@allow(ADMIN)
def raw_bytes(request: Request, message_id: UUID) -> Response:
    """Exactly what went or came over the wire, as a file."""
    with request.app.state.engine.connect() as conn:
        raw = journal.raw(conn, message_id) if journal.get(conn, message_id) is not None else None
    if raw is None:
        raise HTTPException(404)
    headers = {"Content-Disposition": f'attachment; filename="message-{message_id}"'}
    return Response(raw, media_type="application/octet-stream", headers=headers)


def _understood(story: Story) -> understanding.Understood:
    """The lines of what was meant or understood, or why nothing was."""
    if story.document is not None:
        return understanding.explain(story.document)
    return understanding.Understood(findings=story.unread)


def _choices(story: Story) -> set[str]:
    """What can be done with it: the actions, `edit`, and `answer` for an order that a person can answer for."""
    state = story.row.state if story.row is not None else None
    found: set[str] = set(allowed.choices(story.message, state))
    if story.message.direction == "out" and story.document is not None and not found.isdisjoint(_EDITABLE):
        found.add("edit")
    if story.message.document == Order.__name__ and state is not None and state not in TERMINAL | PENDING:
        found.add("answer")
    return found


_EDITABLE = frozenset({"hold", "release", "skip", "resend"})
