"""How a supplier of the sandbox behaves. The same supplier always behaves alike, so that a story can be told twice."""

from __future__ import annotations

import hashlib
from enum import StrEnum

from gateway.exchange.selftest.scenario import Scenario, scenario_of
from gateway.model import Order, OrderCancellation, OrderChange


class Behaviour(StrEnum):
    """What a supplier does with every order, and with changes of it. The last four need Advanced Ordering.

    `keep_orders` accepts changes and no cancellation; `cancel` takes every order back that it has confirmed.
    """

    ACCEPT = "accept"
    ACCEPT_WITH_CHANGES = "accept_with_changes"
    REJECT = "reject"
    SPLIT = "split"
    BACKORDER = "backorder"
    SILENT = "silent"
    ACKNOWLEDGE_FIRST = "acknowledge_first"
    REFUSE_CHANGES = "refuse_changes"
    COUNTER_CHANGES = "counter_changes"
    KEEP_ORDERS = "keep_orders"
    CANCEL = "cancel"


# Shares of a hundred suppliers, about what a purchasing office would recognise.
_SHARES = (
    (50, Behaviour.ACCEPT),
    (15, Behaviour.ACKNOWLEDGE_FIRST),
    (12, Behaviour.ACCEPT_WITH_CHANGES),
    (9, Behaviour.SPLIT),
    (7, Behaviour.BACKORDER),
    (4, Behaviour.REJECT),
    (3, Behaviour.SILENT),
)


# Nobody of these offers or cancels unasked: a demo without people must come to its end.
_ADVANCED_SHARES = (
    (50, Behaviour.ACCEPT),
    (10, Behaviour.KEEP_ORDERS),
    (15, Behaviour.ACKNOWLEDGE_FIRST),
    (15, Behaviour.REFUSE_CHANGES),
    (10, Behaviour.COUNTER_CHANGES),
)


_AS_ASKED = {
    Scenario.ACCEPT: Behaviour.ACCEPT,
    Scenario.CHANGE: Behaviour.ACCEPT_WITH_CHANGES,
    Scenario.REJECT: Behaviour.REJECT,
    Scenario.SPLIT: Behaviour.SPLIT,
    Scenario.BACKORDER: Behaviour.BACKORDER,
    Scenario.CANCEL: Behaviour.ACCEPT,
}


def as_asked(asked: Order | OrderChange | OrderCancellation, otherwise: Behaviour) -> Behaviour:
    """A marked test order says how it wants to be answered; to everybody else the supplier is as it is."""
    scenario = scenario_of(asked)
    return otherwise if scenario is None else _AS_ASKED[scenario]


def keeps_the_goods(asked: Order | OrderChange | OrderCancellation) -> bool:
    """A test order that will be cancelled is packed by nobody."""
    return scenario_of(asked) is Scenario.CANCEL


def draw(*words: object) -> int:
    """A large number that depends on `words` alone: chance that comes out the same on every machine and every day."""
    text = "\x1f".join(str(word) for word in words)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


def behaviour_of(supplier_id: str, advanced: bool = False, acknowledges: bool = True) -> Behaviour:
    """The behaviour of a supplier for which none is configured; `advanced`: who takes changes and cancellations.

    Who has no word for "received" (`acknowledges` False) accepts at once.
    """
    place = draw("behaviour", supplier_id) % 100
    for share, behaviour in _ADVANCED_SHARES if advanced else _SHARES:
        if place < share:
            silent = behaviour is Behaviour.ACKNOWLEDGE_FIRST and not acknowledges
            return Behaviour.ACCEPT if silent else behaviour
        place -= share
    raise AssertionError("the shares add up to less than a hundred")
