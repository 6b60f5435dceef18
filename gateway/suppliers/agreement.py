"""What is agreed with a supplier beside its documents: the pace of its lane, and in what time it answers."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Final, Literal

import msgspec

FIRST: Final = timedelta(minutes=1)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How attempts follow each other: twice as long each time, from `first` to `longest`, until `patience` ends."""

    first: timedelta = FIRST
    longest: timedelta = timedelta(hours=6)
    patience: timedelta = timedelta(days=3)

    @property
    def says_first(self) -> bool:
        """Whether somebody said `first`; where nobody did, it is the program's: `AVROP_RETRY_FIRST`."""
        return self.first is not FIRST


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """Hours in which a lane sends, in Swedish time: on `days` (0 is Monday) from `start` until before `end`.

    `end` 00:00 is midnight after the day.
    """

    days: frozenset[int]
    start: time
    end: time


class Lane(msgspec.Struct, frozen=True, kw_only=True):
    """How messages leave for one supplier.

    `concurrency`: how many at a time; orders that belong together still follow each other. `per_minute`: at most so
    many, None for no limit. `timeout`: for one attempt, where the transport's own settings say nothing. `windows`:
    when it is open; none means always. `breaker`: failures in a row after which one probe at a time is made.
    """

    concurrency: int = 1
    per_minute: int | None = None
    timeout: timedelta | None = None
    retry: Plan = Plan()
    windows: tuple[Window, ...] = ()
    breaker: int = 3


class Deadlines(msgspec.Struct, frozen=True, kw_only=True):
    """In what time after an order was sent the supplier has agreed to answer; None: nothing is agreed.

    `acknowledgement` is the first answer of any kind, `response` the answer that decides, `despatch` the first
    despatch advice.
    """

    acknowledgement: timedelta | None = None
    response: timedelta | None = None
    despatch: timedelta | None = None


class Receiving(msgspec.Struct, frozen=True, kw_only=True):
    """What is agreed about goods that have come.

    `receipt`: how the supplier hears what came: by its `channel` (its dialect has a receipt advice), by `mail`, or
    `none`; empty where nothing is said. `claim`: what is claimed without asking anybody. `want`: what then is wanted.
    """

    receipt: Literal["", "channel", "mail", "none"] = ""
    claim: frozenset[str] = frozenset()
    want: Literal["credit", "replace"] = "credit"


NOBODY: Final = "integration"
"""Who owns the failures of suppliers for which no owner is named."""
