"""Whose turn it is in a lane. Pure: what waits, how the lane stands and the time come as arguments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from gateway.exchange.hours import opens
from gateway.suppliers.agreement import Lane

OVERTAKE_AFTER: Final = 3
"""A message that has failed so many times no longer keeps later ones of its lane waiting."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a lane stands. `failures` in a row; `broken_at`: since when one probe at a time is made."""

    supplier_id: str
    failures: int = 0
    broken_at: datetime | None = None
    next_slot_at: datetime | None = None
    paused: bool = False


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """An unsent message. `behind`: an earlier one about the same order has yet to leave, or waits for a person."""

    id: UUID
    order_id: UUID | None
    tries: int = 0
    next_at: datetime | None = None
    behind: bool = False


class Turn(msgspec.Struct, frozen=True):
    """What is sent now, in this order, and when to look again (None: when something happens)."""

    send: tuple[Waiting, ...] = ()
    due_at: datetime | None = None


def turn(standing: Standing, lane: Lane, waiting: Sequence[Waiting], now: datetime, most: int) -> Turn:
    """At most `most` of `waiting`, which is in the order in which it was placed."""
    if standing.paused or not waiting:
        return Turn()
    opening = opens(lane.windows, now)
    if standing.next_slot_at is not None:
        opening = max(opening, standing.next_slot_at)
    if opening > now:
        return Turn(due_at=opening)
    if standing.broken_at is not None:
        return _probe(waiting, now)
    return _in_order(waiting, now, 1 if lane.per_minute else most)


def _probe(waiting: Sequence[Waiting], now: datetime) -> Turn:
    """One message at a time, at the lane's own pace; another one when the same has failed three times more."""
    free = [one for one in waiting if not one.behind]
    return Turn(send=(min(free, key=lambda one: one.tries // OVERTAKE_AFTER),), due_at=now) if free else Turn()


def _in_order(waiting: Sequence[Waiting], now: datetime, most: int) -> Turn:
    chosen: list[Waiting] = []
    times: list[datetime] = []
    for one in waiting:
        if one.behind:
            continue
        if one.next_at is not None and one.next_at > now:
            times.append(one.next_at)
            if one.tries < OVERTAKE_AFTER:
                break
        elif len(chosen) < most:
            chosen.append(one)
        else:
            times.append(now)
            break
    if chosen and any(one.behind for one in waiting):
        times.append(now)  # what it is behind may be among the chosen
    return Turn(send=tuple(chosen), due_at=min(times, default=None))


def streams(chosen: Sequence[Waiting], concurrency: int) -> list[list[Waiting]]:
    """What is sent side by side, at most `concurrency` streams; messages about one order follow each other in one."""
    found: list[list[Waiting]] = [[] for _ in range(max(min(concurrency, len(chosen)), 1))]
    of_order: dict[UUID, list[Waiting]] = {}
    for one in chosen:
        shortest = min(found, key=len)
        stream = of_order.setdefault(one.order_id, shortest) if one.order_id is not None else shortest
        stream.append(one)
    return [stream for stream in found if stream]
