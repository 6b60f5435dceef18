"""One message out: write it, journal the bytes and commit, send, record what became of it.

Nothing is held open while the other side answers. Whatever happens, the order is in the book: a message that cannot go
is `held` and a person gets a task.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from gateway.exchange import documents, journal, log, queue, tasks
from gateway.exchange.compose import Outgoing, compose, draft
from gateway.exchange.journal import Message, MessageState
from gateway.exchange.judging import Unjudged
from gateway.exchange.office import Office
from gateway.exchange.retry import Outcome, Retry, decide
from gateway.exchange.tables import messages
from gateway.findings import Finding, Rejected
from gateway.model import Order
from gateway.orders import book
from gateway.orders.lifecycle import Event
from gateway.transports.contract import NotSent, Refused, Unsure

_LOG = logging.getLogger(__name__)
_UNSENT = (MessageState.QUEUED, MessageState.WAITING)

OVERTAKE_AFTER = 3
"""A message that has failed so many times no longer keeps later ones of its lane waiting."""


def deliver(office: Office, message_id: UUID) -> timedelta | None:
    """One attempt. None: nothing is left to do here; else how long to wait before the next one, under the same key."""
    now = office.clock()
    with office.engine.begin() as conn:
        message = journal.get(conn, message_id)
        if message is None or message.state not in _UNSENT:
            return None
        if (pause := _pause(conn, message, now)) > timedelta(0):
            return pause
        if message.document in documents.CHANGES and _order_still_here(conn, message):
            return office.first_delay
        found = draft(conn, message)
    number = found.row.number if found.row is not None else None
    try:
        outgoing = compose(office, found)
    except Unjudged as failure:
        return _conclude(office, message_id, number, Outcome.NOT_SENT, journal.storable(str(failure)))
    except Rejected as rejected:
        _hold(office, message, tasks.Kind.UNDELIVERABLE, "could not be written", rejected.findings)
        return None
    except sa.exc.SQLAlchemyError:
        raise
    except Exception as error:
        _LOG.exception("writing message %s failed in a way that is our fault", message_id)
        finding = Finding(rule="internal", message=f"{type(error).__name__}: {error}")
        _hold(office, message, tasks.Kind.UNDELIVERABLE, "could not be written", [finding])
        return None
    outcome, evidence = _attempt(outgoing)
    return _conclude(office, message_id, number, outcome, journal.storable(evidence))


def _pause(conn: sa.Connection, message: Message, now: datetime) -> timedelta:
    """How long this message must wait: for its own next attempt, or behind an earlier one of its lane."""
    ahead = sa.select(sa.func.max(messages.c.next_at)).where(
        messages.c.direction == "out",
        messages.c.supplier_id == message.supplier_id,
        messages.c.state == MessageState.WAITING.value,
        messages.c.sequence < message.sequence,
        messages.c.tries < OVERTAKE_AFTER,
    )
    times = [time for time in (message.next_at, conn.execute(ahead).scalar()) if time is not None]
    return max([time - now for time in times], default=timedelta(0))


def _order_still_here(conn: sa.Connection, message: Message) -> bool:
    """Whether the order that a change is about has yet to leave, as when it was held and will be released."""
    order = (messages.c.order_id == message.order_id) & (messages.c.document == Order.__name__)
    unsent = messages.c.state.in_([*_UNSENT, MessageState.HELD])
    return conn.execute(sa.select(sa.exists().where(order, unsent, messages.c.direction == "out"))).scalar_one()


def _attempt(outgoing: Outgoing) -> tuple[Outcome, str]:
    try:
        receipt = outgoing.transport.send(outgoing.supplier.settings, outgoing.parcel)
    except Refused as failure:
        return Outcome.REFUSED, str(failure)
    except NotSent as failure:
        return Outcome.NOT_SENT, str(failure)
    except Unsure as failure:
        return Outcome.UNSURE, str(failure)
    except Exception as error:
        # A transport raises the three only; what else comes may have happened after the bytes left.
        _LOG.exception("transport %s broke its contract", outgoing.transport.name)
        return Outcome.UNSURE, f"{type(error).__name__}: {error}"
    return Outcome.DELIVERED, receipt.evidence


def _conclude(
    office: Office, message_id: UUID, number: str | None, outcome: Outcome, evidence: str
) -> timedelta | None:
    """Attempt, state, order event and task in one transaction."""
    now = office.clock()
    with office.engine.begin() as conn:
        message = journal.get(conn, message_id, lock=True)
        if message is None:
            raise LookupError(f"message {message_id} is gone; nothing deletes messages")
        first_at = message.first_tried_at or now
        decision = decide(outcome, message.tries + 1, first_at, now, office.chance(), first=office.first_delay)
        delay = decision.delay if isinstance(decision, Retry) and message.state in _UNSENT else None
        journal.add_attempt(conn, message, outcome, evidence, now, now + delay if delay is not None else None)
        if outcome is Outcome.DELIVERED:
            _sent(conn, message, evidence, now)
        elif delay is not None:
            journal.change(conn, message_id, state=MessageState.WAITING.value, next_at=now + delay)
        elif message.state in _UNSENT and not isinstance(decision, Retry):
            kind = tasks.Kind.REFUSED if outcome is Outcome.REFUSED else tasks.Kind.UNDELIVERABLE
            finding = Finding(rule=f"transport-{outcome.value}", message=evidence)
            _hold_in(conn, message, kind, decision.reason, [finding], now)
    cause = None if outcome is Outcome.DELIVERED else evidence
    tell = log.say if cause is None else log.warn
    facts = {"message": message_id, "supplier": message.supplier_id, "attempt": message.attempts + 1}
    tell(outcome.value, **facts, order=number, again_in=delay, cause=cause)
    return delay


def _sent(conn: sa.Connection, message: Message, evidence: str, now: datetime) -> None:
    journal.change(conn, message.id, state=MessageState.SENT.value, receipt=evidence, done_at=now, next_at=None)
    if message.order_id is not None:
        detail = {"message": str(message.id), "receipt": evidence, "attempts": message.attempts + 1}
        detail["document"] = message.document
        book.record(conn, message.order_id, Event.SENT, "avrop", now, detail)
    # Their server answers again: what waits for it need not wait longer.
    waiting = (messages.c.supplier_id == message.supplier_id) & (messages.c.state == MessageState.WAITING.value)
    woken = conn.execute(messages.update().where(waiting & (messages.c.next_at > now)).values(next_at=now))
    if woken.rowcount and message.supplier_id is not None:
        queue.wake(conn, queue.lane(message.supplier_id))


def _hold(office: Office, message: Message, kind: tasks.Kind, why: str, findings: Iterable[Finding]) -> None:
    with office.engine.begin() as conn:
        locked = journal.get(conn, message.id, lock=True)
        if locked is not None and locked.state in _UNSENT:
            _hold_in(conn, locked, kind, why, findings, office.clock())


def _hold_in(
    conn: sa.Connection, message: Message, kind: tasks.Kind, why: str, findings: Iterable[Finding], now: datetime
) -> None:
    found = tuple(findings)
    cause = journal.storable("; ".join(str(finding) for finding in found))
    journal.change(conn, message.id, state=MessageState.HELD.value, next_at=None)
    journal.add_findings(conn, message.id, found, now)
    row = book.get(conn, message.order_id) if message.order_id is not None else None
    number = row.number if row is not None else None
    summary = f"{message.document} {number or ''} to {message.supplier_id}: {why}"
    facts = {"order_id": message.order_id, "message_id": message.id, "supplier_id": message.supplier_id}
    tasks.add(conn, kind, summary, now, **facts, finding=cause)  # type: ignore[arg-type]
    if message.order_id is not None:
        detail = {"message": str(message.id), "why": why, "cause": cause}
        book.record(conn, message.order_id, Event.HELD, "avrop", now, detail)
    log.warn("held", message=message.id, order=number, supplier=message.supplier_id, why=why, cause=cause)
