"""What a scan, a van leaving or a signature does to parcels and their orders. Pure: rows in, moves and events out.

Parcels only go forward: expected, received, out, delivered. Undo is the one way back, and only from where one stands.
What somebody else has seen too stays where it is: a correction takes back one person's word, not another's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from hub.parcel import Parcel, State

UNDO_WINDOW = timedelta(minutes=2)
"""How long a step can be taken back; the page offers it for ten seconds, a slow network gets the rest."""

_RANK = {State.EXPECTED: 0, State.RECEIVED: 1, State.OUT: 2, State.DELIVERED: 3}
_BEFORE = {State.RECEIVED: State.EXPECTED, State.OUT: State.RECEIVED, State.DELIVERED: State.OUT}
_HERE = frozenset({State.UNKNOWN, State.RECEIVED})
_STEPS = (State.RECEIVED, State.OUT, State.DELIVERED)
_EVENT = {State.RECEIVED: "at_hub", State.OUT: "out", State.DELIVERED: "delivered"}


class Move(msgspec.Struct, frozen=True):
    parcel_id: UUID
    before: State
    after: State


class OrderEvent(msgspec.Struct, frozen=True):
    """What the order book is told: `event` is the whole order's step, or `note` while parcels are still behind."""

    order_id: UUID
    event: str
    detail: dict[str, Any]


def advance(parcels: Iterable[Parcel], chosen: Collection[UUID], to: State, *, seen: bool = False) -> tuple[Move, ...]:
    """The moves that bring the chosen parcels to `to`: a pallet takes along all on it, the last box takes its pallet.

    `parcels` holds every parcel of the orders concerned. What is not one step behind `to` stays where it is, unless the
    chosen ones were `seen`, as by a scan: then the steps that nobody noted are made up for, the earlier ones first.
    """
    rows = tuple(parcels)
    going = {row.id for row in rows if row.id in chosen}
    going |= {row.id for row in standing_on(rows, going)}
    moving = {row.id for row in rows if row.id in going and _is_next(row, to)}
    if seen:
        moving |= {row.id for row in rows if row.id in chosen and -1 < _rank(row.state) < _rank(to)}
    moving |= _emptied_pallets(rows, moving, to)
    return tuple(sorted((move for row in rows if row.id in moving for move in _way(row, to)), key=_reached))


def _is_next(row: Parcel, to: State) -> bool:
    return row.state is _BEFORE[to] or (row.state is State.MISSING and to is State.RECEIVED)


def _rank(state: State) -> int:
    """How far it is; what is missing is as far as what is awaited, what counts for no order is nowhere."""
    return 0 if state is State.MISSING else _RANK.get(state, -1)


def _way(row: Parcel, to: State) -> Iterator[Move]:
    before = row.state
    for step in _STEPS:
        if _rank(before) < _rank(step) <= _rank(to):
            yield Move(row.id, before, step)
            before = step


def _reached(move: Move) -> int:
    return _RANK[move.after]


def vouched(parcels: Iterable[Parcel], chosen: Collection[UUID], moves: Iterable[Move]) -> tuple[Move, ...]:
    """What a scan saw that stood here before: moves that lead nowhere, kept as this person's word for it."""
    rows = tuple(parcels)
    moved_now = {move.parcel_id for move in moves}
    seen = set(chosen) | {row.id for row in standing_on(rows, set(chosen))}
    return tuple(
        Move(row.id, row.state, row.state) for row in rows if row.id in seen - moved_now and row.state in _HERE
    )


def standing_on(rows: Sequence[Parcel], pallets: set[UUID]) -> list[Parcel]:
    """Everything on the pallets, on any level, of the same order."""
    found: list[Parcel] = []
    level = {(row.order_id, row.key) for row in rows if row.id in pallets}
    seen = set(level)
    while level:
        inside = [row for row in rows if (row.order_id, row.within) in level and (row.order_id, row.key) not in seen]
        found += inside
        level = {(row.order_id, row.key) for row in inside}
        seen |= level
    return found


def _emptied_pallets(rows: Sequence[Parcel], moving: set[UUID], to: State) -> set[UUID]:
    """Pallets one step behind `to` when everything on them has come as far."""
    there = {row.id for row in rows if row.id in moving or _RANK.get(row.state, -1) >= _RANK[to]}
    added: set[UUID] = set()
    while True:
        more = {
            pallet.id
            for pallet in rows
            if pallet.id not in there and _is_next(pallet, to) and _all_there(rows, pallet, there)
        }
        if not more:
            return added
        added |= more
        there |= more


def _all_there(rows: Sequence[Parcel], pallet: Parcel, there: set[UUID]) -> bool:
    inside = [row for row in rows if row.within == pallet.key and row.order_id == pallet.order_id]
    return any(row.id in there for row in inside) and all(
        row.id in there or row.state is State.MISSING for row in inside
    )


