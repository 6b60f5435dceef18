"""What a transport is: it hands a parcel over and says what became of it, in one of four ways.

A `Receipt` means delivered. `Refused`: they said no, a person must act. `NotSent`: it surely did not arrive, try again.
`Unsure`: it may have arrived; send again under the same key, the other side removes duplicates. A receipt that is not
`final` says that somebody between us and the supplier has it: `status` is asked until it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal, Protocol

import msgspec

from gateway.transports.discreet import hidden


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
    """Proof of delivery in the other side's words: an access point's id, a remote path and size.

    Not `final`: whoever took it goes on with it, and may still fail.
    """

    evidence: str
    final: bool = True

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "evidence", hidden(self.evidence))


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a parcel that was taken: `said` is their raw state and words, `next_at` when they try again."""

    state: Literal["pending", "delivered", "failed", "unknown"]
    said: str
    next_at: datetime | None = None

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "said", hidden(self.said))


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a self-test: `evidence` is what was seen, or the cause with what to do."""

    step: Literal["connect", "write", "list", "lookup"]
    good: bool
    evidence: str

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "evidence", hidden(self.evidence))


class Expiry(msgspec.Struct, frozen=True, kw_only=True):
    """Something of a connection that ends on a day: `what` names it, such as "client certificate CN=…"."""

    what: str
    ends: datetime


class Failure(Exception):
    """Why a parcel is not known to be delivered: a clear sentence with host, path or status, and what to do.

    Whatever the other side said of it, no secret of ours is repeated.
    """

    def __init__(self, why: str = "") -> None:
        super().__init__(hidden(why))


class Refused(Failure):
    """They said no. Trying again would be answered the same; a person must act."""


class NotSent(Failure):
    """It surely did not arrive. Trying again is safe."""


class Unsure(Failure):
    """It may have arrived. Ask, or send again under the same key."""


class Transport(Protocol):
    """One technology. `Settings` is the msgspec struct of what a supplier must state; `envelope` is what it carries
    documents in: "sbdh", "cxml", "letter" (a whole e-mail) or "".

    `polled`: `fetch` may find something. `follows`: `send` may give a receipt that is not final.
    """

    name: str
    envelope: str
    polled: bool
    follows: bool
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

    def status(self, settings: Any, key: str) -> Standing:
        """What became of a parcel they took; only where `follows`. Raises NotSent or Refused."""

    def probe(self, settings: Any) -> Iterator[Check]:
        """The steps of a self-test, up to the first that fails; nothing of it reaches the supplier's own programs.

        Raises nothing: a failure is a `Check` that is not good.
        """

    def expiries(self, settings: Any) -> Iterator[Expiry]:
        """What of this connection ends on a day, seen without connecting; what cannot be read is left out."""
