"""How much has come of an order, and through whose hands: out of the unit's receipts and what the hub tells. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gateway.model import Order
from gateway.orders.advices import standing
from gateway.orders.book import EventRow, OrderRow
from gateway.orders.lifecycle import Event
from shop.after.separation import Hands
from shop.answers import lines_of

if TYPE_CHECKING:
    from shop.after.receipts import Receipt

ZERO = Decimal(0)
_AT_HUB = frozenset({"at_hub", "out", "delivered"})
_RECEIVES = frozenset({"at_hub", "delivered"})
_ORDERS = frozenset({Event.PLACED, Event.CHANGE_ASKED, Event.PROPOSAL_ACCEPTED})


def step_of(row: EventRow) -> str:
    """What the hub or the unit did: the event itself, or the step that a note tells of a part of the goods."""
    told = row.detail.get("step")
    return str(told) if row.event is Event.NOTE and told else row.event.value


def by_hub(events: Iterable[EventRow]) -> bool:
    """Whether the goods go through the hub: it has scanned something, or a supplier has announced parcels."""
    return any(step_of(row) in _AT_HUB and not row.detail.get("at_unit") for row in events) or any(
        row.detail.get("sscc") for row in standing(events)
    )


def at_unit(line: str, receipts: Iterable[Receipt]) -> Decimal:
    """How many whole ones the unit says it has."""
    return sum((one.came - one.damaged for one in receipts if one.line == line), ZERO)


def received(order: Order, events: Sequence[EventRow], receipts: Sequence[Receipt]) -> dict[str, Decimal]:
    """Whole ones by order line: what the unit says where it says something of the line, else what the hub scanned."""
    hub = at_hub(order, events)
    said = {one.line for one in receipts}
    return {line.id: at_unit(line.id, receipts) if line.id in said else hub.get(line.id, ZERO) for line in order.lines}


def at_hub(order: Order, events: Sequence[EventRow]) -> dict[str, Decimal]:
    """What has been scanned, less what was short or damaged. While parcels are missing only whole advices count."""
    if _all_there(events):
        found = {
            one.line.id: one.sent if one.sent is not None else one.line.quantity.value
            for one in lines_of(order, events)
        }
    else:
        found = dict(_of_whole_advices(events))
    short, broken = wanting(events, Event.SHORT), wanting(events, Event.DAMAGED)
    return {line: max(ZERO, one - short.get(line, ZERO) - broken.get(line, ZERO)) for line, one in found.items()}


def _all_there(events: Iterable[EventRow]) -> bool:
    """Whether everything that was announced is scanned, and nobody has taken that back since."""
    there = False
    for row in events:
        if row.event in (Event.AT_HUB, Event.DELIVERED) and not row.detail.get("at_unit"):
            there = True
        elif step_of(row) == "undone":
            there = False
    return there


def _of_whole_advices(events: Sequence[EventRow]) -> dict[str, Decimal]:
    """What the advices announced of which every parcel is there."""
    there, found = labels_at(events, "at_hub"), dict[str, Decimal]()
    for row in standing(events):
        named = set(row.detail.get("sscc", ()))
        if named and named <= there:
            for line, quantity in _delivered(row):
                found[line] = found.get(line, ZERO) + quantity
    return found


def labels_at(events: Iterable[EventRow], step: str) -> set[str]:
    """The parcels that have come as far as this step, as the hub last told; a step that was taken back counts not."""
    steps = ("at_hub", "out", "delivered")
    wanted = steps[steps.index(step) :]
    known: dict[str, set[str]] = {}
    for row in events:
        told = step_of(row)
        if told in steps and "labels" in row.detail:
            known[told] = set(row.detail["labels"])
        elif told == "undone" and row.detail.get("undone"):
            known = {name: labels - {row.detail.get("parcel")} for name, labels in known.items()}
    return set().union(*(known.get(name, set()) for name in wanted))


def wanting(events: Iterable[EventRow], event: Event) -> dict[str, Decimal]:
    """How much of each line the hub said was short or damaged."""
    found: dict[str, Decimal] = {}
    for row in events:
        if row.event is event and row.detail.get("line"):
            amount = Decimal(str(row.detail.get("quantity") or 0))
            found[row.detail["line"]] = found.get(row.detail["line"], ZERO) + amount
    return found


def _delivered(row: EventRow) -> Iterator[tuple[str, Decimal]]:
    for line in row.detail.get("lines", ()):
        quantity: Mapping[str, Any] = line.get("delivered") or {}
        if line.get("line") and quantity:
            yield line["line"], Decimal(str(quantity["value"]))


def scanned_by(events: Iterable[EventRow]) -> set[str]:
    """Who received at the hub or handed over, as the hub calls them."""
    return {one.actor for one in events if step_of(one) in _RECEIVES and not one.detail.get("at_unit")}


def hands_of(
    row: OrderRow,
    events: Iterable[EventRow],
    receipts: Iterable[Receipt],
    scanned: Iterable[str] = (),
    attested: Iterable[str | None] = (),
) -> Hands:
    """All by log-in: who ordered or changed, who received at the unit or (`scanned`) at the hub, who attested."""
    ordered = {one.actor for one in events if one.event in _ORDERS or _rewrites(one)} | {row.placed_by}
    received = {one.received_by for one in receipts} | set(scanned)
    return Hands(
        ordered=frozenset(ordered),
        received=frozenset(received),
        attested=frozenset(one for one in attested if one is not None),
    )


def _rewrites(row: EventRow) -> bool:
    """Changed before it left, or a change that was wished for; who approved that is another one."""
    return step_of(row) == "rewritten" or (step_of(row) == "wish" and row.detail.get("what") == "waiting")
