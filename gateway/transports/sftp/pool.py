"""Connections kept open for a while: a handshake costs more than an order, and hundreds of suppliers are polled."""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from gateway.transports.sftp.client import Answer
from gateway.transports.sftp.connect import Link, connect
from gateway.transports.sftp.settings import SftpSettings


class Pool:
    """Idle connections by address, user and log-in; each is lent to one thread at a time.

    Each open connection is a thread in paramiko, so at most `most` stay open idle, and none longer than `idle_seconds`.
    """

    def __init__(self, most: int = 64, idle_seconds: float = 60.0) -> None:
        self._most = most
        self._idle_seconds = idle_seconds
        self._idle: list[tuple[Hashable, Link]] = []
        self._lock = threading.Lock()

    @contextmanager
    def lease(self, settings: SftpSettings) -> Iterator[Link]:
        """A working connection. It goes back unless the line broke; an answer "no" does not break it."""
        link = self._take(_who(settings)) or connect(settings)
        try:
            yield link
        except BaseException as error:
            if isinstance(error.__cause__, Answer):
                self._give_back(_who(settings), link)
            else:
                link.close()
            raise
        self._give_back(_who(settings), link)

    def close(self) -> None:
        """Close every idle connection."""
        with self._lock:
            links, self._idle = self._idle, []
        for _, link in links:
            link.close()

    def __len__(self) -> int:
        return len(self._idle)

    def _take(self, who: Hashable) -> Link | None:
        self._drop_old()
        while True:
            with self._lock:
                place = next((i for i in reversed(range(len(self._idle))) if self._idle[i][0] == who), None)
                if place is None:
                    return None
                link = self._idle.pop(place)[1]
            # Only a connection that has rested may have been closed on their side without our noticing.
            if link.transport.is_active() and (time.monotonic() - link.used < 1 or link.alive()):
                return link
            link.close()

    def _give_back(self, who: Hashable, link: Link) -> None:
        link.used = time.monotonic()
        with self._lock:
            self._idle.append((who, link))
        self._drop_old()

    def _drop_old(self) -> None:
        limit = time.monotonic() - self._idle_seconds
        with self._lock:
            fresh = [entry for entry in self._idle if entry[1].used >= limit][-self._most :]
            kept = set(map(id, fresh))
            old = [entry for entry in self._idle if id(entry) not in kept]
            self._idle = fresh
        for _, link in old:
            link.close()


def _who(settings: SftpSettings) -> Hashable:
    return (
        settings.host,
        settings.port,
        settings.user,
        settings.host_key,
        settings.password,
        settings.private_key,
        settings.certificate,
        settings.timeout_seconds,
    )
