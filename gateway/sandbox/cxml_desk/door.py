"""The address at which a supplier takes OrderRequests: who shows the secret is answered with a Status."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from email.parser import BytesParser
from email.policy import HTTP

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from lxml import etree
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from gateway.findings import Rejected
from gateway.model import Order, OrderChange
from gateway.sandbox.behaviour import Behaviour
from gateway.sandbox.clerk import Clerk
from gateway.sandbox.cxml_desk.book import Book
from gateway.sandbox.cxml_desk.checking import complaints
from gateway.sandbox.cxml_desk.hearing import asked
from gateway.sandbox.cxml_house import HERE, Unreadable, answer, read, request_of, said, shows_secret
from gateway.sandbox.desks import Desk
from gateway.sandbox.elements import E
from gateway.sandbox.shopfront.doors import BROKEN
from gateway.sandbox.shopfront.ledger import Ledger
from gateway.sandbox.shopfront.quirks import Quirk

Quirks = Mapping[str, frozenset[Quirk]]


class CxmlDoor:
    """Takes what comes for `desks` (by supplier) and hands it to the clerk; what comes again is answered as known."""

    def __init__(self, desks: Mapping[str, Desk], book: Book, clerk: Clerk, ledger: Ledger, quirks: Quirks) -> None:
        self._desks, self._book, self._clerk, self._ledger, self._quirks = desks, book, clerk, ledger, quirks
        self._taking = threading.Lock()
        self._failed: set[tuple[str, str]] = set()

    def take(self, supplier_id: str, raw: bytes, parts: int, here: str) -> Response:
        """`raw` is the cXML document, `parts` how many files came with it."""
        desk, now = self._desks[supplier_id], datetime.now(HERE)
        assert desk.house is not None
        try:
            root = read(raw)
            if not shows_secret(root, desk.house):
                return _xml(answer(401, "we do not know you, or not by this secret", now))
            request = request_of(root)
        except Unreadable as unreadable:
            return _xml(answer(406, str(unreadable), now))
        if request.tag == "ProfileRequest":
            return _xml(answer(200, "", now, _profile(here, now)))
        if request.tag == "ReceiptRequest":
            return _xml(answer(200, "", now))  # filed, and nobody answers it
        if request.tag != "OrderRequest":
            return _xml(answer(450, f"{request.tag} is not taken here", now))
        if root.find("Request").get("deploymentMode", "production") != desk.house.mode:  # type: ignore[union-attr]
            return _xml(answer(400, f"only {desk.house.mode} is taken here", now))
        with self._taking:
            return self._ordered(desk, root, raw, parts, now)

    def _ordered(self, desk: Desk, root: etree._Element, raw: bytes, parts: int, now: datetime) -> Response:
        payload_id, quirks = root.get("payloadID", ""), self._quirks.get(desk.supplier_id, frozenset())
        if Quirk.HTML_ERROR in quirks and self._is_first(desk, payload_id):
            return HTMLResponse(BROKEN)
        if self._book.has(desk.supplier_id, payload_id):
            code = 500 if Quirk.ALREADY_PROCESSED in quirks else 200
            return _xml(answer(code, "already processed", now))
        try:
            found = asked(request_of(root), payload_id, "")
            self._clerk.take(desk, raw, payload_id)
        except (Unreadable, Rejected) as error:
            return _xml(answer(400, str(error), now))
        for words in self._wrong(desk, root, found, raw, parts):
            self._clerk.complain(desk, payload_id, words)
        if Quirk.ALREADY_PROCESSED in quirks:
            return PlainTextResponse("upstream timed out", 504)  # it is taken, and nobody is told
        code = 201 if desk.behaviour is Behaviour.ACKNOWLEDGE_FIRST else 200
        return _xml(answer(code, "", now))

    def _wrong(self, desk: Desk, root: etree._Element, found: object, raw: bytes, parts: int) -> list[str]:
        named = {said(one) for one in root.iter("URL") if said(one).startswith("cid:")}
        wrong = [f"{len(named)} files are named and {parts} came"] if len(named) > parts else []
        if isinstance(found, Order | OrderChange):
            wrong += complaints(found, raw, desk.supplier_id, self._ledger)
        return wrong

    def _is_first(self, desk: Desk, payload_id: str) -> bool:
        first = (desk.supplier_id, payload_id) not in self._failed
        self._failed.add((desk.supplier_id, payload_id))
        return first


def cxml_router(door: CxmlDoor, knows: Callable[[str], bool]) -> APIRouter:
    """`POST /cxml/{supplier}`."""
    router = APIRouter()

    @router.post("/cxml/{supplier_id}")
    async def take(supplier_id: str, request: Request) -> Response:
        if not knows(supplier_id):
            raise HTTPException(404)
        raw, parts = _taken_apart(request.headers.get("content-type", ""), await request.body())
        return await run_in_threadpool(door.take, supplier_id, raw, parts, str(request.url))

    return router


def _taken_apart(media_type: str, body: bytes) -> tuple[bytes, int]:
    """The cXML document, and how many files came with it in one multipart whole."""
    if not media_type.lower().startswith("multipart/"):
        return body, 0
    whole = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + media_type.encode("latin-1") + b"\r\n\r\n" + body)
    parts = list(whole.iter_parts())
    content = parts[0].get_payload(decode=True) if parts else b""
    return (content if isinstance(content, bytes) else b""), max(len(parts) - 1, 0)


def _profile(here: str, now: datetime) -> etree._Element:
    taken = E.Transaction(E.URL(here), requestName="OrderRequest")
    return E.ProfileResponse(taken, effectiveDate=now.isoformat(timespec="seconds"))


def _xml(content: bytes) -> Response:
    return Response(content, media_type="text/xml; charset=UTF-8")
