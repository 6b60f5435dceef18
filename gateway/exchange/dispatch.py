"""The dispatcher of a worker: takes lanes that are due, writes what waits in them, and has it sent and recorded.

A lane is leased while its turn lasts. A worker that is killed leaves leases that end by themselves, and bytes that
another worker sends again under the same key.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from gateway import database
from gateway.exchange import lane_store, log
from gateway.exchange.compose import Outgoing, drafts, keep
from gateway.exchange.conclude import lane_of
from gateway.exchange.lane import Standing, Turn, Waiting, streams, turn
from gateway.exchange.leases import Leases
from gateway.exchange.office import Office
from gateway.exchange.recorder import Recorder
from gateway.exchange.retry import Outcome
from gateway.exchange.send import Result, Stuck, attempt, hold, prepare
from gateway.exchange.turns import Held, Turns
from gateway.suppliers.agreement import Lane

_LOG = logging.getLogger(__name__)
_LANES_AT_ONCE: Final = 16
_OF_A_LANE: Final = 8
_LOOK_SECONDS: Final = 1.0
_AWAY_SECONDS: Final = 2.0
_FRESH_SECONDS: Final = 0.5
"""So long after it was chosen a message is sent without asking whether a person has held it meanwhile."""


class Dispatcher:
    """The lanes' side of one worker: `run` until `stop`; `rouse` when a lane may have something to send."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.name = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self._slots = office.settings.worker_slots
        self._roused = threading.Event()
        self._stopping = threading.Event()
        self._turns = Turns()
        self._take_over_from = time.monotonic()
        self.ended = threading.Event()

    def rouse(self) -> None:
        """Something may be due: look now."""
        self._roused.set()

    def stop(self) -> None:
        """Take no more; what is being sent is finished and recorded."""
        self._stopping.set()
        self._roused.set()

    def run(self) -> None:
        """Until `stop`. A database that goes away is waited for."""
        self._recorder = Recorder(self.office, self.name, self._turns, self.rouse)
        self._leases = Leases(self.office, self.name, self._turns, self.rouse)
        with ThreadPoolExecutor(self._slots, "lane") as senders:
            self._senders = senders
            while not self._stopping.is_set():
                self._roused.clear()
                if not self._look():
                    self._roused.wait(_LOOK_SECONDS)
        self._recorder.close()
        self._leases.stop()
        self.ended.set()

    def _look(self) -> bool:
        try:
            return self._take()
        except database.AWAY as error:
            log.warn("database_away", cause=database.why(error))
            # Nobody could renew meanwhile: leases that ended are their workers' still, who come back too.
            self._take_over_from = time.monotonic() + self._leases.length.total_seconds()
        except Exception:
            _LOG.exception("the dispatcher stumbled and goes on")
        self._stopping.wait(_AWAY_SECONDS)
        return False

    def _take(self) -> bool:
        """One batch of lanes on its way; whether there may be more right now."""
        running, ill = self._turns.load()
        most = min(self._slots - running, _LANES_AT_ONCE)
        if most <= 0:
            return False
        now, healthy_only = self.office.clock(), ill >= max(self._slots // 2, 1)
        with self.office.engine.begin() as conn:
            given = (conn, self.name, now, most, self._leases.length)
            mine, take_over = self._turns.names(), time.monotonic() >= self._take_over_from
            standing = lane_store.claim(*given, mine=mine, healthy_only=healthy_only, take_over=take_over)
        held = {one.supplier_id: Held(one.supplier_id, one.failures > 0) for one in standing}
        self._turns.begin(held.values())
        self._begin(standing, held, now)
        return len(standing) == most

    def _begin(self, standing: Sequence[Standing], held: dict[str, Held], now: datetime) -> None:
        """Lane by lane where all together stumble, so that none keeps the others waiting."""
        try:
            self._start(standing, held, now)
        except BaseException as error:
            left = [one for one in standing if one.supplier_id in held]
            away = isinstance(error, database.AWAY)
            if away or len(left) < 2:
                for turn_of in held.values():
                    self._recorder.put((turn_of, now if away else now + self.office.first_delay))
                raise
            for one in left:
                self._begin_alone(one, held.pop(one.supplier_id), now)

    def _begin_alone(self, standing: Standing, held: Held, now: datetime) -> None:
        try:
            self._begin([standing], {standing.supplier_id: held}, now)
        except Exception:
            _LOG.exception("the lane of %s stumbled and is looked at again", standing.supplier_id)

    def _start(self, standing: Sequence[Standing], held: dict[str, Held], now: datetime) -> None:
        """Writes all that these lanes send now, keeps it in one transaction, and lets each lane go."""
        if not standing:
            return
        with self.office.engine.connect() as conn:
            waiting = lane_store.waiting(conn, list(held), now)
            turns = {one.supplier_id: self._turn(one, waiting[one.supplier_id], now) for one in standing}
            found = drafts(conn, [one.id for chosen in turns.values() for one in chosen.send])
        prepared = {draft.message.id: prepare(self.office, draft) for draft in found}
        hold(self.office, [one for one in prepared.values() if isinstance(one, Stuck)])
        ready = {key: one for key, one in prepared.items() if not isinstance(one, Stuck)}
        with self.office.engine.begin() as conn:
            written = keep(conn, [one for one in ready.values() if isinstance(one, Outgoing)], self.office)
        ready |= {one.message.id: one for one in written}
        for supplier_id, chosen in turns.items():
            self._launch(held.pop(supplier_id), chosen, ready)

    def _turn(self, standing: Standing, waiting: Sequence[Waiting], now: datetime) -> Turn:
        return turn(standing, self._lane(standing.supplier_id), waiting, now, _OF_A_LANE)

    def _lane(self, supplier_id: str) -> Lane:
        return lane_of(self.office.suppliers.get(supplier_id))

    def _launch(self, held: Held, chosen: Turn, ready: dict[UUID, Outgoing | Result]) -> None:
        sides = streams(chosen.send, self._lane(held.supplier_id).concurrency)
        going = [side for side in ([ready[one.id] for one in side if one.id in ready] for side in sides) if side]
        held.due_at = chosen.due_at
        if not going:
            # What could not be written is held by now; behind it something else may wait.
            self._recorder.put((held, self.office.clock() if chosen.send else chosen.due_at))
            return
        held.running = len(going)
        for side in going:
            self._senders.submit(self._send, held, side)

    def _send(self, held: Held, side: Sequence[Outgoing | Result]) -> None:
        """One stream of a lane, one message after the other; what follows a failure waits for the next turn."""
        left, chosen = True, time.monotonic()
        try:
            for one in side:
                if not self._may_go(held, one, chosen):
                    break
                result = one if isinstance(one, Result) else attempt(self.office, one)
                self._recorder.put(result)
                if result.outcome is not Outcome.DELIVERED:
                    break
            else:
                left = False
        except Exception:
            _LOG.exception("a turn of the lane of %s stumbled and goes on later", held.supplier_id)
        finally:
            if self._turns.over(held, left=left):
                self._recorder.put((held, self.office.clock() if held.left else held.due_at))

    def _may_go(self, held: Held, one: Outgoing | Result, chosen: float) -> bool:
        """Whether it is still this worker's to send: nobody has held it, paused its lane or taken that over."""
        if held.lost or self._stopping.is_set():
            return False
        if time.monotonic() - chosen < _FRESH_SECONDS:
            return True
        with self.office.engine.connect() as conn:
            return lane_store.may_go(conn, self.name, one.message.id)
