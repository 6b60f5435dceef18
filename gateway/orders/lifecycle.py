"""The life of an order: which event moves it where. Pure; a late or repeated answer never moves it backwards.

What the buyer asks for (a change, a cancellation) lies over the state that the order had: it is answered, or goods or
an end of the order overtake it. Arrows: Peppol BIS Ordering 3 and Advanced Ordering 3.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class State(StrEnum):
    """Where an order stands. `held` needs a person; `by_hand` goes to a supplier we cannot send to yet.

    `changed` is accepted with changes, as plain ordering has it; `proposed` are changes that we must answer.
    """

    AWAITING_APPROVAL = "awaiting_approval"
    PLACED = "placed"
    HELD = "held"
    BY_HAND = "by_hand"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    PROPOSED = "proposed"
    CHANGE_PENDING = "change_pending"
    CANCEL_PENDING = "cancel_pending"
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
    PROPOSED = "proposed"
    PROPOSAL_ACCEPTED = "proposal_accepted"
    CHANGE_ASKED = "change_asked"
    CHANGE_ACCEPTED = "change_accepted"
    CHANGE_REFUSED = "change_refused"
    CHANGE_COUNTERED = "change_countered"
    CANCEL_ASKED = "cancel_asked"
    CANCEL_ACCEPTED = "cancel_accepted"
    CANCEL_REFUSED = "cancel_refused"
    CANCELLED_BY_SELLER = "cancelled_by_seller"
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
PENDING = frozenset({State.CHANGE_PENDING, State.CANCEL_PENDING})
"""What we have asked for and the supplier has not answered yet."""

PROGRESS: dict[State, int] = {
    State.AWAITING_APPROVAL: 0,
    State.PLACED: 1,
    State.HELD: 1,
    State.BY_HAND: 1,
    State.SENT: 2,
    State.ACKNOWLEDGED: 3,
    State.CONFIRMED: 4,
    State.CHANGED: 4,
    State.PROPOSED: 4,
    State.CHANGE_PENDING: 4,
    State.CANCEL_PENDING: 4,
    State.DESPATCHED: 5,
    State.AT_HUB: 6,
    State.OUT: 7,
    State.DELIVERED: 8,
    State.REJECTED: 9,
    State.CANCELLED: 9,
}
"""How far an order has come. No move leads to a smaller number; a pending order has come as far as lies beneath."""

_OURS = frozenset({State.PLACED, State.HELD, State.BY_HAND})
UNANSWERED = _OURS | {State.SENT, State.ACKNOWLEDGED}
_ANSWERED = frozenset({State.CONFIRMED, State.CHANGED, State.PROPOSED})
_BEFORE_GOODS = UNANSWERED | _ANSWERED
OPEN_TO_CHANGE = frozenset({State.PLACED, State.SENT, State.ACKNOWLEDGED}) | _ANSWERED
"""Where a change or a cancellation may be asked for; it travels behind its order."""


class Move(msgspec.Struct, frozen=True):
    """Orders in one of the states `of` go `to` this one; all others stay where they are."""

    to: State
    of: frozenset[State]


MOVES: dict[Event, Move] = {
    Event.APPROVED: Move(State.PLACED, frozenset({State.AWAITING_APPROVAL})),
    Event.BY_HAND: Move(State.BY_HAND, frozenset({State.PLACED, State.HELD})),
    Event.HELD: Move(State.HELD, frozenset({State.PLACED})),
    Event.RELEASED: Move(State.PLACED, frozenset({State.HELD})),
    Event.CLOSED_BY_HAND: Move(State.CONFIRMED, UNANSWERED),
    Event.CANCELLED: Move(State.CANCELLED, _OURS | {State.AWAITING_APPROVAL}),
    Event.SENT: Move(State.SENT, _OURS),
    Event.ACKNOWLEDGED: Move(State.ACKNOWLEDGED, _OURS | {State.SENT}),
    Event.CONFIRMED: Move(State.CONFIRMED, _BEFORE_GOODS),
    Event.CHANGED: Move(State.CHANGED, _BEFORE_GOODS),
    Event.PROPOSED: Move(State.PROPOSED, _BEFORE_GOODS),
    Event.PROPOSAL_ACCEPTED: Move(State.CONFIRMED, frozenset({State.PROPOSED})),
    Event.CANCEL_ASKED: Move(State.CANCELLED, frozenset({State.PROPOSED})),
    Event.REJECTED: Move(State.REJECTED, _BEFORE_GOODS),
    Event.CANCELLED_BY_SELLER: Move(State.CANCELLED, _BEFORE_GOODS),
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


class Life(msgspec.Struct, frozen=True):
    """Where an order stands, and, while something is pending, what lies `beneath` it."""

    state: State
    beneath: State | None = None

    @property
    def settled(self) -> State:
        """How far the order itself has come, whatever we have asked for since."""
        return self.beneath or self.state


_ASKED = {
    Event.CHANGE_ASKED: (State.CHANGE_PENDING, OPEN_TO_CHANGE),
    Event.CANCEL_ASKED: (State.CANCEL_PENDING, OPEN_TO_CHANGE - {State.PROPOSED}),
}
_ANSWERS: dict[tuple[State, Event], State | None] = {
    (State.CHANGE_PENDING, Event.CHANGE_ACCEPTED): State.CONFIRMED,
    (State.CHANGE_PENDING, Event.CHANGE_COUNTERED): State.PROPOSED,
    (State.CHANGE_PENDING, Event.CHANGE_REFUSED): None,
    (State.CANCEL_PENDING, Event.CANCEL_ACCEPTED): State.CANCELLED,
    (State.CANCEL_PENDING, Event.CANCEL_REFUSED): None,
}
"""What an answer makes of a pending order; None: what lay beneath stands again."""


def step(life: Life, event: Event) -> Life:
    """One event of an order's life. What is pending stays so until it is answered, or goods or an end overtake it."""
    if life.beneath is None:
        pending, open_states = _ASKED.get(event, (life.state, frozenset()))
        return Life(pending, life.state) if life.state in open_states else Life(advance(life.state, event))
    if (life.state, event) in _ANSWERS:
        return Life(_ANSWERS[life.state, event] or life.beneath)
    if event in _ASKED:
        return life
    beneath = advance(life.beneath, event)
    overtaken = beneath in TERMINAL or PROGRESS[beneath] > PROGRESS[life.state]
    return Life(beneath) if overtaken else Life(life.state, beneath)
