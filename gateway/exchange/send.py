"""One message out: write it, hand it over, or hold it for a person; `conclude` records what became of it.

Nothing is held open while the other side answers. Whatever happens, the order is in the book: a message that cannot go
is `held` and a person gets a task.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway import telemetry
from gateway.exchange import journal, log, tasks, verdicts, worker_figures
from gateway.exchange.compose import Draft, Outgoing, Withheld, compose
from gateway.exchange.house_mail import MAIL
from gateway.exchange.journal import Message, MessageState
from gateway.exchange.judging import Unjudged
from gateway.exchange.office import Office
from gateway.exchange.retry import Outcome
from gateway.findings import Finding, Rejected
from gateway.orders import book
from gateway.orders.lifecycle import Event
from gateway.suppliers.supplier import Supplier
from gateway.transports.contract import NotSent, Refused, Unsure

_LOG = logging.getLogger(__name__)
UNSENT = (MessageState.QUEUED, MessageState.WAITING)


@dataclass(frozen=True, kw_only=True)
class Result:
    """How one attempt ended; `supplier` is None where nobody is known by that name. Not `final`: it is followed.
    `ours`: it failed here, and says nothing about the supplier.
    """

    message: Message
    number: str | None
    supplier: Supplier | None
    outcome: Outcome
    evidence: str
    at: datetime
    final: bool = True
    ours: bool = False


@dataclass(frozen=True, kw_only=True)
class Stuck:
    """A message that cannot even be written: a person must act."""

    message: Message
    findings: tuple[Finding, ...]
    given: Withheld | None = None


def prepare(office: Office, found: Draft) -> Outgoing | Result | Stuck:
    """The parcel; or, where the rules cannot be applied now, an attempt that failed; or why it can never be written."""
    message = found.message
    about: dict[str, Any] = {"message": message.id, "order": found.number, "supplier": message.supplier_id}
    with log.about(**about), telemetry.span("compose", message.trace, **about, document=message.document):
        began = time.perf_counter()
        prepared = _prepared(office, found)
        worker_figures.composed(time.perf_counter() - began)
    return prepared


def _prepared(office: Office, found: Draft) -> Outgoing | Result | Stuck:
    try:
        return compose(office, found)
    except Unjudged as failure:
        return Result(
            message=found.message,
            number=found.number,
            supplier=office.suppliers.get(found.message.supplier_id or ""),
            outcome=Outcome.NOT_SENT,
            evidence=journal.storable(str(failure)),
            at=office.clock(),
            ours=True,
        )
    except Withheld as withheld:
        return Stuck(message=found.message, findings=withheld.findings, given=withheld)
    except Rejected as rejected:
        return Stuck(message=found.message, findings=rejected.findings)
    except Exception as error:
        _LOG.exception("writing message %s failed in a way that is our fault", found.message.id)
        finding = Finding(rule="internal", message=f"{type(error).__name__}: {error}")
        return Stuck(message=found.message, findings=(finding,))


def attempt(office: Office, outgoing: Outgoing) -> Result:
    """Hands the parcel over; raises nothing."""
    message, way = outgoing.message, outgoing.transport.name
    about: dict[str, Any] = {"message": message.id, "order": outgoing.number, "supplier": message.supplier_id}
    about["attempt"] = message.attempts + 1
    with log.about(**about), telemetry.span("attempt", message.trace, **about, transport=way) as step:
        began, size = time.perf_counter(), len(outgoing.parcel.content)
        result = _attempted(office, outgoing)
        worker_figures.attempted(way, result.outcome.value, time.perf_counter() - began, size)
        step.note(outcome=result.outcome.value, final=result.final, bytes=size)
    return result


def _attempted(office: Office, outgoing: Outgoing) -> Result:
    outcome, evidence, final = Outcome.DELIVERED, "", True
    try:
        receipt = outgoing.transport.send(outgoing.supplier.settings, outgoing.parcel)
        evidence, final = receipt.evidence, receipt.final
    except Refused as failure:
        outcome, evidence = Outcome.REFUSED, str(failure)
    except NotSent as failure:
        outcome, evidence = Outcome.NOT_SENT, str(failure)
    except Unsure as failure:
        outcome, evidence = Outcome.UNSURE, str(failure)
    except Exception as error:
        # A transport raises the three only; what else comes may have happened after the bytes left.
        _LOG.exception("transport %s broke its contract", outgoing.transport.name)
        outcome, evidence = Outcome.UNSURE, f"{type(error).__name__}: {error}"
    return Result(
        message=outgoing.message,
        number=outgoing.number,
        supplier=outgoing.supplier,
        outcome=outcome,
        evidence=journal.storable(evidence),
        at=office.clock(),
        final=final,
        ours=outgoing.transport.name == MAIL,  # our own mail server, whatever the supplier's orders go by
    )


def hold(office: Office, stuck: Iterable[Stuck]) -> None:
    """What cannot be written waits for a person, with its verdicts and findings."""
    for one in stuck:
        with office.engine.begin() as conn:
            now = office.clock()
            locked = _locked(conn, one.message)
            if locked is None or locked.state not in UNSENT:
                continue
            if one.given is not None:
                verdicts.keep(conn, locked.id, one.given.given, now)
            hold_in(conn, locked, tasks.Kind.UNDELIVERABLE, "could not be written", one.findings, now)


def hold_unrecorded(office: Office, result: Result, error: Exception) -> None:
    """The attempt was made and a mistake of ours keeps it out of the journal: a person gets what is known of it."""
    why = f"the outcome {result.outcome.value} ({result.evidence}) could not be recorded: {type(error).__name__}"
    with office.engine.begin() as conn:
        message = _locked(conn, result.message)
        if message is not None and message.state in UNSENT:
            finding = Finding(rule="internal", message=why)
            hold_in(conn, message, tasks.Kind.UNDELIVERABLE, "its outcome is unknown", [finding], office.clock())


def _locked(conn: sa.Connection, message: Message) -> Message | None:
    """Its order and then itself locked, as whoever records outcomes does."""
    if message.order_id is not None:
        book.lock(conn, message.order_id)
    return journal.get(conn, message.id, lock=True)


def hold_in(
    conn: sa.Connection, message: Message, kind: tasks.Kind, why: str, findings: Iterable[Finding], now: datetime
) -> None:
    """The message waits for a person: its findings, a task, and an event of its order."""
    found = tuple(findings)
    cause = journal.storable("; ".join(str(finding) for finding in found))
    journal.change(conn, message.id, state=MessageState.HELD.value, next_at=None)
    journal.add_findings(conn, message.id, found, now)
    number = book.number_of(conn, message.order_id) if message.order_id is not None else None
    summary = f"{message.document} {number or ''} to {message.supplier_id}: {why}"
    facts = {"order_id": message.order_id, "message_id": message.id, "supplier_id": message.supplier_id}
    tasks.add(conn, kind, summary, now, **facts, finding=cause)  # type: ignore[arg-type]
    if message.order_id is not None:
        detail = {"message": str(message.id), "why": why, "cause": cause}
        book.record(conn, message.order_id, Event.HELD, "avrop", now, detail)
    log.warn("held", message=message.id, order=number, supplier=message.supplier_id, why=why, cause=cause)
