"""What one process at a time does, over all workers and hosts on a database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sa

from gateway.exchange import log

_SILENT: Final = "40s"


@contextmanager
def single(engine: sa.Engine, what: str) -> Iterator[bool]:
    """True: nobody else does `what` until the block ends. The lock goes with the connection, so a kill frees it.

    Who is stopped or cut off loses it after a while: a block that lasts longer must bear that another one begins.
    """
    key = sa.func.hashtextextended(what, 0)
    with engine.connect() as lock:
        mine: bool = lock.execute(sa.select(sa.func.pg_try_advisory_lock(key))).scalar_one()
        if mine:
            lock.exec_driver_sql(f"SET idle_session_timeout = '{_SILENT}'")
        lock.commit()
        try:
            yield mine
        finally:
            if mine:
                _give_back(lock, key, what)


def _give_back(lock: sa.Connection, key: sa.ColumnElement[int], what: str) -> None:
    try:
        lock.execute(sa.select(sa.func.pg_advisory_unlock(key)))
        lock.exec_driver_sql("RESET idle_session_timeout")
        lock.commit()
    except sa.exc.DBAPIError as error:
        # The session has ended, and with it what it held.
        log.warn("held_too_long", what=what, cause=error.orig)
        lock.invalidate()
