"""What a transport is: it hands a parcel over and says what became of it, in one of four ways.

A `Receipt` means delivered. `Refused`: they said no, a person must act. `NotSent`: it surely did not arrive, try again.
`Unsure`: it may have arrived; send again under the same key, the other side removes duplicates.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import msgspec


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes on their way. `key` and `name` (the file name with suffix) are the same on every attempt, and no other's.

    `resent`: an earlier attempt may have arrived, so a transport that can ask does so before it sends. A fetched
    parcel's `key` says name, size and time, so that a name used again for something new has another key.
    """

    key: str
    name: str
    content: bytes
    media_type: str = "application/octet-stream"
    resent: bool = False


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """Proof of delivery in the other side's words: an access point's id, a remote path and size."""

    evidence: str


class Failure(Exception):
    """Why a parcel is not known to be delivered: a clear sentence with host, path or status, and what to do."""


class Refused(Failure):
    """They said no. Trying again would be answered the same; a person must act."""


class NotSent(Failure):
    """It surely did not arrive. Trying again is safe."""


class Unsure(Failure):
    """It may have arrived. Ask, or send again under the same key."""


class Transport(Protocol):
    """One technology. `Settings` is the msgspec struct of what a supplier must state; `envelope` is "sbdh" or ""."""

    name: str
    envelope: str
    polled: bool
    Settings: type[msgspec.Struct]

    def send(self, settings: Any, parcel: Parcel) -> Receipt:
        """Deliver or raise one of the three failures, and nothing else."""

    def fetch(self, settings: Any) -> Iterator[Parcel]:
        """What waits for us, where the channel is polled; nothing is removed. Raises NotSent or Refused.

        A file that cannot be taken (too large, not readable) raises Refused after all others were given.
        """

    def done(self, settings: Any, parcel: Parcel) -> None:
        """The parcel is journaled and committed: move it out of the way on their side. Raises NotSent or Refused.

        A file that is gone, or that changed since it was fetched, is left as it is: that is no failure.
        """
