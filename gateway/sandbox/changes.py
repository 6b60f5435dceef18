"""What a supplier says to a change or a cancellation: T116 that names what it answers. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from msgspec.structs import replace

from gateway.model import Document, Order, OrderCancellation, OrderChange, OrderResponse
from gateway.model.order import Ordering
from gateway.orders.amend import ADVANCED, DELETED
from gateway.sandbox.answers import responding, response
from gateway.sandbox.behaviour import Behaviour
from gateway.sandbox.plan import plan
from gateway.sandbox.supplier import despatches

CHANGE_ANSWERED = timedelta(seconds=1)
_STUBBORN = "Ordern är redan plockad"
_CURRENCY = "SEK"  # T116 names one; a cancellation says no amounts
_LATE = "Varorna har redan gått"


def answers_to_change(
    change: OrderChange, behaviour: Behaviour, despatched: bool, now: datetime
) -> list[tuple[timedelta, Document]]:
    """Yes, and the goods as they are wanted now; no; or something else, once. `despatched`: the goods have left."""
    order, today = order_of(change), now.date()
    if behaviour is Behaviour.SILENT:
        return []
    if despatched or behaviour is Behaviour.REFUSE_CHANGES:
        return [(CHANGE_ANSWERED, _to(change, order, "RE", today, note=_LATE if despatched else _STUBBORN))]
    if behaviour is Behaviour.COUNTER_CHANGES and change.sequence == "1":
        shares = plan(order, Behaviour.ACCEPT_WITH_CHANGES, today)
        offer = response(order, "CA", 1, today, shares=shares, note="Så här kan vi göra i stället")
        return [(CHANGE_ANSWERED, replace(offer, number=f"OB-{change.number}", change=change.number))]
    # Two deliveries that were offered and agreed to are two deliveries still.
    shares = plan(order, Behaviour.SPLIT if behaviour is Behaviour.SPLIT else Behaviour.ACCEPT, today)
    return [(CHANGE_ANSWERED, _to(change, order, "AP", today)), *despatches(order, shares, today)]


def answers_to_cancellation(
    asked: OrderCancellation, behaviour: Behaviour, despatched: bool, now: datetime
) -> list[tuple[timedelta, Document]]:
    """Yes, unless the goods have left or the supplier does not want to."""
    if behaviour is Behaviour.SILENT:
        return []
    stays = despatched or behaviour in (Behaviour.REFUSE_CHANGES, Behaviour.KEEP_ORDERS)
    answer = OrderResponse(
        profile=ADVANCED,
        number=f"OB-{asked.number}",
        issued=now.date(),
        code="RE" if stays else "AP",
        note=(_LATE if despatched else _STUBBORN) if stays else None,
        order=asked.order,
        currency=_CURRENCY,
        seller=responding(asked.seller),
        buyer=responding(asked.buyer),
    )
    return [(CHANGE_ANSWERED, answer)]


def order_of(change: OrderChange) -> Order:
    """The order as the change wants it: whole, without the lines that go."""
    facts = {name: getattr(change, name) for name in Ordering.__struct_fields__}
    lines = tuple(replace(line, status=None) for line in change.lines if line.status != DELETED)
    return Order(**facts | {"number": change.order, "lines": lines})


def _to(change: OrderChange, order: Order, code: str, today: date, note: str | None = None) -> OrderResponse:
    answer = response(order, code, 1, today, note=note)
    return replace(answer, number=f"OB-{change.number}", change=change.number)
