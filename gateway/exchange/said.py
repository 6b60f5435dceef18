"""What a person typed of a supplier's answer, and the order response that says the same. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from gateway.findings import Finding, Place
from gateway.model import Order, OrderResponse
from gateway.model.item import Item, Price
from gateway.model.order import OrderLine
from gateway.model.party import Amount, Party, Period, Quantity
from gateway.model.response import ResponseLine
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import TERMINAL, State

_CHANGED, _ACCEPTED, _REFUSED = "3", "5", "7"
_CLOSED = TERMINAL | {State.AWAITING_APPROVAL}


class TypedLine(msgspec.Struct, frozen=True, kw_only=True):
    """What they said of the order line `line`; what is None is as it was ordered, and `quantity` 0 is a no.

    `backorder` comes later, `price` is for as many units as the order's price. A line may stand twice: a split.
    """

    line: str
    quantity: Decimal | None = None
    backorder: Decimal | None = None
    promised: date | None = None
    price: Decimal | None = None
    note: str | None = None


class TypedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`code`: AB got it, AP yes, CA yes with the changes in `lines`, RE no. `number` is their own, "" for none."""

    code: Literal["AB", "AP", "CA", "RE"]
    promised: date | None = None
    note: str | None = None
    number: str = ""
    lines: tuple[TypedLine, ...] = ()


def said_as(order: Order, said: TypedAnswer, number: str, today: date) -> OrderResponse:
    """The order response that says this; with CA every line of the order is answered, those not named accepted."""
    return OrderResponse(
        number=number,
        issued=today,
        code=said.code,
        order=order.number,
        currency=order.currency,
        note=(said.note or "").strip() or None,
        seller=_named(order.seller),
        buyer=_named(order.buyer),
        profile=order.profile,
        promised=_day(said.promised),
        lines=tuple(_lines(order, said)) if said.code == "CA" else (),
    )


def _lines(order: Order, said: TypedAnswer) -> Iterator[ResponseLine]:
    place = 0
    for line in order.lines:
        for typed in [one for one in said.lines if one.line == line.id] or [TypedLine(line=line.id)]:
            place += 1
            yield _line(str(place), line, typed, said.promised)


def _line(id: str, line: OrderLine, typed: TypedLine, promised: date | None) -> ResponseLine:
    quantity = line.quantity.value if typed.quantity is None else typed.quantity
    dearer = typed.price is not None and (line.price is None or typed.price != line.price.amount.value)
    changed = dearer or bool(typed.backorder) or quantity != line.quantity.value
    return ResponseLine(
        id=id,
        order_line=line.id,
        status=_REFUSED if not quantity and not typed.backorder else _CHANGED if changed else _ACCEPTED,
        item=Item(name=line.item.name, seller_id=line.item.seller_id, standard_id=line.item.standard_id),
        quantity=Quantity(value=quantity, unit=line.quantity.unit),
        backorder=Quantity(value=typed.backorder, unit=line.quantity.unit) if typed.backorder else None,
        promised=_day(typed.promised or promised),
        price=_price(line, typed.price) if dearer and typed.price is not None else None,
        note=(typed.note or "").strip() or None,
    )


def _price(line: OrderLine, value: Decimal) -> Price:
    currency = line.price.amount.currency if line.price is not None else "SEK"
    return Price(
        amount=Amount(value=value, currency=currency),
        base_quantity=line.price.base_quantity if line.price is not None else None,
    )


def wrong(row: OrderRow, said: TypedAnswer) -> Iterator[Finding]:
    """Why it cannot be meant so; paths are `code`, `lines` or `lines.0.quantity`."""
    if row.state in _CLOSED:
        yield _finding(
            "typed-closed", f"order {row.number} has ended, or awaits approval: no answer can be taken", "code"
        )
    if said.code == "CA" and not said.lines:
        yield _finding("typed-no-lines", "an answer with changes says what is changed: name at least one line", "lines")
    if said.code != "CA" and said.lines:
        yield _finding("typed-lines", "lines are said with CA only: choose it, or leave the lines as ordered", "code")
    known = {line.id for line in row.order.lines}
    for place, line in enumerate(said.lines):
        if line.line not in known:
            yield _finding("typed-line-unknown", f"order {row.number} has no line {line.line!r}", f"lines.{place}.line")
        yield from _wrong_numbers(line, place)


def _wrong_numbers(line: TypedLine, place: int) -> Iterator[Finding]:
    for name in ("quantity", "backorder", "price"):
        value = getattr(line, name)
        if value is not None and not (value.is_finite() and 0 <= value < 10**9):
            yield _finding("typed-number", f"{value} is not a number from 0 up", f"lines.{place}.{name}")


def _named(party: Party) -> Party:
    return Party(endpoint=party.endpoint, ids=party.ids, legal_name=party.legal_name)


def _day(day: date | None) -> Period | None:
    return Period(start_date=day, end_date=day) if day is not None else None


def _finding(rule: str, why: str, path: str) -> Finding:
    return Finding(rule=rule, message=why, place=Place(source="typed", path=path))
