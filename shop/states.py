"""The states of an order in words, and how they look."""

from __future__ import annotations

from gateway.exchange.punchout.visits import State as VisitState
from gateway.orders.lifecycle import State
from web.languages import N_

# state: the message id of its word, and the tag's tone (good, wait, bad, info, plain)
STATES: dict[State, tuple[str, str]] = {
    State.AWAITING_APPROVAL: (N_("Waits for approval"), "wait"),
    State.PLACED: (N_("Placed"), "info"),
    State.HELD: (N_("Needs help"), "bad"),
    State.BY_HAND: (N_("Being ordered by hand"), "wait"),
    State.SENT: (N_("Sent"), "info"),
    State.ACKNOWLEDGED: (N_("Received by the supplier"), "info"),
    State.CONFIRMED: (N_("Confirmed"), "good"),
    State.CHANGED: (N_("Confirmed with changes"), "wait"),
    State.PROPOSED: (N_("The supplier offers something else"), "wait"),
    State.CHANGE_PENDING: (N_("Change asked for"), "wait"),
    State.CANCEL_PENDING: (N_("Cancellation asked for"), "wait"),
    State.REJECTED: (N_("Rejected by the supplier"), "bad"),
    State.DESPATCHED: (N_("On its way"), "info"),
    State.AT_HUB: (N_("At the hub"), "info"),
    State.OUT: (N_("On the van"), "info"),
    State.DELIVERED: (N_("Delivered"), "good"),
    State.CANCELLED: (N_("Cancelled"), "plain"),
}
assert set(STATES) == set(State)

VISITS: dict[VisitState, tuple[str, str]] = {
    VisitState.ASKED: (N_("Being opened"), "wait"),
    VisitState.READY: (N_("Ready to go"), "info"),
    VisitState.OPEN: (N_("In the shop"), "info"),
    VisitState.RETURNED: (N_("Waits for you"), "wait"),
    VisitState.ADDED: (N_("In the basket"), "good"),
    VisitState.DECLINED: (N_("Ended"), "plain"),
    VisitState.EMPTY: (N_("Nothing to add"), "plain"),
    VisitState.REFUSED: (N_("Did not work"), "bad"),
    VisitState.EXPIRED: (N_("Took too long"), "plain"),
}
assert set(VISITS) == set(VisitState)
