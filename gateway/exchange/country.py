"""Telling an access point in which country we are, for each document that it handed over without waiting for an answer.

It owes the network statistics by country (Peppol Reporting), and learns ours either from our answer or from this.
"""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.exchange import journal, log
from gateway.exchange.office import Office
from gateway.exchange.retry import Outcome, pause
from gateway.exchange.single import single
from gateway.exchange.tables import messages
from gateway.suppliers.agreement import Plan
from gateway.suppliers.supplier import Supplier
from gateway.transports.access_point import AccessPoint, AccessPointSettings
from gateway.transports.contract import NotSent, Refused

_EVERY = 15.0
_AT_ONCE = 100
_PLAN = Plan()


async def tell_forever(office: Office, stopping: asyncio.Event) -> None:
    """Whatever has come and was not told of yet, for those suppliers that ask for it; by one worker at a time."""
    while not stopping.is_set():
        await asyncio.to_thread(tell_due, office)
        await asyncio.sleep(_EVERY)


def tell_due(office: Office) -> int:
    """How many documents were told of. What fails is tried again, ever more rarely, for the days of a retry plan."""
    asking = {supplier.id: supplier for supplier in office.suppliers if _asks(supplier)}
    if not asking:
        return 0
    with single(office.engine, "country") as mine:
        return sum(_tell(office, asking[row.supplier_id], row) for row in _due(office, asking)) if mine else 0


def _asks(supplier: Supplier) -> bool:
    return isinstance(supplier.settings, AccessPointSettings) and supplier.settings.report_country


def _due(office: Office, asking: dict[str, Supplier]) -> list[sa.Row[Any]]:
    now = office.clock()
    came = (messages.c.direction == "in") & (messages.c.transport == AccessPoint.name)
    first = messages.c.duplicate_of.is_(None) & (messages.c.created_at > now - _PLAN.patience)
    # An incoming message's receipt is the access point's word that it was told.
    due = messages.c.receipt.is_(None) & (messages.c.next_at.is_(None) | (messages.c.next_at <= now))
    wanted = sa.select(messages.c.id, messages.c.remote_id, messages.c.supplier_id)
    mine = wanted.where(came, first, due, messages.c.supplier_id.in_(asking)).order_by(messages.c.sequence)
    with office.engine.begin() as conn:
        return list(conn.execute(mine.limit(_AT_ONCE)))


def _tell(office: Office, supplier: Supplier, row: sa.Row[Any]) -> bool:
    transport = office.transports.get(AccessPoint.name)
    if not isinstance(transport, AccessPoint):
        return False
    country = office.settings.municipality.hub.address.country or "SE"
    try:
        outcome, evidence = Outcome.DELIVERED, transport.report(supplier.settings, str(row.remote_id), country)
    except (NotSent, Refused) as failure:
        outcome = Outcome.REFUSED if isinstance(failure, Refused) else Outcome.NOT_SENT
        evidence = str(failure)
        log.warn("country_not_told", message=row.id, supplier=supplier.id, cause=evidence)
    _note(office, row.id, outcome, journal.storable(evidence))
    return outcome is Outcome.DELIVERED


def _note(office: Office, message_id: UUID, outcome: Outcome, evidence: str) -> None:
    now = office.clock()
    with office.engine.begin() as conn:
        message = journal.get(conn, message_id, lock=True)
        if message is None:
            return
        told = outcome is Outcome.DELIVERED
        next_at = None if told else now + pause(message.attempts + 1, office.chance(), _PLAN)
        journal.add_attempt(conn, message, outcome, evidence, now, next_at)
        journal.change(conn, message_id, receipt=evidence if told else None, next_at=next_at)
