"""The watch: what is wrong and what is right again, found every few seconds by one process at a time."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from gateway import database
from gateway.exchange import alarms, deadlines, log, wrongs
from gateway.exchange.alarms import Kind
from gateway.exchange.office import Office
from gateway.exchange.single import single
from gateway.exchange.telling import Teller
from gateway.exchange.wrongs import Wrongs
from gateway.suppliers.agreement import NOBODY

_LOG = logging.getLogger(__name__)
_EXPIRIES_EVERY: Final = timedelta(hours=1)

RIGHT: Final = {
    Kind.LATE_ACKNOWLEDGEMENT: "no order waits for a late answer any more",
    Kind.LATE_RESPONSE: "no order waits for a late response any more",
    Kind.LATE_DESPATCH: "no order waits for a late despatch advice any more",
    Kind.LATE_GOODS: "nothing announced is awaited past its day any more",
    Kind.LANE_BROKEN: "the lane delivers again, or has nothing left to send",
    Kind.POLL_FAILING: "answers can be fetched again",
    Kind.DUPLICATE: "the tasks about it are closed",
    Kind.CONFIGURATION: "the suppliers file is accepted",
    Kind.EXPIRY: "it was renewed, or is no longer used",
    Kind.WORKER_SILENT: "no lane waits for a worker any more",
}
"""How an alarm of each kind ends."""


async def alarm_forever(office: Office, stopping: asyncio.Event, *, connections: bool = True) -> None:
    """Until `stopping`, beside the lanes of a worker; `watched` is for the pages. Whoever is left raises and tells.

    `connections`: whether certificates and keys of suppliers can be read here.
    """
    watch, teller = Watch(office, connections), Teller(office)
    await asyncio.gather(_every(office, stopping, watch.look), _every(office, stopping, teller.tell))


@contextmanager
def watched(office: Office) -> Iterator[None]:
    """The same for the pages: in a thread, until the block ends."""
    stop = threading.Event()
    works = (Watch(office, connections=False).look, Teller(office).tell)

    def run() -> None:
        while not stop.wait(office.settings.observing.alarm_every):
            for work in works:
                _safely(work)

    thread = threading.Thread(target=run, name="watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(5)


async def _every(office: Office, stopping: asyncio.Event, work: Callable[[], object]) -> None:
    while not stopping.is_set():
        await asyncio.to_thread(_safely, work)
        try:
            await asyncio.wait_for(stopping.wait(), office.settings.observing.alarm_every)
        except TimeoutError:
            continue


def _safely(work: Callable[[], object]) -> None:
    """A failure of ours or of the database's stops nothing: the state is still there to be looked at next time."""
    try:
        work()
    except database.AWAY as error:
        log.warn("watch_waits_for_the_database", cause=database.why(error))
    except Exception:
        _LOG.exception("the watch over lanes and deadlines failed; it goes on")


class Watch:
    """Holds nothing but what it last read of certificates: all else is in the database, so any process may go on."""

    def __init__(self, office: Office, connections: bool = True) -> None:
        self._office, self._connections = office, connections
        self._ending: Wrongs = {}
        self._read_at: datetime | None = None

    def look(self) -> bool:
        """Judges deadlines, raises and recovers; False where another process does it just now."""
        with single(self._office.engine, "avrop watch") as mine:
            if mine:
                self._judge()
                self._settle()
        return mine

    def _judge(self) -> None:
        more = True
        while more:
            with self._office.engine.begin() as conn:
                more = deadlines.judge(conn, self._office.clock())

    def _settle(self) -> None:
        """What is open is read before what is wrong: an alarm that another raises between the two is left alone."""
        office, now = self._office, self._office.clock()
        ending = self._expiries(now)
        with office.engine.begin() as conn:
            known = alarms.open_causes(conn)
            found: Wrongs = dict(ending if self._connections else _only(known, Kind.EXPIRY))
            for look in (*wrongs.IN_DATABASE, *office.handlers.wrongs):
                found |= look(conn, office, now)
            anew, right = wrongs.differences(found, known)
            for (kind, supplier_id), why in anew.items():
                alarms.raise_alarm(conn, kind, supplier_id, _owner(office, supplier_id), why, now)
            for kind, supplier_id in right:
                alarms.recover(conn, kind, supplier_id, RIGHT[kind], now)

    def _expiries(self, now: datetime) -> Wrongs:
        stale = self._read_at is None or not self._read_at <= now < self._read_at + _EXPIRIES_EVERY
        if self._connections and stale:
            self._ending, self._read_at = wrongs.ending(self._office, now), now
        return self._ending


def _only(known: Wrongs, kind: Kind) -> Wrongs:
    return {key: why for key, why in known.items() if key[0] is kind}


def _owner(office: Office, supplier_id: str) -> str:
    supplier = office.suppliers.get(supplier_id)
    return supplier.owner if supplier is not None else NOBODY
