"""A received message is read, finds its order and moves it; what cannot be read or matched waits for a person."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from gateway.exchange import journal, log, others, responses
from gateway.exchange.journal import Message, MessageState
from gateway.exchange.knowledge import judged
from gateway.exchange.matching import detail_of, match, references
from gateway.exchange.office import Office
from gateway.exchange.receive import set_aside
from gateway.exchange.tasks import Kind
from gateway.findings import Finding, Place, Rejected, reject
from gateway.formats import sbdh
from gateway.formats.contract import Reading
from gateway.model import DespatchAdvice, Document, OrderResponse
from gateway.orders import book
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import Event
from gateway.suppliers.supplier import Supplier

_LOG = logging.getLogger(__name__)


def process(conn: sa.Connection, message_id: UUID, office: Office, now: datetime) -> None:
    """Everything a message does, in the transaction of `conn`; a second time does nothing."""
    message = journal.get(conn, message_id, lock=True)
    if message is None or message.state is not MessageState.RECEIVED:
        return
    raw = journal.raw(conn, message_id) or b""
    try:
        supplier, payload = _opened(office, message, raw)
    except Rejected as rejected:
        sender_known = rejected.findings[0].rule != "unknown-sender"
        kind = Kind.REJECTED_DOCUMENT if sender_known else Kind.UNMATCHED
        state = MessageState.REJECTED if sender_known else MessageState.UNMATCHED
        set_aside(conn, message_id, state, kind, rejected.findings, now)
        return
    journal.change(conn, message_id, supplier_id=supplier.id, dialect=supplier.dialect)
    try:
        reading = _read(office, supplier, payload, message.source)
    except Rejected as rejected:
        set_aside(conn, message_id, MessageState.REJECTED, Kind.REJECTED_DOCUMENT, rejected.findings, now)
        return
    journal.change(conn, message_id, document=type(reading.document).__name__)
    journal.add_findings(conn, message_id, reading.findings, now)
    _apply(conn, message, supplier, reading.document, office, now)


def give_up(office: Office, message_id: UUID, error: BaseException) -> None:
    """Processing failed again and again for a reason of our own: a person gets it, the bytes stay."""
    finding = Finding(rule="internal", message=f"{type(error).__name__}: {error}")
    with office.engine.begin() as conn:
        now = office.clock()
        set_aside(conn, message_id, MessageState.REJECTED, Kind.REJECTED_DOCUMENT, [finding], now)


def _opened(office: Office, message: Message, raw: bytes) -> tuple[Supplier, bytes]:
    """Who sent it, and what is inside the envelope."""
    transport = office.transports.get(message.transport or "")
    if transport is None or transport.envelope != "sbdh":
        supplier, payload, sender = office.suppliers.get(message.supplier_id or ""), raw, message.supplier_id
    else:
        header, payload = sbdh.unwrap(raw)
        supplier, sender = office.suppliers.by_participant.get(header.sender), header.sender
    if supplier is None:
        why = f"no supplier is known as {sender!r}: add it to suppliers.yaml, or ask who it is"
        raise reject("unknown-sender", why, Place(source=message.source))
    return supplier, payload


def _read(office: Office, supplier: Supplier, payload: bytes, source: str) -> Reading:
    dialect = office.dialects.get(supplier.dialect)
    if dialect is None:
        why = f"{supplier.id} speaks {supplier.dialect!r}, and no mapping has that name"
        raise reject("unknown-dialect", why, Place(source="suppliers.yaml", line=supplier.line or None))
    try:
        return dialect.read(payload, source)
    except Rejected:
        raise
    except Exception as error:
        _LOG.exception("reading %s failed in a way that is our fault", source)
        raise reject("internal", f"{type(error).__name__}: {error}", Place(source=source)) from error


def _apply(
    conn: sa.Connection, message: Message, supplier: Supplier, document: Document, office: Office, now: datetime
) -> None:
    named = book.by_numbers(conn, references(document))
    ours, too_late = judged(conn, document, supplier, named, office, message.source)
    journal.add_findings(conn, message.id, ours, now)
    if not isinstance(document, OrderResponse | DespatchAdvice):
        others.take(conn, message, supplier, document, office, now)
        return
    found = match(document, supplier.id, named, message.source)
    findings = found.findings + too_late
    # By number, as the hub locks them: two advices for the same orders must not wait for each other.
    for row in sorted(found.orders, key=lambda row: row.number):
        if isinstance(document, OrderResponse) and too_late:
            break
        if isinstance(document, OrderResponse):
            findings += responses.answer(conn, message, supplier, row, document, office, now)
        else:
            _despatched(conn, message, supplier, row, document, office, now)
    about = found.orders[0].id if found.orders else None
    journal.change(conn, message.id, order_id=about)
    if any(finding.fatal for finding in findings):
        set_aside(conn, message.id, MessageState.UNMATCHED, Kind.UNMATCHED, findings, now, order_id=about)
    else:
        journal.add_findings(conn, message.id, findings, now)
        journal.change(conn, message.id, state=MessageState.PROCESSED.value, done_at=now)


def _despatched(
    conn: sa.Connection,
    message: Message,
    supplier: Supplier,
    row: OrderRow,
    advice: DespatchAdvice,
    office: Office,
    now: datetime,
) -> None:
    detail = {"message": str(message.id)} | detail_of(advice)
    state = book.record(conn, row.id, Event.DESPATCHED, supplier.name, now, detail)
    if office.handlers.despatch_advice is not None:
        office.handlers.despatch_advice(conn, row, advice, now)
    log.say(Event.DESPATCHED.value, message=message.id, order=row.number, supplier=supplier.id, state=state.value)
