"""The door for the access point: POST the SBD, get an answer when it is on disk and committed, not before."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from gateway import telemetry
from gateway.exchange import log
from gateway.exchange.doors import answer, body_of, shows_token
from gateway.exchange.journal import MessageState
from gateway.exchange.office import utc_now
from gateway.exchange.receive import Accepted, identify, keep, set_aside
from gateway.exchange.tasks import Kind
from gateway.findings import Finding, Rejected
from gateway.formats import sbdh

PATH = "/inbox/access-point"
TRANSPORT = "access_point"


def inbox_router(engine: sa.Engine, token: str, limit: int, country: str = "SE") -> APIRouter:
    """`POST /inbox/access-point`: header X-Token, body one SBD of at most `limit` bytes. Answers in JSON:

    200 `messageId`, `duplicate`, `countryCodeC4` · 400 not an SBD (kept all the same) · 401 wrong token ·
    409 the id was used for other content · 413 too large. An empty `token` closes the door.
    """
    router = APIRouter()

    @router.post(PATH)
    async def take(request: Request) -> Response:
        if not shows_token(request, token):
            log.warn("inbox_wrong_token", source=request.client.host if request.client else None)
            return answer(401, error="the header X-Token is missing or wrong")
        raw = await body_of(request, limit)
        if raw is None:
            log.warn("inbox_too_large", limit=limit)
            return answer(413, error=f"at most {limit} bytes are taken")
        source = f"{TRANSPORT}:{request.client.host if request.client else ''}"
        status, accepted = await run_in_threadpool(take_in, engine, raw, source)
        facts = {"messageId": str(accepted.message_id), "duplicate": accepted.duplicate, "countryCodeC4": country}
        return answer(status, **facts, **({"findings": accepted.findings} if accepted.findings else {}))

    return router


def take_in(engine: sa.Engine, raw: bytes, source: str) -> tuple[int, Accepted]:
    """Two commits: first the bytes as they came, then under which id. The HTTP status, and what to say."""
    with telemetry.span("receive", transport=TRANSPORT, bytes=len(raw)):
        return _take_in(engine, raw, source)


def _take_in(engine: sa.Engine, raw: bytes, source: str) -> tuple[int, Accepted]:
    with engine.begin() as conn:
        message_id = keep(conn, raw, source, None, TRANSPORT, utc_now())
    try:
        header, _payload = sbdh.unwrap(raw)
    except Rejected as rejected:
        return 400, _not_sbd(engine, message_id, rejected.findings)
    with engine.begin() as conn:
        accepted = identify(conn, message_id, header.instance, utc_now())
    return (409 if accepted.findings else 200), accepted


def _not_sbd(engine: sa.Engine, message_id: UUID, findings: tuple[Finding, ...]) -> Accepted:
    with engine.begin() as conn:
        set_aside(conn, message_id, MessageState.REJECTED, Kind.REJECTED_DOCUMENT, findings, utc_now())
    return Accepted(message_id=message_id, findings=findings)
