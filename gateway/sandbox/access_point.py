"""The access point of the sandbox: speaks like phoss-ap and like phase4, and hands each document to the supplier."""

from __future__ import annotations

import hashlib
import hmac
import threading
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from gateway.findings import Rejected
from gateway.formats import sbdh
from gateway.sandbox.clerk import Clerk
from gateway.sandbox.desks import Desks
from gateway.sandbox.memory import Memory, Submission
from gateway.sandbox.relay import Relay, standing

Answer = tuple[int, dict[str, Any]]
_SAID_NO = {"sendingResult": "AS4_ERROR_MESSAGE_RECEIVED", "sendingSuccess": False, "overallSuccess": False}


class AccessPointDouble:
    """Remembers every document by its instance identifier: the same gets the first receipt, another is refused.

    `relays` says for whom it does not pass documents on at once; the supplier has them all the same, unless never.
    """

    def __init__(
        self,
        desks: Desks,
        memory: Memory,
        clerk: Clerk,
        token: str,
        relays: Mapping[str, Relay] | None = None,
        speed: float = 1.0,
    ) -> None:
        self._desks, self._memory, self._clerk, self._token = desks, memory, clerk, token
        self._relays, self._speed = relays or {}, speed
        self._lock = threading.Lock()

    def submit(self, token: str, raw: bytes) -> Answer:
        """Status and JSON answer to a submitted SBD. It is on disk before 200 is said."""
        if not self._knows(token):
            return 401, {"errorDetails": "missing or wrong X-Token"}
        try:
            header, payload = sbdh.unwrap(raw)
        except Rejected as rejected:
            return 400, {"errorDetails": str(rejected)}
        known = self._taken(header, payload, raw)
        if known is None:
            words = f"{header.receiver} is not registered as a receiver"
            return 422, {"overallSuccess": False, "sbdhInstanceID": header.instance, "errorDetails": words}
        if known.sha256 != hashlib.sha256(raw).hexdigest():
            words = f"{known.instance} was used for another document"
            return 409, {"errorDetails": words, "sbdhInstanceID": known.instance, "sha256": known.sha256}
        accepted = self._relay(known).accepted
        return (200 if accepted else 422), {"overallSuccess": accepted, **self._facts(known)}

    def status(self, token: str, instance: str) -> Answer:
        """Status and JSON answer to the question what became of a document."""
        if not self._knows(token):
            return 401, {"errorDetails": "missing or wrong X-Token"}
        known = self._memory.submission(instance)
        return (200, self._facts(known)) if known else (404, {"errorDetails": f"{instance} is not known here"})

    def send(self, token: str, raw: bytes) -> Answer:
        """What phase4 answers to a whole SBD: a sending report, with 200 whatever is in it."""
        if not self._knows(token):
            return 403, {"message": "wrong X-Token"}
        try:
            header, payload = sbdh.unwrap(raw)
        except Rejected as rejected:
            words = {"class": "PeppolSBDHDataReadException", "message": str(rejected)}
            return 200, {"sbdhParseException": words, "sendingSuccess": False, "overallSuccess": False}
        known, report = self._taken(header, payload, raw), {"sbdhInstanceIdentifier": header.instance}
        if known is None:
            words = {"class": "Phase4SMPException", "message": f"{header.receiver} is not registered as a receiver"}
            return 200, {**report, "sendingException": words, "sendingSuccess": False, "overallSuccess": False}
        report["as4MessageId"] = f"{known.transaction}@sandbox"
        if known.sha256 != hashlib.sha256(raw).hexdigest() or not self._relay(known).arrives:
            error = {"errorCode": "EBMS:0004", "errorDetails": "PEPPOL:NOT_SERVICED"}
            return 200, {**report, **_SAID_NO, "as4ResponseErrors": [error]}
        return 200, {**report, "sendingResult": "SUCCESS", "sendingSuccess": True, "overallSuccess": True}

    def _taken(self, header: sbdh.Header, payload: bytes, raw: bytes) -> Submission | None:
        """What is known of the document, from now on or from before; None where its receiver is known to nobody."""
        with self._lock:
            known = self._memory.submission(header.instance)
            desk = self._desks.by_participant.get(header.receiver)
            if known is None and desk is not None:
                known = _submission(header, raw, desk.supplier_id)
                if self._relay(known).arrives:
                    self._clerk.take(desk, payload, header.instance, header.sender)
                self._memory.remember(known)
        return known

    def _relay(self, known: Submission) -> Relay:
        return self._relays.get(known.supplier_id, Relay.AT_ONCE)

    def _facts(self, known: Submission) -> dict[str, Any]:
        facts = {"transactionID": known.transaction, "sbdhInstanceID": known.instance}
        facts["createdDT"] = known.at.isoformat()
        return {**facts, **standing(self._relay(known), known.at, datetime.now(UTC), self._speed)}

    def _knows(self, token: str) -> bool:
        return hmac.compare_digest(token.encode("utf-8", "surrogatepass"), self._token.encode())


def _submission(header: sbdh.Header, raw: bytes, supplier_id: str) -> Submission:
    return Submission(
        instance=header.instance,
        sha256=hashlib.sha256(raw).hexdigest(),
        transaction=str(uuid.uuid4()),
        supplier_id=supplier_id,
        at=datetime.now(UTC),
    )
