"""What a supplier decides about each line of an order, before a word of it is written. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

import msgspec

from gateway.model import Order
from gateway.model.item import Price
from gateway.model.order import OrderLine
from gateway.sandbox.behaviour import Behaviour, draw

ACCEPTED, CHANGED, NOT_ACCEPTED = "5", "3", "7"
_USUAL_DAYS = 3


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """A part of one order line: `quantity` of it goes with despatch number `wave` and arrives on `day`.

    `status` is UNCL1229; `backorder` is what the supplier owes beyond it.
    """

    line: OrderLine
    quantity: Decimal
    day: date
    wave: int = 1
    status: str = ACCEPTED
    backorder: Decimal | None = None
    price: Price | None = None
    note: str | None = None


def wanted_day(order: Order, today: date) -> date:
    """The day the buyer asked for, or the usual lead time; never before tomorrow."""
    asked = order.delivery.requested if order.delivery else None
    day = (asked.end_date or asked.start_date) if asked else None
    return max(day or today + timedelta(days=_USUAL_DAYS), today + timedelta(days=1))


def refusal(order: Order, today: date) -> list[Share]:
    """Every line not accepted: the seller takes the order back."""
    day = wanted_day(order, today)
    return [Share(line=line, quantity=line.quantity.value, day=day, status=NOT_ACCEPTED) for line in order.lines]


def plan(order: Order, behaviour: Behaviour, today: date) -> list[Share]:
    """Every line of the order in one or two shares, in the order of the lines."""
    day = wanted_day(order, today)
    whole = [Share(line=line, quantity=line.quantity.value, day=day, price=line.price) for line in order.lines]
    if behaviour is Behaviour.ACCEPT_WITH_CHANGES:
        return _with_changes(order, whole)
    if behaviour is Behaviour.SPLIT:
        return _split(whole)
    if behaviour is Behaviour.BACKORDER:
        return _backorder(order, whole)
    return whole


def _with_changes(order: Order, whole: list[Share]) -> list[Share]:
    """One line for certain, others now and then: less of it, a later day, or another price."""
    chosen = draw("changed line", order.number) % len(whole)
    return [
        _changed(order, share) if place == chosen or draw("also", order.number, place) % 3 == 0 else share
        for place, share in enumerate(whole)
    ]


def _changed(order: Order, share: Share) -> Share:
    change = draw("change", order.number, share.line.id) % 3
    if change == 0 and share.quantity >= 2:
        less = _larger_half(share.quantity)
        return msgspec.structs.replace(share, status=CHANGED, quantity=less, note="Lagret räcker inte till allt")
    if change == 1 and share.price is not None and share.price.gross is None:
        return msgspec.structs.replace(share, status=CHANGED, price=_dearer(share.price), note="Nytt pris enligt index")
    later = share.day + timedelta(days=2)
    return msgspec.structs.replace(share, status=CHANGED, day=later, note="Kommer två dagar senare")


def _dearer(price: Price) -> Price:
    amount = msgspec.structs.replace(
        price.amount, value=(price.amount.value * Decimal("1.04")).quantize(Decimal("0.01"))
    )
    return msgspec.structs.replace(price, amount=amount)


def _split(whole: list[Share]) -> list[Share]:
    """Two deliveries, a week between: every line that can be halved is; else the second half of the lines waits."""
    halves = [half for share in whole for half in _halves(share)]
    if len(halves) > len(whole) or len(whole) < 2:
        return halves
    middle = len(whole) // 2
    return whole[:middle] + [_second(share, share.quantity) for share in whole[middle:]]


def _halves(share: Share) -> Iterator[Share]:
    first = _larger_half(share.quantity)
    if not Decimal(0) < first < share.quantity:
        yield share
        return
    yield msgspec.structs.replace(share, quantity=first, status=CHANGED, note="Delleverans 1 av 2")
    yield _second(share, share.quantity - first)


def _second(share: Share, quantity: Decimal) -> Share:
    later = share.day + timedelta(days=7)
    return msgspec.structs.replace(
        share, quantity=quantity, wave=2, day=later, status=CHANGED, note="Delleverans 2 av 2"
    )


def _backorder(order: Order, whole: list[Share]) -> list[Share]:
    """One line is short, and what is missing is owed. Where nothing at all would be left to send, all of it waits."""
    place = draw("short line", order.number) % len(whole)
    share = whole[place]
    owed = _larger_half(share.quantity)
    if owed == share.quantity and len(whole) == 1:
        return [_second(share, share.quantity)]
    short = msgspec.structs.replace(
        share, quantity=share.quantity - owed, backorder=owed, status=CHANGED, note="Restnoterad"
    )
    return [*whole[:place], short, *whole[place + 1 :]]


def _larger_half(quantity: Decimal) -> Decimal:
    """Half of it, rounded up to whole units; never more than there is."""
    return min(quantity, (quantity / 2).to_integral_value(ROUND_CEILING))
