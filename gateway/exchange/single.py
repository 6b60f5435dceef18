"""What one process at a time does, over all workers and hosts on a database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa


@contextmanager
def single(engine: sa.Engine, what: str) -> Iterator[bool]:
    """True: nobody else does `what` until the block ends. The lock goes with the connection, so a kill frees it."""
    key = sa.func.hashtextextended(what, 0)
    with engine.connect() as lock:
        mine: bool = lock.execute(sa.select(sa.func.pg_try_advisory_lock(key))).scalar_one()
        lock.commit()
        try:
            yield mine
        finally:
            if mine:
                lock.execute(sa.select(sa.func.pg_advisory_unlock(key)))
                lock.commit()
