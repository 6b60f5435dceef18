"""The order as the buyer wants it instead: out of a form, with what differs and what it then costs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from msgspec.structs import replace

from gateway.model import Order
from gateway.model.order import OrderDelivery, OrderLine, line_amount
from gateway.model.party import Period
from gateway.orders.amend import added_up, with_quantities
from gateway.orders.versions import Version
from shop.articles import Article
from shop.document import Wanted, order_line
from shop.remarks import Remark
from web.languages import N_

ZERO, MOST = Decimal(0), Decimal(100_000)


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What the form asks for: quantities by line id (0 takes it out), articles to add, the day, the note."""

    quantities: Mapping[str, Decimal] = {}
    added: tuple[tuple[Article, Decimal], ...] = ()
    day: date | None = None
    note: str = ""


class NotWanted(Exception):
    """The wish cannot be; the message is a message id, `field` the form field that it is about."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def apply(order: Order, wish: Wish, known: Iterable[Version] = ()) -> Order:
    """The whole order as it is wanted. `known` are its versions: the id of a line that went is never given again.

    Raises NotWanted.
    """
    for line, quantity in wish.quantities.items():
        if not (quantity.is_finite() and 0 <= quantity <= MOST):
            raise NotWanted(N_("A quantity is a number from 0 to 100,000."), f"quantity-{line}")
    added = list(_added(order, wish, known))
    lines = [one for one in order.lines if wish.quantities.get(one.id, one.quantity.value) > 0]
    if not lines and not added:
        raise NotWanted(N_("Nothing would be left of the order. Cancel it instead."))
    try:
        asked = with_quantities(order, wish.quantities) if lines else replace(order, lines=())
    except ValueError:
        raise NotWanted(N_("The order has changed since you opened the page. Look again.")) from None
    asked = added_up(replace(asked, lines=(*asked.lines, *added)))
    return replace(asked, delivery=_delivered(order.delivery, wish.day), note=wish.note or None)


def _added(order: Order, wish: Wish, known: Iterable[Version]) -> Iterator[OrderLine]:
    used = {line.id for version in known for line in version.order.lines} | {line.id for line in order.lines}
    last = max((int(one) for one in used if one.isdigit()), default=0)
    for place, (article, quantity) in enumerate(wish.added, last + 1):
        if article.currency != order.currency:
            raise NotWanted(N_("The article has another currency than the order."), "article")
        if not (quantity.is_finite() and 0 < quantity <= MOST):
            raise NotWanted(N_("Write how many, from 1 up."), "article-quantity")
        yield order_line(place, Wanted(article=article, quantity=quantity))


def _delivered(delivery: OrderDelivery | None, day: date | None) -> OrderDelivery | None:
    if delivery is None or day_of(delivery) == day:
        return delivery
    return replace(delivery, requested=Period(end_date=day) if day else None)


def day_of(delivery: OrderDelivery | None) -> date | None:
    """The day on which the unit wants it."""
    return delivery.requested.end_date if delivery is not None and delivery.requested is not None else None


def net(order: Order) -> Decimal:
    """Without VAT."""
    if order.totals is not None:
        return order.totals.lines.value
    return sum((line.amount.value for line in order.lines if line.amount), ZERO)


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """One line before and after; None where it was not there, or is no more. `more` is kronor without VAT."""

    name: str
    before: OrderLine | None
    after: OrderLine | None

    @property
    def more(self) -> Decimal:
        return _amount(self.after) - _amount(self.before)


def changed_lines(before: Order, after: Order) -> tuple[Changed, ...]:
    """The lines that differ, in the order of the order."""
    old, new = {line.id: line for line in before.lines}, {line.id: line for line in after.lines}
    return tuple(
        Changed(name=(new.get(key) or old[key]).item.name or "", before=old.get(key), after=new.get(key))
        for key in dict.fromkeys([*old, *new])
        if old.get(key) != new.get(key)
    )


def in_short(before: Order, after: Order) -> tuple[Remark, ...]:
    """What differs, one sentence for each thing."""
    return (*_line_words(before, after), *_header_words(before, after))


def _line_words(before: Order, after: Order) -> Iterator[Remark]:
    for one in changed_lines(before, after):
        values: dict[str, Any] = {"name": one.name}
        if one.after is None:
            yield Remark(N_("%(name)s is taken out."), values)
        elif one.before is None:
            yield Remark(N_("%(name)s is added, %(amount)s."), values | {"amount": one.after.quantity})
        elif one.before.quantity != one.after.quantity:
            values |= {"was": one.before.quantity, "now": one.after.quantity}
            yield Remark(N_("%(name)s: %(now)s instead of %(was)s."), values)
        elif one.before.price and one.after.price and one.before.price != one.after.price:
            values |= {"was": one.before.price.amount, "now": one.after.price.amount}
            yield Remark(N_("%(name)s: %(now)s instead of %(was)s each."), values)


def _header_words(before: Order, after: Order) -> Iterator[Remark]:
    was, now = day_of(before.delivery), day_of(after.delivery)
    if was != now:
        text = N_("Delivery %(now)s instead of %(was)s.") if was and now else N_("Delivery %(now)s.")
        yield Remark(text if now else N_("Delivery as soon as possible."), {"now": now, "was": was})
    if (before.note or "") != (after.note or ""):
        yield Remark(N_("The message to the supplier is another one."))


def told(before: Order, after: Order) -> str:
    """The same for the timeline's detail, which has no language of its own: articles and numbers."""
    parts = []
    for one in changed_lines(before, after):
        parts.append(f"{one.name}: {_number(one.before)} → {_number(one.after)}")
    was, now = day_of(before.delivery), day_of(after.delivery)
    if was != now:
        parts.append(f"{was or '–'} → {now or '–'}")
    return "; ".join(parts)[:1000]


def _number(line: OrderLine | None) -> str:
    return f"{line.quantity.value:f}" if line is not None else "0"


def _amount(line: OrderLine | None) -> Decimal:
    if line is None:
        return ZERO
    if line.amount is not None:
        return line.amount.value
    return line_amount(line.quantity.value, line.price) if line.price else ZERO
