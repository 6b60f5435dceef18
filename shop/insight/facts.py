"""From an order and what has happened to it to flat facts, one per line. Pure; amounts are kronor without VAT."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

import msgspec

from gateway.model import Order
from gateway.model.item import Price
from gateway.model.order import OrderLine, line_amount
from gateway.orders.book import EventRow
from gateway.orders.lifecycle import Event, State
from shop.answers import NOT_ACCEPTED, LineView, Said, lines_of
from web.figures import LOCAL

ON, OFF, UNKNOWN = "on", "off", "unknown"
STANDINGS = (ON, OFF, UNKNOWN)
NOT_BOUGHT = frozenset({State.AWAITING_APPROVAL, State.REJECTED, State.CANCELLED})
ORE = Decimal("0.01")
FINE = Decimal("0.0001")
_ANSWERED = frozenset({Event.CONFIRMED, Event.CHANGED, Event.PROPOSED, Event.CLOSED_BY_HAND})
_SETTLED = frozenset({Event.CONFIRMED, Event.CHANGED, Event.CHANGE_ACCEPTED, Event.PROPOSAL_ACCEPTED})
_OFFERED = frozenset({Event.PROPOSED, Event.CHANGE_COUNTERED})


class Known(msgspec.Struct, frozen=True):
    """What the range says of an article; `listed`: it stands there for everybody."""

    category: str
    unspsc: str | None
    contract: str | None
    unit: str
    content: Decimal | None
    content_unit: str | None
    listed: bool


class Shelf(msgspec.Struct, frozen=True):
    """What is known beside the orders: articles by (supplier, article number), days of contracts, suppliers' kinds."""

    articles: Mapping[tuple[str, str], Known]
    contracts: Mapping[tuple[str, str], tuple[date | None, date | None]]
    category_of: Callable[[str], str]


class Bought(msgspec.Struct, frozen=True, kw_only=True):
    """An order as the book has it."""

    id: UUID
    number: str
    supplier_id: str
    unit_id: str
    placed_at: datetime
    state: State
    order: Order


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `purchases`."""

    order_id: UUID
    line: str
    number: str
    supplier_id: str
    unit_id: str
    category: str
    unspsc: str | None
    contract: str | None
    standing: str
    seller_id: str
    name: str
    quantity: Decimal
    unit: str | None
    ordered: Decimal
    confirmed: Decimal | None
    received: Decimal | None
    net: Decimal
    currency: str
    base_quantity: Decimal | None
    base_unit: str | None
    placed: date
    month: date
    sent_at: datetime | None
    answered_at: datetime | None
    promised: date | None
    at_hub: date | None
    delivered: date | None


def facts_of(bought: Bought, events: Sequence[EventRow], shelf: Shelf) -> Iterator[Fact]:
    """A fact for each line; none where nothing was bought: not approved, rejected, cancelled."""
    if bought.state in NOT_BOUGHT:
        return
    answer = next((row for row in reversed(events) if row.event in _SETTLED | _OFFERED), None)
    # What is offered and not accepted yet binds nobody.
    settled = answer is None or answer.event not in _OFFERED
    said = [msgspec.convert(one, Said, strict=False) for one in answer.detail.get("lines", ())] if answer else []
    for view in lines_of(bought.order, events):
        own = [one for one in said if one.line == view.line.id and one.status != NOT_ACCEPTED] if settled else []
        yield _fact(bought, view, own, settled, events, shelf)


def _fact(
    bought: Bought, view: LineView, said: list[Said], settled: bool, events: Sequence[EventRow], shelf: Shelf
) -> Fact:
    line, placed = view.line, bought.placed_at.astimezone(LOCAL).date()
    seller_id = line.item.seller_id or ""
    known = shelf.articles.get((bought.supplier_id, seller_id))
    contract = bought.order.contract or (known.contract if known else None)
    confirmed = view.confirmed if settled else None
    counts = next((one for one in (view.received, confirmed) if one is not None), line.quantity.value)
    base, base_unit = _base(counts, line, known)
    return Fact(
        order_id=bought.id,
        line=line.id,
        number=bought.number,
        supplier_id=bought.supplier_id,
        unit_id=bought.unit_id,
        category=known.category if known else shelf.category_of(bought.supplier_id),
        unspsc=known.unspsc if known else None,
        contract=contract,
        standing=_standing(bought.supplier_id, contract, placed, known, shelf),
        seller_id=seller_id,
        name=line.item.name or "",
        quantity=counts.quantize(FINE, ROUND_HALF_UP),
        unit=line.quantity.unit,
        ordered=line.quantity.value.quantize(FINE, ROUND_HALF_UP),
        confirmed=_fine(confirmed),
        received=_fine(view.received),
        net=_net(line, counts, next((one.price for one in said if one.price), None)),
        currency=bought.order.currency,
        base_quantity=_fine(base),
        base_unit=base_unit,
        placed=placed,
        month=placed.replace(day=1),
        sent_at=_first(events, frozenset({Event.SENT})),
        answered_at=_first(events, _ANSWERED),
        promised=_promised(bought.order, said),
        at_hub=_day(_first(events, frozenset({Event.AT_HUB}))),
        delivered=_day(_first(events, frozenset({Event.DELIVERED}))),
    )


def _standing(supplier_id: str, contract: str | None, placed: date, known: Known | None, shelf: Shelf) -> str:
    """On a contract that was in force that day; what nobody can tell (asked for in words, not in the range) is said."""
    if contract is not None:
        start, end = shelf.contracts.get((supplier_id, contract), (None, None))
        in_force = (start is None or start <= placed) and (end is None or placed <= end)
        return ON if in_force else OFF
    return OFF if known is not None and known.listed else UNKNOWN


def _net(line: OrderLine, counts: Decimal, agreed: Price | None) -> Decimal:
    """The price that the supplier answered with, else that of the order with its allowances."""
    if agreed is not None:
        return line_amount(counts, agreed)
    if line.amount is not None and line.quantity.value:
        return (line.amount.value * counts / line.quantity.value).quantize(ORE, ROUND_HALF_UP)
    return line_amount(counts, line.price) if line.price else Decimal(0)


def _base(counts: Decimal, line: OrderLine, known: Known | None) -> tuple[Decimal, str | None]:
    """How much in the measure that prices are compared in; in what was ordered where that is not known."""
    if known and known.content and known.content_unit and known.unit == line.quantity.unit:
        return counts * known.content, known.content_unit
    return counts, line.quantity.unit


def _promised(order: Order, said: list[Said]) -> date | None:
    days = [one.promised.end_date or one.promised.start_date for one in said if one.promised]
    asked = order.delivery.requested if order.delivery else None
    return max((day for day in days if day), default=None) or (asked.end_date if asked else None)


def _first(events: Sequence[EventRow], wanted: frozenset[Event]) -> datetime | None:
    return next((row.at for row in events if row.event in wanted and "document" not in row.detail), None)


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(LOCAL).date() if moment else None


def _fine(value: Decimal | None) -> Decimal | None:
    return value.quantize(FINE, ROUND_HALF_UP) if value is not None else None
