"""The life of an order: which event moves it where. Pure; a late or repeated answer never moves it backwards."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class State(StrEnum):
    """Where an order stands. `held` needs a person; `by_hand` goes to a supplier we cannot send to yet."""

    AWAITING_APPROVAL = "awaiting_approval"
    PLACED = "placed"
    HELD = "held"
    BY_HAND = "by_hand"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    REJECTED = "rejected"
    DESPATCHED = "despatched"
    AT_HUB = "at_hub"
    OUT = "out"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class Event(StrEnum):
    """What can happen to an order; each happening is one row of its timeline, whether it moves the order or not."""

    PLACED = "placed"
    APPROVED = "approved"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    REJECTED = "rejected"
    DESPATCHED = "despatched"
    AT_HUB = "at_hub"
    SHORT = "short"
    DAMAGED = "damaged"
    OUT = "out"
    DELIVERED = "delivered"
    HELD = "held"
    RELEASED = "released"
    BY_HAND = "by_hand"
    TAKEN_BY_HAND = "taken_by_hand"
    CLOSED_BY_HAND = "closed_by_hand"
    CANCELLED = "cancelled"
    NOTE = "note"


TERMINAL = frozenset({State.DELIVERED, State.REJECTED, State.CANCELLED})

PROGRESS: dict[State, int] = {
    State.AWAITING_APPROVAL: 0,
    State.PLACED: 1,
    State.HELD: 1,
    State.BY_HAND: 1,
    State.SENT: 2,
    State.ACKNOWLEDGED: 3,
    State.CONFIRMED: 4,
    State.CHANGED: 4,
    State.DESPATCHED: 5,
    State.AT_HUB: 6,
    State.OUT: 7,
    State.DELIVERED: 8,
    State.REJECTED: 9,
    State.CANCELLED: 9,
}
"""How far an order has come. No move leads to a smaller number."""

_OURS = frozenset({State.PLACED, State.HELD, State.BY_HAND})
_BEFORE_ANSWER = _OURS | {State.SENT, State.ACKNOWLEDGED}
_BEFORE_GOODS = _BEFORE_ANSWER | {State.CONFIRMED, State.CHANGED}


class Move(msgspec.Struct, frozen=True):
    """Orders in one of the states `of` go `to` this one; all others stay where they are."""

    to: State
    of: frozenset[State]


MOVES: dict[Event, Move] = {
    Event.APPROVED: Move(State.PLACED, frozenset({State.AWAITING_APPROVAL})),
    Event.BY_HAND: Move(State.BY_HAND, frozenset({State.PLACED, State.HELD})),
    Event.HELD: Move(State.HELD, frozenset({State.PLACED})),
    Event.RELEASED: Move(State.PLACED, frozenset({State.HELD})),
    Event.CLOSED_BY_HAND: Move(State.CONFIRMED, _OURS),
    Event.CANCELLED: Move(State.CANCELLED, _OURS | {State.AWAITING_APPROVAL}),
    Event.SENT: Move(State.SENT, frozenset({State.PLACED, State.HELD})),
    Event.ACKNOWLEDGED: Move(State.ACKNOWLEDGED, _OURS | {State.SENT}),
    Event.CONFIRMED: Move(State.CONFIRMED, _BEFORE_GOODS),
    Event.CHANGED: Move(State.CHANGED, _BEFORE_GOODS),
    Event.REJECTED: Move(State.REJECTED, _BEFORE_GOODS),
    Event.DESPATCHED: Move(State.DESPATCHED, _BEFORE_GOODS),
    Event.AT_HUB: Move(State.AT_HUB, _BEFORE_GOODS | {State.DESPATCHED}),
    Event.OUT: Move(State.OUT, _BEFORE_GOODS | {State.DESPATCHED, State.AT_HUB}),
    Event.DELIVERED: Move(State.DELIVERED, _BEFORE_GOODS | {State.DESPATCHED, State.AT_HUB, State.OUT}),
}
"""Every event that can move an order. An event without a row (`note`, `short` …) is told and moves nothing."""


def advance(state: State, event: Event) -> State:
    """The state after `event`: a despatch advice before the response counts, the response after it does not."""
    move = MOVES.get(event)
    return move.to if move is not None and state in move.of else state
