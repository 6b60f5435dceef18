"""The connections over which the inbox's jobs are taken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]

from gateway import database
from gateway.exchange import log

_CONNECT_SECONDS: Final = 10
_ANSWER_SECONDS: Final = 30
"""After which the database counts as away."""
_CLOSE_SECONDS: Final = 5


@asynccontextmanager
async def inbox_pool(url: str) -> AsyncIterator[Any]:
    """An asyncpg pool on `url`. It ends at once, or after 5 s by cutting the connections that nobody gave back.

    A database that is gone at the wrong moment leaves such ones behind: pgqueuer's driver gives its listener back only
    after the server has answered once more. The pool would wait for them for ever, and the inbox with it.
    """
    known = {"min_size": 1, "max_size": 4, "timeout": _CONNECT_SECONDS, "command_timeout": _ANSWER_SECONDS}
    pool = await asyncpg.create_pool(database.driver_url(url), **known)
    try:
        yield pool
    finally:
        try:
            await asyncio.wait_for(pool.close(), _CLOSE_SECONDS)
        except TimeoutError:
            log.warn("connections_cut", seconds=_CLOSE_SECONDS)
