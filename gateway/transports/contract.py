"""What a transport is: it hands a parcel over and says what became of it, in one of four ways.

A `Receipt` means delivered. `Refused`: they said no, a person must act. `NotSent`: it surely did not arrive, try again.
`Unsure`: it may have arrived; send again under the same key, the other side removes duplicates.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import msgspec


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes on their way. `key` is the same on every attempt; `name` is the file name with suffix."""

    key: str
    name: str
    content: bytes
    media_type: str = "application/octet-stream"


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """Proof of delivery in the other side's words: an access point's id, a remote path and size."""

    evidence: str


class Failure(Exception):  # noqa: N818 - outcomes, not errors in our code
    """Why a parcel is not known to be delivered: a clear sentence with host, path or status, and what to do."""


class Refused(Failure):
    """They said no. Trying again would be answered the same; a person must act."""


class NotSent(Failure):
    """It surely did not arrive. Trying again is safe."""


class Unsure(Failure):
    """It may have arrived. Ask, or send again under the same key."""


class Transport(Protocol):
    """One technology. `Settings` is the msgspec struct of what a supplier must state for it; `envelope` is "sbdh" or ""."""

    name: str
    envelope: str
    polled: bool
    Settings: type[msgspec.Struct]

    def send(self, settings: Any, parcel: Parcel) -> Receipt:
        """Deliver or raise one of the three failures, and nothing else."""

    def fetch(self, settings: Any) -> Iterator[Parcel]:
        """What waits for us, where the channel is polled; nothing is removed."""

    def done(self, settings: Any, parcel: Parcel) -> None:
        """The parcel is journaled and committed: move it out of the way on their side."""
