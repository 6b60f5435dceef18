"""The door that a supplier's shop posts the basket to, through the person's browser, from another site.

No log-in arrives with it (a SameSite=Lax cookie is not sent), so the address itself is the key, and works once. Here
nothing is read: the bytes are kept and the key is used up in one statement; the page that follows checks the log-in.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from gateway import database, telemetry
from gateway.exchange import journal, log
from gateway.exchange.doors import body_of
from gateway.exchange.journal import MessageState
from gateway.exchange.office import utc_now
from gateway.exchange.punchout.plain_page import page
from gateway.exchange.punchout.visits import TRANSPORT, State, digest
from gateway.exchange.tables import messages, punchouts

PATH: Final = "/punchout/return/{token}"
MOST_BYTES: Final = 20 * 1024 * 1024
_MOST_REPLAYS: Final = 10
_LONGEST_TYPE: Final = 200


def return_router(engine: sa.Engine, limit: int = MOST_BYTES, clock: Callable[[], datetime] = utc_now) -> APIRouter:
    """`POST /punchout/return/TOKEN`: 303 to the visit's page, also for a replay, which changes nothing · 404 no such
    visit · 410 it is over · 413 too large · 503 come again."""
    router = APIRouter()

    @router.post(PATH)
    async def take(request: Request, token: str) -> Response:
        raw = await body_of(request, limit)
        if raw is None:
            log.warn("punchout_too_large", limit=limit)
            return page("too-large")
        try:
            visit_id, wrong = await run_in_threadpool(_taken, engine, token, raw, facts_of(request), clock())
        except database.AWAY as error:
            log.warn("punchout_not_kept", cause=database.why(error))
            return page("away")
        if visit_id is None or wrong:
            return page(wrong or "unknown")
        return Response(status_code=303, headers={"Location": f"/punchout/{visit_id}"})

    @router.get(PATH)
    async def explain(token: str) -> Response:
        return page("only-shops")

    return router


def facts_of(request: Request) -> dict[str, str]:
    """How it came, as the journal keeps it: `name` is the media type."""
    kind = request.headers.get("content-type", "")[:_LONGEST_TYPE]
    source = f"{TRANSPORT}:{request.client.host if request.client else ''}"
    return {"name": journal.storable(kind), "source": source}


def _taken(engine: sa.Engine, token: str, raw: bytes, facts: dict[str, str], now: datetime) -> tuple[UUID | None, str]:
    """The visit, and why it is not taken: "" where it is, or was before."""
    with telemetry.span("receive", transport=TRANSPORT, bytes=len(raw)), engine.begin() as conn:
        visit_id = keep(conn, token, raw, facts, now)
        if visit_id is not None:
            log.say("punchout_returned", visit=visit_id, bytes=len(raw))
            return visit_id, ""
        return _not_taken(conn, token, raw, facts, now)


def keep(conn: sa.Connection, token: str, raw: bytes, facts: dict[str, str], now: datetime) -> UUID | None:
    """Uses up the token and keeps the bytes, in one statement. None where the token opens nothing now."""
    sha256 = journal.digest(raw)
    mine = punchouts.c.token == digest(token)
    usable = mine & (punchouts.c.state == State.OPEN.value) & (punchouts.c.expires_at > now)
    used = (
        punchouts.update()
        .where(usable)
        .values(state=State.RETURNED.value, returned_at=now, sha256=sha256)
        .returning(punchouts.c.id, punchouts.c.supplier_id, punchouts.c.kind, punchouts.c.test)
        .cte("used")
    )
    said = {"id": uuid4(), "direction": "in", "state": MessageState.PROCESSED.value, "document": "PunchOutBasket"}
    said |= {"transport": TRANSPORT, "raw": raw, "sha256": sha256, "trace": telemetry.traceparent(), **facts}
    said |= {"created_at": now, "journaled_at": now, "done_at": now}
    columns: dict[str, sa.ColumnElement[Any]] = {
        name: sa.literal(value, messages.c[name].type) for name, value in said.items()
    }
    columns |= {"supplier_id": used.c.supplier_id, "dialect": used.c.kind, "test": used.c.test}
    row = sa.select(*columns.values(), used.c.id)
    kept = messages.insert().from_select([*columns, "punchout_id"], row).returning(messages.c.punchout_id)
    found: UUID | None = conn.execute(kept).scalar()
    return found


def _not_taken(
    conn: sa.Connection, token: str, raw: bytes, facts: dict[str, str], now: datetime
) -> tuple[UUID | None, str]:
    columns = (punchouts.c.id, punchouts.c.supplier_id, punchouts.c.returned_at, punchouts.c.kind, punchouts.c.test)
    visit = conn.execute(sa.select(*columns).where(punchouts.c.token == digest(token))).first()
    if visit is None:
        log.warn("punchout_unknown", source=facts["source"])
        return None, "unknown"
    _note(conn, visit, raw, facts, now)
    return visit.id, "" if visit.returned_at is not None else "over"


def _note(conn: sa.Connection, visit: Any, raw: bytes, facts: dict[str, str], now: datetime) -> None:
    """A replay changes nothing, and can be seen: the same bytes as a duplicate, others as they came. Not for ever."""
    sha256 = journal.digest(raw)
    theirs = (messages.c.punchout_id == visit.id) & (messages.c.direction == "in")
    baskets = sa.select(messages.c.id, messages.c.sha256).where(theirs, messages.c.document == "PunchOutBasket")
    kept = conn.execute(baskets.order_by(messages.c.sequence)).all()
    log.warn("punchout_replayed", visit=visit.id, supplier=visit.supplier_id, replays=len(kept))
    if len(kept) > _MOST_REPLAYS:
        return
    more: dict[str, Any] = {"supplier_id": visit.supplier_id, "punchout_id": visit.id, "dialect": visit.kind}
    more |= {"document": "PunchOutBasket", "transport": TRANSPORT, "sha256": sha256, "done_at": now, **facts}
    more |= {"journaled_at": now, "test": visit.test}
    if kept and kept[0].sha256 == sha256:
        journal.add(conn, "in", MessageState.DUPLICATE, now, **more, duplicate_of=kept[0].id)
    else:
        journal.add(conn, "in", MessageState.REFUSED, now, **more, raw=raw)
