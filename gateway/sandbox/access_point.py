"""The access point of the sandbox: speaks the HTTP of phoss-ap and hands each document to the supplier at once."""

from __future__ import annotations

import hashlib
import hmac
import threading
import uuid
from datetime import UTC, datetime
from typing import Any

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from gateway.findings import Rejected
from gateway.formats import sbdh
from gateway.sandbox.clerk import Clerk
from gateway.sandbox.desks import Desks
from gateway.sandbox.memory import Memory, Submission

Answer = tuple[int, dict[str, Any]]


class AccessPointDouble:
    """Remembers every document by its instance identifier: the same gets the first receipt, another is refused."""

    def __init__(self, desks: Desks, memory: Memory, clerk: Clerk, token: str) -> None:
        self._desks, self._memory, self._clerk, self._token = desks, memory, clerk, token
        self._lock = threading.Lock()

    def submit(self, token: str, raw: bytes) -> Answer:
        """Status and JSON answer to a submitted SBD. It is on disk before 200 is said."""
        if not self._knows(token):
            return 401, {"errorDetails": "missing or wrong X-Token"}
        try:
            header, payload = sbdh.unwrap(raw)
        except Rejected as rejected:
            return 400, {"errorDetails": str(rejected)}
        digest = hashlib.sha256(raw).hexdigest()
        with self._lock:
            known = self._memory.submission(header.instance)
            if known is not None:
                return _again(known, digest)
            desk = self._desks.by_participant.get(header.receiver)
            if desk is None:
                words = f"{header.receiver} is not registered as a receiver"
                return 422, {"overallSuccess": False, "sbdhInstanceID": header.instance, "errorDetails": words}
            self._clerk.take(desk, payload, header.instance, header.sender)
            submission = Submission(
                instance=header.instance,
                sha256=digest,
                transaction=str(uuid.uuid4()),
                supplier_id=desk.supplier_id,
                at=datetime.now(UTC),
            )
            self._memory.remember(submission)
        return 200, _facts(submission)

    def status(self, token: str, instance: str) -> Answer:
        """Status and JSON answer to the question what became of a document."""
        if not self._knows(token):
            return 401, {"errorDetails": "missing or wrong X-Token"}
        known = self._memory.submission(instance)
        return (200, _facts(known)) if known else (404, {"errorDetails": f"{instance} is not known here"})

    def _knows(self, token: str) -> bool:
        return hmac.compare_digest(token.encode("utf-8", "surrogatepass"), self._token.encode())


def _again(known: Submission, digest: str) -> Answer:
    if known.sha256 == digest:
        return 200, _facts(known)
    words = f"{known.instance} was used for another document"
    return 409, {"errorDetails": words, "sbdhInstanceID": known.instance, "sha256": known.sha256}


def _facts(known: Submission) -> dict[str, Any]:
    return {
        "overallSuccess": True,
        "transactionID": known.transaction,
        "sbdhInstanceID": known.instance,
        "status": "sent",
        "attemptCount": 1,
        "createdDT": known.at.isoformat(),
    }


def router_of(double: AccessPointDouble) -> APIRouter:
    """The HTTP side, to be mounted wherever the settings' url points, e.g. under /sandbox/access-point."""
    router = APIRouter()

    @router.post("/api/outbound/submit-sbd")
    async def submit(request: Request) -> JSONResponse:
        raw = await request.body()
        code, facts = await run_in_threadpool(double.submit, request.headers.get("x-token", ""), raw)
        return JSONResponse(facts, code)

    @router.get("/api/outbound/status/{instance}")
    def status(instance: str, request: Request) -> JSONResponse:
        code, facts = double.status(request.headers.get("x-token", ""), instance)
        return JSONResponse(facts, code)

    return router


class InboxPost:
    """Hands an SBD to our own inbox, as an access point delivers to the party that hired it."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token
        self._client = httpx.Client(timeout=10, trust_env=False)

    def __call__(self, sbd: bytes) -> None:
        """Raises httpx.HTTPError unless it was accepted."""
        headers = {"X-Token": self._token, "Content-Type": "application/xml"}
        self._client.post(self._url, content=sbd, headers=headers).raise_for_status()

    def close(self) -> None:
        self._client.close()
