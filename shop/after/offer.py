"""A supplier's counter-proposal line by line: what was ordered beside what is offered, and the order as our answer.

In Advanced Ordering 3 an offer is answered by an order change (T114) or a cancellation (T115). A change that says the
offer is agreed at once; any other, also the order as it was placed, is a question that the supplier answers. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec
from msgspec.structs import replace

from gateway.exchange.answered import LineAnswer
from gateway.model import Order
from gateway.model.order import OrderLine, line_amount
from gateway.model.party import Quantity
from gateway.orders.amend import added_up
from shop.remarks import Remark
from web.languages import N_


class Choice(StrEnum):
    """Of one line: as it is offered, as it was ordered, or not at all."""

    OFFERED = "offered"
    ORDERED = "ordered"
    WITHOUT = "without"


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the order and of the offer; `offered` None where the supplier does not deliver it.

    `days` is how much later than wanted; `more` what it costs more, without VAT. `substitute` is another article.
    """

    line: OrderLine
    offered: OrderLine | None
    more: Decimal
    days: int | None = None
    promised: date | None = None
    substitute: str = ""
    note: str = ""

    @property
    def differs(self) -> bool:
        """Whether there is anything to decide."""
        return self.offered != self.line or bool(self.days and self.days > 0) or bool(self.substitute)

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What is different, in words."""
        return tuple(_words(self))


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The order that we answer with, None to take it back whole; `agrees` where it is the offer itself."""

    order: Order | None
    agrees: bool = False


def table(order: Order, offered: Order, answers: Sequence[LineAnswer] = ()) -> tuple[Offered, ...]:
    """Every line of the order beside the offer; `answers` know days, other articles and what was written."""
    there = {line.id: line for line in offered.lines}
    said = {one.line: one for one in answers}
    return tuple(_row(line, there.get(line.id), said.get(line.id)) for line in order.lines)


def added_by_supplier(answers: Sequence[LineAnswer]) -> tuple[LineAnswer, ...]:
    """Lines that nobody ordered: they are shown, and come only when somebody orders them."""
    return tuple(one for one in answers if "added" in one.differs)


def mixed(order: Order, offered: Order, chosen: Mapping[str, Choice]) -> Answer:
    """The order as it was chosen line by line; a line that nobody decided is taken as it is offered."""
    there = {line.id: line for line in offered.lines}
    lines = tuple(_chosen(order, there, chosen))
    if not lines:
        return Answer(order=None)
    if lines == offered.lines:
        return Answer(order=offered, agrees=True)
    return Answer(order=added_up(replace(offered, lines=lines)))


def _chosen(order: Order, there: Mapping[str, OrderLine], chosen: Mapping[str, Choice]) -> Iterator[OrderLine]:
    for line in order.lines:
        choice = chosen.get(line.id, Choice.OFFERED)
        if choice is Choice.ORDERED:
            yield line
        elif choice is Choice.OFFERED and line.id in there:
            yield there[line.id]


def _row(line: OrderLine, offered: OrderLine | None, said: LineAnswer | None) -> Offered:
    late = (said.promised - said.wanted).days if said and said.promised and said.wanted else None
    return Offered(
        line=line,
        offered=offered,
        more=_amount(offered) - _amount(line),
        days=late if offered is not None else None,
        promised=said.promised if said and offered is not None else None,
        substitute=said.substitute if said else "",
        note=said.note if said else "",
    )


def _amount(line: OrderLine | None) -> Decimal:
    if line is None:
        return Decimal(0)
    if line.amount is not None:
        return line.amount.value
    return line_amount(line.quantity.value, line.price) if line.price else Decimal(0)


def _words(one: Offered) -> Iterator[Remark]:
    if one.offered is None:
        yield Remark(N_("The supplier cannot deliver it."))
        return
    now, was = one.offered.quantity, one.line.quantity
    if now.value != was.value:
        values: dict[str, Any] = {"offered": Quantity(value=now.value, unit=now.unit), "ordered": was}
        yield Remark(N_("%(offered)s instead of %(ordered)s."), values)
    if one.offered.price and one.line.price and one.offered.price.amount != one.line.price.amount:
        values = {"new": one.offered.price.amount, "old": one.line.price.amount}
        yield Remark(N_("The price is %(new)s instead of %(old)s."), values)
    if one.substitute:
        yield Remark(N_("Another article: %(article)s."), {"article": one.substitute})
    if one.days and one.days > 0 and one.promised:
        yield Remark(N_("It comes to the hub %(day)s."), {"day": one.promised})
    if one.note:
        yield Remark(N_("The supplier writes: “%(note)s”"), {"note": one.note})
