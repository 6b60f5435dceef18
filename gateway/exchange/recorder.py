"""The thread that records outcomes: everything that is there, up to a batch, in one transaction."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from gateway import database
from gateway.exchange import log
from gateway.exchange.conclude import conclude
from gateway.exchange.office import Office
from gateway.exchange.send import Result, hold_unrecorded
from gateway.exchange.turns import Held, Turns

_LOG = logging.getLogger(__name__)
_BATCH: Final = 200
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 2.0
_LAST_TRIES: Final = 5

Ended = tuple[Held, datetime | None]
"""A lane whose turn is over, and when more is due."""


class Recorder:
    """Takes outcomes and ended turns in the order in which they come; `recorded` is called after each batch."""

    def __init__(self, office: Office, worker: str, turns: Turns, recorded: Callable[[], None]) -> None:
        self._office, self._worker, self._turns, self._recorded = office, worker, turns, recorded
        self._waiting: queue.SimpleQueue[Result | Ended | None] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="lane-recorder")
        self._thread.start()

    def put(self, one: Result | Ended) -> None:
        self._waiting.put(one)

    def close(self) -> None:
        """Records what is still there and ends; a database that is away is waited for a few seconds only."""
        self._closing.set()
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        while True:
            batch = self._next()
            kept = [one for one in batch if one is not None]
            self._record(kept)
            self._turns.end([one[0] for one in kept if isinstance(one, tuple)])
            self._recorded()
            if len(kept) < len(batch):
                return

    def _next(self) -> list[Result | Ended | None]:
        batch = [self._waiting.get()]
        while len(batch) < _BATCH and batch[-1] is not None:
            try:
                batch.append(self._waiting.get_nowait())
            except queue.Empty:
                break
        return batch

    def _record(self, batch: Sequence[Result | Ended]) -> None:
        """Until the database takes it. What our own code cannot record is tried alone, so that it spoils no other."""
        pause, tries = _FIRST_PAUSE, 0
        while batch:
            try:
                self._conclude(batch)
            except database.AWAY as error:
                tries += 1
                log.warn("outcomes_wait_for_the_database", outcomes=len(batch), cause=database.why(error))
                if self._closing.is_set() and tries > _LAST_TRIES:
                    return
                time.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            except Exception as error:
                if len(batch) == 1:
                    _LOG.exception("the outcome %s could not be recorded", batch[0])
                    self._give_up(batch[0], error)
                    return
                for one in batch:
                    self._record([one])
                return
            else:
                return

    def _conclude(self, batch: Sequence[Result | Ended]) -> None:
        ended = {one[0].supplier_id: one[1] for one in batch if isinstance(one, tuple) and not one[0].lost}
        conclude(self._office, [one for one in batch if isinstance(one, Result)], ended, self._worker)

    def _give_up(self, one: Result | Ended, error: Exception) -> None:
        """A message whose outcome is lost waits for a person: it would be sent again and again. Leases end alone."""
        try:
            if isinstance(one, Result):
                hold_unrecorded(self._office, one, error)
        except Exception:
            _LOG.exception("nor could message %s be held: it is sent again", one)