def moved(parcels: Iterable[Parcel], moves: Iterable[Move]) -> tuple[Parcel, ...]:
    """The parcels as they are after the moves."""
    after = {move.parcel_id: move.after for move in moves}
    return tuple(msgspec.structs.replace(row, state=after.get(row.id, row.state)) for row in parcels)


def boxes(parcels: Iterable[Parcel]) -> tuple[Parcel, ...]:
    """What people count: everything announced but the pallets that announced parcels stand on."""
    rows = [row for row in parcels if row.state is not State.VOID]
    pallets = {(row.order_id, row.within) for row in rows if row.within}
    return tuple(row for row in rows if row.state in _RANK and (row.order_id, row.key) not in pallets)


def order_stage(states: Iterable[State]) -> State | None:
    """How far a whole order has come: as far as the parcel that is most behind; None without announced parcels."""
    ranked = [state for state in states if state in _RANK]
    return min(ranked, key=_RANK.__getitem__) if ranked else None


def order_events(parcels: Sequence[Parcel], moves: Sequence[Move]) -> tuple[OrderEvent, ...]:
    """What to tell each order that the moves touch. `parcels` are those orders' parcels after the moves."""
    touched = {move.parcel_id: move.after for move in moves}
    events: list[OrderEvent] = []
    for order_id in dict.fromkeys(row.order_id for row in parcels if row.id in touched and row.order_id):
        mine = [row for row in parcels if row.order_id == order_id]
        steps = [touched[row.id] for row in mine if touched.get(row.id) in _EVENT]
        if steps:
            farthest = max(steps, key=_RANK.__getitem__)
            events += _caught_up(order_id, mine, moves, farthest)
            events.append(_event(order_id, boxes(mine), farthest))
    return tuple(events)


def _caught_up(order_id: UUID, mine: Sequence[Parcel], moves: Sequence[Move], farthest: State) -> Iterator[OrderEvent]:
    """A parcel that made up for steps nobody told may be the last that the order as a whole waited for."""
    started: dict[UUID, State] = {}
    for move in moves:
        started.setdefault(move.parcel_id, move.before)
    now = order_stage(row.state for row in boxes(mine))
    before = order_stage(started.get(row.id, row.state) for row in boxes(mine))
    if now in _EVENT and now is not farthest and before is not now:
        yield _event(order_id, boxes(mine), now)


def _event(order_id: UUID, mine: Sequence[Parcel], to: State) -> OrderEvent:
    arrived = [row for row in mine if _RANK[row.state] >= _RANK[to]]
    detail: dict[str, Any] = {"step": _EVENT[to], "parcels": len(arrived), "of": len(mine)}
    detail["labels"] = [row.sscc or row.key for row in arrived]
    complete = len(arrived) == len(mine)
    if not complete:
        detail["partial"] = True
    return OrderEvent(order_id, _EVENT[to] if complete else "note", detail)


def given_up(parcels: Sequence[Parcel], moves: Iterable[Move]) -> tuple[OrderEvent, ...]:
    """An order whose last awaited parcel was given up has come as far as the rest of it. `parcels` as they are now."""
    missing = {move.parcel_id for move in moves if move.after is State.MISSING}
    events = []
    for order_id in dict.fromkeys(row.order_id for row in parcels if row.id in missing and row.order_id):
        mine = boxes(row for row in parcels if row.order_id == order_id)
        stage = order_stage(row.state for row in mine)
        if stage in _EVENT:
            events.append(_event(order_id, mine, stage))
    return tuple(events)


def undo(
    moves: Sequence[Move],
    standing: Mapping[UUID, State],
    at: datetime,
    now: datetime,
    vouched_for: Collection[UUID] = (),
    came_from: Mapping[UUID, State] | None = None,
) -> tuple[Move, ...]:
    """The moves that take a step back; none when the time has gone or a parcel has moved on since.

    A parcel that somebody else has `vouched_for` stays where it is: its move leads from there to there. `came_from` is
    where a parcel stood before anybody had seen it, for a step that itself only vouched.
    """
    first: dict[UUID, State] = {}
    last: dict[UUID, State] = {}
    for move in moves:
        first.setdefault(move.parcel_id, move.before)
        last[move.parcel_id] = move.after
    if now - at > UNDO_WINDOW or any(standing.get(parcel_id) is not after for parcel_id, after in last.items()):
        return ()
    first |= {parcel_id: state for parcel_id, state in (came_from or {}).items() if first[parcel_id] is last[parcel_id]}
    first |= {parcel_id: last[parcel_id] for parcel_id in vouched_for if parcel_id in last}
    return tuple(Move(parcel_id, after, first[parcel_id]) for parcel_id, after in last.items())
