"""What a person may do with a message as it stands. Pure; asked before anything is done, and by every dry run."""

from __future__ import annotations

from enum import StrEnum

from gateway.exchange.journal import Message, MessageState
from gateway.findings import Finding, Place
from gateway.orders.lifecycle import TERMINAL, State


class Action(StrEnum):
    """hold: it waits for a person; release: it goes; skip: it is not sent; resend: once more; now: tried now."""

    HOLD = "hold"
    RELEASE = "release"
    SKIP = "skip"
    RESEND = "resend"
    NOW = "now"


UNSENT = frozenset({MessageState.QUEUED, MessageState.WAITING})
DEAD = frozenset({MessageState.HELD, MessageState.REJECTED, MessageState.UNMATCHED})
"""Only a person brings these further."""

_FROM = {
    Action.HOLD: UNSENT,
    Action.RELEASE: frozenset({MessageState.HELD}),
    Action.SKIP: UNSENT | {MessageState.HELD},
    Action.RESEND: frozenset({MessageState.SENT, MessageState.HELD, MessageState.SKIPPED}),
    Action.NOW: UNSENT,
}
_READ_AGAIN = frozenset({MessageState.REJECTED, MessageState.UNMATCHED, MessageState.SHELVED})
_ONLY = {
    Action.HOLD: "only what waits to be sent can be held",
    Action.RELEASE: "only a held one can be released",
    Action.SKIP: "only what waits to be sent can be skipped",
    Action.RESEND: "only what was sent, held or skipped can be sent again",
    Action.NOW: "only what waits to be sent can be tried now",
}
_GOES = frozenset({Action.RELEASE, Action.RESEND, Action.NOW})


def why_not(action: Action, message: Message, order: State | None = None) -> Finding | None:
    """What is in the way, None where nothing is; `order` is where the message's order stands."""
    if message.punchout_id is not None:
        return _no("message-of-a-visit", message, "it belongs to a visit to a supplier's shop, which its person begins")
    if message.direction == "in":
        return _of_inbound(action, message)
    if message.state not in _FROM[action]:
        return _no("message-state", message, f"it is {message.state.value}: {_ONLY[action]}")
    if message.supplier_id is None:
        return _no("message-nobody", message, "it has no supplier: there is nobody to send it to")
    if action in _GOES and order in TERMINAL:
        return _no("message-order-ended", message, f"its order is {order}: nothing more is sent for it")
    return None


def choices(message: Message, order: State | None = None) -> frozenset[Action]:
    """All that can be done with it now."""
    return frozenset(action for action in Action if why_not(action, message, order) is None)


def _of_inbound(action: Action, message: Message) -> Finding | None:
    if action is not Action.RESEND:
        return _no("message-came-in", message, "it came in: it can be read again, and nothing else")
    if message.state in _READ_AGAIN:
        return None
    why = f"it is {message.state.value}: only what could not be read or used can be read again"
    return _no("message-state", message, why)


def _no(rule: str, message: Message, why: str) -> Finding:
    return Finding(rule=rule, message=f"message {message.id} stays as it is: {why}", place=Place(source=message.name))
