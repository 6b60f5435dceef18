"""Waiting until files stand still: a file that somebody is still writing must not be taken for whole."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec


class Mark(msgspec.Struct, frozen=True):
    """What a listing says of a file: `size` in bytes, `time` as the other side counts it (seconds or nanoseconds)."""

    size: int
    time: int

    def key(self, name: str) -> str:
        """The key of a fetched parcel: another one as soon as the file is another."""
        return f"{name}:{self.size}:{self.time}"


def settled(look: Callable[[], dict[str, Mark]], seconds: float) -> dict[str, Mark]:
    """The files that two listings, `seconds` apart, show alike and not empty, by name. One listing where none waits."""
    first = look()
    if not first:
        return {}
    time.sleep(seconds)
    second = look()
    return {name: mark for name, mark in sorted(first.items()) if mark.size and second.get(name) == mark}
