"""The door for suppliers who send their answers themselves, signed: POST the document, get an answer when it is kept.

Who is not known and what is not signed right are answered alike, and leave nothing behind.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import datetime

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from gateway.exchange import journal, log
from gateway.exchange.doors import answer, body_of
from gateway.exchange.office import utc_now
from gateway.exchange.receive import Accepted, receive
from gateway.suppliers.supplier import Supplier, Suppliers
from gateway.transports.contract import Refused
from gateway.transports.https.settings import HttpsSettings
from gateway.transports.https.signature import HEADER, Signed, is_genuine, is_timely, signed
from gateway.transports.secrets import secret

PATH = "/inbox/suppliers/{supplier_id}"
TRANSPORT = "https"
MOST_BYTES = 20 * 1024 * 1024
"""So much of a body is read before its signature can be checked."""
_LONGEST_ID = 200
_IDS = ("idempotency-key", "x-message-id")
_SECRETS = ("webhook_secret", "webhook_secret_before")


def supplier_inbox_router(
    engine: sa.Engine, suppliers: Suppliers, limit: int = MOST_BYTES, clock: Callable[[], datetime] = utc_now
) -> APIRouter:
    """`POST /inbox/suppliers/ID`: header X-Avrop-Signature, body one document in the supplier's dialect.

    200 `messageId`, `duplicate` · 400 an id that cannot be read · 401 · 409 the id was used for other content · 413 too
    large. The id is Idempotency-Key, X-Message-Id, or the digest of the body.
    """
    router = APIRouter()

    @router.post(PATH)
    async def take(request: Request, supplier_id: str) -> Response:
        given = signed(request.headers.get(HEADER, ""))
        if given is None or not is_timely(given, clock().timestamp()):
            return _not_known(request, "no signature, or not of now")
        raw = await body_of(request, limit)
        if raw is None:
            log.warn("inbox_too_large", limit=limit)
            return answer(413, error=f"at most {limit} bytes are taken")
        supplier = suppliers.get(supplier_id)
        if not await run_in_threadpool(is_theirs, supplier, given, raw) or supplier is None:
            return _not_known(request, "no such supplier, or not its signature")
        remote_id = _id_of(request, raw)
        if not remote_id:
            return answer(400, error=f"the id is 1 to {_LONGEST_ID} signs that can be seen")
        source = f"{TRANSPORT}:{request.client.host if request.client else ''}"
        status, accepted = await run_in_threadpool(_taken, engine, supplier, raw, source, remote_id, clock())
        facts = {"messageId": str(accepted.message_id), "duplicate": accepted.duplicate}
        return answer(status, **facts, **({"findings": accepted.findings} if accepted.findings else {}))

    return router


def is_theirs(supplier: Supplier | None, given: Signed, raw: bytes) -> bool:
    """Whether the supplier signed it. As much is reckoned for one that is not there, or has no secret."""
    known = list(_secrets_of(supplier))
    padding = [secrets.token_hex() for _ in range(len(_SECRETS) - len(known))]
    return is_genuine(given, raw, [*known, *padding])


def _secrets_of(supplier: Supplier | None) -> Iterator[str]:
    if supplier is None or not isinstance(supplier.settings, HttpsSettings):
        return
    for name in _SECRETS:
        try:
            known = secret(getattr(supplier.settings, name), name)
        except Refused as refusal:
            log.warn("inbox_no_secret", supplier=supplier.id, cause=str(refusal))
            continue
        if known:
            yield known


def _taken(
    engine: sa.Engine, supplier: Supplier, raw: bytes, source: str, remote_id: str, now: datetime
) -> tuple[int, Accepted]:
    """Committed when it returns. The id is the supplier's own: two suppliers may use the same."""
    with engine.begin() as conn:
        accepted = receive(conn, raw, source, supplier.id, TRANSPORT, f"{supplier.id}:{remote_id}", now)
    return (409 if accepted.findings else 200), accepted


def _id_of(request: Request, raw: bytes) -> str:
    """What the sender calls it; "" for an id that nobody could read."""
    given = next((request.headers[name] for name in _IDS if name in request.headers), None)
    if given is None:
        return journal.digest(raw)
    return given.strip() if given.isprintable() and len(given) <= _LONGEST_ID else ""


def _not_known(request: Request, why: str) -> Response:
    log.warn("inbox_not_known", source=request.client.host if request.client else None, cause=why)
    return answer(401, error=f"the header {HEADER} is missing, too old or wrong")
