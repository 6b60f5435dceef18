"""The door for cXML: POST a document, get a Response with a Status when it is kept.

What is wrong with the document is said in the Status, by HTTP 200 (cXML 1.2, chapter 3). Who is not known is told 401,
and leaves nothing behind. What is kept holds no secret: it is cut out before anything is written down.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import uuid4

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from lxml import etree

from gateway.exchange import journal, log
from gateway.exchange.cxml_senders import Sender, is_for_us, sender_of
from gateway.exchange.doors import body_of
from gateway.exchange.inbox_suppliers import MOST_BYTES
from gateway.exchange.office import utc_now
from gateway.exchange.receive import Accepted, first_of, receive
from gateway.findings import Rejected
from gateway.formats.bare import bare
from gateway.formats.cxml import multipart
from gateway.formats.cxml.blanking import blanked
from gateway.formats.cxml.envelope import Opened, Status, opened, respond
from gateway.formats.cxml.profile import profile_response
from gateway.suppliers.supplier import Suppliers

PATH = "/inbox/cxml"
TRANSPORT = "cxml"
TAKEN: Final = (
    *("ConfirmationRequest", "ShipNoticeRequest", "InvoiceDetailRequest"),
    *("StatusUpdateRequest", "CatalogUploadRequest"),
)
"""What suppliers may send. Their carts come by the browser, to another address."""
_PROFILE: Final = "ProfileRequest"
_LONGEST_ID: Final = 300
_TEXTS: Final = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    406: "Not Acceptable",
    409: "Conflict",
    450: "Not Implemented",
    499: "Document Size Error",
}
_VERSION: Final = "1.2.014"


class _No(Exception):
    """A Status that ends it."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words


def cxml_inbox_router(
    engine: sa.Engine, suppliers: Suppliers, limit: int = MOST_BYTES, clock: Callable[[], datetime] = utc_now
) -> APIRouter:
    """`POST /inbox/cxml`: one document, alone or in multipart/related with its files. HTTP 200 with a Status:

    200 it is on disk and committed, or was before · 400 not for us, or not as agreed · 401 · 406 no cXML · 409 the
    payloadID was used for other content · 450 nothing that suppliers send · 499 too large (with HTTP 413).
    """
    router = APIRouter()

    @router.post(PATH)
    async def take(request: Request) -> Response:
        raw = await body_of(request, limit)
        if raw is None:
            log.warn("inbox_too_large", limit=limit)
            return _said(_answer(499, f"at most {limit} bytes are taken", clock()), 413)
        source = f"{TRANSPORT}:{request.client.host if request.client else ''}"
        came = (raw, request.headers.get("content-type", ""), source, str(request.url.replace(query="")))
        return _said(await run_in_threadpool(_answered, engine, suppliers, *came, clock()))

    return router


def _answered(
    engine: sa.Engine, suppliers: Suppliers, raw: bytes, media_type: str, source: str, here: str, now: datetime
) -> bytes:
    """Committed when it returns."""
    try:
        kept, document = _opened(raw, media_type, source)
        sender = sender_of(suppliers, document)
        if sender is None:
            log.warn("inbox_not_known", source=source, cause="no such house, or not its secret")
            raise _No(401, "no house is known by these credentials and this secret")
        _agreed(sender, document)
        if document.body is not None and document.body.tag == _PROFILE:
            body = profile_response(here, TAKEN, now)
            return respond(Status(code=200, text="OK"), _new_id(), now, sender.peer.version, body)
        accepted = _kept(engine, sender, document, blanked(kept, source), source, now)
    except _No as no:
        return _answer(no.code, no.words, now)
    version, marked = sender.peer.version, f"{accepted.message_id}@inbox.avrop"
    if accepted.findings:
        return _answer(409, accepted.findings[0].message, now, version, marked)
    return _answer(200, f"kept as {accepted.message_id}", now, version, marked)


def _opened(raw: bytes, media_type: str, source: str) -> tuple[bytes, Opened]:
    """What is to be kept, secrets and all, and the document in it."""
    try:
        if media_type.strip().lower().startswith("multipart/"):
            raw = multipart.received(media_type, raw)
            return raw, opened(multipart.taken_apart(raw, source)[0], source)
        return raw, opened(raw, source)
    except Rejected as rejected:
        log.warn("inbox_no_cxml", source=source, cause=str(rejected.findings[0]))
        raise _No(406, rejected.findings[0].message) from None


def _agreed(sender: Sender, document: Opened) -> None:
    """Raises `_No` for what we have not agreed on with this house; it is not kept."""
    peer = sender.peer
    try:
        if not is_for_us(sender, document):
            named = ", ".join(map(str, document.receivers)) or "nobody"
            raise _No(400, f"To names {named}, and we are {peer.ours}")
        if document.kind == "Request" and document.mode != peer.mode:
            raise _No(400, f"its deploymentMode is {document.mode}, and {peer.mode} is agreed: nothing was done")
        name = document.body.tag if document.body is not None else document.kind
        theirs = TAKEN if sender.supplier.transport == TRANSPORT else ()
        if document.kind != "Request" or name not in (*theirs, _PROFILE):
            raise _No(450, f"{name} is not taken here; {', '.join((*theirs, _PROFILE))} are")
        if not document.payload_id.strip().isprintable() or not 0 < len(document.payload_id.strip()) <= _LONGEST_ID:
            raise _No(400, f"the payloadID is 1 to {_LONGEST_ID} signs that can be seen")
    except _No as no:
        log.warn("inbox_not_agreed", supplier=sender.supplier.id, cause=no.words, payload=document.payload_id)
        raise


def _kept(engine: sa.Engine, sender: Sender, document: Opened, raw: bytes, source: str, now: datetime) -> Accepted:
    """The payloadID is the house's own: two houses may use the same. A retry may have another timestamp."""
    remote_id = f"{sender.supplier.id}:{document.payload_id.strip()}"
    with engine.begin() as conn:
        first = first_of(conn, TRANSPORT, journal.storable(remote_id))
        if first is not None and _same(journal.raw(conn, first.id) or b"", raw):
            log.say("duplicate", first=first.id, supplier=sender.supplier.id, remote=remote_id)
            return Accepted(message_id=first.id, duplicate=True)
        return receive(conn, raw, source, sender.supplier.id, TRANSPORT, remote_id, now)


def _same(first: bytes, again: bytes) -> bool:
    """Whether both ask for the same, whatever stands in their envelopes."""
    one, other = (opened(bare(raw), "").body for raw in (first, again))
    files = [multipart.taken_apart(raw)[1] if multipart.is_whole(raw) else () for raw in (first, again)]
    return files[0] == files[1] and _plain(one) == _plain(other)


def _plain(body: etree._Element | None) -> bytes:
    return etree.tostring(body, method="c14n", with_tail=False) if body is not None else b""


def _answer(code: int, words: str, now: datetime, version: str = _VERSION, payload_id: str = "") -> bytes:
    return respond(Status(code=code, text=_TEXTS[code], words=words), payload_id or _new_id(), now, version)


def _new_id() -> str:
    return f"{uuid4()}@inbox.avrop"


def _said(content: bytes, status: int = 200) -> Response:
    return Response(content, status, media_type="text/xml; charset=UTF-8")
