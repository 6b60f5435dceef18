"""Hears of lanes that have something to send, over PostgreSQL's LISTEN."""

from __future__ import annotations

import threading
from collections.abc import Callable

import psycopg
from psycopg.conninfo import make_conninfo

from gateway import database
from gateway.exchange import log
from gateway.exchange.lane_store import CHANNEL

_AWAY_SECONDS = 2.0


def listen(url: str, heard: Callable[[], None], stopping: threading.Event) -> None:
    """Calls `heard` for every notification until `stopping`; whoever listens looks by itself now and then as well."""
    line = make_conninfo(database.driver_url(url), **database.LINE)
    while not stopping.is_set():
        try:
            with psycopg.connect(line, autocommit=True) as connection:
                connection.execute(f"LISTEN {CHANNEL}")
                heard()
                while not stopping.is_set():
                    for _ in connection.notifies(timeout=0.5, stop_after=1):
                        heard()
        except psycopg.Error as error:
            log.warn("database_away", cause=error)
            stopping.wait(_AWAY_SECONDS)
