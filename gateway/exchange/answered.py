"""What was ordered beside what was answered and sent, line by line. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import msgspec

from gateway.model import DespatchAdvice, Document, Order, OrderResponse
from gateway.model.item import Item
from gateway.model.order import OrderLine
from gateway.model.party import Period
from gateway.model.response import ResponseLine
from gateway.orders.advices import last_words

_REJECTED, _NO = "7", Decimal(0)
Differs = Literal["quantity", "price", "day", "article", "rejected", "short", "added"]


class LineAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an order. What nobody has said yet is None; quantities are in `unit`, days are when it is wanted
    at the unit and promised by the supplier. `differs` names what is not as ordered."""

    line: str
    article: str
    name: str
    unit: str | None
    ordered: Decimal
    price: Decimal | None
    wanted: date | None
    confirmed: Decimal | None = None
    confirmed_price: Decimal | None = None
    promised: date | None = None
    substitute: str = ""
    despatched: Decimal | None = None
    outstanding: Decimal | None = None
    note: str = ""
    differs: tuple[Differs, ...] = ()


def compare(order: Order, documents: Iterable[Document]) -> list[LineAnswer]:
    """`documents` are the answers and advices as they came, oldest first; of answers the last one counts."""
    came = tuple(documents)
    responses = [one for one in came if isinstance(one, OrderResponse) and one.code != "AB"]
    advices = last_words(one for one in came if isinstance(one, DespatchAdvice))
    last = responses[-1] if responses else None
    known = [_line(order, line, last, advices) for line in order.lines]
    return [*known, *(_added(line) for line in _unknown(order, last))]


def _line(
    order: Order, line: OrderLine, response: OrderResponse | None, advices: Sequence[DespatchAdvice]
) -> LineAnswer:
    wanted = _day(line.requested) or _day(order.delivery.requested if order.delivery else None)
    facts: dict[str, Any] = {
        "line": line.id,
        "article": line.item.seller_id or "",
        "name": line.item.name or line.item.description or "",
    }
    facts |= {"unit": line.quantity.unit, "ordered": line.quantity.value, "wanted": wanted}
    facts["price"] = line.price.amount.value if line.price else None
    facts |= _confirmed(line, response) | _sent(order, line, advices)
    found = LineAnswer(**facts)
    return msgspec.structs.replace(found, differs=tuple(_differences(found)))


def _confirmed(line: OrderLine, response: OrderResponse | None) -> dict[str, object]:
    if response is None:
        return {}
    price = line.price.amount.value if line.price else None
    said = [one for one in response.lines if one.order_line == line.id]
    if not said:
        quantity = _NO if response.code == "RE" else line.quantity.value
        return {"confirmed": quantity, "confirmed_price": price, "promised": _day(response.promised)}
    taken = [one for one in said if one.status != _REJECTED]
    quantity = sum((one.quantity.value if one.quantity else line.quantity.value for one in taken), _NO)
    prices = [one.price.amount.value for one in taken if one.price is not None]
    days = [day for one in taken if (day := _day(one.promised)) is not None]
    return {
        "confirmed": quantity,
        "confirmed_price": prices[0] if prices else price if taken else None,
        "promised": max(days, default=None) or _day(response.promised),
        "substitute": ", ".join(_called(one.substitute.item) for one in said if one.substitute),
        "note": "; ".join(one.note for one in said if one.note),
    }


def _sent(order: Order, line: OrderLine, advices: Sequence[DespatchAdvice]) -> dict[str, object]:
    if not advices:
        return {}
    mine = [
        sent
        for advice in advices
        for sent in advice.lines
        if sent.order_line == line.id and sent.order in {None, order.number}
    ]
    left = [sent.outstanding.value for sent in mine if sent.outstanding is not None]
    return {"despatched": sum((sent.delivered.value for sent in mine), _NO), "outstanding": left[-1] if left else None}


def _differences(line: LineAnswer) -> Iterator[Differs]:
    if line.confirmed is not None:
        if line.confirmed == 0:
            yield "rejected"
        elif line.confirmed != line.ordered:
            yield "quantity"
    if line.price is not None and line.confirmed_price not in (None, line.price):
        yield "price"
    if line.wanted is not None and line.promised is not None and line.promised > line.wanted:
        yield "day"
    if line.substitute:
        yield "article"
    if line.despatched is not None and line.despatched < (line.ordered if line.confirmed is None else line.confirmed):
        yield "short"


def _unknown(order: Order, response: OrderResponse | None) -> list[ResponseLine]:
    """Lines that the supplier answers and nobody ordered."""
    ids = {line.id for line in order.lines}
    return [one for one in response.lines if one.order_line not in ids] if response is not None else []


def _added(line: ResponseLine) -> LineAnswer:
    return LineAnswer(
        line=line.order_line,
        article=line.item.seller_id or "",
        name=line.item.name or "",
        unit=line.quantity.unit if line.quantity else None,
        ordered=_NO,
        price=None,
        wanted=None,
        confirmed=line.quantity.value if line.quantity else None,
        confirmed_price=line.price.amount.value if line.price else None,
        promised=_day(line.promised),
        note=line.note or "",
        differs=("added",),
    )


def _called(item: Item) -> str:
    return " ".join(part for part in (item.seller_id, item.name) if part)


def _day(period: Period | None) -> date | None:
    return (period.end_date or period.start_date) if period is not None else None
