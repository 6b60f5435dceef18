"""What became of messages that somebody took to carry them on: asked until it is final.

A webhook only makes us ask sooner (`messages.follow_at`); what we are told when we ask is what counts.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from gateway import database, telemetry
from gateway.exchange import deadlines, journal, lane_store, log, tasks
from gateway.exchange.conclude import lane_of
from gateway.exchange.journal import Message, MessageState
from gateway.exchange.office import Office
from gateway.exchange.send import hold_in
from gateway.exchange.tables import revisions
from gateway.findings import Finding
from gateway.orders import book
from gateway.suppliers.revisions import settings_of
from gateway.transports.contract import Failure, Standing

_LOG = logging.getLogger(__name__)
_EVERY: Final = 1.0
_AT_ONCE: Final = 8
_BATCH: Final = 40
_LEASE: Final = timedelta(minutes=2)
_SOONEST, _LATEST = timedelta(seconds=10), timedelta(hours=1)

_TAKE = sa.text("""
    UPDATE messages SET follow_at = :later WHERE id = ANY (ARRAY(
        SELECT id FROM messages WHERE follow_at <= :now ORDER BY follow_at LIMIT :most FOR UPDATE SKIP LOCKED))
    RETURNING id
""")


async def follow_forever(office: Office, stopping: asyncio.Event) -> None:
    """Asks what is due, a few at a time; each message by one worker."""
    with ThreadPoolExecutor(_AT_ONCE, "follow") as threads:
        loop = asyncio.get_running_loop()
        while not stopping.is_set():
            due = await asyncio.to_thread(take, office)
            await asyncio.gather(*(loop.run_in_executor(threads, follow, office, one) for one in due))
            if len(due) < _BATCH:
                await asyncio.sleep(_EVERY)


def take(office: Office) -> list[UUID]:
    """Messages whose time has come, this worker's for two minutes: if it dies, another one asks then."""
    now = office.clock()
    with office.engine.begin() as conn:
        return list(conn.scalars(_TAKE, {"now": now, "later": now + _LEASE, "most": _BATCH}))


def follow(office: Office, message_id: UUID) -> None:
    """Asks for one message and records the answer. Raises nothing."""
    try:
        with office.engine.begin() as conn:
            message = journal.get(conn, message_id)
            connection = _connection(conn, message) if message is not None else None
        if message is not None:
            with telemetry.span("receipt", message.trace, message=message_id, supplier=message.supplier_id) as step:
                standing = _asked(office, message, connection)
                step.note(state=standing.state)
                _settle(office, message, standing)
    except database.AWAY as error:
        log.warn("not_followed", message=message_id, cause=database.why(error))
    except Exception:
        _LOG.exception("following message %s failed in a way that is our fault", message_id)


def _connection(conn: sa.Connection, message: Message) -> dict[str, Any] | None:
    return conn.execute(sa.select(revisions.c.settings).where(revisions.c.digest == message.revision)).scalar()


def _asked(office: Office, message: Message, connection: dict[str, Any] | None) -> Standing:
    """What they say, at the place where it went; a place that cannot be asked now says that it is pending."""
    transport, supplier = (
        office.transports.get(message.transport or ""),
        office.suppliers.get(message.supplier_id or ""),
    )
    if transport is None or not transport.follows:
        return Standing(state="delivered", said=message.receipt or "")
    try:
        settings = settings_of(connection, office.transports) if connection else getattr(supplier, "settings", None)
        return transport.status(settings, message.key or "")
    except (Failure, ValueError) as failure:
        return Standing(state="pending", said=f"not answered: {failure}")
    except Exception as error:  # a transport that breaks its contract must not be asked for ever
        _LOG.exception("asking about message %s by %s failed in a way that is our fault", message.id, message.transport)
        return Standing(state="pending", said=f"not answered: {type(error).__name__}: {error}")


def _settle(office: Office, asked: Message, standing: Standing) -> None:
    now, said = office.clock(), journal.storable(standing.said)
    with office.engine.begin() as conn:
        if asked.order_id is not None:
            book.lock(conn, asked.order_id)  # orders before messages, as whoever records outcomes locks them
        message = journal.get(conn, asked.id, lock=True)
        if message is None or message.state is not MessageState.SENT:
            journal.change(conn, asked.id, follow_at=None)
            return
        age = now - (message.done_at or now)
        patience = lane_of(office.suppliers.get(message.supplier_id or "")).retry.patience
        if standing.state == "delivered":
            journal.change(conn, message.id, follow_at=None, revision=None, receipt=said)
        elif standing.state == "unknown":
            _again(conn, message, said, now)
        elif standing.state == "failed" or age > patience:
            _give_up(conn, message, said, now)
        else:
            journal.change(conn, message.id, follow_at=_next(standing, age, now), receipt=said)
    log.say(f"followed_{standing.state}", message=asked.id, supplier=asked.supplier_id, said=said)


def _next(standing: Standing, age: timedelta, now: datetime) -> datetime:
    """When they try again themselves, else less and less often."""
    usual = now + min(max(age / 4, _SOONEST), _LATEST)
    return max(standing.next_at, now + _SOONEST) if standing.next_at is not None else usual


def _again(conn: sa.Connection, message: Message, said: str, now: datetime) -> None:
    """They took it and do not know it any more: it goes again under the same key, and they are asked first."""
    journal.change(conn, message.id, state=MessageState.WAITING.value, follow_at=None, done_at=None, next_at=now)
    deadlines.call_off(conn, message)
    finding = Finding(rule="receipt-forgotten", message=f"{said}, though they took it: it is sent again", fatal=False)
    journal.add_findings(conn, message.id, [finding], now)
    if message.supplier_id is not None:
        lane_store.stir(conn, message.supplier_id, now)


def _give_up(conn: sa.Connection, message: Message, said: str, now: datetime) -> None:
    journal.change(conn, message.id, follow_at=None, done_at=None)
    deadlines.call_off(conn, message)
    finding = Finding(rule="transport-given-up", message=said)
    hold_in(conn, message, tasks.Kind.UNDELIVERABLE, "they took it and did not get it through", [finding], now)
