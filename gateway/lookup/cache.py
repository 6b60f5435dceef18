"""Answers that are kept for a while."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Cache(Generic[_T]):
    """At most `most` values, each until its time by `clock`; the oldest makes room. Safe to use from many threads."""

    def __init__(self, clock: Callable[[], datetime], most: int = 10_000) -> None:
        self._clock, self._most = clock, most
        self._held: dict[Hashable, tuple[datetime, _T]] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> _T | None:
        """The value that was put there, unless its time is over."""
        with self._lock:
            until, value = self._held.get(key, (None, None))
            if until is not None and until <= self._clock():
                del self._held[key]
                return None
            return value

    def put(self, key: Hashable, value: _T, until: datetime) -> None:
        """Keep `value`; a time that is not after now keeps nothing."""
        with self._lock:
            self._held.pop(key, None)
            if until > self._clock():
                self._held[key] = (until, value)
            while len(self._held) > self._most:
                del self._held[next(iter(self._held))]
