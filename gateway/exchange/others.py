"""Documents that move no order: each goes to whoever handles it, or is kept until somebody does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from gateway.exchange import journal, log, taken_in, tasks
from gateway.exchange.agreements import register
from gateway.exchange.journal import Message, MessageState
from gateway.exchange.office import Office
from gateway.exchange.receive import set_aside
from gateway.findings import Finding, Place
from gateway.model import Document, MessageLevelResponse, OrderAgreement
from gateway.suppliers.supplier import Supplier

EXPECTED = frozenset({"OrderAgreement", "Catalogue", "PunchOutBasket", "Invoice", "CreditNote", "MessageLevelResponse"})
"""What suppliers send beside responses and despatch advices."""


def take(
    conn: sa.Connection, message: Message, supplier: Supplier, document: Document, office: Office, now: datetime
) -> None:
    """Hands the document on in this transaction, or keeps it with a task; what no supplier sends is set aside."""
    kind = type(document).__name__
    handler = office.handlers.documents.get(kind)
    if isinstance(document, OrderAgreement):
        _conclude(conn, message, register(conn, message, supplier, document, office, now), now)
    elif handler is not None:
        _conclude(conn, message, handler(conn, supplier, message.id, document, now), now)
    elif isinstance(document, MessageLevelResponse):
        _conclude(conn, message, taken_in.told(conn, message, supplier, document, now), now)
    elif kind in EXPECTED:
        _shelve(conn, message, supplier, document, now)
    else:
        findings = [unexpected(document, message.source)]
        set_aside(conn, message.id, MessageState.UNMATCHED, tasks.Kind.UNMATCHED, findings, now)


def unexpected(document: Document, source: str) -> Finding:
    """Nobody who sells sends this."""
    why = f"a supplier is not expected to send {type(document).__name__}: nothing was done with it"
    return Finding(rule="unexpected-document", message=why, place=Place(source=source))


def _conclude(conn: sa.Connection, message: Message, findings: Sequence[Finding], now: datetime) -> None:
    if any(finding.fatal for finding in findings):
        set_aside(conn, message.id, MessageState.UNMATCHED, tasks.Kind.UNMATCHED, findings, now)
        return
    journal.add_findings(conn, message.id, findings, now)
    journal.change(conn, message.id, state=MessageState.PROCESSED.value, done_at=now)


def _shelve(conn: sa.Connection, message: Message, supplier: Supplier, document: Document, now: datetime) -> None:
    """Read and understood, and nothing here uses it yet: a person is told once, and the bytes stay."""
    journal.change(conn, message.id, state=MessageState.SHELVED.value, done_at=now)
    summary = f"{type(document).__name__} {document.number} from {supplier.name} is kept: nothing handles it yet"
    tasks.add(conn, tasks.Kind.UNHANDLED, summary, now, message_id=message.id, supplier_id=supplier.id)
    log.say("shelved", message=message.id, supplier=supplier.id, document=type(document).__name__)
