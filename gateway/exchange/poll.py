"""Fetching where the supplier's answers wait for us: often where orders are open, rarely elsewhere, each by one worker.

A server that is dead costs one thread for as long as its time-out, and is asked less and less often.
"""

from __future__ import annotations

import asyncio
import logging
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway import database
from gateway.exchange import journal, log
from gateway.exchange.boxes import Box, boxes, is_shared
from gateway.exchange.office import Office
from gateway.exchange.receive import instance_of, receive
from gateway.exchange.selftest.record import waiting
from gateway.exchange.single import single
from gateway.exchange.tables import channels
from gateway.orders import book
from gateway.orders.lifecycle import PENDING, State
from gateway.suppliers.supplier import Supplier
from gateway.transports.contract import Failure, Parcel

_LOG = logging.getLogger(__name__)
_AT_ONCE = 12
# Up to the hub: a split delivery has a second despatch advice after the first one arrived.
_OPEN = (State.SENT, State.ACKNOWLEDGED, State.CONFIRMED, State.CHANGED, State.PROPOSED, *PENDING)
_OPEN += (State.DESPATCHED, State.AT_HUB)


async def poll_forever(office: Office, stopping: asyncio.Event) -> None:
    """Asks every polled supplier when its time has come, `_AT_ONCE` of them at a time."""
    running: dict[str, asyncio.Future[int]] = {}
    loop, started = asyncio.get_running_loop(), office.clock()
    threads = ThreadPoolExecutor(_AT_ONCE, "poll")
    try:
        while not stopping.is_set():
            for supplier_id in await asyncio.to_thread(due, office, started):
                supplier = office.suppliers.get(supplier_id)
                if supplier is not None and supplier_id not in running and len(running) < 4 * _AT_ONCE:
                    running[supplier_id] = loop.run_in_executor(threads, poll, office, supplier)
            running = {supplier_id: polled for supplier_id, polled in running.items() if not polled.done()}
            await asyncio.sleep(min(office.settings.poll_active / 4, 0.5))
    finally:
        threads.shutdown(cancel_futures=True)  # who is not being asked yet is not waited for


def due(office: Office, started: datetime) -> list[str]:
    """The suppliers whose turn it is, those with open orders first; failures in a row make the pause longer.

    Of those whose answers wait in one place only the first is named.
    A worker that has just `started` takes the idle ones one by one over a whole pause, not all in its first second.
    """
    polled = [supplier for supplier in office.suppliers if is_polled(office, supplier)]
    if not polled:
        return []
    now = office.clock()
    with office.engine.begin() as conn:
        open_ones = book.suppliers_in(conn, _OPEN) | waiting(conn, now)
        last = {row.supplier_id: row for row in conn.execute(sa.select(channels))}
    turns = []
    for box in boxes(polled, office.transports):
        supplier, is_open = box[0], any(one.id in open_ones for one in box)
        row = last.get(supplier.id)
        pause = _pause(office, is_open, row.failures if row is not None else 0)
        times = [row.polled_at] if row is not None else []
        if not is_open:
            times.append(started - pause * (1 - zlib.crc32(supplier.id.encode()) / 2**32))
        times = [at for at in times if at <= now]  # a clock that was ahead has written what is yet to come
        if not times or max(times) + pause <= now:
            turns.append((not is_open, supplier.id))
    return [supplier_id for _, supplier_id in sorted(turns)]


def poll(office: Office, supplier: Supplier) -> int:
    """Takes in what waits at one supplier, one transaction per parcel; how many there were. Never raises.

    The supplier is locked for all workers meanwhile. Others whose answers wait in the same place are asked with it.
    """
    try:
        with single(office.engine, f"poll {supplier.id}") as mine:
            if not mine:
                return 0
            taken, errors = _fetch(office, supplier)
            _note(office, _sharing(office, supplier), "; ".join(errors))
            return taken
    except sa.exc.SQLAlchemyError as error:
        log.warn("not_polled", supplier=supplier.id, cause=database.why(error))
        return 0


def _fetch(office: Office, supplier: Supplier) -> tuple[int, list[str]]:
    taken, errors = 0, []
    try:
        for parcel in office.transports[supplier.transport].fetch(supplier.settings):
            errors.extend(take_in(office, supplier, parcel))
            taken += 1
    except Failure as failure:
        errors.append(str(failure))
    except database.AWAY:
        raise  # no fault of theirs
    except Exception as failure:
        _LOG.exception("polling %s failed in a way that is our fault", supplier.id)
        errors.append(f"{type(failure).__name__}: {failure}")
    return taken, errors


def take_in(office: Office, supplier: Supplier, parcel: Parcel) -> list[str]:
    """One parcel: journaled, committed, and only then moved away on their side; why that failed, if it did.

    A crash in between, or a file that cannot be moved, is fetched again and found to be a duplicate.
    """
    # From a shared place it may come from anybody: the envelope tells, when the message is read.
    sender = None if is_shared(supplier, office.transports) else supplier.id
    source = f"{supplier.transport}:{sender + '/' if sender else ''}{parcel.name}"
    remote_id = _remote_id(supplier, sender, parcel)
    with office.engine.begin() as conn:
        receive(conn, parcel.content, source, sender, supplier.transport, remote_id, office.clock(), name=parcel.name)
    try:
        office.transports[supplier.transport].done(supplier.settings, parcel)
    except Failure as failure:
        return [str(failure)]
    return []


def _remote_id(supplier: Supplier, sender: str | None, parcel: Parcel) -> str:
    if sender is None and (instance := instance_of(parcel.content)) is not None:
        return instance
    return f"{sender or supplier.transport}/{parcel.name}/{journal.digest(parcel.content)}"


def _sharing(office: Office, supplier: Supplier) -> Box:
    """The supplier with all whose answers wait in the same place."""
    alike = [one for one in office.suppliers if one.transport == supplier.transport and is_polled(office, one)]
    return next((box for box in boxes(alike, office.transports) if supplier in box), (supplier,))


def is_polled(office: Office, supplier: Supplier) -> bool:
    """Whether its answers are fetched: they do not come by themselves, and there is a place where they may lie."""
    transport = office.transports.get(supplier.transport)
    if transport is None or not transport.polled or supplier.by_hand or supplier.settings is None:
        return False
    return getattr(supplier.settings, "outbox", "") != ""  # a supplier who never answers there is never asked


def _pause(office: Office, is_open: bool, failures: int) -> timedelta:
    idle = office.settings.poll_idle
    usual = office.settings.poll_active if is_open else idle
    return timedelta(seconds=min(usual * 2 ** min(failures, 20), max(idle, usual)))


def _note(office: Office, box: Box, error: str) -> None:
    """When they were asked and how that went: the console shows it, and every worker keeps to it."""
    if error:
        log.warn("poll_failed", supplier=box[0].id, cause=error)
    now = office.clock()
    facts = {"polled_at": now, "failures": 1 if error else 0, "error": error}
    row = insert(channels).values([{"supplier_id": supplier.id, **facts} for supplier in box])
    failures = channels.c.failures + 1 if error else sa.literal(0)
    changes = {"polled_at": now, "failures": failures, "error": error}
    with office.engine.begin() as conn:
        conn.execute(row.on_conflict_do_update(index_elements=["supplier_id"], set_=changes))
