"""Waiting until files stand still: a file that somebody is still writing must not be taken for whole."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping

import msgspec

from gateway.transports.contract import Parcel, Refused


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


def good_ones_first(waiting: Mapping[str, Mark], take: Callable[[str, Mark], Parcel | None]) -> Iterator[Parcel]:
    """Each file that `take` gives; those it refuses are told together at the end, so that they hold up no other."""
    refusals = []
    for name, mark in waiting.items():
        try:
            parcel = take(name, mark)
        except Refused as refusal:
            refusals.append(str(refusal))
        else:
            if parcel is not None:
                yield parcel
    if refusals:
        raise Refused("; ".join(refusals))
