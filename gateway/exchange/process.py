"""A received message is read, finds its order and moves it; what cannot be read or matched waits for a person."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from gateway import telemetry
from gateway.exchange import cxml_answers, deadlines, journal, judging, lane_store, log, others, responses, verdicts
from gateway.exchange.envelope import opened
from gateway.exchange.heads import head_of
from gateway.exchange.journal import Message, MessageState
from gateway.exchange.knowledge import judged
from gateway.exchange.matching import detail_of, event_of_advice, match, references
from gateway.exchange.office import Office
from gateway.exchange.receive import set_aside
from gateway.exchange.tasks import Kind
from gateway.findings import Finding, Place, Rejected, reject
from gateway.formats.contract import Reading
from gateway.model import DespatchAdvice, Document, OrderResponse
from gateway.orders import book
from gateway.orders.book import OrderRow
from gateway.rules.verdict import Verdict
from gateway.suppliers.policy import Policy
from gateway.suppliers.supplier import Supplier

_LOG = logging.getLogger(__name__)
_LARGE = 1_000_000
"""Bytes; above that reading may take longer than the database lets a transaction be silent."""


def process(
    conn: sa.Connection, message_id: UUID, office: Office, now: datetime, given: tuple[Verdict, ...] = ()
) -> None:
    """Everything a message does, in the transaction of `conn`; a second time does nothing.

    `given` are the verdicts of `judging.incoming`, which was asked before the transaction began.
    """
    message = journal.get(conn, message_id, lock=True)
    if message is None or message.state is not MessageState.RECEIVED:
        return
    with telemetry.span("process", message.trace, message=message_id), log.about(message=message_id):
        _understood(conn, message, office, now, given)


def _understood(
    conn: sa.Connection, message: Message, office: Office, now: datetime, given: tuple[Verdict, ...]
) -> None:
    message_id = message.id
    raw = journal.raw(conn, message_id) or b""
    if len(raw) > _LARGE:
        conn.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '15min'")
    try:
        supplier, payload = opened(office, message, raw)
    except Rejected as rejected:
        sender_known = rejected.findings[0].rule != "unknown-sender"
        kind = Kind.REJECTED_DOCUMENT if sender_known else Kind.UNMATCHED
        state = MessageState.REJECTED if sender_known else MessageState.UNMATCHED
        set_aside(conn, message_id, state, kind, rejected.findings, now)
        return
    journal.change(conn, message_id, supplier_id=supplier.id, dialect=supplier.dialect)
    verdicts.keep(conn, message_id, given, now)
    try:
        reading = _read(office, supplier, payload, message.source)
    except Rejected as rejected:
        set_aside(conn, message_id, MessageState.REJECTED, Kind.REJECTED_DOCUMENT, rejected.findings, now)
        return
    journal.change(conn, message_id, document=type(reading.document).__name__)
    if against := judging.refused(given, supplier.rules.inbound):
        set_aside(conn, message_id, MessageState.REJECTED, Kind.REJECTED_DOCUMENT, against, now)
        return
    journal.add_findings(conn, message_id, _noted(given, reading, supplier.rules.inbound), now)
    document = cxml_answers.meant(conn, supplier, payload, reading.document)
    _apply(conn, message, supplier, document, office, now)


def _noted(given: tuple[Verdict, ...], reading: Reading, policy: Policy) -> tuple[Finding, ...]:
    """The reading tells of the structure itself, milder: what was not carried."""
    read = reading.findings if policy.structure != "accept" else ()
    return read + judging.noted((verdict for verdict in given if verdict.layer != "structure"), policy)


def give_up(office: Office, message_id: UUID, error: BaseException) -> None:
    """Processing failed again and again for a reason of our own: a person gets it, the bytes stay."""
    finding = Finding(rule="internal", message=f"{type(error).__name__}: {error}")
    with office.engine.begin() as conn:
        now, message = office.clock(), journal.get(conn, message_id, lock=True)
        if message is None or message.state is not MessageState.RECEIVED:
            return
        set_aside(conn, message_id, MessageState.REJECTED, Kind.REJECTED_DOCUMENT, [finding], now)


def _read(office: Office, supplier: Supplier, payload: bytes, source: str) -> Reading:
    dialect = office.dialects.get(supplier.dialect)
    if dialect is None:
        why = f"{supplier.id} speaks {supplier.dialect!r}, and no mapping has that name"
        raise reject("unknown-dialect", why, Place(source="suppliers.yaml", line=supplier.line or None))
    try:
        with telemetry.span("read", dialect=supplier.dialect, supplier=supplier.id):
            for name in office.handlers.streamed:
                if (head := head_of(dialect, payload, source, name)) is not None:
                    return head
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
    if not _obeys_ours(conn, message, supplier, ours, too_late, now):
        return
    if not isinstance(document, OrderResponse | DespatchAdvice):
        others.take(conn, message, supplier, document, office, now)
        return
    with telemetry.span("match", document=type(document).__name__, supplier=supplier.id) as step:
        found = match(document, supplier.id, named, message.source)
        step.note(orders=len(found.orders), findings=len(found.findings))
    findings = found.findings + too_late
    # By number, as the hub locks them: two advices for the same orders must not wait for each other.
    for row in sorted(found.orders, key=lambda row: row.number):
        if isinstance(document, OrderResponse) and too_late:
            break
        with _joined(conn, message, row, document):
            if isinstance(document, OrderResponse):
                findings += responses.answer(conn, message, supplier, row, document, office.dialects, now)
            else:
                _despatched(conn, message, supplier, row, document, office, now)
    about = found.orders[0].id if found.orders else None
    journal.change(conn, message.id, order_id=about, test=any(row.test for row in found.orders))
    if any(finding.fatal for finding in findings):
        set_aside(conn, message.id, MessageState.UNMATCHED, Kind.UNMATCHED, findings, now, order_id=about)
    else:
        journal.add_findings(conn, message.id, findings, now)
        journal.change(conn, message.id, state=MessageState.PROCESSED.value, done_at=now)
    lane_store.came(conn, supplier.id, now)


def _joined(
    conn: sa.Connection, message: Message, row: OrderRow, document: Document
) -> AbstractContextManager[telemetry.Span]:
    """The step in which an answer meets its order belongs to the trace of the order; a link leads to how it came."""
    facts = {"order": row.number, "supplier": row.supplier_id, "document": type(document).__name__}
    return telemetry.span("apply", journal.trace_of_order(conn, row.id), [message.trace], message=message.id, **facts)


def _obeys_ours(
    conn: sa.Connection,
    message: Message,
    supplier: Supplier,
    ours: tuple[Finding, ...],
    too_late: tuple[Finding, ...],
    now: datetime,
) -> bool:
    """Keeps the verdict of our own rules and notes what they found, or sets the message aside where they refuse it."""
    policy = supplier.rules.inbound
    verdict = judging.built_in("ours", ours + too_late)
    verdicts.keep(conn, message.id, [verdict], now)
    if against := judging.refused([verdict], policy):
        set_aside(conn, message.id, MessageState.REJECTED, Kind.REJECTED_DOCUMENT, against, now)
        return False
    journal.add_findings(conn, message.id, judging.noted([judging.built_in("ours", ours)], policy), now)
    return True


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
    event = event_of_advice(advice)
    state = book.record(conn, row.id, event, supplier.name, now, detail)
    deadlines.answered(conn, row.id, now)
    if office.handlers.despatch_advice is not None and not row.test:  # the dock waits for no goods of a self-test
        office.handlers.despatch_advice(conn, row, advice, now)
    log.say(
        detail.get("step", event.value), message=message.id, order=row.number, supplier=supplier.id, state=state.value
    )
