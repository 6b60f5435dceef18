"""The thread that says that the worker is alive: it renews the leases of its lanes, and sees when the clock jumps."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from gateway import database
from gateway.exchange import lane_store, log
from gateway.exchange.office import Office
from gateway.exchange.turns import Turns
from gateway.suppliers.agreement import Plan

_LOG = logging.getLogger(__name__)
_JUMP: Final = timedelta(seconds=5)
_LONGEST: Final = 5.0


class Leases:
    """Renews until `stop`; a database that is away is asked again at the next turn."""

    def __init__(self, office: Office, worker: str, turns: Turns, hastened: Callable[[], None]) -> None:
        self.length = timedelta(seconds=office.settings.worker_heartbeat)
        self._office, self._worker, self._turns, self._hastened = office, worker, turns, hastened
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="lane-leases", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Gives back what is left; the other workers need not wait for the leases to end."""
        self._stopping.set()
        self._thread.join()
        try:
            with self._office.engine.begin() as conn:
                lane_store.forget(conn, self._worker)
        except sa.exc.SQLAlchemyError as error:
            log.warn("leases_left", cause=database.why(error))

    def _work(self) -> None:
        self._set_right()
        wall, steady = self._office.clock(), time.monotonic()
        while True:
            now, then = self._office.clock(), time.monotonic()
            jump = (now - wall) - timedelta(seconds=then - steady)
            try:
                self._renew(jump)
                wall, steady = now, then
            except sa.exc.SQLAlchemyError as error:
                log.warn("leases_not_renewed", cause=database.why(error))
            except Exception:
                _LOG.exception("the leases were not renewed by a mistake of ours; they are next time")
            if self._stopping.wait(min(self.length.total_seconds() / 3, _LONGEST)):
                return

    def _set_right(self) -> None:
        """No worker may have been there when the clock was set right."""
        plans = (one.lane.retry.longest for one in self._office.suppliers)
        try:
            with self._office.engine.begin() as conn:
                if lane_store.clock_was_wrong(conn, self._office.clock(), max(plans, default=Plan().longest)):
                    log.warn("clock_was_wrong")
                    lane_store.hasten(conn, self._office.clock())
        except sa.exc.SQLAlchemyError as error:
            log.warn("clock_not_checked", cause=database.why(error))

    def _renew(self, jump: timedelta) -> None:
        held = self._turns.held()
        with self._office.engine.begin() as conn:
            kept = lane_store.renew(conn, self._worker, held, self.length) if held else set()
            lane_store.heard_of(conn, self._worker, self._office.clock(), self._office.suppliers.digest)
            if abs(jump) > _JUMP:
                log.warn("clock_jumped", seconds=jump.total_seconds())
                lane_store.hasten(conn, self._office.clock())
        self._turns.keep(held, kept)
        if abs(jump) > _JUMP:
            self._hastened()
