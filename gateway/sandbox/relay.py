"""How the access point of the sandbox passes a document on: at once, later, at the second attempt, or never. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

SENT_ON = timedelta(seconds=2)
"""After so long a document that is passed on later has arrived, or is given up."""


class Relay(StrEnum):
    """What becomes of the documents for one supplier.

    `later`: pending, then sent. `second_time`: the first attempt fails. `never`: permanently_failed.
    """

    AT_ONCE = "at_once"
    LATER = "later"
    SECOND_TIME = "second_time"
    NEVER = "never"

    @property
    def accepted(self) -> bool:
        """Whether handing it over is answered with yes: phoss-ap says no to what it will try again by itself."""
        return self in {Relay.AT_ONCE, Relay.LATER}

    @property
    def arrives(self) -> bool:
        return self is not Relay.NEVER


def standing(relay: Relay, taken_at: datetime, now: datetime, speed: float) -> dict[str, Any]:
    """The facts of a status answer of phoss-ap, so long after the document was taken."""
    passed = (now - taken_at) * speed
    done = relay is Relay.AT_ONCE or passed >= SENT_ON
    if done and relay.arrives:
        return {"status": "sent", "attemptCount": 2 if relay is Relay.SECOND_TIME else 1, "mlsStatus": "received_ap"}
    if done:
        return {"status": "permanently_failed", "attemptCount": 3, "errorDetails": "the receiver does not answer"}
    if relay is Relay.LATER:
        return {"status": "pending" if passed < SENT_ON / 2 else "sending", "attemptCount": 0}
    next_at = taken_at + SENT_ON / speed
    facts = {"attemptCount": 1, "nextRetryDT": next_at.isoformat(), "errorDetails": "no answer from the receiver"}
    return {"status": "failed", **facts}
